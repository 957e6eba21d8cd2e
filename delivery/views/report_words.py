"""The monthly report in words and as rows: the page, the PDF and the file say the same."""

from dataclasses import dataclass
from datetime import date

from django.utils.dateformat import format as date_words
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from delivery.domain.suppress import OWN
from delivery.facts.words import BANDS
from delivery.report import Part, Report
from delivery.views.figure_words import age_words, coverage_words, flow_words, value_words
from kizuna.lib import charts
from kizuna.templatetags.charts import HIDDEN, Chart
from municipalities.domain.words import EndpointKind, Relation


@dataclass(frozen=True, slots=True)
class Change:
    """A difference: with its sign where it is read, a plain number where it is counted with."""

    number: int

    def __str__(self) -> str:
        return f"{self.number:+,}"


def month_words(day: date) -> str:
    """2026年10月, October 2026."""
    return date_words(day, "Y年n月" if (get_language() or "ja").startswith("ja") else "F Y")


def dimension_words(dimension: str) -> str:
    """What the readers are divided by."""
    return {
        "channel": _("Readers by channel"),
        "stage": _("Readers by stage"),
        "relation": _("Readers by relation"),
    }[dimension]


def trend(one: Report) -> Chart:
    """The readers of thirteen months' ends."""
    known = [(m, m.active.readers) for m in one.months if m.active]
    labels = [month_words(m.month_end) for m, _n in known]
    values = [n for _m, n in known]
    return Chart(
        key="trend",
        title=_trend_title(values),
        about=_("Active readers at the end of each month"),
        drawing=charts.columns(
            [f"{m.month_end:%y/%m}" for m, _n in known], [charts.Series(_("Readers"), values)]
        ),
        head=[_("Month"), _("Readers")],
        rows=list(zip(labels, values, strict=True)),
    )


def _trend_title(values: list[int]) -> str:
    if len(values) < 2:
        return _("The first month that was counted")
    change = values[-1] - values[0]
    numbers = {"count": f"{abs(change):,}", "months": len(values) - 1}
    if change > 0:
        return _("%(count)s readers more than %(months)s months ago") % numbers
    if change < 0:
        return _("%(count)s readers fewer than %(months)s months ago") % numbers
    return _("As many readers as %(months)s months ago") % numbers


def rows(one: Report) -> list[tuple[str, object]]:
    """Every number of the page with its name, in the page's order."""
    month, active = one.month, one.month.active
    found: list[tuple[str, object]] = [
        (_("Municipality"), one.municipality.name),
        (_("Month"), month_words(one.month_end)),
    ]
    if month.external is not None:
        found.append((_("Active readers (reported from another system)"), month.external))
    if active:
        found += [
            (_("Active readers at the month's end"), active.readers),
            (_("Children, born and expected"), active.children),
            *_changes(one),
        ]
    found += [
        (_("Registrations this month"), month.flows.get("registered", 0)),
        *((flow_words(one), month.flows.get(one, 0)) for one in ("returned", "stopped", "blocked")),
        (_("Grew out (last birthday)"), month.flows.get("graduated", 0)),
        (_("Registrations since the beginning"), month.registrations),
        (_("Texts and broadcasts sent"), one.sending.sent),
        (_("Could not be sent"), one.sending.failed),
        (_("Without a clear answer"), one.sending.unclear),
        (_("Announcements shown this month"), one.announcements),
        (_("Broadcasts this month"), one.broadcasts),
    ]
    return found


def as_table(one: Report) -> list[tuple[str, object]]:
    """The whole report for a spreadsheet: the numbers, the coverage, the divisions. x: hidden."""
    found = [*rows(one), *coverage_rows(one)]
    for part in one.parts:
        found += part_rows(part)
    return [(name, _cell(value)) for name, value in found]


def _cell(value: object) -> object:
    if isinstance(value, Change):
        return value.number
    return HIDDEN if value is None else value


def _changes(one: Report) -> list[tuple[str, object]]:
    found: list[tuple[str, object]] = []
    for label, other in (
        (_("Readers: change from the month before"), one.before),
        (_("Readers: change from the year before"), one.year_before),
    ):
        if other.active and one.month.active:
            found.append((label, Change(one.month.active.readers - other.active.readers)))
    return found


def coverage_rows(one: Report) -> list[tuple[str, str]]:
    """Of the children of an age: the share that is reached, with its range."""
    return [
        (
            _("%(age)s: the share of the children reached") % {"age": age_words(age)},
            coverage_words(share),
        )
        for age, share in sorted(one.coverage.items())
        if share.children >= OWN.threshold
    ]


def part_rows(part: Part) -> list[tuple[str, object]]:
    """A division as rows: its name before each part."""
    return [
        (f"{dimension_words(part.dimension)}: {value_words(part.dimension, value)}", count)
        for value, count in ordered(part)
    ]


def ordered(part: Part) -> list[tuple[str, int | None]]:
    """The parts in the order of life, or as the vocabulary has them."""
    known: dict[str, list[str]] = {
        "stage": list(BANDS),
        "relation": [*Relation],
        "channel": [*EndpointKind],
    }
    places = {value: place for place, value in enumerate(known[part.dimension])}
    return sorted(part.values, key=lambda one: places[one[0]])
