"""A Valkey of our own on a private Unix socket: broker of the workers, cache of the web."""

import signal
import socket
from collections.abc import Mapping
from pathlib import Path

from kizuna.embedded.places import Places
from kizuna.embedded.process import Child, see_off

SOCKET = "valkey.sock"


def start(program: Path, places: Places, environment: Mapping[str, str]) -> Child:
    """A server that answers on ``valkey.sock`` in ``places.sockets``.

    Raises:
        CannotStart: an earlier one does not end.
        ChildDied: the server ended while starting.
    """
    address = places.sockets / SOCKET
    see_off("Valkey", program.name, str(address), number=signal.SIGTERM)
    data = places.for_service("valkey")
    command = [str(program), "--port", "0", "--unixsocket", str(address), "--unixsocketperm", "700"]
    command += ["--dir", str(data), "--appendonly", "yes", "--save", "", "--daemonize", "no"]
    # A broker that evicts loses messages without a word.
    command += ["--maxmemory-policy", "noeviction"]
    child = Child(
        "Valkey",
        command,
        log=places.logs / "valkey.log",
        environment=environment,
        account=places.account,
        cwd=data,
    )
    try:
        child.wait_until(lambda: _answers(address), 30)
    except BaseException:
        child.end()
        raise
    return child


def url(sockets: Path) -> str:
    """The address for Django and redis-py; Celery's spelling is the settings' business."""
    return f"unix://{sockets / SOCKET}?db=0"


def _answers(address: Path) -> bool:
    """False also while it still loads its data."""
    try:
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(2)
            client.connect(str(address))
            client.sendall(b"PING\r\n")
            return client.recv(64).startswith(b"+PONG")
    except OSError:
        return False
