"""``python -m kizuna.emulators.line --port 8002 --dir var/line``: serve until told to stop.

Prints one line ``ready {"http_port": 8002}`` when it answers. A port that is taken is passed over
for the next free one. It ends by SIGTERM, by Ctrl-C, and together with whoever started it.
"""

import argparse
import asyncio
import socket
import sys
from pathlib import Path

from aiohttp import web

from kizuna.emulators import process
from kizuna.emulators.journal import DirectoryInUseError, Journal
from kizuna.emulators.line import control, pages
from kizuna.emulators.line.api import Api
from kizuna.emulators.line.state import State

LARGEST_ORDER = 64 * 1024 * 1024
"""Bytes of one control call: a channel with some hundred thousand users."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m kizuna.emulators.line")
    parser.add_argument("--port", type=int, default=8002, help="0 takes any free port")
    parser.add_argument("--dir", type=Path, required=True, help="where the journal is kept")
    parser.add_argument("--rate-scale", type=float, default=1.0, help="1.0 is LINE's own limits")
    options = parser.parse_args()
    process.end_with_parent()
    try:
        journal = Journal(options.dir / "line.jsonl")
        listener = process.listen(options.port)
    except (DirectoryInUseError, OSError) as error:
        print(f"the LINE emulator cannot start: {error}", file=sys.stderr)
        return 1
    try:
        asyncio.run(serve(listener, journal, options.rate_scale))
    finally:
        journal.close()
    return 0


async def serve(listener: socket.socket, journal: Journal, rate_scale: float) -> None:
    state = State(journal)
    api = Api(state, rate_scale)
    app = web.Application(client_max_size=LARGEST_ORDER)
    app.add_routes([*api.routes(), *control.routes(state, api), *pages.routes(state)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    process.announce(http_port=listener)
    await process.until_told_to_stop(journal.flush)
    await runner.cleanup()


if __name__ == "__main__":
    sys.exit(main())
