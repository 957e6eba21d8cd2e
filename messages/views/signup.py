"""Signing up: the date, then the address, then the mail that asks the address itself.

Three screens and one form. Whether an address is known, new or asked for too often, the last
screen is the same.
"""

from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta

from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.formats import date_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kizuna.lib import clock
from messages.services.compose import offered
from messages.views.calendar_words import variant_choices
from messages.views.day_in_words import stage_today
from messages.views.signup_form import TRAP, Typed, sentences
from municipalities.access import parent
from municipalities.accounts import client_address
from municipalities.domain.addresses import suggest
from municipalities.domain.carriers import CARRIERS
from municipalities.domain.signup import Anchor, Contact, Mistake, judge_contact
from municipalities.domain.words import Relation, Service
from municipalities.http import ParentRequest
from municipalities.services.registering import Signup, ask_signup
from municipalities.services.senders import own_addresses, sending_domains

DATE_FIELDS = ("state", "year", "month", "day", "weeks")
CONTACT_FIELDS = ("address", "relation", "variant", "area")


@require_safe
@parent
def landing(request: ParentRequest) -> HttpResponse:
    """What the service is, and the first question; before, between and after: what is going on."""
    if request.municipality.service != Service.LIVE:
        return TemplateResponse(request, "parent/landing.html")
    return _date_screen(request, Typed.fresh(request.GET.get("p", "")))


@require_http_methods(["GET", "HEAD", "POST"])
@parent
def register(request: ParentRequest) -> HttpResponse:
    """One screen's answers lead to the next screen; a mistake leads back with everything kept."""
    if request.method != "POST" or request.municipality.service != Service.LIVE:
        return HttpResponseRedirect(reverse("parent:landing", args=[request.municipality.slug]))
    typed = Typed.of(request.POST).opened_anew()
    step = request.POST.get("step", "")
    if step == "edit":
        return _date_screen(request, typed)
    anchor = typed.anchor(request.municipality, clock.today())
    if isinstance(anchor, Mistake):
        return _date_mistaken(request, typed, anchor)
    if step == "suggested":
        typed = replace(typed, address=suggest(typed.address) or typed.address)
    elif step not in {"send", "again"}:
        return _contact_screen(request, typed, anchor)
    return _send(request, typed, anchor)


@require_safe
@parent
def mail_help(request: ParentRequest) -> HttpResponse:
    """For somebody whose mail does not arrive."""
    return TemplateResponse(request, "parent/signup/mail_help.html", _letting_through(request))


def _send(request: ParentRequest, typed: Typed, anchor: Anchor) -> HttpResponse:
    municipality = request.municipality
    contact = judge_contact(
        typed.address,
        typed.relation,
        typed.variant,
        typed.area,
        areas=municipality.areas,
        ours=own_addresses(municipality),
    )
    if isinstance(contact, list):
        return _contact_screen(request, typed, anchor, contact)
    if typed.is_hasty:
        return _contact_screen(request, typed, anchor, hasty=True)
    # Whoever fills in what nobody sees is told what everybody is told.
    if not request.POST.get(TRAP):
        asked = Signup(contact, anchor, language=(get_language() or "ja")[:2], placement=typed.p)
        ask_signup(municipality, asked, client_address(request))
    return _sent_screen(request, typed, contact)


def _date_screen(
    request: ParentRequest, typed: Typed, mistakes: Collection[Mistake] = ()
) -> HttpResponse:
    told = sentences(mistakes)
    context = {
        "typed": typed,
        "hidden": typed.hidden(DATE_FIELDS),
        "mistakes": told,
        "wrong": dict(told),
        "example": date_format(clock.today() + timedelta(days=150), "DATE_FORMAT"),
    }
    return TemplateResponse(request, "parent/signup/date.html", context)


def _date_mistaken(request: ParentRequest, typed: Typed, mistake: Mistake) -> HttpResponse:
    if mistake.code == "birth_too_early":
        # Nothing to mend: the child has grown out of it.
        context = {"hidden": typed.hidden(()), "told": sentences([mistake])[0][1]}
        return TemplateResponse(request, "parent/signup/grown_up.html", context)
    return _date_screen(request, typed, [mistake])


def _contact_screen(
    request: ParentRequest,
    typed: Typed,
    anchor: Anchor,
    mistakes: Collection[Mistake] = (),
    *,
    hasty: bool = False,
) -> HttpResponse:
    told = sentences(mistakes)
    context = {
        "typed": typed,
        "hidden": typed.hidden(CONTACT_FIELDS),
        "trap": TRAP,
        "mistakes": told,
        "wrong": dict(told),
        "hasty": hasty,
        "stage": stage_today(anchor.due_date, anchor.birth_date, clock.today()),
        "is_provisional": anchor.is_provisional,
        "relations": relation_choices(),
        "variants": variant_choices(offered(clock.today())),
        "domains": sending_domains(request.municipality),
    }
    return TemplateResponse(request, "parent/signup/contact.html", context)


def relation_choices() -> list[tuple[str, str]]:
    """Who somebody is to the child, as it is asked. Nobody must answer."""
    return [
        (Relation.MOTHER, _("Mother")),
        (Relation.FATHER, _("Father or partner")),
        (Relation.GRANDPARENT, _("Grandparent")),
        (Relation.AROUND, _("Somebody around")),
        (Relation.UNDISCLOSED, _("I would rather not say")),
    ]


def _sent_screen(request: ParentRequest, typed: Typed, contact: Contact) -> HttpResponse:
    address = contact.email.address
    context = {
        "address": address,
        "meant": suggest(address),
        "hidden": typed.hidden(()),
        **_letting_through(request),
    }
    return TemplateResponse(request, "parent/signup/sent.html", context)


def _letting_through(request: ParentRequest) -> dict[str, object]:
    return {"domains": sending_domains(request.municipality), "carriers": CARRIERS}
