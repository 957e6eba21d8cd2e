"""A reader calls the office: the clerk stops the texts with the address that the caller says."""

import structlog
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from municipalities.access import console
from municipalities.domain.addresses import AddressProblem, Email, normalise_email
from municipalities.domain.roles import Act
from municipalities.domain.words import EndpointKind
from municipalities.http import ConsoleRequest
from municipalities.models import Subscription
from municipalities.services import audit, by_phone, lookup

log = structlog.get_logger("municipalities.by_phone")

STOP, END = "stop", "end"
LONGEST = 1001
PURPOSE = "電話での停止"


@require_http_methods(["GET", "HEAD", "POST"])
@console(Act.HELP_READERS)
def stop_by_phone(request: ConsoleRequest) -> HttpResponse:
    """One form: the whole address, and what the caller wants. Nothing is shown of who it is."""
    if request.method != "POST":
        return _form(request)
    typed = request.POST.get("address", "")[:LONGEST]
    wish = request.POST.get("wish", "")
    try:
        email = normalise_email(typed)
    except AddressProblem as problem:
        english = (get_language() or "ja").startswith("en")
        said = problem.message_en if english else problem.message_ja
        return _form(request, typed, wish, [("address", said)])
    if wish not in {STOP, END}:
        return _form(request, typed, wish, [("wish-stop", _("Choose what is to be stopped."))])
    return _help(request, typed, wish, email)


def _help(request: ConsoleRequest, typed: str, wish: str, email: Email) -> HttpResponse:
    try:
        # Written down and counted, found or not: this page, too, tells whose address is here.
        asked = lookup.Asked(EndpointKind.EMAIL, email.key)
        lookup.look_up(request.municipality, request.user, asked, PURPOSE)
    except lookup.TooManyLookUps:
        many = _("%(most)s addresses within an hour is the limit. Please wait a little.") % {
            "most": lookup.MOST_AN_HOUR
        }
        return _form(request, typed, wish, [("address", many)])
    followed = by_phone.followed_at(request.municipality.pk, email)
    if not followed:
        nobody = _("No texts go to this address. Ask the caller to spell it once more.")
        return _form(request, typed, wish, [("address", nobody)])
    if wish == STOP:
        count = by_phone.stop_all(followed)
        _note(request, "reader.stopped", followed[0], count)
        return _done(request, wish, count)
    chosen = _chosen(request, followed)
    if chosen is None:
        # Who lost one child may have another: never several at once, never by guess.
        context = {"address": typed, "wish": wish, "followed": followed}
        return TemplateResponse(request, "console/by_phone_which.html", context)
    by_phone.end_for_all(chosen)
    _note(request, "reader.ended", chosen, 1)
    return _done(request, wish, 1)


def _note(request: ConsoleRequest, act: str, one: Subscription, count: int) -> None:
    about = f"subscription {one.pk}"
    audit.note(request.municipality, request.user, act, about=about, count=count)


def _chosen(request: ConsoleRequest, followed: list[Subscription]) -> Subscription | None:
    if len(followed) == 1:
        return followed[0]
    wanted = request.POST.get("subscription", "")
    return next((one for one in followed if str(one.pk) == wanted), None)


def _form(
    request: ConsoleRequest,
    address: str = "",
    wish: str = "",
    mistakes: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    context = {
        "address": address,
        "wish": wish,
        "mistakes": mistakes or [],
        "wrong": dict(mistakes or []),
    }
    return TemplateResponse(request, "console/by_phone.html", context)


def _done(request: ConsoleRequest, wish: str, count: int) -> HttpResponse:
    # Who did it and how many; not for whom, and not why.
    log.info(
        "stopped by phone",
        municipality_id=request.municipality.pk,
        staff_id=request.user.pk,
        count=count,
    )
    context = {"ended": wish == END, "count": count}
    return TemplateResponse(request, "console/by_phone_done.html", context)
