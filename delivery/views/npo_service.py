"""A municipality's service is paused, goes on, or comes here from elsewhere; with a reason.

Pausing it ends the day like a stop does, so that many who wait need two persons here as well: one
holds the day, which works at once, and another pauses the service.
"""

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from delivery import holding
from kizuna.lib import clock
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import Service
from municipalities.http import NpoRequest
from municipalities.models import Municipality
from municipalities.services import going_live
from municipalities.tenancy.scope import stepping_into
from municipalities.views.npo_found import Told, the_one

# Pressed on a page from before, the button does what it said or nothing.
_WISHES = {"pause": going_live.pause, "resume": going_live.resume, "prepare": going_live.prepare}
_OFFERED = {Service.LIVE: "pause", Service.PAUSED: "resume", Service.EXTERNAL: "prepare"}


@require_http_methods(["GET", "HEAD", "POST"])
@npo(NpoAct.MANAGE_MUNICIPALITIES)
def service(request: NpoRequest, slug: str) -> HttpResponse:
    """Pause a running service, let a paused one go on, bring an external one here; with a reason."""
    one = the_one(slug)
    if one.service not in _OFFERED:
        flash.error(request, _("Only a running service is paused, and only a paused one goes on."))
        return redirect("npo:municipality", slug)
    reason = request.POST.get("reason", "").strip()
    wish = request.POST.get("wish", "")
    wish = wish if wish in _WISHES else "resume"
    if request.method != "POST" or (wish == "pause" and _many_without_another(request, one)):
        return _page(request, one, reason, [])
    if not reason or len(reason) > going_live.LONGEST_REASON:
        sentence = _("Write the reason in at most %(most)s characters.")
        return _page(
            request, one, reason, [("reason", sentence % {"most": going_live.LONGEST_REASON})]
        )
    try:
        _WISHES[wish](one, request.user, reason)
        flash.success(request, _done(one.service))
    except going_live.Refused:
        flash.error(request, _("A colleague was faster: look at how it stands now."))
    return redirect("npo:municipality", slug)


def _many_without_another(request: NpoRequest, one: Municipality) -> int:
    """How many wait today, where they are too many for one person and nobody else holds them; else 0."""
    if one.service != Service.LIVE:
        return 0
    today = clock.today()
    with stepping_into(one.pk):
        count = holding.waiting(one, today, "")
        is_free = count <= holding.MANY or holding.is_held_by_another(today, request.user)
    return 0 if is_free else count


def _page(request: NpoRequest, one: Municipality, reason: str, mistakes: Told) -> HttpResponse:
    many = _many_without_another(request, one)
    context = {
        "place": "municipalities",
        "one": one,
        "wish": _OFFERED[Service(one.service)],
        "typed": reason,
        "mistakes": mistakes,
        "wrong": dict(mistakes),
        "many": many,
        "limit": holding.MANY,
        "today": clock.today(),
    }
    status = 409 if many and request.method == "POST" else 400 if mistakes else 200
    return TemplateResponse(request, "npo/municipalities/service.html", context, status=status)


def _done(state: str) -> str:
    """How it stands after the step."""
    return {
        Service.PAUSED: _("The service is paused. Nothing goes out any more."),
        Service.LIVE: _("The service goes on."),
        Service.PREPARING: _("It is being prepared now. The page says what is open."),
    }[Service(state)]
