"""Do the pages still open that texts and announcements lead to? Asked once a night, of the network.

Read as the NPO's role, asked outside of any transaction. Only what is certainly gone is a finding: a
page that could not be asked from here says nothing.
"""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from time import monotonic

from django.conf import settings
from django.db.models import Q

from delivery.alarms.cause import Finding
from delivery.alarms.look import Look
from messages.domain.review import ReviewState
from messages.models import LocalBlock, TextVersion
from messages.services import dead_links
from messages.services.compose import shelf
from messages.services.dead_links import Verdict, links_of
from municipalities.tenancy.scope import across_for_npo

AT_ONCE = 8
SECONDS = 180
"""After that the rest waits for another night; each night begins at another place."""


def link_dead(look: Look) -> Iterator[Finding]:
    """A base text that is being sent leads to a page that is gone."""
    if not settings.LINK_CHECK:
        return
    with across_for_npo():
        sent = {version.id for version in shelf(look.today).values()}
        bodies = TextVersion.objects.filter(pk__in=sent, body__contains="https://")
        places = {link for body in bodies.values_list("body", flat=True) for link in links_of(body)}
    dead = sorted(_dead(places, look))
    if dead:
        yield Finding(facts={"count": len(dead), "link": dead[0]})


def block_link_dead(look: Look) -> Iterator[Finding]:
    """The same of a municipality's announcements in force."""
    if not settings.LINK_CHECK:
        return
    places: dict[str, set[int]] = {}
    with across_for_npo():
        blocks = (
            LocalBlock.objects.filter(state=ReviewState.APPROVED, body__contains="https://")
            .filter(Q(shown_until=None) | Q(shown_until__gte=look.today))
            .values_list("municipality_id", "body")
        )
        for municipality, body in blocks:
            for link in links_of(body):
                places.setdefault(link, set()).add(municipality)
    dead: dict[int, list[str]] = {}
    for link in sorted(_dead(set(places), look)):
        for municipality in places[link] & look.live.keys():
            dead.setdefault(municipality, []).append(link)
    for municipality, links in sorted(dead.items()):
        yield Finding(municipality, facts={"count": len(links), "link": links[0]})


def _dead(links: set[str], look: Look) -> set[str]:
    """Those that are certainly gone. Which are asked first changes from night to night."""
    in_order = sorted(links)
    if not in_order:
        return set()
    start = look.today.toordinal() * 97 % len(in_order)
    until = monotonic() + SECONDS

    def is_dead(link: str) -> bool:
        return monotonic() < until and dead_links.check(link).verdict is Verdict.DEAD

    with ThreadPoolExecutor(AT_ONCE, thread_name_prefix="alarm-link") as pool:
        turned = in_order[start:] + in_order[:start]
        return {link for link, dead in zip(turned, pool.map(is_dead, turned), strict=True) if dead}
