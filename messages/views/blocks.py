"""The municipality's announcements: the list, what needs somebody first; and one of them."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date

from django.conf import settings
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from kizuna.lib import clock
from messages.domain.announcement import Phase, phase
from messages.domain.approval import Actor, Refusal, Standing, refusal
from messages.domain.review import ReviewAct, ReviewState
from messages.models import LocalBlock
from messages.queries import announcements, history
from messages.services import cases, review
from messages.services.blocks import copy_of
from messages.services.review import Hand, content_of
from messages.views import block_preview
from messages.views.block_edit import found, hand_of
from messages.views.block_said import differences, refused
from municipalities.access import console
from municipalities.domain.roles import Act, Role, may
from municipalities.http import ConsoleRequest
from municipalities.models import Membership

ASKED = (ReviewState.ASKED, ReviewState.CHECKED)
WAITS = (ReviewAct.CHECKED, ReviewAct.APPROVED, ReviewAct.CONFIRMED)
LONG_OVER = (Phase.ENDED, Phase.WITHDRAWN)


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    block: LocalBlock
    phase: Phase
    needs_me: bool
    unconfirmed: bool


def phase_of(block: LocalBlock, on: date) -> Phase:
    """Where it stands today."""
    return phase(block.state, block.shown_from, block.shown_until, on)


@require_safe
@console(Act.SEE_TEXTS)
def listing(request: ConsoleRequest) -> HttpResponse:
    """All of them by what they wait for; ended and withdrawn ones folded away."""
    today, hand = clock.today(), hand_of(request)
    found_all = announcements()
    unsure = [one for one in found_all if one.is_urgent or one.state in ASKED]
    standings = review.standings(request.municipality, unsure)
    rows = [_row(hand, one, standings.get(one.pk), today) for one in found_all]
    groups = [
        (one, [row for row in rows if row.phase is one])
        for one in Phase
        if any(row.phase is one for row in rows)
    ]
    context = {
        "place": "blocks",
        "waiting": [row for row in rows if row.needs_me],
        "groups": [(one, some) for one, some in groups if one not in LONG_OVER],
        "over": [(one, some) for one, some in groups if one in LONG_OVER],
        "may_write": request.seat.may(Act.WRITE_BLOCKS),
        "none": not rows,
    }
    return TemplateResponse(request, "console/blocks/list.html", context)


def _row(hand: Hand, block: LocalBlock, standing: Standing | None, today: date) -> Row:
    needs_me = standing is not None and any(
        refusal(one, standing, hand.actor) is None for one in WAITS
    )
    return Row(block, phase_of(block, today), needs_me, bool(standing and standing.urgent_by))


@require_safe
@console(Act.SEE_TEXTS)
def one(request: ConsoleRequest, block: int) -> HttpResponse:
    """One announcement: where it stands, what it says to whom, what may be done, what was done."""
    return shown(request, found(block))


def shown(
    request: ConsoleRequest,
    here: LocalBlock,
    note: str = "",
    mistakes: Sequence[tuple[str, str]] = (),
    *,
    status: int = 200,
    links: object = None,
) -> HttpResponse:
    """Its page; with what became of its ``links``, if they were asked; after a refusal with the sentence and the note that was typed, above the words as
    they are now, so that nobody agrees to words they have not seen."""
    hand = hand_of(request)
    standing = review.standing(request.municipality, here)
    able = review.possible_acts(hand, here)
    look = block_preview.context(request, request.GET, content_of(here), here)
    context = look | {
        "place": "blocks",
        "one": here,
        "phase": phase_of(here, clock.today()),
        "standing": standing,
        "able": {act.value for act in able},
        "why_not": _why_not(standing, hand),
        "next_people": _next_people(standing),
        "copy": copy_of(here.pk),
        "origin": cases.origin(here),
        "events": history(here),
        "blocked": bool(look["troubles"]),
        "differences": differences(content_of(here.replaces), content_of(here))
        if here.replaces
        else [],
        "may_write": hand.may_write,
        "may_check_links": hand.may_write and settings.LINK_CHECK,
        "links": links,
        "note": note,
        "mistakes": mistakes,
    }
    return TemplateResponse(request, "console/blocks/one.html", context, status=status)


def _next_people(standing: Standing) -> list[str] | None:
    """Who may take the next step, by name: whoever is away has these as deputies. None: no step."""
    if standing.state is ReviewState.DRAFT:
        standing = replace(standing, state=ReviewState.ASKED)
    if standing.state not in ASKED and standing.urgent_by is None:
        return None
    members = Membership.objects.filter(user__is_active=True).select_related("user")
    return [
        member.user.name
        for member in members.order_by("user__name", "user_id")
        if any(refusal(step, standing, _actor(member)) is None for step in WAITS)
    ]


def _actor(member: Membership) -> Actor:
    role = Role(member.role)
    return Actor(member.user_id, may(role, Act.WRITE_BLOCKS), may(role, Act.APPROVE_BLOCKS))


def _why_not(standing: Standing, hand: Hand) -> str:
    """Why an approver does not find the button to approve here."""
    why = refusal(ReviewAct.APPROVED, standing, hand.actor)
    if why in (Refusal.OWN_WORDS, Refusal.CHECKED_IT, Refusal.FIRST_STEP_OPEN):
        return refused(why)
    if standing.urgent_by == hand.user.pk:
        return refused(Refusal.OWN_URGENT)
    return ""
