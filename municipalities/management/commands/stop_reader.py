"""Stop a reader who called: ``manage.py stop_reader --municipality SLUG --email A [--course]``.

No reason is asked and none is kept. Nothing that is not handed over yet goes out.
"""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from municipalities.management.reader import add_reader, subscriptions_named
from municipalities.models import Municipality, Subscription
from municipalities.services.ending import end_course
from municipalities.services.withdraw import stop_subscription
from municipalities.tenancy.scope import in_municipality


class Command(BaseCommand):
    help = "Stop a reader's texts at once, on the reader's word to the office."

    def add_arguments(self, parser: CommandParser) -> None:
        add_reader(parser)
        parser.add_argument(
            "--course",
            action="store_true",
            help="end this pregnancy or child for good, for everybody who follows it",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        municipality = Municipality.objects.filter(slug=options["municipality"]).first()
        if municipality is None:
            raise CommandError(
                f"「{options['municipality']}」という自治体はありません。"
                f" / There is no municipality {options['municipality']!r}."
            )
        with in_municipality(municipality.pk):
            named = subscriptions_named(municipality, options)
            if options["course"]:
                said = _end(list(named.select_related("course")))
            else:
                said = _stop(list(named.filter(stopped_at=None)))
        self.stdout.write(f"{municipality.name}: {said}")


def _stop(running: list[Subscription]) -> str:
    for one in running:
        stop_subscription(one.pk, source="office")
    if not running:
        return "すでに止まっています。"
    return f"{len(running)}件の配信を止めました。これから先は届きません。"


def _end(named: list[Subscription]) -> str:
    """One course, never several: who lost one child may have another."""
    going_on = [one for one in named if one.course.closed_at is None]
    if not going_on:
        return "すでに終わっています。"
    if len(going_on) > 1:
        numbers = "、".join(f"{one.pk}（{_kind(one)}）" for one in going_on)
        raise CommandError(
            f"登録が{len(going_on)}件あります。--subscription で1件を選びます: {numbers}"
            " / Several children are registered; choose one with --subscription."
        )
    stop_subscription(going_on[0].pk, source="office")
    end_course(going_on[0].course_id)
    return "この妊娠・お子さんの配信を、すべて終わりにしました。どなたにも、もう届きません。"


def _kind(one: Subscription) -> str:
    return "お子さん" if one.course.birth_date else "妊娠"
