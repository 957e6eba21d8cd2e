"""``python -m kizuna.emulators.line --port 8002 --dir var/line``: serve until told to stop.

Prints one line ``ready {"http_port": 8002}`` when it answers. A port that is taken is passed over
for the next free one. It ends by SIGTERM, by Ctrl-C, and together with whoever started it.
"""

import argparse
import asyncio
import contextlib
import ctypes
import json
import os
import signal
import socket
import sys
from pathlib import Path

from aiohttp import web

from kizuna.emulators.line import control, pages
from kizuna.emulators.line.api import Api
from kizuna.emulators.line.journal import DirectoryInUseError, Journal
from kizuna.emulators.line.state import State

FLUSH_SECONDS = 0.5
PORTS_TRIED = 50
LARGEST_ORDER = 64 * 1024 * 1024
"""Bytes of one control call: a channel with some hundred thousand users."""

PR_SET_PDEATHSIG = 1


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m kizuna.emulators.line")
    parser.add_argument("--port", type=int, default=8002, help="0 takes any free port")
    parser.add_argument("--dir", type=Path, required=True, help="where the journal is kept")
    parser.add_argument("--rate-scale", type=float, default=1.0, help="1.0 is LINE's own limits")
    options = parser.parse_args()
    _end_with_parent()
    try:
        journal = Journal(options.dir)
        listener = listen(options.port)
    except (DirectoryInUseError, OSError) as error:
        print(f"the LINE emulator cannot start: {error}", file=sys.stderr)
        return 1
    try:
        asyncio.run(serve(listener, journal, options.rate_scale))
    finally:
        journal.close()
    return 0


def listen(port: int) -> socket.socket:
    """A listening socket on this port of 127.0.0.1, or on the next one that is free."""
    for number in range(port, port + PORTS_TRIED):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", number))
            listener.listen(512)
        except OSError:
            listener.close()
            continue
        if number != port:
            print(f"port {port} is taken, using {number}", file=sys.stderr)
        return listener
    raise OSError(f"no free port from {port} to {port + PORTS_TRIED - 1}")


async def serve(listener: socket.socket, journal: Journal, rate_scale: float) -> None:
    state = State(journal)
    api = Api(state, rate_scale)
    app = web.Application(client_max_size=LARGEST_ORDER)
    app.add_routes([*api.routes(), *control.routes(state, api), *pages.routes(state)])
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.SockSite(runner, listener).start()
    print("ready " + json.dumps({"http_port": listener.getsockname()[1]}), flush=True)

    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), FLUSH_SECONDS)
        journal.flush()
    await runner.cleanup()


def _end_with_parent() -> None:
    """Ask Linux for SIGTERM when the starter dies; elsewhere the starter has to stop us."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("the starting process is gone")


if __name__ == "__main__":
    sys.exit(main())
