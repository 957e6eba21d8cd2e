"""The audit log on screen and as a file: who did what, when, and why."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.http import HttpResponse, QueryDict
from django.template.response import TemplateResponse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kizuna.lib import clock
from kizuna.lib.csv_out import Coding, table
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest
from municipalities.models import StaffAct
from municipalities.services import audit
from municipalities.views.audit_words import about_words, act_words, details_words, purpose_words

PER_PAGE = 100


@dataclass(frozen=True, slots=True)
class Line:
    """One act as it is read."""

    at: str
    who: str
    act: str
    about: str
    purpose: str
    details: str


@require_safe
@console(Act.SEE_AUDIT)
def acts(request: ConsoleRequest) -> HttpResponse:
    """Newest first, a hundred a page."""
    return _page(request, request.GET)


def _page(request: ConsoleRequest, asked: QueryDict) -> TemplateResponse:
    wanted, mistakes = _wanted(asked)
    found = audit.acts(wanted)
    before = _number(asked.get("before", ""))
    if before is not None:
        found = found.filter(pk__lt=before)
    rows = list(found[: PER_PAGE + 1])
    older = rows[PER_PAGE - 1].pk if len(rows) > PER_PAGE else None
    filters = {
        name: asked[name][:40] for name in ("person", "act", "since", "until") if asked.get(name)
    }
    context = {
        "place": "audit",
        "lines": _lines(rows[:PER_PAGE]),
        "people": [(str(one.pk), one.name) for one in audit.people()],
        "kinds": [(kind, act_words(kind)) for kind in audit.kinds()],
        "filters": filters,
        "mistakes": mistakes,
        "wrong": dict(mistakes),
        "older": urlencode({**filters, "before": older}) if older else "",
        "newest": urlencode(filters) if before is not None else None,
    }
    return TemplateResponse(request, "console/audit/list.html", context)


@require_POST
@console(Act.SEE_AUDIT)
def export(request: ConsoleRequest) -> HttpResponse:
    """The same as a table for Excel. Taking it along is an act as well."""
    wanted, mistakes = _wanted(request.POST)
    if mistakes:
        # Without the day that was meant, everything would be in it.
        response = _page(request, request.POST)
        response.status_code = 400
        return response
    coding = Coding.CP932 if request.POST.get("coding") == Coding.CP932 else Coding.UTF8
    rows = _lines(audit.acts(wanted))
    audit.note(request.municipality, request.user, "audit.exported", rows=len(rows))
    heading = (_("When"), _("Who"), _("Act"), _("About"), _("Purpose"), _("Details"))
    cells = [(one.at, one.who, one.act, one.about, one.purpose, one.details) for one in rows]
    name = f"kizuna-audit-{request.municipality.slug}-{clock.today():%Y%m%d}.csv"
    charset = "utf-8" if coding is Coding.UTF8 else "shift_jis"
    return HttpResponse(
        table([heading, *cells], coding),
        content_type=f"text/csv; charset={charset}",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _lines(rows: Iterable[StaffAct]) -> list[Line]:
    """In words; whoever was changed by name, which an act itself never holds."""
    found = list(rows)
    names = audit.names_of(
        int(number)
        for kind, _space, number in (one.about.partition(" ") for one in found)
        if kind == "staff" and number.isdecimal()
    )
    return [_line(one, names) for one in found]


def _line(one: StaffAct, names: Mapping[int, str]) -> Line:
    return Line(
        at=f"{timezone.localtime(one.at, clock.TOKYO):%Y-%m-%d %H:%M:%S}",
        who=one.staff.name if one.staff else _("(the system)"),
        act=act_words(one.act),
        about=about_words(one.about, names),
        purpose=purpose_words(one.staff_id, one.purpose),
        details=details_words(one.details),
    )


def _wanted(asked: QueryDict) -> tuple[audit.Wanted, list[tuple[str, str]]]:
    """What is asked for, and the sentences about dates that are none."""
    mistakes: list[tuple[str, str]] = []
    days: dict[str, date | None] = {}
    for name in ("since", "until"):
        days[name] = None
        if typed := asked.get(name, "").strip():
            try:
                days[name] = date.fromisoformat(typed)
            except ValueError:
                mistakes.append((name, _("Write the date as 2026-04-01.")))
    if days["since"] and days["until"] and days["since"] > days["until"]:
        mistakes.append(("until", _("The last day lies before the first one.")))
    person = _number(asked.get("person", ""))
    return audit.Wanted(person, asked.get("act", "")[:40], days["since"], days["until"]), mistakes


def _number(typed: str) -> int | None:
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 18 else None
