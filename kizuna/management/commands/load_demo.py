"""The demo's world: ``manage.py load_demo``. Refuses to touch an installation on the internet."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from kizuna.demo.load import load, staff_logins
from kizuna.lib import clock


class Command(BaseCommand):
    help = "Load four municipalities with fictional readers, and open today's runs."

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.HTTPS:
            raise CommandError(
                "PUBLIC_BASE_URL が https で始まる環境には、デモのデータを入れません。"
                " / Demo data does not go into an installation served over https."
            )
        try:
            with transaction.atomic():
                for line in load(clock.today()):
                    self.stdout.write(f"  {line}")
                logins = list(staff_logins())
        except ValueError as error:
            raise CommandError(str(error)) from None
        self.stdout.write("ログイン（デモ用）:")
        for what, email, password in logins:
            self.stdout.write(f"  {email:<24} {password}   {what}")
