"""What the emulators share as processes: where they listen, what they say, when they end."""

import asyncio
import contextlib
import ctypes
import json
import os
import signal
import socket
import sys
from collections.abc import Callable

PORTS_TRIED = 50
BACKLOG = 512
FLUSH_SECONDS = 0.5
PR_SET_PDEATHSIG = 1


def listen(port: int) -> socket.socket:
    """A listening socket on this port of 127.0.0.1, or on the next one that is free.

    0 takes any free port. Raises ``OSError`` when ``PORTS_TRIED`` in a row are taken.
    """
    for number in range(port, port + PORTS_TRIED):
        listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("127.0.0.1", number))
            listener.listen(BACKLOG)
        except OSError:
            listener.close()
            continue
        if number != port:
            print(f"port {port} is taken, using {number}", file=sys.stderr)
        return listener
    raise OSError(f"no free port from {port} to {port + PORTS_TRIED - 1}")


def announce(**listeners: socket.socket) -> None:
    """Print the one line a starter waits for: ``ready {"http_port": 8002}``."""
    ports = {name: listener.getsockname()[1] for name, listener in listeners.items()}
    print("ready " + json.dumps(ports), flush=True)


async def until_told_to_stop(flush: Callable[[], None]) -> None:
    """Wait for SIGTERM or Ctrl-C, and ``flush`` twice a second meanwhile and once at the end."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    while not stop.is_set():
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), FLUSH_SECONDS)
        flush()


def end_with_parent() -> None:
    """Ask Linux for SIGTERM when the starter dies; elsewhere the starter has to stop us."""
    if sys.platform != "linux":
        return
    parent = os.getppid()
    ctypes.CDLL(None, use_errno=True).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:
        sys.exit("the starting process is gone")
