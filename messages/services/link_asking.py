"""One question to one web server, at an address that was looked at before. Nothing is followed.

Written upon the socket so that the name is resolved once, by whoever judges the addresses.
"""

import ipaddress
import re
import socket
import ssl
from dataclasses import dataclass
from time import monotonic

LONGEST_HEAD = 16_384
A_READ = 1024
"""Bytes; of the page itself never more than this is read."""

_STATUS = re.compile(rb"HTTP/1\.[01] ([1-5]\d\d)\b")
_LOCATION = re.compile(rb"\r\nlocation:[ \t]*([^\r\n]{1,2000})", re.IGNORECASE)
_IN_DISGUISE = tuple(
    ipaddress.IPv6Network(one)
    for one in (
        "::/96",
        "::ffff:0:0/96",
        "64:ff9b::/96",
        "64:ff9b:1::/48",
        "2001::/32",
        "2002::/16",
    )
)
"""IPv6 addresses that hold an IPv4 one: mapped, translated, tunnelled."""


@dataclass(frozen=True, slots=True)
class Question:
    """``address`` is connected to, ``host`` is whom the certificate must name."""

    method: str
    host: str
    address: str
    target: str
    until: float


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    location: str = ""


def is_public(address: str) -> bool:
    """Whether it is an ordinary address of the internet, in no disguise."""
    try:
        found = ipaddress.ip_address(address)
    except ValueError:
        return False
    if isinstance(found, ipaddress.IPv6Address) and (
        found.is_site_local or found.scope_id or any(found in one for one in _IN_DISGUISE)
    ):
        return False
    special = found.is_private or found.is_loopback or found.is_link_local or found.is_multicast
    return found.is_global and not (special or found.is_reserved or found.is_unspecified)


def addresses_of(host: str) -> list[str]:
    """Every address of a name.

    Raises:
        socket.gaierror: it has none, or nobody could be asked.
    """
    rows = socket.getaddrinfo(host, 443, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(row[4][0]) for row in rows))


def ask(question: Question) -> Answer:
    """The status of the page and where it leads on to.

    Raises:
        OSError: nobody answered in time, or the certificate is not the host's.
        ValueError: what answered is no web server.
    """
    address = (question.address, 443)
    with (
        socket.create_connection(address, timeout=_left(question)) as plain,
        ssl.create_default_context().wrap_socket(plain, server_hostname=question.host) as secure,
    ):
        secure.settimeout(_left(question))
        secure.sendall(_written(question))
        return _read(secure, question)


def _written(question: Question) -> bytes:
    lines = (
        f"{question.method} {question.target} HTTP/1.1",
        f"Host: {question.host}",
        "User-Agent: Kizuna link check",
        "Accept: */*",
        "Connection: close",
    )
    return ("\r\n".join(lines) + "\r\n\r\n").encode("ascii")


def _read(secure: ssl.SSLSocket, question: Question) -> Answer:
    head = b""
    while b"\r\n\r\n" not in head and len(head) < LONGEST_HEAD:
        secure.settimeout(_left(question))
        if not (more := secure.recv(A_READ)):
            break
        head += more
    return answer_of(head)


def answer_of(head: bytes) -> Answer:
    """What the first lines of an answer say.

    Raises:
        ValueError: they are not a web server's.
    """
    head = head.partition(b"\r\n\r\n")[0]
    status = _STATUS.match(head)
    if not status:
        raise ValueError("no web server")
    location = _LOCATION.search(head)
    return Answer(int(status[1]), location[1].decode("ascii", "replace") if location else "")


def _left(question: Question) -> float:
    left = question.until - monotonic()
    if left <= 0:
        raise TimeoutError
    return left
