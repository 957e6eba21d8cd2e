"""A reader's own page: what comes, for whom, and everything that can be changed about it."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kizuna.lib import clock
from kizuna.lib.tokens import TokenRefused
from messages.domain.schedule import pregnancy_day
from messages.domain.stage import LAST_PREGNANCY_DAY
from messages.views.day_in_words import stage_today
from messages.views.signup_form import LONGEST
from municipalities.access import let_in, let_out, parent, reader
from municipalities.accounts import client_address
from municipalities.domain.addresses import normalise_email
from municipalities.domain.problem import ValueProblem
from municipalities.domain.words import EndpointKind
from municipalities.http import ParentRequest, ReaderRequest
from municipalities.models import Endpoint, Subscription
from municipalities.services.changing import send_entrance
from municipalities.services.entrance import reader_of
from municipalities.services.following import following, present_endpoint
from municipalities.views.leave_forms import day_words, in_words

BIRTH_FROM = 36 * 7
"""36 weeks 0 days: from here on the page asks for the birth by itself."""


@dataclass(frozen=True, slots=True)
class Card:
    """One pregnancy or child. ``holds``: past 41w6d nothing is sent and nothing is assumed."""

    subscription: int
    place: str
    date: str
    children: int
    is_pregnancy: bool
    is_provisional: bool
    birth_may_be_told: bool
    holds: bool
    rests: bool


@require_safe
@parent
def enter(request: ParentRequest, token: str) -> HttpResponse:
    """The link of a mail becomes a cookie, and the address in the bar a clean one. Changes nothing."""
    try:
        # A mail program may take the sign after the link for a part of it.
        one = reader_of(request.municipality, token.rstrip("/>.。)）、 "))
    except TokenRefused:
        # The same page for old, forged, foreign and forgotten links: nothing is found out by trying.
        return _entrance(request, old_link=True, status=404)
    response = redirect("parent:my", request.municipality.slug)
    let_in(response, one)
    # The address that was opened is a key; it goes to no other site.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@require_http_methods(["GET", "HEAD", "POST"])
@parent
def entrance(request: ParentRequest) -> HttpResponse:
    """Type the address, get a fresh link by mail. The answer is the same for every address."""
    if request.method != "POST":
        return _entrance(request)
    typed = request.POST.get("address", "")[:LONGEST]
    try:
        email = normalise_email(typed)
    except ValueProblem as problem:
        return _entrance(request, typed=typed, problem=problem, status=400)
    send_entrance(request.municipality, email, client_address(request))
    return TemplateResponse(request, "parent/my/entrance_sent.html", {"address": email.address})


@require_POST
@parent
def leave(request: ParentRequest) -> HttpResponse:
    """End this visit, on a telephone that others use too. Works as well when it has ended already."""
    response = redirect("parent:landing", request.municipality.slug)
    let_out(response)
    return response


@require_safe
@reader
def my(request: ReaderRequest) -> HttpResponse:
    """Everything of this reader and nothing of anybody else."""
    today = clock.today()
    followed = following(request.reader)
    endpoint = present_endpoint(request.reader)
    context = {
        "cards": [_card(one, today) for one in followed],
        "state": _state(followed, endpoint, today),
        "rests": any(_rests(one, today) for one in followed),
        "all_rest": _all_rest(followed, today),
        "blocked": bool(followed and endpoint and endpoint.blocked_at),
        "by_mail": endpoint is not None and endpoint.kind == EndpointKind.EMAIL,
    }
    return TemplateResponse(request, "parent/my/page.html", context)


def _card(one: Subscription, today: date) -> Card:
    course = one.course
    day = None if course.birth_date else pregnancy_day(course.due_date, today)
    return Card(
        subscription=one.pk,
        place=stage_today(course.due_date, course.birth_date, today),
        date=day_words(course.anchor),
        children=course.children,
        is_pregnancy=day is not None,
        is_provisional=course.is_provisional,
        birth_may_be_told=day is not None and day >= BIRTH_FROM,
        holds=day is not None and day > LAST_PREGNANCY_DAY,
        rests=_rests(one, today),
    )


def _state(followed: list[Subscription], endpoint: Endpoint | None, today: date) -> str:
    if not followed or endpoint is None:
        return _("You receive no texts at the moment.")
    if _all_rest(followed, today):
        ends = [one.paused_until for one in followed if one.paused_until]
        if len(ends) < len(followed):
            return _("The texts rest until you let them go on.")
        last = max(ends) - timedelta(days=1)
        return _("The texts rest until %(day)s.") % {"day": day_words(last)}
    if endpoint.kind == EndpointKind.LINE:
        return _("You receive the texts by LINE.")
    return _("You receive the texts by e-mail.")


def _rests(one: Subscription, today: date) -> bool:
    """Whether it rests today, as planning asks it (``delivery/sql/plan_day.sql``)."""
    return one.paused_at is not None and (one.paused_until is None or one.paused_until > today)


def _all_rest(followed: list[Subscription], today: date) -> bool:
    return bool(followed) and all(_rests(one, today) for one in followed)


def _entrance(
    request: ParentRequest,
    *,
    typed: str = "",
    problem: ValueProblem | None = None,
    old_link: bool = False,
    status: int = 200,
) -> TemplateResponse:
    mistake = in_words(problem) if problem else ""
    context = {
        "typed": typed,
        "mistake": mistake,
        "mistakes": [("address", mistake)] if mistake else [],
        "old_link": old_link,
    }
    return TemplateResponse(request, "parent/my/entrance.html", context, status=status)
