"""Asks each page that a text links to whether it is there, when somebody presses the button.

Staff write the addresses, so nothing here may become a way into the network the web runs in: https
on port 443 only, a name whose every address is public, the connection made to the address that was
looked at, each step of a redirect judged like the first one. No cookies, no words of the page.
"""

import ssl
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from dataclasses import dataclass
from enum import StrEnum
from socket import EAI_NONAME, gaierror
from time import monotonic
from urllib.parse import SplitResult, urljoin, urlsplit

from messages.rendering.links import bare_url
from messages.services.link_asking import Answer, Question, addresses_of, ask, is_public

MOST_LINKS = 10
MOST_REDIRECTS = 3
SECONDS = 5.0
"""For one link, with all its redirects."""

_GONE = frozenset({404, 410})
_NOT_FOR_PROGRAMS = frozenset({401, 403, 405, 406, 407, 408, 425, 429, 451, 501, 503, 999})
"""What a page answers that a reader's browser may open all the same."""

Resolver = Callable[[str], list[str]]
Asker = Callable[[Question], Answer]


class Verdict(StrEnum):
    OPENS = "opens"
    DEAD = "dead"
    UNASKED = "unasked"
    """It could not be asked from here; a person opens it."""


@dataclass(frozen=True, slots=True)
class Checked:
    """``status`` is the page's number, where it gave one."""

    link: str
    verdict: Verdict
    status: int | None = None


class _Refused(Exception):
    """This address is never connected to."""


def links_of(text: str) -> list[str]:
    """The https addresses of a text, each once, in order."""
    found: list[str] = []
    at = 0
    while place := bare_url(text, at):
        at = max(place[1], place[0] + 1)
        link = text[place[0] : place[1]]
        if link.startswith("https://") and link not in found:
            found.append(link)
    return found


def check_links(
    text: str, *, resolve: Resolver = addresses_of, connect: Asker = ask
) -> tuple[list[Checked], int]:
    """What became of the first ten, and how many more there are that nobody asked."""
    links = links_of(text)
    first = links[:MOST_LINKS]
    if not first:
        return [], 0
    pool = ThreadPoolExecutor(max_workers=len(first), thread_name_prefix="link")
    tasks = {link: pool.submit(check, link, resolve=resolve, connect=connect) for link in first}
    # A name server that does not answer must not keep the page waiting.
    wait(tasks.values(), timeout=SECONDS + 1)
    pool.shutdown(wait=False, cancel_futures=True)
    unasked = {link: Checked(link, Verdict.UNASKED) for link in first}
    done = {
        link: task.result() for link, task in tasks.items() if task.done() and not task.cancelled()
    }
    return list((unasked | done).values()), len(links) - len(first)


def check(link: str, *, resolve: Resolver = addresses_of, connect: Asker = ask) -> Checked:
    """Asks one page. Never raises for what the network does."""
    try:
        status = _follow(link, resolve, connect)
    except ssl.SSLCertVerificationError:
        return Checked(link, Verdict.DEAD)
    except gaierror as why:
        is_unknown = why.errno == EAI_NONAME
        return Checked(link, Verdict.DEAD if is_unknown else Verdict.UNASKED)
    except (_Refused, OSError, ValueError):
        return Checked(link, Verdict.UNASKED)
    if 200 <= status < 300:
        return Checked(link, Verdict.OPENS, status)
    return Checked(link, Verdict.UNASKED if status in _NOT_FOR_PROGRAMS else Verdict.DEAD, status)


def _follow(link: str, resolve: Resolver, connect: Asker) -> int:
    until = monotonic() + SECONDS
    for _step in range(MOST_REDIRECTS + 1):
        answer = _ask_twice(link, resolve, connect, until)
        if not (300 <= answer.status < 400 and answer.location):
            return answer.status
        link = urljoin(link, answer.location)
    raise _Refused


def _ask_twice(link: str, resolve: Resolver, connect: Asker, until: float) -> Answer:
    """Some servers know no HEAD: what looks wrong is asked once more as a browser asks."""
    parts = _https(link)
    host = (parts.hostname or "").rstrip(".")
    address = _checked_address(host, resolve)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    answer = connect(Question("HEAD", host, address, target, until))
    if answer.status >= 400 and answer.status not in _GONE:
        answer = connect(Question("GET", host, address, target, until))
    return answer


def _https(link: str) -> SplitResult:
    parts = urlsplit(link)
    if parts.scheme != "https" or not parts.hostname or "@" in parts.netloc:
        raise _Refused
    if parts.port not in (None, 443) or not link.isascii() or any(one <= " " for one in link):
        raise _Refused
    return parts


def _checked_address(host: str, resolve: Resolver) -> str:
    found = resolve(host)
    if not found or not all(is_public(one) for one in found):
        raise _Refused
    return min(found, key=lambda one: ":" in one)
