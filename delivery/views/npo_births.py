"""Births of a municipality, entered by the NPO from a published statistic."""

import re
from dataclasses import dataclass

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from delivery.views.npo_figures import found
from kizuna.lib import clock
from kizuna.lib.text import fold_value
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.http import NpoRequest
from municipalities.models import Births, Municipality
from municipalities.services.births import write_down, years
from municipalities.tenancy.scope import stepping_into

_NUMBER = re.compile(r"[0-9]{1,6}|[0-9]{1,3},[0-9]{3}")
LONGEST_SOURCE = 60


@dataclass(frozen=True, slots=True)
class Field:
    """One year: what was there when the page was opened, what is typed, whose figure it is."""

    year: int
    shown: str
    typed: str
    source: str
    wrong: str = ""

    @property
    def name(self) -> str:
        """Of the field on the page."""
        return f"births-{self.year}"


@require_http_methods(["GET", "HEAD", "POST"])
@npo(NpoAct.ENTER_FIGURES)
def births(request: NpoRequest, slug: str) -> HttpResponse:
    """One field a year, and where the numbers are from. The municipality sees it in its records."""
    one = found(slug)
    kept = _kept(one)
    if request.method != "POST":
        return _page(request, one, kept, "")
    fields = [_typed(request, field) for field in kept]
    source = request.POST.get("source", "").strip()[:LONGEST_SOURCE]
    changed = [field for field in fields if field.typed != field.shown]
    if any(field.wrong for field in fields) or (changed and not source):
        return _page(request, one, fields, source, bad=True)
    with stepping_into(one.pk):
        for field in changed:
            write_down(one, request.user, field.year, _number(field.typed), source=source)
    flash.success(request, _("Saved."))
    return redirect("npo:figures_municipality", one.slug)


def _kept(one: Municipality) -> list[Field]:
    known = {
        year: (str(count), source)
        for year, count, source in Births.objects.filter(municipality=one).values_list(
            "year", "count", "source"
        )
    }
    fields = []
    for year in years(clock.today()):
        count, source = known.get(year, ("", ""))
        fields.append(Field(year, count, count, source))
    return fields


def _typed(request: NpoRequest, kept: Field) -> Field:
    typed = request.POST.get(kept.name, kept.typed)
    shown = request.POST.get(f"shown-{kept.year}", kept.shown)
    wrong = ""
    if fold_value(typed) and not _NUMBER.fullmatch(fold_value(typed)):
        wrong = _("Write the births of %(year)s in digits, such as 812.") % {"year": kept.year}
    return Field(kept.year, shown, typed, kept.source, wrong)


def _number(typed: str) -> int | None:
    text = fold_value(typed)
    return int(text.replace(",", "")) if text else None


def _page(
    request: NpoRequest, one: Municipality, fields: list[Field], source: str, *, bad: bool = False
) -> HttpResponse:
    mistakes = [(field.name, field.wrong) for field in fields if field.wrong]
    if bad and not source:
        mistakes.append(
            ("source", _("Say where the numbers are from, such as a statistic and its year."))
        )
    context = {
        "place": "figures",
        "municipality": one,
        "fields": fields,
        "source": source,
        "mistakes": mistakes,
        "wrong": dict(mistakes),
    }
    status = 400 if mistakes else 200
    return TemplateResponse(request, "npo/figures/births.html", context, status=status)
