"""After a restore, before anything starts: ``manage.py restore_guard --date today``."""

from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from delivery.management.arguments import add_day
from delivery.restoring import guard
from delivery.sendlog import read


class Command(BaseCommand):
    help = "Tell a restored ledger what was sent since the backup. Stop workers and beat first."

    def add_arguments(self, parser: CommandParser) -> None:
        add_day(parser)
        parser.add_argument(
            "--without-log",
            action="store_true",
            help="there is no send log: nothing more is sent on that day",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        on: date = options["date"]
        handed = None
        if not options["without_log"]:
            if not settings.SEND_LOG_DIR:
                raise CommandError(
                    "SEND_LOG_DIR が設定されていません。記録がなければ --without-log を付けます(その日はもう何も送りません)。"
                    " / SEND_LOG_DIR is not set; --without-log sends nothing more on that day."
                )
            try:
                handed = list(read(Path(settings.SEND_LOG_DIR), on))
            except OSError as error:
                raise CommandError(
                    f"送信の記録が読めません: {error.strerror} / the send log cannot be read"
                ) from None
        told = guard(on, handed)
        self.stdout.write(
            f"{on}: 送信済み {told['accepted']:,}、確かめられない {told['unclear']:,}、"
            f"送れなかった {told['refused']:,}、見送り {told['skipped']:,}、"
            f"バックアップにない読者 {told['unknown']:,}"
        )
