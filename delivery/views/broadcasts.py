"""Broadcasts of one municipality: the list, and one of them with everything there is to decide on."""

from copy import copy
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from delivery import broadcasting
from delivery.broadcast_reach import Reach, count, neighbours
from delivery.channels.protocol import MY_URL, STOP_URL
from delivery.models import Delivery
from delivery.queries import Counts
from delivery.reasons import words as reason_words
from delivery.views.texts import DISABLED, as_frame
from delivery.views.words import channel_words, number
from kizuna.lib import clock
from messages.domain.review import BroadcastState
from messages.domain.sending_hours import leaves_at
from messages.models import Broadcast, BroadcastEvent
from messages.services.broadcast_history import needs_confirmation, writers_of
from messages.services.broadcast_text import compose_broadcast, problems_of
from messages.services.broadcasts import MANY, is_missed
from messages.views.block_said import act_said
from messages.views.broadcast_drafts import found
from messages.views.broadcast_words import (
    moment_words,
    people_words,
    state_words,
    title_of,
)
from messages.views.day_in_words import in_english
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest
from municipalities.models import Membership

_State = BroadcastState
_STARTED = (_State.SENDING, _State.PAUSED, _State.STOPPED)
NEWEST = 200


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the list."""

    pk: int
    title: str
    state: str
    people: str
    when: str
    is_urgent: bool


@require_safe
@console(Act.SEE_TEXTS)
def listing(request: ConsoleRequest) -> HttpResponse:
    """The newest first."""
    newest = list(
        Broadcast.objects.select_related("corrects", "municipality").order_by("-pk")[:NEWEST]
    )
    going = broadcasting.going(newest)
    context = {
        "place": "broadcasts",
        "rows": [_row(request, one, going=one.pk in going) for one in newest],
        "may_write": request.seat.may(Act.WRITE_BLOCKS),
    }
    return TemplateResponse(request, "console/broadcasts/list.html", context)


@require_safe
@console(Act.SEE_TEXTS)
def one(request: ConsoleRequest, broadcast: int) -> HttpResponse:
    """Whom it reaches, how it reads, what may be done with it, and what came of it."""
    return shown(request, found(broadcast))


@require_safe
@console(Act.SEE_TEXTS)
@xframe_options_sameorigin
def mail(request: ConsoleRequest, broadcast: int) -> HttpResponse:
    """The HTML of the mail as it would be sent, but for the reader's own links."""
    rendered = compose_broadcast(found(broadcast), request.municipality, clock.today())
    html = rendered.mail_html
    for mark in (STOP_URL, MY_URL):
        html = html.replace(f'href="{mark}"', DISABLED).replace(mark, "")
    return as_frame(html, styles="'unsafe-inline'")


def shown(
    request: ConsoleRequest, one: Broadcast, mistake: str = "", note: str = ""
) -> TemplateResponse:
    """The page of one broadcast; with ``mistake``, why a step on it was not taken."""
    now = clock.now()
    reach, counts, over = figures(one, now)
    context = {
        "place": "broadcasts",
        "one": one,
        "title": title_of(one),
        "state": state_words(one.state, over=over),
        "people": people_words(one, request.municipality),
        "when": moment_words(one.send_at) if one.send_at else "",
        "summary": _summary(request, one, reach),
        "reach": reach and reach_words(reach),
        "neighbours": [
            (title_of(other), moment_words(leaves_at(other.send_at, other.approved_at)))
            for other in (neighbours(one, _hour(one, now)) if reach else [])
            if other.send_at and other.approved_at
        ],
        "many": bool(reach and reach.total > MANY),
        "near_daily": _is_near_daily(request, one),
        "counts": counts,
        "left_out": _left_out(one) if counts else [],
        "moving": one.state == _State.SENDING and not over,
        "now": now,
        "mistakes": [("note", mistake)] if mistake else [],
        "note": note,
        "may": _may(request, one, over),
        "testers": _testers(request),
        "leaves": _leaves(one),
        "missed": is_missed(one, now),
        **preview(request, one),
        "history": _history(one),
    }
    return TemplateResponse(
        request, "console/broadcasts/show.html", context, status=400 if mistake else 200
    )


def figures(one: Broadcast, now: datetime) -> tuple[Reach | None, Counts | None, bool]:
    """Before it has begun, whom it would reach; afterwards, how it went, and whether it is over."""
    if one.state in _STARTED:
        counts = progress(one)
        return None, counts, not counts.pending
    return (None if one.state == _State.WITHDRAWN else reach_of(one, now)), None, False


def reach_of(one: Broadcast, now: datetime) -> Reach:
    """Whom it would reach at its own hour, or now where it has none."""
    return count(one, _hour(one, now))


def urgent_reach_of(one: Broadcast, now: datetime) -> Reach:
    """The same if it leaves as an urgent one: no other broadcast takes anybody from it."""
    as_urgent = copy(one)
    as_urgent.is_urgent = True
    return reach_of(as_urgent, now)


def progress(one: Broadcast) -> Counts:
    """How many of it ended how, so far."""
    counts = Counts()
    for state, some in _ledger(one).values_list("state").annotate(count=Count("id")):
        counts.add(state, some)
    return counts


def _hour(one: Broadcast, now: datetime) -> datetime:
    return max(one.send_at or now, now)


def _row(request: ConsoleRequest, one: Broadcast, *, going: bool) -> Row:
    over = one.state == _State.SENDING and not going
    missed = is_missed(one, clock.now())
    return Row(
        one.pk,
        title_of(one),
        _("Approved, but its time went by") if missed else state_words(one.state, over=over),
        people_words(one, request.municipality),
        moment_words(one.send_at) if one.send_at else "",
        one.is_urgent,
    )


def _ledger(one: Broadcast) -> QuerySet[Delivery]:
    """Its rows; none before it was planned."""
    return Delivery.objects.filter(
        run_day=one.run_day or date.min, municipality_id=one.municipality_id, text_id=-one.pk
    )


def _left_out(one: Broadcast) -> list[tuple[str, int]]:
    rows = (
        _ledger(one)
        .filter(state__in=["skipped", "failed"])
        .values_list("reason")
        .annotate(count=Count("id"))
        .order_by("-count", "reason")
    )
    return [(reason_words(reason), some) for reason, some in rows]


def reach_words(reach: Reach) -> dict[str, object]:
    """For the template."""
    return {
        "total": reach.total,
        "channels": [
            (channel_words(channel), some) for channel, some in sorted(reach.by_channel.items())
        ],
        "left_out": [
            (reason_words(reason), some)
            for reason, some in sorted(reach.left_out.items(), key=lambda item: (-item[1], item[0]))
        ],
    }


def _summary(request: ConsoleRequest, one: Broadcast, reach: Reach | None) -> str:
    """12月3日 10:00に、850人へ「秋の離乳食講座」を送ります."""
    if reach is None or one.send_at is None:
        return ""
    return _("On %(when)s, “%(subject)s” goes to %(count)s people") % {
        "when": moment_words(one.send_at),
        "subject": title_of(one),
        "count": number(reach.total),
    }


def _is_near_daily(request: ConsoleRequest, one: Broadcast) -> bool:
    """Whether phones would ring twice within an hour."""
    if one.send_at is None:
        return False
    local = one.send_at.astimezone(clock.TOKYO)
    daily = clock.at(local.date(), request.municipality.send_time)
    return abs((local - daily).total_seconds()) < 3600


def _leaves(one: Broadcast) -> str:
    if one.state != _State.APPROVED or one.send_at is None or one.approved_at is None:
        return ""
    return moment_words(leaves_at(one.send_at, one.approved_at))


def preview(request: ConsoleRequest, one: Broadcast) -> dict[str, object]:
    """Every form of its words as it would leave today, and what is to be mended in them."""
    today = clock.today()
    rendered = compose_broadcast(one, request.municipality, today)
    english = in_english()
    return {
        "problems": [
            problem.message_en if english else problem.told
            for problem in problems_of(one, request.municipality, today)
        ],
        "rendered": rendered,
        "mail_text": rendered.mail_text.replace(
            STOP_URL, _("(each reader's own stop link)")
        ).replace(MY_URL, _("(link into each reader's own page)")),
        # Our own renderer escaped every word of it.
        "letter": mark_safe(rendered.web_html),  # noqa: S308
    }


def _history(one: Broadcast) -> list[tuple[BroadcastEvent, str, str]]:
    events = BroadcastEvent.objects.filter(broadcast=one).select_related("by").order_by("-pk")
    return [(event, act_said(event.act), moment_words(event.at)) for event in events[:50]]


def _testers(request: ConsoleRequest) -> list[tuple[int, str, bool]]:
    """Colleagues of this municipality; oneself is chosen already."""
    rows = Membership.objects.select_related("user").order_by("user__name", "pk")
    return [
        (m.user_id, m.user.name, m.user_id == request.user.pk) for m in rows if m.user.is_active
    ]


def _may(request: ConsoleRequest, one: Broadcast, over: bool) -> dict[str, bool]:
    """Which buttons there are. The services ask again whether a step may be taken."""
    writes, approves = request.seat.may(Act.WRITE_BLOCKS), request.seat.may(Act.APPROVE_BLOCKS)
    own = request.user.pk in writers_of(one)
    asked = one.state in (_State.ASKED, _State.CHECKED)
    two_steps = request.municipality.approval_steps > 1
    editable = one.state in (_State.DRAFT, _State.ASKED, _State.CHECKED)
    return {
        "edit": writes and editable,
        "ask": writes and one.state == _State.DRAFT,
        "check": approves and not own and two_steps and one.state == _State.ASKED,
        "approve": approves and not own and (one.state == _State.CHECKED if two_steps else asked),
        "urgent": approves and editable,
        "send_back": approves and asked,
        "take_back": writes and one.state == _State.APPROVED,
        "withdraw": writes and (editable or one.state == _State.APPROVED),
        "confirm": approves and not own and one.approved_by_id != request.user.pk
        and needs_confirmation(one),
        "pause": writes and one.state == _State.SENDING and not over,
        "resume": approves and one.state == _State.PAUSED,
        "wait": writes and not approves and one.state == _State.PAUSED,
        "stop": writes and (one.state == _State.PAUSED or (one.state == _State.SENDING and not over)),
        "test": writes and editable,
        "copy": writes,
        "correct": writes and over and one.state != _State.PAUSED,
    }  # fmt: skip
