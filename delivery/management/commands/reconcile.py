"""What was planned and what became of it: ``manage.py reconcile --date 2026-11-25 [--format json]``."""

import json
import unicodedata
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandParser

from delivery.management.arguments import add_day, municipality_named
from delivery.reconciliation import reconcile_with_readers
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality

COLUMNS = (
    "自治体",
    "経路",
    "予定",
    "送った",
    "送らなかった",
    "送れなかった",
    "確かめられない",
    "これから送る",
    "説明のつかない差",
)


class Command(BaseCommand):
    help = "Per municipality and channel: planned = sent + skipped + failed + unclear + pending."

    def add_arguments(self, parser: CommandParser) -> None:
        add_day(parser)
        parser.add_argument("--municipality", metavar="SLUG", help="only this one")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        on: date = options["date"]
        slug = options["municipality"]
        chosen = [municipality_named(slug)] if slug else Municipality.objects.order_by("pk")
        rows = [row for one in chosen for row in rows_of(one, on)]
        total = summed(rows)
        if options["format"] == "json":
            self.stdout.write(
                json.dumps(
                    {"date": on.isoformat(), "rows": rows, "total": total}, ensure_ascii=False
                )
            )
            return
        self.stdout.write("\n".join(table(rows, total)))


def rows_of(municipality: Municipality, on: date) -> list[dict[str, Any]]:
    """One row per channel. A reader without a row counts as unexplained."""
    with in_municipality(municipality.pk):
        days = reconcile_with_readers(municipality, on)
    return [
        {
            "municipality": municipality.slug,
            "channel": day.channel,
            "planned": day.planned,
            "sent": day.sent,
            "skipped": day.skipped,
            "failed": day.failed,
            "unclear": day.unclear,
            "pending": day.pending,
            "unexplained": day.unexplained,
        }
        for day in days
    ]


def summed(rows: list[dict[str, Any]]) -> dict[str, Any]:
    """The sum over all rows, reasons merged."""
    total: dict[str, Any] = {"planned": 0, "sent": 0, "skipped": {}, "failed": {}}
    total |= {"unclear": 0, "pending": 0, "unexplained": 0}
    for row in rows:
        for key, value in total.items():
            if isinstance(value, dict):
                for reason, count in row[key].items():
                    value[reason] = value.get(reason, 0) + count
            else:
                total[key] = value + row[key]
    return total


def table(rows: list[dict[str, Any]], total: dict[str, Any]) -> list[str]:
    """Lines for a terminal; Japanese letters are two columns wide there."""
    cells = [list(COLUMNS)]
    cells += [_cells(row) for row in rows]
    cells.append(_cells({"municipality": "合計", "channel": "", **total}))
    widths = [max(_width(line[i]) for line in cells) for i in range(len(COLUMNS))]
    lines = [
        "  ".join(_pad(cell, widths[i], left=i < 2) for i, cell in enumerate(line)).rstrip()
        for line in cells
    ]
    rule = "─" * (sum(widths) + 2 * len(widths) - 2)
    return [lines[0], rule, *lines[1:-1], rule, lines[-1]]


def _cells(row: dict[str, Any]) -> list[str]:
    numbers = [
        row["planned"],
        row["sent"],
        sum(row["skipped"].values()),
        sum(row["failed"].values()),
        row["unclear"],
        row["pending"],
        row["unexplained"],
    ]
    return [row["municipality"], row["channel"], *(f"{number:,}" for number in numbers)]


def _width(text: str) -> int:
    return sum(2 if unicodedata.east_asian_width(letter) in "WFA" else 1 for letter in text)


def _pad(text: str, width: int, *, left: bool) -> str:
    space = " " * (width - _width(text))
    return text + space if left else space + text
