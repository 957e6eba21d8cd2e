"""A small page for the births of a year, against which the first page holds the registrations."""

import re
from dataclasses import dataclass

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kizuna.lib import clock
from kizuna.lib.text import fold_value
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest
from municipalities.services import births

_NUMBER = re.compile(r"[0-9]{1,6}|[0-9]{1,3},[0-9]{3}")


class _NotANumberError(ValueError):
    """What was typed is no number of births."""


@dataclass(frozen=True, slots=True)
class Field:
    """One year: what stood there when the page was opened, what is typed, what is wrong with it."""

    year: int
    is_running: bool
    shown: str
    typed: str
    wrong: str = ""

    @property
    def name(self) -> str:
        """Of the field on the page."""
        return f"births-{self.year}"


@require_http_methods(["GET", "HEAD", "POST"])
@console(Act.WRITE_BLOCKS)
def edit(request: ConsoleRequest) -> HttpResponse:
    """One field a year. An empty one takes the number away; an untouched one stays as it is, also
    where somebody else has changed it meanwhile."""
    if request.method != "POST":
        return _page(request, _kept_fields())
    fields = _typed_fields(request)
    if any(field.wrong for field in fields):
        return _page(request, fields)
    for field in fields:
        if field.typed != field.shown:
            count = _number_in(field.typed)
            births.write_down(request.municipality, request.user, field.year, count)
    flash.success(request, _("Saved."))
    return redirect("console:today", request.municipality.slug)


def _kept_fields() -> list[Field]:
    on = clock.today()
    kept = births.kept(on)
    values = {year: str(kept.get(year, "")) for year in births.years(on)}
    return [Field(year, year == on.year, text, text) for year, text in values.items()]


def _typed_fields(request: ConsoleRequest) -> list[Field]:
    """As on the page that was sent; a year that was not on it is left as it is."""
    fields = []
    for field in _kept_fields():
        typed = request.POST.get(field.name, field.typed)
        shown = request.POST.get(f"shown-{field.year}", field.shown)
        wrong = _wrong_with(typed, field.year)
        fields.append(Field(field.year, field.is_running, shown, typed, wrong))
    return fields


def _number_in(typed: str) -> int | None:
    """1,234 / １２３４人 → 1234; nothing → None."""
    text = fold_value(typed).removesuffix("人").strip().replace("、", ",")
    if not text:
        return None
    if not _NUMBER.fullmatch(text):
        raise _NotANumberError
    return int(text.replace(",", ""))


def _wrong_with(typed: str, year: int) -> str:
    try:
        _number_in(typed)
    except _NotANumberError:
        return _("Write the births of %(year)s in digits, such as 812.") % {"year": year}
    return ""


def _page(request: ConsoleRequest, fields: list[Field]) -> HttpResponse:
    mistakes = [(field.name, field.wrong) for field in fields if field.wrong]
    context = {"place": "today", "fields": fields, "mistakes": mistakes}
    status = 400 if mistakes else 200
    return TemplateResponse(request, "console/births.html", context, status=status)
