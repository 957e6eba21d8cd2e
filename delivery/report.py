"""One municipality's month on one page: who was reached, how it went, what was written.

Counted from facts alone, so that the same page comes out for the section chief, for the council and
for the NPO. In the municipality's own scope or behind the NPO's door.
"""

from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db.models import Q, Sum

from delivery import figures
from delivery.domain.coverage import Coverage
from delivery.domain.suppress import OWN, line
from delivery.figures import Month, last_day
from delivery.models import DailyFact
from delivery.queries import Counts
from kizuna.lib import clock
from messages.domain.review import ReviewState
from messages.models import Broadcast, LocalBlock
from municipalities.models import Municipality, Thanks

MONTHS = 13
"""The month itself, the eleven before it, and the same month a year ago."""
DIMENSIONS = ("channel", "stage", "relation")


@dataclass(frozen=True, slots=True)
class Part:
    """How the readers of the month's end divide; None: too few to be shown."""

    dimension: str
    values: list[tuple[str, int | None]]


@dataclass(frozen=True, slots=True)
class Report:
    """``months`` are the thirteen up to this one, oldest first. ``coverage``: completed years of
    age → share of the births, where they are known. ``sending``: what became of the month's texts."""

    municipality: Municipality
    month_end: date
    months: list[Month]
    parts: list[Part]
    coverage: dict[int, Coverage]
    sending: Counts
    announcements: int
    broadcasts: int
    voice: str

    @property
    def month(self) -> Month:
        return self.months[-1]

    @property
    def before(self) -> Month:
        """The month before it."""
        return self.months[-2]

    @property
    def year_before(self) -> Month:
        """The same month of the year before."""
        return self.months[0]


def months_with_a_report(municipality: Municipality) -> list[date]:
    """The ends of the months of which there is one, newest first."""
    last = figures.latest(municipality.pk)
    if last is None:
        return []
    found = figures.months(last, 3 * 12, municipality.pk)
    return [one.month_end for one in reversed(found) if one.active or one.external is not None]


def report(municipality: Municipality, month_end: date) -> Report | None:
    """The month's page; None where no figure of that month is known."""
    months = figures.months(month_end, MONTHS, municipality.pk)
    if months[-1].active is None and months[-1].external is None:
        return None
    begin, end = month_end.replace(day=1), month_end
    return Report(
        municipality=municipality,
        month_end=month_end,
        months=months,
        parts=_parts(municipality, month_end),
        coverage=figures.covered(month_end, [municipality.pk]).get(municipality.pk, {}),
        sending=_sending(municipality, begin, end),
        announcements=_announcements(municipality, begin, end),
        broadcasts=Broadcast.objects.filter(
            municipality=municipality, run_day__gte=begin, run_day__lte=end
        ).count(),
        voice=_voice(municipality, begin),
    )


def _parts(municipality: Municipality, month_end: date) -> list[Part]:
    found = figures.breakdown(month_end, municipality.pk)
    parts = []
    for dimension in DIMENSIONS:
        counts = {value: one.readers for value, one in found.get(dimension, {}).items()}
        shown, _total = line(list(counts.values()), OWN)
        parts.append(Part(dimension, list(zip(counts, shown, strict=True))))
    return parts


def _sending(municipality: Municipality, begin: date, end: date) -> Counts:
    counts = Counts()
    rows = (
        DailyFact.objects.filter(municipality=municipality, run_day__gte=begin, run_day__lte=end)
        .order_by()
        .values_list("state")
        .annotate(Sum("count"))
    )
    for state, count in rows:
        counts.add(state, count)
    return counts


def _announcements(municipality: Municipality, begin: date, end: date) -> int:
    """Approved ones that were shown on some day of the month."""
    return (
        LocalBlock.objects.filter(
            municipality=municipality,
            state=ReviewState.APPROVED,
            approved_at__lt=clock.at(end + timedelta(days=1), time.min),
        )
        .filter(Q(shown_from=None) | Q(shown_from__lte=end))
        .filter(Q(shown_until=None) | Q(shown_until__gte=begin))
        .count()
    )


def _voice(municipality: Municipality, begin: date) -> str:
    """The newest voice that may be quoted, of the half year until then; '' for none."""
    since = last_day(begin - timedelta(days=5 * 31)).replace(day=1)
    return (
        Thanks.objects.filter(
            municipality=municipality,
            may_publish=True,
            quotable_at__isnull=False,
            month__gte=since,
            month__lte=begin,
        )
        .order_by("-month", "-pk")
        .values_list("quotable_text", flat=True)
        .first()
        or ""
    )
