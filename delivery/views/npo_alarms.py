"""What needs somebody, in whose hands it is, and where it is mended."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages as flash
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from delivery.alarms import acts, reading, wording
from delivery.alarms.catalogue import CATALOGUE
from delivery.alarms.cause import Cause, Told
from delivery.models import Alarm, AlarmCheck
from kizuna.lib import clock
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.http import NpoRequest
from municipalities.models import StaffUser
from municipalities.services.npo_staff import names

FEW = 10
A_PAGE = 50
ACTS: Mapping[str, Callable[[int, StaffUser, datetime], Alarm | None]] = {
    "done": acts.done,
    "quiet": acts.quiet,
    "again": acts.again,
}


@dataclass(frozen=True, slots=True)
class Row:
    """One alarm as it is shown."""

    alarm: Alarm
    title: str
    sentence: str
    place: str
    button: str
    may_handle: bool
    done_by: str = ""


@dataclass(frozen=True, slots=True)
class Section:
    """One cause with its alarms: the first ten, or a page of fifty where it is asked for alone.

    In the ``owner``'s hands; ``also`` are told. ``may_handle``: whether the reader of the page says
    when it is done.
    """

    cause: Cause
    rows: list[Row]
    count: int
    owner: str
    also: str
    may_handle: bool


@dataclass(frozen=True, slots=True)
class Question:
    """One line of the list of questions."""

    title: str
    told: str
    check: AlarmCheck | None
    state: str


@require_safe
@npo(NpoAct.SEE_TODAY)
def alarms(request: NpoRequest) -> HttpResponse:
    """Open ones by cause, those that are handled, those that are over, and the questions asked."""
    now, user = clock.now(), request.user
    only = request.GET.get("cause", "")
    only = only if only in CATALOGUE else ""
    mine = request.GET.get("whose") == "mine"
    groups = reading.open_groups(now, only, user if mine else None)
    page = (
        Paginator(groups[0].alarms, A_PAGE).get_page(request.GET.get("page"))
        if only and groups
        else None
    )
    handled, closed = reading.handled(now), reading.closed(now)
    colleagues = names([one.done_by_id for one in (*handled, *closed)])
    context: dict[str, Any] = {
        "place": "alarms",
        "now": now,
        "sections": [_section(g, list(page) if page else g.alarms[:FEW], user) for g in groups],
        "count": sum(len(group.alarms) for group in groups),
        "only": CATALOGUE.get(only),
        "mine": mine,
        "page": page,
        "query": urlencode({"cause": only, **({"whose": "mine"} if mine else {})}),
        "handled": [_row(one, user, colleagues) for one in handled],
        "closed": [_row(one, user, colleagues) for one in closed],
        "questions": [_question(one) for one in reading.asked()],
        **reading.silence(now),
    }
    return TemplateResponse(request, "npo/alarms/list.html", context)


@require_POST
@npo(NpoAct.SEE_TODAY)
def act(request: NpoRequest, alarm: int, act: str) -> HttpResponse:
    """Done, quiet for a day, or neither any more."""
    if act not in ACTS:
        raise Http404
    try:
        found = ACTS[act](alarm, request.user, clock.now())
    except acts.NotYoursError as error:
        raise PermissionDenied from error
    if found is None:
        flash.info(request, _("It had closed by itself meanwhile."))
    else:
        flash.success(
            request,
            {
                "done": _("Noted as done. It closes by itself when it is over."),
                "quiet": _("Quiet for a day. If it is still so then, it stands here again."),
                "again": _("It stands on the list again."),
            }[act],
        )
    back = request.POST.get("back", "")
    query = f"?{back}" if back.startswith(("cause=", "whose=")) else ""
    return redirect(reverse("npo:alarms") + query)


def _section(group: reading.Group, shown: list[Alarm], user: StaffUser) -> Section:
    rows = [_row(one, user, {}) for one in shown]
    cause = group.cause
    return Section(
        cause,
        rows,
        len(group.alarms),
        _told_words(cause.told[:1]),
        _told_words(cause.told[1:]),
        user.may_for_npo(cause.owner),
    )


def _row(alarm: Alarm, user: StaffUser, colleagues: Mapping[int, str]) -> Row:
    cause = wording.cause_of(alarm)
    place = cause.place if cause and cause.place.act and user.may_for_npo(cause.place.act) else None
    return Row(
        alarm,
        wording.title(alarm),
        wording.sentence(alarm),
        place.address(alarm) if place else "",
        str(place.button) if place else "",
        reading.may_handle(alarm, user),
        colleagues.get(alarm.done_by_id or 0, ""),
    )


def _question(one: reading.Asked) -> Question:
    check = one.check
    state = check.outcome if check else "never"
    return Question(str(one.cause.title), _told_words(one.cause.told), check, state)


def _told_words(told: Sequence[Told]) -> str:
    words = {
        Told.OPERATORS: _("operations"),
        Told.EDITORS: _("editors"),
        Told.PARTNER: _("the partner manager"),
        Told.MANAGERS: _("the municipality's managers"),
    }
    comma = ", " if (get_language() or "ja").startswith("en") else "、"
    return comma.join(words[one] for one in told)
