"""``run_day``: plan and send one day by hand."""

from datetime import time, timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from delivery.channels import registry
from delivery.channels.memory import MemoryChannel
from delivery.domain.outcome import TryLater
from delivery.models import Delivery, Run
from delivery.planning import plan_day
from kizuna.lib import clock
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests.world import make_family, make_municipality, make_text

pytestmark = pytest.mark.django_db


@pytest.fixture
def email(monkeypatch: pytest.MonkeyPatch) -> MemoryChannel:
    channels = {"email": MemoryChannel("email"), "line": MemoryChannel("line")}
    monkeypatch.setattr(registry, "get", channels.__getitem__)
    return channels["email"]


def run_day(*arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    call_command("run_day", *arguments, stdout=out, stderr=err)
    return out.getvalue(), err.getvalue()


def test_it_plans_and_sends_today_and_a_second_time_sends_nothing(email: MemoryChannel) -> None:
    aoba = make_municipality()
    make_text("d45")
    make_family(aoba)
    run_day("--date", "today")
    run_day("--date", "today")
    assert len(email.sent) == 1


def test_a_dry_run_counts_and_writes_nothing(email: MemoryChannel) -> None:
    aoba = make_municipality()
    make_text("d45")
    make_text("p12w3d", audience="partner")
    make_family(aoba)
    make_family(aoba)
    make_family(aoba, due_date=clock.today() + timedelta(days=280 - 87), relation="mother")

    out, _ = run_day("--date", "today", "--dry-run")

    assert "生後45日  email  2件" in out
    assert "birth_parent 向けの原稿がありません" in out
    with in_municipality(aoba.pk):
        assert not Run.objects.exists()
        assert not Delivery.objects.exists()
    assert email.sent == []


def test_a_dry_run_looks_into_the_future_as_well(email: MemoryChannel) -> None:
    aoba = make_municipality()
    make_text("d50")
    make_family(aoba)
    day = clock.today() + timedelta(days=5)
    out, _ = run_day("--date", day.isoformat(), "--dry-run")
    assert "生後50日  email  1件" in out


def test_a_day_that_has_not_come_is_refused(email: MemoryChannel) -> None:
    make_municipality()
    tomorrow = clock.today() + timedelta(days=1)
    with pytest.raises(CommandError, match="まだ来ていない日"):
        run_day("--date", tomorrow.isoformat())


def test_an_old_day_without_a_run_is_refused(email: MemoryChannel) -> None:
    make_municipality()
    with pytest.raises(CommandError, match="過ぎた日の分は、あとから送りません"):
        run_day("--date", (clock.today() - timedelta(days=1)).isoformat())


def test_an_old_day_that_was_begun_ends_late_and_is_not_sent(email: MemoryChannel) -> None:
    aoba = make_municipality()
    make_text("d45")
    yesterday = clock.today() - timedelta(days=1)
    make_family(
        aoba, birth_date=yesterday - timedelta(days=45), starts_on=yesterday - timedelta(days=9)
    )
    plan_day(aoba.pk, yesterday)

    run_day("--date", yesterday.isoformat())

    with in_municipality(aoba.pk):
        assert [(row.state, row.reason) for row in Delivery.objects.all()] == [("skipped", "late")]
    assert email.sent == []


def test_a_municipality_that_is_not_live_is_refused(email: MemoryChannel) -> None:
    make_municipality(service="paused")
    with pytest.raises(CommandError, match="配信は動いていません"):
        run_day("--municipality", "aoba")


def test_only_the_named_municipality_is_run(email: MemoryChannel) -> None:
    make_text("d45")
    aoba, minato = make_municipality(), make_municipality("minato")
    make_family(aoba)
    make_family(minato, email="m@example.jp")
    run_day("--date", "today", "--municipality", "minato")
    assert [sent.address for sent in email.sent] == ["m@example.jp"]


def test_an_unknown_municipality_is_named_with_those_there_are(email: MemoryChannel) -> None:
    make_municipality()
    with pytest.raises(CommandError, match=r"「aobo」という自治体はありません.*aoba"):
        run_day("--municipality", "aobo")


def test_a_date_that_is_none_is_named(email: MemoryChannel) -> None:
    with pytest.raises(CommandError, match=r"「2026/11/25」という日付は読めません"):
        call_command("run_day", "--date", "2026/11/25")


def test_a_municipality_without_a_sender_address_is_told_and_the_others_are_sent(
    email: MemoryChannel,
) -> None:
    make_text("d45")
    bare, fine = make_municipality("bare", mail_address=""), make_municipality("fine")
    make_family(bare, email="bare@example.jp")
    make_family(fine, email="fine@example.jp")
    email.outcomes = {"bare@example.jp": TryLater("no_sender_address", 600)}
    err = StringIO()

    with pytest.raises(CommandError, match="1件がまだ送られていません"):
        call_command("run_day", stdout=StringIO(), stderr=err)

    assert "差出人のメールアドレスがまだありません" in err.getvalue()
    assert "bare" in err.getvalue()
    assert [sent.address for sent in email.sent] == ["fine@example.jp"]


def test_outside_the_hours_it_waits_and_with_now_it_begins(email: MemoryChannel) -> None:
    """A municipality whose hours lie hours ahead, or are over: nothing rings at night."""
    hour = clock.now().hour
    ahead = (time(22, 0), time(22, 30)) if hour < 12 else (time(0, 0), time(0, 30))
    make_text("d45")
    aoba: Municipality = make_municipality(send_time=ahead[0], last_hour=ahead[1])
    make_family(aoba)
    if hour < 12:
        with pytest.raises(CommandError, match="まだ送られていません"):
            run_day("--date", "today")
    else:
        run_day("--date", "today")
    assert email.sent == []

    late: Municipality = make_municipality("late", send_time=ahead[0], last_hour=ahead[1])
    make_family(late)
    run_day("--date", "today", "--municipality", "late", "--now")
    assert len(email.sent) == 1
