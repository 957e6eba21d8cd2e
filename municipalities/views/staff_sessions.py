"""Where one is logged in: each browser, and a button that ends it."""

from dataclasses import dataclass
from datetime import datetime

from allauth.usersessions.models import UserSession
from django.contrib import messages as flash
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from municipalities.domain.agents import agent_words


@dataclass(frozen=True, slots=True)
class Place:
    """One browser that is logged in. ``is_here``: the one that asks."""

    number: int
    agent: str
    address: str
    since: datetime
    seen: datetime
    is_here: bool


@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """One's own alone. The present one ends by the button that logs out."""
    mine = UserSession.objects.purge_and_list(request.user)
    others = [one for one in mine if one.session_key != request.session.session_key]
    if request.method != "POST":
        context = {"places": [_place(request, one) for one in mine], "others": bool(others)}
        response = TemplateResponse(request, "account/sessions.html", context)
        add_never_cache_headers(response)
        return response
    asked = request.POST.get("session", "")
    ended = [one for one in others if asked in {"others", str(one.pk)}]
    for one in ended:
        one.end()
    if ended:
        flash.success(request, _("Ended. That browser has to log in again."))
    return redirect("account_sessions")


def _place(request: HttpRequest, one: UserSession) -> Place:
    return Place(
        number=one.pk,
        agent=agent_words(one.user_agent) or _("An unknown browser"),
        address=one.ip,
        since=one.created_at,
        seen=one.last_seen_at,
        is_here=one.session_key == request.session.session_key,
    )
