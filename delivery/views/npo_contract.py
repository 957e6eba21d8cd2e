"""Behind the NPO's door: a contract ends, in steps that cannot be taken by mistake."""

from dataclasses import dataclass
from datetime import date

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from delivery.erasing import erase
from kizuna.lib import clock
from kizuna.lib.text import fold_value
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import Service
from municipalities.http import NpoRequest
from municipalities.models import ContractEnd, Municipality
from municipalities.services import contract_end, npo_staff
from municipalities.services.contract_end import Refused
from municipalities.tenancy.scope import stepping_into

LONGEST_REASON = 200


@dataclass(frozen=True, slots=True)
class Step:
    """One line of the way to the end: what, when, by whom."""

    label: str
    on: date | None
    by: str = ""


@require_http_methods(["GET", "HEAD", "POST"])
@npo(NpoAct.MANAGE_MUNICIPALITIES)
def end(request: NpoRequest, slug: str) -> HttpResponse:
    """Where the end stands, and the next step. POST tells the last day."""
    place = _place(slug)
    if request.method != "POST":
        return _page(request, place)
    typed = {name: request.POST.get(name, "").strip() for name in ("ends_on", "reason", "name")}
    mistakes, ends_on = _checked(typed)
    if ends_on == clock.today() and not mistakes and typed["name"] != place.name:
        # Tomorrow it can no longer be taken back by a button: a slip in the day must not do it.
        mistakes = [("name", _words("name") if typed["name"] else _words("last_day"))]
    if ends_on and not mistakes:
        try:
            with stepping_into(place.pk):
                contract_end.tell(place, request.user, ends_on, typed["reason"])
            flash.success(request, _("Written down. Texts go out up to and including that day."))
            return redirect("npo:contract_end", place.slug)
        except Refused as refused:
            mistakes = [("ends_on", _words(refused.code))]
    return _page(request, place, typed=typed, mistakes=mistakes, status=400)


@require_POST
@npo(NpoAct.MANAGE_MUNICIPALITIES)
def goes_on(request: NpoRequest, slug: str) -> HttpResponse:
    """The contract goes on after all."""
    place = _place(slug)
    reason = request.POST.get("reason", "").strip()[:LONGEST_REASON]
    if not reason:
        mistakes = [("goes_on", _("Write why the contract goes on."))]
        return _page(request, place, mistakes=mistakes, status=400)
    try:
        with stepping_into(place.pk):
            contract_end.cancel(place, request.user, reason)
        flash.success(request, _("The contract goes on. Nothing was changed for the readers."))
    except Refused as refused:
        flash.error(request, _words(refused.code))
    return redirect("npo:contract_end", place.slug)


@require_POST
@npo(NpoAct.MANAGE_MUNICIPALITIES)
def erase_data(request: NpoRequest, slug: str) -> HttpResponse:
    """Everything about its readers goes, once, with two persons and the name typed."""
    place = _place(slug)
    try:
        with stepping_into(place.pk):
            erase(place, request.user, request.POST.get("name", ""))
    except Refused as refused:
        return _page(request, place, mistakes=[("name", _words(refused.code))], status=400)
    flash.success(request, _("The data are erased. The certificate can be printed."))
    return redirect("npo:contract_certificate", place.slug)


@require_safe
@npo(NpoAct.MANAGE_MUNICIPALITIES)
def certificate(request: NpoRequest, slug: str) -> HttpResponse:
    """What was erased when by whom, to be printed and sent to the municipality."""
    place = _place(slug)
    end = _end_of(place)
    if end is None or end.erased_at is None:
        raise Http404
    named = npo_staff.names([end.told_by_id, end.erased_by_id, end.exported_by_id])
    context = {
        "place": "municipalities",
        "one": place,
        "end": end,
        "rows": list(end.certificate.items()),
        "erased_on": localdate(end.erased_at),
        "exported_on": localdate(end.exported_at) if end.exported_at else None,
        "told_by": named.get(end.told_by_id or 0, ""),
        "erased_by": named.get(end.erased_by_id or 0, ""),
        "exported_by": named.get(end.exported_by_id or 0, ""),
    }
    return TemplateResponse(request, "npo/contracts/certificate.html", context)


def _page(
    request: NpoRequest,
    place: Municipality,
    *,
    typed: dict[str, str] | None = None,
    mistakes: list[tuple[str, str]] | None = None,
    status: int = 200,
) -> TemplateResponse:
    place = _place(place.slug)
    end = _end_of(place)
    context = {
        "place": "municipalities",
        "one": place,
        "end": end,
        "steps": _steps(place, end),
        "is_closed": place.service == Service.ENDED,
        "may_cancel": end is not None and place.service != Service.ENDED,
        "has_taken": end is not None and contract_end.has_taken(end),
        "needs_other": end is not None and end.told_by_id == request.user.pk,
        "typed": typed or {},
        "ends_today": any(field == "name" for field, _sentence in mistakes or ()),
        "mistakes": mistakes or [],
        "wrong": dict(mistakes or []),
        "today": clock.today(),
    }
    return TemplateResponse(request, "npo/contracts/end.html", context, status=status)


def _steps(place: Municipality, end: ContractEnd | None) -> list[Step]:
    if end is None:
        return []
    named = npo_staff.names([end.told_by_id, end.exported_by_id, end.erased_by_id])
    closed = end.ends_on if place.service == Service.ENDED else None
    return [
        Step(
            _("The end is written down"), localdate(end.told_at), named.get(end.told_by_id or 0, "")
        ),
        Step(_("The last texts have gone out"), closed),
        Step(
            _("The municipality has taken its data along"),
            localdate(end.exported_at) if end.exported_at and contract_end.has_taken(end) else None,
            named.get(end.exported_by_id or 0, ""),
        ),
        Step(
            _("The readers' data are erased"),
            localdate(end.erased_at) if end.erased_at else None,
            named.get(end.erased_by_id or 0, ""),
        ),
    ]


def _checked(typed: dict[str, str]) -> tuple[list[tuple[str, str]], date | None]:
    mistakes: list[tuple[str, str]] = []
    ends_on = None
    try:
        ends_on = date.fromisoformat(fold_value(typed["ends_on"]))
    except ValueError:
        mistakes.append(("ends_on", _("Write the last day as a date, for example 2027-03-31.")))
    if not typed["reason"]:
        mistakes.append(("reason", _("Write why the contract ends, in one sentence.")))
    elif len(typed["reason"]) > LONGEST_REASON:
        mistakes.append(("reason", _("The reason has more than 200 characters. Shorten it.")))
    return mistakes, ends_on


def _words(code: str) -> str:
    return {
        "told": _("The end of this contract is written down already."),
        "last_day": _(
            "That is today: from tomorrow on nothing is sent, and nobody can register. Nothing is written down yet. Type the municipality's name if today is right."
        ),
        "past": _("That day is over. Choose today or a later day."),
        "none": _("No end of this contract is written down."),
        "closed": _("The last day is over: the contract can no longer go on by this button."),
        "open": _("The last day is not over yet. The data can be erased from the day after."),
        "not_taken": _(
            "The municipality has not taken its data along since its last day. Ask it to do so first."
        ),
        "second": _("Whoever wrote the end down cannot erase as well. Ask a second person."),
        "name": _("That is not the municipality's name. Type it exactly as it stands above."),
        "erased": _("The data of this municipality are erased already."),
    }[code]


def _place(slug: str) -> Municipality:
    found = Municipality.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _end_of(place: Municipality) -> ContractEnd | None:
    return ContractEnd.objects.filter(municipality=place, cancelled_at=None).first()
