"""Count days again: ``manage.py rebuild_facts --from 2026-11-01 --to 2026-11-24 [--check]``."""

from datetime import date, timedelta
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from delivery.facts import drift, nightly
from delivery.management.arguments import day, municipality_named
from delivery.models import (
    AudienceFact,
    DailyFact,
    DayFact,
    FlowFact,
    MonthFlow,
    PaceFact,
    RetentionFact,
    Run,
)
from delivery.reconciliation import rollup
from kizuna.lib import clock
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality

FACTS = (DailyFact, DayFact, PaceFact, AudienceFact, FlowFact, MonthFlow, RetentionFact)


class Command(BaseCommand):
    help = (
        "Count the figures of these days again, from the ledger and the readers' history. Ends of"
        " months that were reported stay; --check only tells what differs, with exit status 1."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        yesterday = clock.today() - timedelta(days=1)
        parser.add_argument("--from", dest="first", type=day, default=yesterday)
        parser.add_argument("--to", dest="last", type=day, default=yesterday)
        parser.add_argument("--municipality", metavar="SLUG", help="only this one")
        parser.add_argument("--check", action="store_true", help="change nothing, only compare")

    def handle(self, *args: Any, **options: Any) -> None:
        first, last, slug = options["first"], options["last"], options["municipality"]
        if first > last:
            raise CommandError(
                f"--from({first})は --to({last})より後です。早いほうを --from に書きます。"
                f" / --from {first} is after --to {last}."
            )
        chosen = [municipality_named(slug)] if slug else nightly.counted_places(clock.today())
        if options["check"]:
            self._check(chosen, first, last)
            return
        for municipality in chosen:
            with in_municipality(municipality.pk):
                count_again(municipality, first, last)
        self.stdout.write(f"{first} から {last} まで、{len(chosen)} 自治体を数え直しました。")

    def _check(self, chosen: list[Municipality], first: date, last: date) -> None:
        count = 0
        for municipality in chosen:
            with in_municipality(municipality.pk):
                for one in what_differs(municipality, first, last):
                    count += 1
                    self.stdout.write(f"{municipality.slug}  {one}")
        if count:
            raise CommandError(
                f"台帳と履歴から数え直すと {count} 件ちがいます。"
                f" / Counted again, {count} lines differ."
            )
        self.stdout.write(f"{first} から {last} まで、{len(chosen)} 自治体の数字は合っています。")


def count_again(municipality: Municipality, first: date, last: date) -> None:
    """The ledger's figures of the days that had a run, and all others. Inside ``in_municipality``."""
    for on in Run.objects.filter(run_day__range=(first, last)).values_list("run_day", flat=True):
        rollup(on)
    nightly.rebuild(municipality, first, last, clock.today() - timedelta(days=1))


def what_differs(municipality: Municipality, first: date, last: date) -> list[str]:
    """One sentence for each line that differs. Inside ``in_municipality``; changes nothing."""
    found = drift.differences(FACTS, lambda: count_again(municipality, first, last))
    lines = [
        f"{one.fact}: 保存 {one.stored or 'なし'} / 数え直し {one.counted or 'なし'}"
        for one in found
    ]
    ends = drift.drifted_month_ends(municipality)
    return [*lines, *(f"MonthEnd {end}: 報告した数と履歴が合いません" for end in ends)]
