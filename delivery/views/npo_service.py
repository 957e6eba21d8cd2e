"""A municipality's service is paused, goes on, or comes here from elsewhere; with a reason.

Pausing it ends the day like a stop does, so that many who wait need two persons here as well: one
holds the day, which works at once, and another pauses the service.
"""

from collections.abc import Callable

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from delivery import held_by, holding, service_pause
from delivery.models import Hold
from delivery.service_pause import Question, Step
from kizuna.lib import clock
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import Service
from municipalities.http import NpoRequest
from municipalities.models import Municipality, StaffUser
from municipalities.services import going_live, npo_staff
from municipalities.tenancy.scope import stepping_into
from municipalities.views.npo_found import Told, the_one

# Pressed on a page from before, the button does what it said or nothing.
_WISHES: dict[str, Callable[[Municipality, StaffUser, str], None]] = {
    "pause": service_pause.pause,
    "resume": going_live.resume,
    "prepare": going_live.prepare,
}
_OFFERED = {Service.LIVE: "pause", Service.PAUSED: "resume", Service.EXTERNAL: "prepare"}


@require_http_methods(["GET", "HEAD", "POST"])
@npo(NpoAct.MANAGE_MUNICIPALITIES)
def service(request: NpoRequest, slug: str) -> HttpResponse:
    """Pause a running service, let a paused one go on, bring an external one here; with a reason."""
    one = the_one(slug)
    if one.service not in _OFFERED:
        flash.error(request, _("Only a running service is paused, and only a paused one goes on."))
        return redirect("npo:municipality", slug)
    if request.method != "POST":
        return _page(request, one, "", [])
    reason = request.POST.get("reason", "").replace("\0", "").strip()
    if not reason or len(reason) > going_live.LONGEST_REASON:
        sentence = _("Write the reason in at most %(most)s characters.")
        return _page(
            request, one, reason, [("reason", sentence % {"most": going_live.LONGEST_REASON})]
        )
    wish = request.POST.get("wish", "")
    try:
        _WISHES.get(wish, going_live.resume)(one, request.user, reason)
    except holding.Refused:
        return _page(request, one, reason, [], undone=_why_not(request, one))
    except going_live.Refused:
        flash.error(request, _("A colleague was faster: look at how it stands now."))
    else:
        flash.success(request, _done(one.service))
    return redirect("npo:municipality", slug)


def _question(one: Municipality, by: StaffUser) -> Question | None:
    """Who may pause it; None where it does not run."""
    if one.service != Service.LIVE:
        return None
    with stepping_into(one.pk):
        return service_pause.ask(one, by)


def _why_not(request: NpoRequest, one: Municipality) -> str:
    """One person is not enough, and what became of the other."""
    question = _question(one, request.user)
    if question and question.step is Step.ANOTHER:
        return _("Not paused yet: you hold the day yourself, so somebody else pauses the service.")
    resumed = (
        Hold.objects.filter(municipality=one, run_day=clock.today(), resumed_at__isnull=False)
        .order_by("-resumed_at")
        .first()
    )
    if resumed is None:
        return _("Not paused yet: two people are needed, and nobody else holds the day.")
    who = npo_staff.names({resumed.resumed_by_id}).get(resumed.resumed_by_id or 0, "")
    return _("Not paused yet: %(name)s has let today's sending go on.") % {"name": who}


def _others(one: Municipality) -> list[str]:
    """Colleagues who may pause the service now, because somebody else holds the day."""
    colleagues = npo_staff.who_may(NpoAct.MANAGE_MUNICIPALITIES)
    with stepping_into(one.pk):
        return [who.name for who in colleagues if held_by.another(clock.today(), who)]


def _page(
    request: NpoRequest, one: Municipality, reason: str, mistakes: Told, undone: str = ""
) -> HttpResponse:
    question = _question(one, request.user)
    needs_two = question is not None and question.step is not Step.FREE
    is_held_by_you = question is not None and question.step is Step.ANOTHER
    context = {
        "place": "municipalities",
        "one": one,
        "wish": _OFFERED[Service(one.service)],
        "typed": reason,
        "mistakes": mistakes,
        "wrong": dict(mistakes),
        "undone": undone,
        "question": question,
        "needs_two": needs_two,
        "is_held_by_you": is_held_by_you,
        "others": _others(one) if is_held_by_you else [],
        "limit": holding.MANY,
        "today": clock.today(),
    }
    status = 409 if undone else 400 if mistakes else 200
    return TemplateResponse(request, "npo/municipalities/service.html", context, status=status)


def _done(state: str) -> str:
    """How it stands after the step."""
    return {
        Service.PAUSED: _("The service is paused. Nothing goes out any more."),
        Service.LIVE: _("The service goes on."),
        Service.PREPARING: _("It is being prepared now. The page says what is open."),
    }[Service(state)]
