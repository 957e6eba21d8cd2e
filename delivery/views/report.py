"""The monthly report: as a page, as a PDF for the file of the council, as a table for Excel.

The same for the municipality's own staff and behind the NPO's door.
"""

from datetime import date
from typing import Any

from django.contrib import messages as flash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from delivery.figures import last_day
from delivery.report import Report, months_with_a_report, report
from delivery.views import pdf
from delivery.views.figure_words import value_words
from delivery.views.report_words import (
    as_table,
    coverage_rows,
    dimension_words,
    month_words,
    ordered,
    rows,
    trend,
)
from kizuna.lib.csv_out import Coding, table
from municipalities.access import console, npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest, NpoRequest
from municipalities.models import Municipality


@require_safe
@console(Act.SEE_RUN)
def latest(request: ConsoleRequest) -> HttpResponse:
    """The newest month, or when the first one comes."""
    months = months_with_a_report(request.municipality)
    if months:
        return redirect("console:report", request.municipality.slug, *_year_and_month(months[0]))
    return TemplateResponse(request, "console/report_none.html", {"place": "report"})


@require_safe
@console(Act.SEE_RUN)
def page(request: ConsoleRequest, year: int, month: int) -> HttpResponse:
    """One month, to be read or printed."""
    one = _found(request.municipality, year, month)
    context = {"place": "report", **_context(one)}
    return TemplateResponse(request, "console/report.html", context)


@require_safe
@console(Act.SEE_RUN)
def as_pdf(request: ConsoleRequest, year: int, month: int) -> HttpResponse:
    """The same on one sheet."""
    back = ("console:report", request.municipality.slug, year, month)
    return _pdf(request, _found(request.municipality, year, month), back)


@require_safe
@console(Act.SEE_RUN)
def as_csv(request: ConsoleRequest, year: int, month: int) -> HttpResponse:
    """The same as a table."""
    return _csv(request, _found(request.municipality, year, month))


@require_safe
@npo(NpoAct.SEE_MUNICIPALITIES)
def npo_page(request: NpoRequest, slug: str, year: int, month: int) -> HttpResponse:
    """One municipality's month behind the NPO's door."""
    one = _found(_place(slug), year, month)
    return TemplateResponse(request, "npo/report.html", {"place": "figures", **_context(one)})


@require_safe
@npo(NpoAct.SEE_MUNICIPALITIES)
def npo_pdf(request: NpoRequest, slug: str, year: int, month: int) -> HttpResponse:
    """The same on one sheet."""
    back = ("npo:report", slug, year, month)
    return _pdf(request, _found(_place(slug), year, month), back)


@require_safe
@npo(NpoAct.SEE_MUNICIPALITIES)
def npo_csv(request: NpoRequest, slug: str, year: int, month: int) -> HttpResponse:
    """The same as a table."""
    return _csv(request, _found(_place(slug), year, month))


MONTHS_TO_CHOOSE = 13


def _halves(lines: list[tuple[str, object]]) -> list[list[tuple[str, object]]]:
    """Two tables beside each other: the sheet has room for both."""
    middle = (len(lines) + 1) // 2
    return [lines[:middle], lines[middle:]]


def _context(one: Report) -> dict[str, Any]:
    return {
        "report": one,
        "municipality": one.municipality,
        "title": _("%(month)s: monthly report") % {"month": month_words(one.month_end)},
        "halves": _halves(rows(one)[2:]),
        "coverage": coverage_rows(one),
        "trend": trend(one) if any(month.active for month in one.months) else None,
        "parts": [
            (
                dimension_words(part.dimension),
                [(value_words(part.dimension, value), n) for value, n in ordered(part)],
            )
            for part in one.parts
            if part.values
        ],
        "others": [
            (month_words(day), *_year_and_month(day))
            for day in months_with_a_report(one.municipality)[:MONTHS_TO_CHOOSE]
        ],
        "year": one.month_end.year,
        "month": one.month_end.month,
    }


def _pdf(request: HttpRequest, one: Report, back: tuple[Any, ...]) -> HttpResponse:
    try:
        content = pdf.of(render_to_string("report/print.html", _context(one), request))
    except pdf.NotPossible:
        flash.warning(
            request,
            _("This server cannot make PDFs. Print this page instead; it looks the same on paper."),
        )
        return redirect(*back)
    return _file(content, "application/pdf", f"{_name(one)}.pdf")


def _csv(request: HttpRequest, one: Report) -> HttpResponse:
    wants_old = request.GET.get("coding") == Coding.CP932
    content = table(as_table(one), Coding.CP932 if wants_old else Coding.UTF8)
    return _file(content, "text/csv", f"{_name(one)}.csv")


def _file(content: bytes, kind: str, name: str) -> HttpResponse:
    return HttpResponse(
        content,
        content_type=kind,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _name(one: Report) -> str:
    return f"{one.municipality.slug}-{one.month_end:%Y-%m}"


def _found(municipality: Municipality, year: int, month: int) -> Report:
    try:
        day = last_day(date(year, month, 1))
    except (ValueError, OverflowError):
        raise Http404 from None
    one = report(municipality, day)
    if one is None:
        raise Http404
    return one


def _place(slug: str) -> Municipality:
    found = Municipality.objects.filter(slug=slug).first()
    if found is None:
        raise Http404
    return found


def _year_and_month(day: date) -> tuple[int, int]:
    return day.year, day.month
