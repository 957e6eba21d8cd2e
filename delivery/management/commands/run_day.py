"""Plan and send one day: ``manage.py run_day --date 2026-11-25 [--municipality SLUG] [--dry-run]``."""

import time
from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from delivery import running
from delivery.dryrun import preview
from delivery.management.arguments import add_day, chosen_municipalities
from delivery.management.progress import Progress
from delivery.models import Lane, Run
from delivery.planning import plan_day, whole_day
from delivery.reconciliation import reconcile
from delivery.tasks import wake
from kizuna.lib import clock
from municipalities.domain.words import EndpointKind, Service
from municipalities.models import Endpoint, Municipality
from municipalities.tenancy.scope import in_municipality

CHANNELS = ("email", "line")


class Command(BaseCommand):
    help = "Plan one day and send it. Repeating it sends nothing twice."

    def add_arguments(self, parser: CommandParser) -> None:
        add_day(parser)
        parser.add_argument("--municipality", metavar="SLUG", help="only this one")
        parser.add_argument(
            "--dry-run", action="store_true", help="show what would be sent, write nothing"
        )
        parser.add_argument(
            "--now",
            action="store_true",
            help="begin at once, outside the municipality's hours (a run that exists keeps its own)",
        )
        parser.add_argument(
            "--watch",
            action="store_true",
            help="leave the sending to the workers and show their progress",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        on: date = options["date"]
        chosen = chosen_municipalities(options["municipality"])
        if options["dry_run"]:
            for one in chosen:
                self.stdout.write("\n".join(preview(one, on)))
            return
        if on > clock.today():
            raise CommandError(
                f"{on} はまだ来ていない日です。--dry-run を付けると、予定を確かめられます。"
                f" / {on} is in the future; add --dry-run to see what it would bring."
            )
        if on < clock.today() and not any(_has_run(one, on) for one in chosen):
            raise CommandError(
                f"{on} は過ぎた日で、配信の記録がありません。過ぎた日の分は、あとから送りません。"
                f" / {on} is over and has no run; a past day is never sent afterwards."
            )
        if options["municipality"] and chosen[0].service != Service.LIVE:
            raise CommandError(
                f"{chosen[0].name}の配信は動いていません（{chosen[0].service}）。"
                f" / {chosen[0].slug} is not live ({chosen[0].service})."
            )
        window = whole_day(on) if options["now"] and on == clock.today() else None
        for one in chosen:
            self._report_problem(one)
            plan_day(one.pk, on, window)
        running.sweep()
        if options["watch"]:
            wake()
        self._until_done(chosen, on, helping=not options["watch"])
        running.sweep()
        pending = sum(self._counts(chosen, on)[1:])
        if pending:
            raise CommandError(
                f"{pending:,}件がまだ送られていません。reconcile で理由を見られます。"
                f" / {pending:,} deliveries are still pending; `reconcile` shows why."
            )

    def _report_problem(self, municipality: Municipality) -> None:
        with in_municipality(municipality.pk):
            writes = Endpoint.objects.filter(kind=EndpointKind.EMAIL).exists()
        if writes and not municipality.mail_address:
            self.stderr.write(
                f"{municipality.name}（{municipality.slug}）: 差出人のメールアドレスがまだありません。"
                "自治体の設定で mail_address を入れると、メールの配信が始まります。"
                " / has no sender address; set mail_address to let its e-mail go."
            )

    def _until_done(self, chosen: list[Municipality], on: date, *, helping: bool) -> None:
        progress = Progress(self.stdout)
        total, pending = self._counts(chosen, on)
        progress.show(total - pending, total)
        while True:
            handled = sum(running.work(channel, 5) for channel in CHANNELS) if helping else 0
            total, pending = self._counts(chosen, on)
            progress.show(total - pending, total)
            if not pending or (not handled and not self._soon(chosen, on)):
                break
            if not handled:
                time.sleep(0.5)
                running.sweep() if helping else None
        progress.end()

    def _counts(self, chosen: list[Municipality], on: date) -> tuple[int, int]:
        total = pending = 0
        for one in chosen:
            with in_municipality(one.pk):
                for day in reconcile(on):
                    total += day.planned
                    pending += day.pending
        return total, pending

    def _soon(self, chosen: list[Municipality], on: date) -> bool:
        """Whether some lane is due once a worker's lease has run out: worth waiting for."""
        soon = clock.now().timestamp() + settings.CLAIM_LEASE_SECONDS + 60
        for one in chosen:
            with in_municipality(one.pk):
                lanes = Lane.objects.filter(run_day=on, is_open=True)
                if any(lane.not_before.timestamp() < soon for lane in lanes):
                    return True
        return False


def _has_run(municipality: Municipality, on: date) -> bool:
    with in_municipality(municipality.pk):
        return Run.objects.filter(run_day=on).exists()
