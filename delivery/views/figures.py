"""The reconciliation as a table: what happened down the page, the channels across."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from delivery.queries import Counts
from delivery.reasons import words
from delivery.reconciliation import ChannelDay


@dataclass(frozen=True, slots=True)
class Row:
    """One line. ``inner`` marks a reason below its sum, ``alarm`` a figure that must be 0."""

    label: str
    values: list[int]
    inner: bool = False
    alarm: bool = False


def counts_of(day: ChannelDay) -> Counts:
    """A channel's day without its reasons."""
    return Counts(
        sent=day.sent,
        skipped=sum(day.skipped.values()),
        failed=sum(day.failed.values()),
        unclear=day.unclear,
        pending=day.pending,
    )


def rows(days: Sequence[ChannelDay]) -> list[Row]:
    """Planned = sent + left out + failed + unclear + pending, and the difference."""

    def line(label: str, value: Callable[[ChannelDay], int], inner: bool = False) -> Row:
        return Row(label, _with_sum([value(day) for day in days]), inner)

    unexplained = _with_sum([day.unexplained for day in days])
    return [
        line(_("Planned"), lambda day: day.planned),
        line(_("Sent"), lambda day: day.sent),
        line(_("Left out on purpose"), lambda day: sum(day.skipped.values())),
        *_reasons([day.skipped for day in days]),
        line(_("Could not be sent"), lambda day: sum(day.failed.values())),
        *_reasons([day.failed for day in days]),
        line(_("Without a clear answer"), lambda day: day.unclear),
        line(_("Still to be sent"), lambda day: day.pending),
        Row(_("Difference we cannot explain"), unexplained, alarm=any(unexplained)),
    ]


def _reasons(channels: Sequence[dict[str, int]]) -> list[Row]:
    codes = sorted({code for counts in channels for code in counts})
    return [
        Row(words(code), _with_sum([counts.get(code, 0) for counts in channels]), inner=True)
        for code in codes
    ]


def _with_sum(values: list[int]) -> list[int]:
    """One channel needs no sum beside it."""
    return values if len(values) == 1 else [*values, sum(values)]
