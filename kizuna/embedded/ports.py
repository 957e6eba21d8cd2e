"""Ports of 127.0.0.1: which one is free, and whether somebody answers there."""

import socket
from urllib.error import HTTPError
from urllib.request import ProxyHandler, build_opener

from kizuna.embedded.speech import CannotStart

TRIED = 50
# A proxy of the machine would be asked for 127.0.0.1.
open_directly = build_opener(ProxyHandler({})).open


def free_port(wanted: int) -> int:
    """The wanted one or the next that is free.

    Raises:
        CannotStart: none of fifty is.
    """
    for port in range(wanted, wanted + TRIED):
        with socket.socket() as probe:
            # As the server will bind: a connection in TIME_WAIT does not occupy the port.
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise CannotStart(
        f"ポート {wanted} から {wanted + TRIED - 1} まで、すべて使用中です。 / "
        f"Every port from {wanted} to {wanted + TRIED - 1} is taken."
    )


def answers(url: str) -> bool:
    """Whether a web server speaks there; an error page is an answer too."""
    try:
        open_directly(url, timeout=10).close()
    except HTTPError:
        return True
    except OSError:
        return False
    return True
