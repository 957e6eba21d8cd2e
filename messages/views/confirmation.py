"""The link in the mail that asks an address: opening it changes nothing, one button does."""

from datetime import timedelta

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from kizuna.lib import clock, tokens
from messages.views.day_in_words import first_text_words, stage_today
from municipalities.access import let_in, parent
from municipalities.domain.words import Purpose
from municipalities.http import ParentRequest
from municipalities.models import Endpoint, Registration
from municipalities.services import entrance, registering
from municipalities.services.changing import take_new_address

SAME_BREATH = timedelta(minutes=10)
"""A second press so soon is a double tap or a lost answer: it lets in like the first."""


@require_http_methods(["GET", "HEAD", "POST"])
@parent
def confirm(request: ParentRequest, token: str) -> HttpResponse:
    """GET shows one button and changes nothing (mail scanners open every link); POST confirms."""
    try:
        # A mail program may take the sign after the link for a part of it.
        registration = entrance.registration_of(request.municipality, token.rstrip("/>.。)）、 "))
        if registration.purpose == Purpose.ADDRESS:
            return _new_address(request, registration)
        return _signup(request, registration)
    except registering.LinkExpired:
        return _unusable(request, expired=True)
    except (
        tokens.TokenRefused,
        registering.InvitationEnded,
        Registration.DoesNotExist,
        Endpoint.DoesNotExist,
    ):
        # One page for forged, foreign and forgotten links: nothing can be found out by trying.
        return _unusable(request)


def _signup(request: ParentRequest, registration: Registration) -> HttpResponse:
    is_open = registration.confirmed_at is None
    if request.method != "POST" and is_open:
        return _button(request, registration)
    welcome = registering.confirm(request.municipality, registration)
    today = clock.today()
    course = welcome.course
    context = {
        "stage": stage_today(course.due_date, course.birth_date, today),
        "is_provisional": course.is_provisional,
        "first_text": first_text_words(
            request.municipality, course.due_date, course.birth_date, today + timedelta(days=1)
        ),
    }
    response = TemplateResponse(request, "parent/signup/confirmed.html", context)
    if request.method == "POST" and _in_one_breath(registration):
        let_in(response, welcome.reader)
    return response


def _button(request: ParentRequest, registration: Registration) -> HttpResponse:
    if registration.expires_at <= clock.now():
        raise registering.LinkExpired
    context: dict[str, object] = {"is_address": registration.purpose == Purpose.ADDRESS}
    if registration.purpose == Purpose.SIGNUP and registration.invitation is None:
        context["stage"] = stage_today(
            registration.due_date, registration.birth_date, clock.today()
        )
    return TemplateResponse(request, "parent/signup/confirm.html", context)


def _new_address(request: ParentRequest, registration: Registration) -> HttpResponse:
    if request.method != "POST" and registration.confirmed_at is None:
        return _button(request, registration)
    if request.method != "POST":
        return TemplateResponse(request, "parent/signup/address_confirmed.html")
    reader = take_new_address(registration)
    if reader is None:
        return _unusable(request, expired=True)
    response = TemplateResponse(request, "parent/signup/address_confirmed.html")
    registration.refresh_from_db()
    if _in_one_breath(registration):
        let_in(response, reader)
    return response


def _in_one_breath(registration: Registration) -> bool:
    """A used link is no key: who finds it later in the mailbox gets in by a fresh one."""
    confirmed_at = registration.confirmed_at
    return confirmed_at is not None and clock.now() - confirmed_at < SAME_BREATH


def _unusable(request: ParentRequest, *, expired: bool = False) -> HttpResponse:
    return TemplateResponse(
        request,
        "parent/signup/link_unusable.html",
        {"expired": expired, "hours": registering.LINK_HOURS},
        status=410 if expired else 404,
    )
