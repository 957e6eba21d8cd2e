"""Where somebody is sent whose login has ended, and where they go on once they have logged in."""

import inspect
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.http import HttpRequest, HttpResponseRedirect, QueryDict
from django.shortcuts import resolve_url
from django.urls import Resolver404, resolve, reverse
from django.utils.http import url_has_allowed_host_and_scheme

UNSAVED = "unsaved"
"""In the address of the login page: what was sent a moment ago was not saved."""

READING = frozenset({"GET", "HEAD"})


class LoginMiddleware(LoginRequiredMiddleware):
    """Everything is private unless it says otherwise, and nobody comes back to a page that is none.

    Whoever only wanted to read goes on to that page. Whoever sent a form goes back to the page the
    form stood on, and the login page says that nothing of it was saved.
    """

    def handle_no_permission(
        self, request: HttpRequest, view_func: Callable[..., Any]
    ) -> HttpResponseRedirect:
        """To the login."""
        if request.method in READING:
            return super().handle_no_permission(request, view_func)
        asked = QueryDict(mutable=True)
        asked[self.get_redirect_field_name(view_func)] = _page_behind(request)
        asked[UNSAVED] = "1"
        login = resolve_url(self.get_login_url(view_func))
        return HttpResponseRedirect(f"{login}?{asked.urlencode(safe='/')}")


def _page_behind(request: HttpRequest) -> str:
    """A path of ours that can be opened: the form's page, the form's target, or a first page."""
    for path in (_came_from(request), request.get_full_path()):
        if path and _can_be_opened(path):
            return path
    match = request.resolver_match
    if match and match.namespace == "console" and "slug" in match.kwargs:
        return reverse("console:today", args=[match.kwargs["slug"]])
    return resolve_url(settings.LOGIN_REDIRECT_URL)


def _came_from(request: HttpRequest) -> str:
    """Path and query of the page that sent this; "" if the browser does not say, or another site's."""
    referrer = request.headers.get("Referer", "")
    here = {request.get_host()}
    if not url_has_allowed_host_and_scheme(referrer, here, require_https=request.is_secure()):
        return ""
    came = urlsplit(referrer)
    path = f"{came.path}?{came.query}" if came.query else came.path
    # A path of two slashes would name another host as soon as it stands alone.
    return path if url_has_allowed_host_and_scheme(path, allowed_hosts=None) else ""


def _can_be_opened(path: str) -> bool:
    """Whether the address is one of ours and answers a browser that only opens it."""
    try:
        view: Any = resolve(urlsplit(path).path).func
    except Resolver404:
        return False
    return all("GET" in methods for methods in _methods_asked_for(view))


def _methods_asked_for(view: Any) -> Iterator[list[str]]:
    """What each ``require_http_methods`` around a view lets through: Django notes it nowhere else."""
    while view is not None:
        closed_over = inspect.getclosurevars(view).nonlocals if inspect.isfunction(view) else {}
        if "request_method_list" in closed_over:
            yield closed_over["request_method_list"]
        view = getattr(view, "__wrapped__", None)
