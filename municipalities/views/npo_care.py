"""What the NPO does for a municipality: partner, notes, programme."""

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kizuna.lib import clock
from municipalities.access import npo
from municipalities.domain.dates import DateProblem, parse_date
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import MunicipalityKind
from municipalities.http import NpoRequest
from municipalities.models import Municipality
from municipalities.services import npo_staff, partners, programmes
from municipalities.views.npo_found import Told, the_one
from municipalities.views.npo_founding_form import in_words

both = require_http_methods(["GET", "HEAD", "POST"])


@both
@npo(NpoAct.LOOK_AFTER)
def partner(request: NpoRequest, slug: str) -> HttpResponse:
    """Give a municipality to a colleague, with what the next one must know."""
    one = the_one(slug)
    if request.method != "POST":
        present = partners.present([one.pk]).get(one.pk)
        likely = present.partner_id if present else request.user.pk
        return _partner(request, one, str(likely), "", [])
    chosen, handover = request.POST.get("partner", ""), request.POST.get("handover", "").strip()
    if len(handover) > partners.LONGEST_NOTE:
        return _partner(request, one, chosen, handover, [("handover", _too_long())])
    if chosen and not chosen.isdecimal():
        return _partner(request, one, "", handover, [("partner", _("Choose somebody."))])
    try:
        partners.assign(one, int(chosen) if chosen else None, request.user, handover)
    except partners.Refused as refused:
        sentence = {
            "gone": _("This person does not look after municipalities. Choose somebody else."),
            "same": _("That is how it is already. Choose somebody else."),
            "meanwhile": _("A colleague was faster: look at how it stands now."),
        }[refused.code]
        return _partner(request, one, chosen, handover, [("partner", sentence)])
    flash.success(request, _("Changed."))
    return redirect(f"{reverse('npo:municipality', args=[slug])}#partner")


@require_POST
@npo(NpoAct.LOOK_AFTER)
def write_down(request: NpoRequest, slug: str) -> HttpResponse:
    """A call, a visit, a note."""
    one = the_one(slug)
    typed = {name: request.POST.get(name, "").strip() for name in ("kind", "on", "text")}
    told: Told = []
    day = clock.today()
    try:
        day = parse_date(typed["on"])
    except DateProblem as problem:
        told.append(("on", in_words(problem)))
    if day > clock.today():
        told.append(("on", _("The day lies ahead. Write it down once it has happened.")))
    if not typed["text"]:
        told.append(("text", _("Write in short what it was about.")))
    elif len(typed["text"]) > partners.LONGEST_NOTE:
        told.append(("text", _too_long()))
    if told:
        return _note(request, one, typed, told)
    kind = typed["kind"] if typed["kind"] in partners.KINDS else "note"
    partners.write_down(one, request.user, kind, typed["text"], day)
    flash.success(request, _("Written down."))
    return redirect(f"{reverse('npo:municipality', args=[slug])}#notes")


@both
@npo(NpoAct.MANAGE_MUNICIPALITIES)
def members(request: NpoRequest, slug: str) -> HttpResponse:
    """Who takes part in a prefecture's programme."""
    programme = the_one(slug)
    if programme.kind != MunicipalityKind.PREFECTURE:
        flash.error(request, _("Only a prefecture's programme has members."))
        return redirect("npo:municipality", slug)
    if request.method == "POST":
        _change_members(request, programme)
        return redirect("npo:municipality_members", slug)
    context = {
        "place": "municipalities",
        "one": programme,
        "members": programmes.members(programme),
        "candidates": programmes.candidates(programme),
    }
    return TemplateResponse(request, "npo/municipalities/members.html", context)


def _change_members(request: NpoRequest, programme: Municipality) -> None:
    number = request.POST.get("member", "")
    adding = request.POST.get("wish") != "out"
    act = programmes.add if adding else programmes.take_out
    try:
        one = act(programme, int(number) if number.isdecimal() else 0, request.user)
    except programmes.Refused:
        flash.error(request, _("A colleague was faster: look at how it stands now."))
        return
    said = _("%(name)s takes part.") if adding else _("%(name)s takes part no more.")
    flash.success(request, said % {"name": one.name})


def _too_long() -> str:
    return _("Write at most %(most)s characters.") % {"most": partners.LONGEST_NOTE}


def _partner(
    request: NpoRequest, one: Municipality, chosen: str, handover: str, mistakes: Told
) -> HttpResponse:
    present = partners.present([one.pk]).get(one.pk)
    context = {
        "place": "municipalities",
        "one": one,
        "now": npo_staff.names([present.partner_id]).get(present.partner_id) if present else "",
        "people": [(str(person.pk), person.name) for person in partners.everybody()],
        "chosen": chosen,
        "typed": handover,
        "mistakes": mistakes,
        "wrong": dict(mistakes),
    }
    status = 400 if mistakes else 200
    return TemplateResponse(request, "npo/municipalities/partner.html", context, status=status)


def _note(
    request: NpoRequest, one: Municipality, typed: dict[str, str], mistakes: Told
) -> HttpResponse:
    kinds = {"call": _("Call or mail"), "visit": _("Visit or meeting"), "note": _("Note")}
    context = {
        "place": "municipalities",
        "one": one,
        "typed": typed,
        "kinds_of_note": kinds,
        "mistakes": mistakes,
        "wrong": dict(mistakes),
    }
    return TemplateResponse(request, "npo/municipalities/note.html", context, status=400)
