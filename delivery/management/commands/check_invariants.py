"""Does the day contradict itself? ``manage.py check_invariants --date 2026-11-25 [--format json]``."""

import json
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from delivery.invariants import NEED_A_WITNESS, Finding, check_all
from delivery.management.arguments import add_day, municipality_named
from municipalities.models import Municipality


class Command(BaseCommand):
    help = "Ask the sixteen invariants of a day; exit status 1 when one of them is broken."

    def add_arguments(self, parser: CommandParser) -> None:
        add_day(parser)
        parser.add_argument("--municipality", metavar="SLUG", help="only this one")
        parser.add_argument("--format", choices=["table", "json"], default="table")

    def handle(self, *args: Any, **options: Any) -> None:
        on: date = options["date"]
        slug = options["municipality"]
        chosen = [municipality_named(slug)] if slug else list(Municipality.objects.order_by("pk"))
        names = {one.pk: one.slug for one in chosen}
        findings = check_all(on, chosen)
        if options["format"] == "json":
            self.stdout.write(json.dumps(_as_json(on, findings, names), ensure_ascii=False))
        else:
            self._tell(on, findings, names)
        if findings:
            raise CommandError(
                f"{on}: 成り立たない決まりが {len(findings)} 件あります。行とログを残したまま、開発者に知らせてください。"
                f" / {len(findings)} invariants do not hold."
            )

    def _tell(self, on: date, findings: list[Finding], names: dict[int, str]) -> None:
        for one in findings:
            self.stdout.write(
                f"{names[one.municipality_id]}  {one.invariant}  {one.count:,}  {one.sentence}"
            )
        if not findings:
            self.stdout.write(
                f"{on}: {len(names)} 自治体で、決まりはすべて成り立っています。"
                f"{', '.join(NEED_A_WITNESS)} は送信先の記録がないため確かめていません。"
            )


def _as_json(on: date, findings: list[Finding], names: dict[int, str]) -> dict[str, Any]:
    return {
        "date": on.isoformat(),
        "municipalities": len(names),
        "not_asked": list(NEED_A_WITNESS),
        "broken": [
            {
                "invariant": one.invariant,
                "municipality": names[one.municipality_id],
                "count": one.count,
            }
            for one in findings
        ],
    }
