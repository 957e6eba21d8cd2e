"""The months as the pages, charts and files show them: what must be hidden is hidden here, once."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from delivery.domain.suppress import Policy, line, single
from delivery.figures import CHANNELS, FLOWS, Count, Month

Shown = int | None


@dataclass(frozen=True, slots=True)
class MonthLine:
    """One month. None: too small to be shown, or (unless ``is_known``) there is no snapshot, or
    (unless ``is_reported``) no figure from outside."""

    month_end: date
    is_known: bool
    readers: Shown
    children: Shown
    registrations: Shown
    channels: dict[str, Shown]
    flows: dict[str, Shown]
    net: Shown
    block_rate: float | None
    external: Shown
    is_reported: bool
    is_hidden: bool


def month_lines(months: Sequence[Month], policy: Policy) -> list[MonthLine]:
    """All but the first month, which is there for the rate of the second."""
    return [_line(one, before, policy) for before, one in pairwise(months)]


def _line(one: Month, before: Month, policy: Policy) -> MonthLine:
    active = one.active or Count()
    readers = single(active.readers, policy)
    channels = _channels(one, policy)
    flows = _flows(one, policy)
    blocked = single(one.line_blocked, policy)
    return MonthLine(
        month_end=one.month_end,
        is_known=one.active is not None,
        readers=readers if one.active else None,
        children=single(active.children, policy) if one.active else None,
        registrations=single(one.registrations, policy),
        channels=channels,
        flows=flows,
        net=None if None in flows.values() else policy.rounded(one.net),
        block_rate=None if blocked is None else _rate(one, before, policy),
        external=None if one.external is None else single(one.external, policy),
        is_reported=one.external is not None,
        is_hidden=None in (readers, *flows.values(), *(channels.values() if one.active else ())),
    )


def _channels(one: Month, policy: Policy) -> dict[str, Shown]:
    if not one.active:
        return dict.fromkeys(CHANNELS)
    counts = [one.channels.get(name, Count()).readers for name in CHANNELS]
    return dict(zip(CHANNELS, line(counts, policy)[0], strict=True))


def _flows(one: Month, policy: Policy) -> dict[str, Shown]:
    """A hidden flow would follow from the others and the difference of two months: all go with it."""
    shown = {flow: single(one.flows.get(flow, 0), policy) for flow in FLOWS}
    return dict.fromkeys(FLOWS) if None in shown.values() else dict(shown)


def _rate(one: Month, before: Month, policy: Policy) -> float | None:
    followers = before.channels.get("line", Count()).subscriptions
    if followers <= 0 or followers < policy.base:
        return None
    return policy.rounded(one.line_blocked) / policy.rounded(followers)
