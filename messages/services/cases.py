"""The library of cases: what one municipality offers, what another takes over as a draft.

All inside ``in_municipality``. Everybody reads every case; the table's policy lets only the
municipality it comes from write it.
"""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from kizuna.lib import clock
from messages.domain.announcement import Content
from messages.domain.approval import Refusal
from messages.domain.stage import Kind
from messages.models import CaseAdoption, ExchangeCase, LocalBlock
from messages.services import blocks
from messages.services.review import Hand, ReviewRefused
from municipalities.services import audit
from municipalities.tenancy.scope import across_for_npo, the_municipality_id

ANNOUNCEMENT, FLYER, PRACTICE = "announcement", "flyer", "practice"
SORTS = (ANNOUNCEMENT, FLYER, PRACTICE)
SEASONS = ("", "spring", "summer", "autumn", "winter", "april")
"""'' means all year; ``april`` is the change of the fiscal year."""
MOST_STEPS = 100
"""So many copies of copies are followed back to the one that was taken over."""


@dataclass(frozen=True, slots=True)
class Offer:
    """What is offered. ``block``: the own announcement whose range it takes, else None."""

    sort: str
    title: str
    body: str
    result: str = ""
    season: str = ""
    block: int | None = None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases are asked for; nothing set means all."""

    sort: str = ""
    season: str = ""
    words: str = ""
    mine: bool = False


def library(wanted: Wanted = Wanted()) -> QuerySet[ExchangeCase]:
    """What is offered, the newest first. ``mine``: the municipality's own, withdrawn ones too."""
    found = ExchangeCase.objects.select_related("municipality").order_by("-published_at", "-pk")
    if wanted.mine:
        found = found.filter(municipality=the_municipality_id())
    else:
        found = found.filter(withdrawn_at=None)
    if wanted.sort:
        found = found.filter(sort=wanted.sort)
    if wanted.season:
        found = found.filter(season=wanted.season)
    for word in wanted.words.split():
        found = found.filter(
            Q(title__icontains=word)
            | Q(body__icontains=word)
            | Q(result__icontains=word)
            | Q(municipality__name__icontains=word)
        )
    return found


def one(case_id: int) -> ExchangeCase | None:
    """A case that this municipality may see; None where there is none of that number."""
    found = ExchangeCase.objects.select_related("municipality", "published_by")
    visible = Q(withdrawn_at=None) | Q(municipality=the_municipality_id())
    return found.filter(visible, pk=case_id).first()


def newest_of_others() -> ExchangeCase | None:
    """The newest case of another municipality, for the first page."""
    return library().exclude(municipality=the_municipality_id()).first()


def publish(hand: Hand, offer: Offer) -> ExchangeCase:
    """Offer it to all other municipalities, at once; the same words twice are one case.

    Raises:
        ReviewRefused: the role may not write, or the announcement is not the municipality's own.
    """
    _may_write(hand)
    span = _span_of(offer)
    same = ExchangeCase.objects.filter(
        municipality=hand.municipality,
        withdrawn_at=None,
        sort=offer.sort,
        title=offer.title,
        body=offer.body,
    ).first()
    if same:
        return same
    made = ExchangeCase.objects.create(
        municipality=hand.municipality,
        published_by=hand.user,
        **_fields(offer),
        **span,
    )
    audit.note(hand.municipality, hand.user, "case.published", about=f"case {made.pk}")
    return made


def change(hand: Hand, case_id: int, offer: Offer) -> ExchangeCase:
    """Other words for what is offered. What others took over already stays theirs, as it was.

    Raises:
        ReviewRefused: the role may not write, or the case is withdrawn or not this municipality's.
    """
    case = _own(hand, case_id)
    fields = {name: value for name, value in _fields(offer).items() if name != "sort"}
    if all(getattr(case, name) == value for name, value in fields.items()):
        return case
    for name, value in fields.items():
        setattr(case, name, value)
    case.save(update_fields=list(fields))
    audit.note(hand.municipality, hand.user, "case.changed", about=f"case {case.pk}")
    return case


def withdraw(hand: Hand, case_id: int) -> ExchangeCase:
    """Offer it no more. Drafts that others made from it stay, with their origin.

    Raises:
        ReviewRefused: the role may not write, or the case is withdrawn or not this municipality's.
    """
    case = _own(hand, case_id)
    case.withdrawn_at = clock.now()
    case.save(update_fields=["withdrawn_at"])
    audit.note(hand.municipality, hand.user, "case.withdrawn", about=f"case {case.pk}")
    return case


def adopt(hand: Hand, case_id: int) -> CaseAdoption:
    """Take it over: of an announcement a draft is made, which somebody else approves as any other.

    A flyer's words or a practice make no draft; that they are used here is written down.

    Raises:
        ReviewRefused: the role may not write, or there is nothing (any more) to take over.
    """
    _may_write(hand)
    case = one(case_id)
    if case is None or case.withdrawn_at or case.municipality_id == hand.municipality.pk:
        raise ReviewRefused(Refusal.STATE)
    block = blocks.create(hand, _content(case)) if case.sort == ANNOUNCEMENT else None
    taken, is_new = CaseAdoption.objects.get_or_create(
        municipality=hand.municipality, case=case, block=block
    )
    if is_new:
        audit.note(hand.municipality, hand.user, "case.adopted", about=f"case {case.pk}")
    return taken


def origin(block: LocalBlock) -> ExchangeCase | None:
    """The case that these words, or what they are a copy of, were taken over from."""
    number: int | None = block.pk
    for _step in range(MOST_STEPS):
        if number is None:
            return None
        taken = (
            CaseAdoption.objects.filter(block_id=number)
            .select_related("case__municipality")
            .order_by("pk")
            .first()
        )
        if taken:
            return taken.case
        number = LocalBlock.objects.filter(pk=number).values_list("replaces", flat=True).first()
    return None


def adopted_here(case: ExchangeCase) -> list[CaseAdoption]:
    """What this municipality made of it, the newest first."""
    return list(CaseAdoption.objects.filter(case=case).select_related("block").order_by("-pk"))


def times_adopted(some: list[ExchangeCase]) -> dict[int, int]:
    """By how many municipalities each was taken over: how many, never which."""
    numbers = [case.pk for case in some]
    with across_for_npo():
        rows = (
            CaseAdoption.objects.filter(case__in=numbers)
            .values("case")
            .annotate(count=Count("municipality", distinct=True))
        )
        return {row["case"]: row["count"] for row in rows}


def own_announcements() -> list[LocalBlock]:
    """What may be offered: the municipality's approved announcements, the newest change first."""
    return list(LocalBlock.objects.filter(state="approved").order_by("-updated_at", "-pk"))


def _own(hand: Hand, case_id: int) -> ExchangeCase:
    _may_write(hand)
    found = ExchangeCase.objects.select_for_update().filter(
        pk=case_id, municipality=hand.municipality, withdrawn_at=None
    )
    case = found.first()
    if case is None:
        raise ReviewRefused(Refusal.STATE)
    return case


def _may_write(hand: Hand) -> None:
    if not hand.may_write:
        raise ReviewRefused(Refusal.ROLE)


def _fields(offer: Offer) -> dict[str, str]:
    return {
        "sort": offer.sort,
        "title": offer.title,
        "body": offer.body,
        "result": offer.result,
        "season": offer.season,
    }


def _span_of(offer: Offer) -> dict[str, str | int]:
    """The stages of the announcement that is offered. A flyer or a practice has none."""
    if offer.sort != ANNOUNCEMENT:
        return {}
    own = LocalBlock.objects.filter(state="approved")
    block = own.filter(pk=offer.block).first() if offer.block is not None else None
    if block is None:
        raise ReviewRefused(Refusal.STATE)
    return {"kind": block.kind, "first_day": block.first_day, "last_day": block.last_day}


def _content(case: ExchangeCase) -> Content:
    if case.first_day is None or case.last_day is None:
        raise ReviewRefused(Refusal.STATE)
    return Content(case.title, case.body, Kind(case.kind), case.first_day, case.last_day)
