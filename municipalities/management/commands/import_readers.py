"""Readers from CSV or XLSX: ``manage.py import_readers FILE --municipality SLUG [--dry-run]``."""

from argparse import ArgumentTypeError
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction

from kizuna.lib import clock
from municipalities.models import Municipality
from municipalities.roster.reading import read_roster
from municipalities.roster.rows import RosterRow
from municipalities.services.enrol import Consent, Enrolment, enrol_many
from municipalities.tenancy.scope import in_municipality

SHOWN = 200


class Command(BaseCommand):
    help = "Add the readers of a file. All or nothing: one bad cell and nothing is written."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--municipality", metavar="SLUG", required=True)
        parser.add_argument("--dry-run", action="store_true", help="check only, write nothing")
        parser.add_argument(
            "--starts-on",
            type=_day,
            help="the day of the first text; tomorrow where it is left out",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        path: Path = options["file"]
        municipality = _municipality(options["municipality"])
        today = clock.today()
        roster = read_roster(
            _read(path), path.name, on=today, last_birthday=municipality.last_birthday
        )
        self.stdout.write(f"{path.name}: {len(roster.rows):,}行を読みました（{roster.encoding}）。")
        if roster.problems:
            for problem in roster.problems[:SHOWN]:
                self.stderr.write(str(problem))
            raise CommandError(
                f"直すところが{len(roster.problems):,}か所あります。まだ何も登録していません。"
                "直してから、もう一度お試しください。"
                f" / {len(roster.problems):,} cells need mending; nothing was imported."
            )
        with in_municipality(municipality.pk), transaction.atomic():
            result = enrol_many(
                municipality,
                [_enrolment(row) for row in roster.rows],
                starts_on=options["starts_on"] or today + timedelta(days=1),
                consent=Consent(source="import", text_version="roster-1"),
            )
            transaction.set_rollback(bool(options["dry_run"]))
        done = "登録できます（まだ登録していません）" if options["dry_run"] else "登録しました"
        self.stdout.write(
            f"{municipality.name}: {result.added:,}件を{done}。"
            f"すでに登録のある{result.unchanged:,}件は、そのままです。"
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ArgumentTypeError(
            f"「{text}」という日付は読めません。2026-11-25 のように書きます。"
        ) from None


def _municipality(slug: str) -> Municipality:
    found = Municipality.objects.filter(slug=slug).first()
    if found is None:
        raise CommandError(
            f"「{slug}」という自治体はありません。 / There is no municipality {slug!r}."
        )
    return found


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise CommandError(
            f"{path} を開けません（{error.strerror}）。 / Cannot open {path}: {error.strerror}."
        ) from None


def _enrolment(row: RosterRow) -> Enrolment:
    pregnant = row.kind == "pregnancy"
    return Enrolment(
        channel=row.channel,
        address=row.address,
        compared=row.address_key,
        due_date=row.anchor if pregnant else None,
        birth_date=None if pregnant else row.anchor,
        relation=row.relation,
        variant=row.variant,
        children=row.children,
        family=row.family,
    )
