"""The doors. A view is reached through exactly one; a test walks all URLs for one without.

A door finds out for which municipality a request runs, asks whether this person may, opens the
database for exactly that, and holds it open around the view *and* the rendering of its answer:
a template that is rendered after the transaction would find an empty house.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec, TypeVar, cast

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ImproperlyConfigured, PermissionDenied
from django.core.signing import BadSignature
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import SimpleTemplateResponse, TemplateResponse
from django.urls import reverse
from django.utils.cache import add_never_cache_headers

from municipalities.accounts import client_address, has_second_step
from municipalities.domain.networks import is_inside
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.roles import Act, Role
from municipalities.http import (
    ConsoleRequest,
    NpoRequest,
    ParentRequest,
    ReaderRequest,
    Seat,
    StaffRequest,
)
from municipalities.models import Membership, Municipality, Reader, StaffUser
from municipalities.services.asking import TooManyAsk
from municipalities.tenancy.scope import across_for_npo, as_staff, in_municipality

# With the prefix a browser takes the cookie from this host alone, over TLS.
READER_COOKIE = "__Host-reader" if settings.HTTPS else "reader"
READER_SECONDS = 2 * 3600
TRY_AGAIN_SECONDS = 600
# Who lets texts out to everybody, or decides who may.
SECOND_STEP = frozenset({Role.APPROVER, Role.MANAGER})

Rest = ParamSpec("Rest")
Asked = TypeVar("Asked", bound=HttpRequest)
Inside = Callable[Concatenate[Asked, Rest], HttpResponse]
View = Callable[..., HttpResponse]


def console(act: Act) -> Callable[[Inside[ConsoleRequest, Rest]], View]:
    """For staff of the municipality in the URL whose role covers ``act``.

    Not a member: 404, as for a municipality that does not exist. A role that may not: 403; a
    network that may not, or a role that needs a second step and has none: 403 with the reason.
    """

    def door(view: Inside[ConsoleRequest, Rest]) -> View:
        @wraps(view)
        def enter(
            request: HttpRequest, slug: str, *args: Rest.args, **kwargs: Rest.kwargs
        ) -> HttpResponse:
            seat = _seat(_logged_in(request), slug)
            if not is_inside(here := client_address(request), seat.municipality.allowed_networks):
                return _elsewhere(request, here)
            if _needs_second_step(request, seat):
                page = TemplateResponse(request, "console/staff/second_step.html", status=403)
                return _finished(page)
            if not seat.may(act):
                raise PermissionDenied
            asked = cast("ConsoleRequest", request)
            asked.seat, asked.municipality = seat, seat.municipality
            with in_municipality(seat.municipality.pk):
                return _finished(view(asked, *args, **kwargs))

        return _through("console", enter)

    return door


def staff(view: Inside[StaffRequest, Rest]) -> View:
    """For everybody who is logged in: their own memberships, nothing of any municipality."""

    @wraps(view)
    def enter(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        user = _logged_in(request)
        asked = cast("StaffRequest", request)
        with as_staff(user.pk):
            asked.seats = _seats(user)
            return _finished(view(asked, *args, **kwargs))

    return _through("staff", enter)


def npo(act: NpoAct) -> Callable[[Inside[NpoRequest, Rest]], View]:
    """For staff of the NPO whose role covers ``act``: all municipalities, without readers and
    addresses. Everybody else: 403, and so is a role that needs a second step and has none."""

    def door(view: Inside[NpoRequest, Rest]) -> View:
        @wraps(view)
        def enter(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
            user = _logged_in(request)
            if not user.is_npo:
                raise PermissionDenied
            if settings.MFA_REQUIRED and not has_second_step(request):
                page = TemplateResponse(request, "console/staff/second_step.html", status=403)
                return _finished(page)
            if not user.may_for_npo(act):
                raise PermissionDenied
            with across_for_npo():
                return _finished(view(cast("NpoRequest", request), *args, **kwargs))

        return _through("npo", enter)

    return door


def published(view: Inside[HttpRequest, Rest]) -> View:
    """For everybody: figures of all municipalities together that are published on purpose."""

    @wraps(view)
    def enter(request: HttpRequest, *args: Rest.args, **kwargs: Rest.kwargs) -> HttpResponse:
        with across_for_npo():
            return _finished(view(request, *args, **kwargs))

    return _through("published", login_not_required(enter))


def parent(view: Inside[ParentRequest, Rest]) -> View:
    """For everybody: the municipality of the URL, nobody logged in."""

    @wraps(view)
    def enter(
        request: HttpRequest, slug: str, *args: Rest.args, **kwargs: Rest.kwargs
    ) -> HttpResponse:
        asked = cast("ParentRequest", request)
        asked.municipality = _found(Municipality.objects.with_slug(slug))
        try:
            with in_municipality(asked.municipality.pk):
                return _finished(view(asked, *args, **kwargs))
        except TooManyAsk:
            return _crowded(asked)

    return _through("parent", login_not_required(enter))


def reader(view: Inside[ReaderRequest, Rest]) -> View:
    """For the reader who came in by a link of their own, in the municipality of the URL.

    Without that, or after two hours: off to the page that sends a fresh link.
    """

    @wraps(view)
    def enter(
        request: HttpRequest, slug: str, *args: Rest.args, **kwargs: Rest.kwargs
    ) -> HttpResponse:
        asked = cast("ReaderRequest", request)
        asked.municipality = _found(Municipality.objects.with_slug(slug))
        try:
            with in_municipality(asked.municipality.pk):
                found = _reader_inside(request, asked.municipality)
                if found is None:
                    entrance = reverse("parent:entrance", args=[slug])
                    return _finished(HttpResponseRedirect(entrance))
                asked.reader = found
                return _finished(view(asked, *args, **kwargs))
        except TooManyAsk:
            return _crowded(asked)

    return _through("reader", login_not_required(enter))


def let_in(response: HttpResponse, one: Reader) -> None:
    """From now on this browser may open the reader's own page, for two hours."""
    response.set_signed_cookie(
        READER_COOKIE,
        f"{one.municipality_id}.{one.pk}.{one.link_generation}",
        salt="kizuna.reader",
        max_age=READER_SECONDS,
        secure=settings.HTTPS,
        httponly=True,
        samesite="Lax",
    )


def let_out(response: HttpResponse) -> None:
    """This browser is a stranger again."""
    response.delete_cookie(READER_COOKIE, samesite="Lax")


def _reader_inside(request: HttpRequest, municipality: Municipality) -> Reader | None:
    try:
        value = request.get_signed_cookie(
            READER_COOKIE, salt="kizuna.reader", max_age=READER_SECONDS
        )
        home, reader_id, generation = (int(part) for part in (value or "").split("."))
    except (KeyError, BadSignature, ValueError):
        return None
    if home != municipality.pk:
        return None
    return Reader.objects.filter(pk=reader_id, link_generation=generation).first()


def _logged_in(request: HttpRequest) -> StaffUser:
    """The middleware has already sent strangers to the login; this holds if it ever does not."""
    if not isinstance(request.user, StaffUser) or not request.user.is_active:
        raise PermissionDenied
    return request.user


def _seat(user: StaffUser, slug: str) -> Seat:
    with as_staff(user.pk):
        found = next((s for s in _seats(user) if s.municipality.slug == slug), None)
    return _found(found)


def _seats(user: StaffUser) -> list[Seat]:
    memberships = (
        Membership.objects.filter(user=user)
        .select_related("municipality")
        .order_by("municipality__name", "municipality_id")
    )
    return [Seat(m.municipality, Role(m.role)) for m in memberships]


_Thing = TypeVar("_Thing")


def _found(thing: _Thing | None) -> _Thing:
    if thing is None:
        raise Http404
    return thing


def _elsewhere(request: HttpRequest, here: str) -> HttpResponse:
    """A member, but at a place from where the municipality lets nobody work."""
    context = {"here": here}
    return _finished(TemplateResponse(request, "console/staff/elsewhere.html", context, status=403))


def _needs_second_step(request: HttpRequest, seat: Seat) -> bool:
    """Whether this role may not work by a password alone. With an app, the login has asked for it."""
    if not settings.MFA_REQUIRED or seat.role not in SECOND_STEP:
        return False
    return not has_second_step(request)


def _crowded(request: ParentRequest) -> HttpResponse:
    """Nothing was written. What was typed is on the page, to be sent again with one press."""
    typed = [
        (name, value)
        for name, values in request.POST.lists()
        for value in values
        if name != "csrfmiddlewaretoken"
    ]
    response = TemplateResponse(request, "parent/crowded.html", {"typed": typed}, status=429)
    response.headers["Retry-After"] = str(TRY_AGAIN_SECONDS)
    return _finished(response)


def _finished(response: HttpResponse) -> HttpResponse:
    """Rendered while the door is open, and kept by no cache unless the view says otherwise."""
    if response.streaming:
        raise ImproperlyConfigured(
            "A streamed answer is read after the door has closed. Write a file in a task instead."
        )
    if isinstance(response, SimpleTemplateResponse):
        response.render()
    if not response.has_header("Cache-Control"):
        add_never_cache_headers(response)
    return response


def _through(name: str, enter: View) -> View:
    """Leave the door's name on the view, for the test that walks all URLs."""
    cast("Any", enter).door = name
    return enter
