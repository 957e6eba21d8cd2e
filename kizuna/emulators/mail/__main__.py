"""``python -m kizuna.emulators.mail --smtp-port 1025 --http-port 8025 --dir var/mail``.

Prints one line ``ready {"smtp_port": 1025, "http_port": 8025}`` when it answers. A port that is
taken is passed over for the next free one. It ends by SIGTERM, by Ctrl-C, and together with whoever
started it.
"""

import argparse
import asyncio
import socket
import sys
from pathlib import Path

from aiohttp import web

from kizuna.emulators import process
from kizuna.emulators.journal import DirectoryInUseError, Journal
from kizuna.emulators.mail import pages
from kizuna.emulators.mail.faults import Faults
from kizuna.emulators.mail.smtp import Session
from kizuna.emulators.mail.store import Store


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m kizuna.emulators.mail")
    parser.add_argument("--smtp-port", type=int, default=1025, help="0 takes any free port")
    parser.add_argument("--http-port", type=int, default=8025, help="0 takes any free port")
    parser.add_argument("--dir", type=Path, required=True, help="where the mails are kept")
    options = parser.parse_args()
    process.end_with_parent()
    try:
        journal = Journal(options.dir / "mail.jsonl")
        smtp, http = process.listen(options.smtp_port), process.listen(options.http_port)
    except (DirectoryInUseError, OSError) as error:
        print(f"the mail catcher cannot start: {error}", file=sys.stderr)
        return 1
    try:
        asyncio.run(serve(smtp, http, Store(options.dir, journal), journal))
    finally:
        journal.close()
    return 0


async def serve(smtp: socket.socket, http: socket.socket, store: Store, journal: Journal) -> None:
    """Serve both sides until told to stop."""
    app = web.Application()
    faults, sessions = Faults(store), set[Session]()
    app.add_routes(pages.routes(store, faults))
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    await web.SockSite(runner, http).start()
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Session(store, faults, sessions), sock=smtp)
    process.announce(smtp_port=smtp, http_port=http)
    await process.until_told_to_stop(journal.flush)
    server.close()
    for session in list(sessions):
        session.close()
    await runner.cleanup()


if __name__ == "__main__":
    sys.exit(main())
