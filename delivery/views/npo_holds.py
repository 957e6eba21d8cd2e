"""Letting one municipality's day wait, go on or end: ask with a reason, look, then do it."""

from collections.abc import Callable
from datetime import date, time, timedelta

from django.contrib import messages as flash
from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from delivery import holding
from delivery.holding import MANY, Asked, Refused
from delivery.models import Hold
from delivery.views.npo_day import Undone, day_page, found
from delivery.views.npo_hold_lines import hold_lines, obstacle_words, open_ones, past_ones
from delivery.views.words import number
from kizuna.lib import clock
from messages.domain.review import BroadcastState
from messages.models import Broadcast
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import EndpointKind
from municipalities.http import NpoRequest
from municipalities.models import Municipality
from municipalities.tenancy.scope import stepping_into

DAYS_BACK = 14
LONGEST = 200
EACH_PAGE = 50


@require_safe
@npo(NpoAct.SEE_TODAY)
def holds(request: NpoRequest) -> HttpResponse:
    """All that is on hold or waits for a second person, then what was held in the last two weeks."""
    today = clock.today()
    waiting = _page(request, "page", open_ones(today))
    past = _page(request, "past", past_ones(today, today - timedelta(days=DAYS_BACK)))
    context = {
        "place": "today",
        "waiting": hold_lines(request.user, waiting.object_list),
        "waiting_page": waiting,
        "past": hold_lines(request.user, past.object_list),
        "past_page": past,
        "on": today,
        "many": MANY,
        "may_hold": request.user.may_for_npo(NpoAct.HOLD_RUNS),
    }
    return TemplateResponse(request, "npo/holds/list.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@npo(NpoAct.HOLD_RUNS)
def hold(request: NpoRequest, slug: str, on: date) -> HttpResponse:
    """Choose what shall wait or end, say why; a second look before it is done."""
    municipality = found(slug)
    if on not in {clock.today(), clock.today() + timedelta(days=1)}:
        raise Http404
    if request.method != "POST":
        return _form(request, municipality, on, {}, {})
    typed = {
        "kind": request.POST.get("kind", ""),
        "channel": request.POST.get("channel", ""),
        "reason": request.POST.get("reason", "").replace("\0", "").strip(),
    }
    if request.POST.get("again") == "1":
        return _form(request, municipality, on, typed, {})
    wrong = _wrong(typed)
    if wrong or request.POST.get("sure") != "1":
        return _form(request, municipality, on, typed, wrong, sure=not wrong)
    asked = Asked(municipality, on, typed["channel"], typed["reason"], request.user)
    try:
        with stepping_into(municipality.pk):
            made = holding.pause(asked) if typed["kind"] == "pause" else holding.stop(asked)
    except Refused as error:
        wrong = {"kind": obstacle_words(error.obstacle)}
        return _form(request, municipality, on, typed, wrong)
    flash.success(request, _said(made))
    return redirect("npo:day", municipality.slug, on)


@require_POST
@npo(NpoAct.HOLD_RUNS)
def act(request: NpoRequest, pk: int) -> HttpResponse:
    """Agree, take back, let go on, or keep waiting."""
    one = Hold.objects.select_related("municipality").filter(pk=pk).first()
    if one is None:
        raise Http404
    reason = request.POST.get("reason", "").replace("\0", "").strip()[:LONGEST]
    steps: dict[str, Callable[[], Hold]] = {
        "agree": lambda: holding.agree(pk, request.user),
        "withdraw": lambda: holding.withdraw(pk, request.user),
        "resume": lambda: holding.resume(pk, request.user, reason),
        "agree_resume": lambda: holding.agree_to_resume(pk, request.user),
        "keep": lambda: holding.keep(pk, request.user),
    }
    wanted = request.POST.get("act", "")
    step = steps.get(wanted)
    if step is None:
        return HttpResponseBadRequest()
    try:
        with stepping_into(one.municipality_id):
            done = step()
    except Refused as error:
        undone = Undone(obstacle_words(error.obstacle), pk, reason)
        return day_page(request, one.municipality, one.run_day, undone)
    kept = _("The wish to let it go on is taken back. It stays on hold.")
    flash.success(request, kept if wanted == "keep" else _said(done))
    return redirect("npo:day", one.municipality.slug, one.run_day)


def _page(request: NpoRequest, name: str, rows: QuerySet[Hold]) -> "Page[Hold]":
    """Fifty of them; each of the two lists has its own number in the address."""
    found = Paginator(rows.select_related("municipality"), EACH_PAGE)
    return found.get_page(request.GET.get(name))


def _wrong(typed: dict[str, str]) -> dict[str, str]:
    wrong = {}
    if typed["kind"] not in {"pause", "stop"}:
        wrong["kind"] = _("Choose whether it shall wait or end.")
    if typed["channel"] not in {"", *EndpointKind}:
        wrong["channel"] = _("Choose one of the channels.")
    if not typed["reason"]:
        wrong["reason"] = _("Write a reason. The municipality reads it in its records.")
    elif len(typed["reason"]) > LONGEST:
        wrong["reason"] = _("The reason may have %(most)s characters; it has %(count)s.") % {
            "most": LONGEST,
            "count": len(typed["reason"]),
        }
    return wrong


def _form(
    request: NpoRequest,
    municipality: Municipality,
    on: date,
    typed: dict[str, str],
    wrong: dict[str, str],
    *,
    sure: bool = False,
) -> HttpResponse:
    context = {
        "place": "today",
        "municipality": municipality,
        "on": on,
        "typed": typed,
        "wrong": wrong,
        "mistakes": list(wrong.items()),
        "channels": [kind.value for kind in EndpointKind],
        "broadcasts": _broadcasts(municipality, on),
        "many": MANY,
        "sure": sure,
        **(_counted(request, municipality, on, typed) if sure else {}),
    }
    status = 422 if wrong else 200
    return TemplateResponse(request, "npo/holds/form.html", context, status=status)


def _counted(
    request: NpoRequest, municipality: Municipality, on: date, typed: dict[str, str]
) -> dict[str, int]:
    """How many it is about; and how many of the day decide whether one person is enough."""
    with stepping_into(municipality.pk):
        return {
            "waiting": holding.waiting(municipality, on, typed["channel"]),
            "at_stake": holding.at_stake(municipality, on, request.user)
            if typed["kind"] == "stop"
            else holding.waiting(municipality, on, ""),
        }


def _broadcasts(municipality: Municipality, on: date) -> list[str]:
    """The subjects of that day's broadcasts: they are in the same lanes, and wait with them."""
    begin, end = clock.at(on, time.min), clock.at(on + timedelta(days=1), time.min)
    waiting = Broadcast.objects.filter(
        municipality=municipality,
        state__in=[BroadcastState.APPROVED, BroadcastState.SENDING],
        send_at__gte=begin,
        send_at__lt=end,
    )
    return list(waiting.order_by("send_at").values_list("subject", flat=True))


def _said(one: Hold) -> str:
    count = number(one.waiting)
    if one.resumed_at:
        return _("It goes on.")
    if one.kind == "stop" and one.agreed_at:
        return _("Stopped: whoever has not got it does not get it.")
    if one.withdrawn_at:
        return _("The stop is taken back. What is on hold waits until somebody lets it go on.")
    if one.kind == "stop":
        return _(
            "A second person has to agree: more than %(many)s of this day wait, or you have stopped them. Until then they are on hold."
        ) % {"many": number(MANY)}
    if one.resume_asked_by_id:
        return _("A second person has to agree before it goes on.")
    return _("On hold: %(count)s wait until somebody lets them go on.") % {"count": count}
