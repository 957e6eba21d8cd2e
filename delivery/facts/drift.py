"""Do the figures still say what the ledger and the history say? Count again, compare, undo."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date

from django.db import models, transaction

from delivery.facts.month_end import recount_month_end, taken_month_end
from delivery.models import MonthEnd
from municipalities.models import Municipality

_NOT_FIGURES = {"id", "municipality", "counted_at", "taken_at"}


class _Undo(Exception):
    """Ends the transaction in which everything was counted again."""


@dataclass(frozen=True, slots=True)
class Drift:
    """A line that differs: ``stored`` is not counted any more, ``counted`` was not stored."""

    fact: str
    stored: tuple[object, ...] | None
    counted: tuple[object, ...] | None


def differences(facts: Iterable[type[models.Model]], rebuild: Callable[[], object]) -> list[Drift]:
    """What ``rebuild`` would change in these tables. Inside ``in_municipality``; changes nothing."""
    tables = list(facts)
    before = {one: _lines(one) for one in tables}
    after: dict[type[models.Model], set[tuple[object, ...]]] = {}
    try:
        with transaction.atomic():
            rebuild()
            after = {one: _lines(one) for one in tables}
            raise _Undo
    except _Undo:
        pass
    return [
        drift
        for one in tables
        for drift in (
            *(
                Drift(one.__name__, line, None)
                for line in sorted(before[one] - after[one], key=str)
            ),
            *(
                Drift(one.__name__, None, line)
                for line in sorted(after[one] - before[one], key=str)
            ),
        )
    ]


def drifted_month_ends(municipality: Municipality, newest: int | None = None) -> list[date]:
    """Reported months that the history would tell otherwise now, the oldest first; of all, or of so
    many of the ``newest``. Inside ``in_municipality``."""
    ends = MonthEnd.objects.order_by("-month_end").values_list("month_end", flat=True).distinct()
    asked = list(ends)[:newest]
    return [
        end for end in asked[::-1] if taken_month_end(end) != recount_month_end(municipality, end)
    ]


def _lines(fact: type[models.Model]) -> set[tuple[object, ...]]:
    names = [one.name for one in fact._meta.fields if one.name not in _NOT_FIGURES]
    return set(fact._default_manager.values_list(*names))
