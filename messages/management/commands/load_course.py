"""The content pack: ``manage.py load_course content/ja [--dry-run]``. All or nothing."""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from kizuna.lib import clock
from messages.content_files import read_course
from messages.services.publish import publish_many
from municipalities.domain.words import Variant

SHOWN = 200


class Command(BaseCommand):
    help = "Publish the texts of a directory. What did not change keeps its version."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("directory", type=Path)
        parser.add_argument("--dry-run", action="store_true", help="check only, publish nothing")

    def handle(self, *args: Any, **options: Any) -> None:
        course = read_course(options["directory"])
        told = [problem.told for problem in course.problems]
        told += [
            f"{file.path}：「{file.variant}」という版はまだ扱えません。"
            for file in course.files
            if file.variant not in set(Variant)
        ]
        if told:
            for line in told[:SHOWN]:
                self.stderr.write(line)
            raise CommandError(
                f"直すところが{len(told):,}か所あります。まだ何も取り込んでいません。"
                f" / {len(told):,} problems; nothing was published."
            )
        with transaction.atomic():
            done = publish_many(course.files, clock.today())
            transaction.set_rollback(bool(options["dry_run"]))
        state = "（確かめただけで、取り込んでいません）" if options["dry_run"] else ""
        self.stdout.write(
            f"原稿{len(course.files):,}本: 新しい原稿{done.new:,}、新しい版{done.changed:,}、"
            f"変わりなし{done.unchanged:,}{state}"
        )
