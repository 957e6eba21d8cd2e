"""Around every request: one log line, and the end of a visit that was forgotten."""

import time
import uuid
from collections.abc import Callable

import structlog
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.contrib import messages as flash
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from kizuna.lib import clock

log = structlog.get_logger("kizuna.request")


class RequestLogMiddleware:
    """Gives each request an id that every log line below it carries.

    Method, route name, status, seconds. Never the path, which holds tokens.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request_id = uuid.uuid4().hex
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            match = request.resolver_match
            log.info(
                "request",
                method=request.method,
                route=match.view_name if match else "unmatched",
                status=response.status_code,
                seconds=round(time.perf_counter() - started, 4),
            )
        response["X-Request-Id"] = request_id
        return response


class IdleMiddleware:
    """Logs out who did nothing for ``SESSION_IDLE_SECONDS``, and everybody after a working day.

    A counter at a city hall is left for a visitor. A page that looks for news by itself is nobody's
    act; what is typed and saved by itself is.
    """

    NOTED_EVERY = 60
    """Seconds; more often the moment is not written, or each page would write to the database."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        # Parents have no session: for them nothing is opened here.
        if settings.SESSION_COOKIE_NAME in request.COOKIES and request.user.is_authenticated:
            self._look(request)
        return self.get_response(request)

    def _look(self, request: HttpRequest) -> None:
        now = clock.now().timestamp()
        since, seen = request.session.get("since", now), request.session.get("seen", now)
        is_idle = now - seen > settings.SESSION_IDLE_SECONDS
        if is_idle or now - since > settings.SESSION_COOKIE_AGE:
            logout(request)
            flash.info(request, _("You were logged out because nothing was done for a while."))
            return
        if "seen" in request.session and (now - seen < self.NOTED_EVERY or _is_automatic(request)):
            return
        request.session["since"], request.session["seen"] = since, now
        UserSession.objects.filter(session_key=request.session.session_key).update(
            last_seen_at=clock.now()
        )


def _is_automatic(request: HttpRequest) -> bool:
    return (
        request.method in {"GET", "HEAD"} and request.headers.get("Sec-Fetch-Dest", "") == "empty"
    )
