"""One municipality as the NPO sees it: ready or not, from where it sends, who looks after it."""

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kizuna.lib import clock
from messages.services import starting
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import MunicipalityKind, Service
from municipalities.http import NpoRequest
from municipalities.models import ExternalFigure, Municipality
from municipalities.services import going_live, npo_staff, partners, programmes, sender_domain
from municipalities.views.npo_found import KINDS, SERVICES, TONES, the_one

MONTHS_SHOWN = 13


@require_safe
@npo(NpoAct.SEE_MUNICIPALITIES)
def municipality(request: NpoRequest, slug: str) -> HttpResponse:
    """Everything about it on one page; each thing with the way to where it is changed."""
    one = the_one(slug)
    user, on = request.user, clock.today()
    look = starting.look(one, on)
    context = {
        "place": "municipalities",
        "one": one,
        "state": SERVICES[one.service],
        "tone": TONES.get(one.service, ""),
        "kind": KINDS[one.kind],
        "look": look,
        "is_preparing": one.service == Service.PREPARING,
        "is_external": one.service == Service.EXTERNAL,
        "domain": sender_domain.domain_of(one),
        "domain_check": sender_domain.latest(one),
        "members": programmes.members(one) if one.kind == MunicipalityKind.PREFECTURE else None,
        "figures": _figures(one),
        "may_manage": user.may_for_npo(NpoAct.MANAGE_MUNICIPALITIES),
        "may_look_after": user.may_for_npo(NpoAct.LOOK_AFTER),
        "today": on,
        "kinds_of_note": _note_kinds(),
        **_partnership(one),
    }
    return TemplateResponse(request, "npo/municipalities/one.html", context)


@require_POST
@npo(NpoAct.MANAGE_MUNICIPALITIES)
def start(request: NpoRequest, slug: str) -> HttpResponse:
    """Take it live, if nothing is open at this moment."""
    one = the_one(slug)
    try:
        starting.start(one, request.user)
    except starting.NotReady as problem:
        said = _("Not started: %(count)s steps are open again. They are marked below.")
        flash.error(request, said % {"count": len(problem.steps)})
    except going_live.Refused:
        flash.error(request, _("Nothing was changed: the service is not being prepared any more."))
    else:
        said = _("%(name)s is live. Texts go out from the next sending time on.")
        flash.success(request, said % {"name": one.service_name})
    return redirect("npo:municipality", slug)


def _partnership(one: Municipality) -> dict[str, object]:
    present = partners.present([one.pk]).get(one.pk)
    past = partners.past(one)
    notes = partners.notes(one)
    everybody = [present, *past] if present else past
    names = npo_staff.names([a.partner_id for a in everybody] + [n.by_id for n in notes])
    kinds = _note_kinds() | {"handover": _("Handover")}
    return {
        "partner": (names.get(present.partner_id, ""), present) if present else None,
        "partners_before": [(names.get(a.partner_id, ""), a) for a in past],
        "notes": [(n, kinds[n.kind], names.get(n.by_id or 0, "")) for n in notes],
        "last_contact": partners.last_contacts([one.pk]).get(one.pk),
    }


def _note_kinds() -> dict[str, str]:
    return {"call": _("Call or mail"), "visit": _("Visit or meeting"), "note": _("Note")}


def _figures(one: Municipality) -> list[ExternalFigure]:
    found = ExternalFigure.objects.filter(municipality=one).order_by("-month_end")
    return list(found[:MONTHS_SHOWN])
