"""The backup knows a broadcast as approved; since then it went out to some. Nobody gets it twice."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from delivery import broadcasting
from delivery.models import Delivery
from delivery.sending import serve
from kizuna.lib import clock
from messages.models import Broadcast, BroadcastEvent, Edition
from municipalities.domain.words import Unasked
from municipalities.tenancy.scope import in_municipality
from tests.broadcasts.desk import Desk, make_desk
from tests.delivery.test_a_restored_ledger_sends_nothing_twice import let_go_on, restore
from tests.world import make_family, make_text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def desk(tmp_path: Path, settings: Any) -> Desk:
    settings.SEND_LOG_DIR = str(tmp_path)
    return make_desk()


def test_whoever_had_it_does_not_get_it_again(desk: Desk) -> None:
    make_text("d45")
    make_family(desk.town, email="had@example.jp")
    one = desk.approved(is_urgent=True)
    broadcasting.plan(desk.town.pk, one.pk)
    serve(desk.town.pk, clock.today(), desk.email, "me")
    restore(planned=False)
    with in_municipality(desk.town.pk):
        Broadcast.objects.filter(pk=one.pk).update(state="approved", run_day=None)
    make_family(desk.town, email="new@example.jp")

    call_command("restore_guard", "--date", "today")
    serve(desk.town.pk, clock.today(), desk.email, "me")

    # It was stopped meanwhile, for all the backup knows: only a person lets it go on.
    assert "new@example.jp" not in _got(desk, one)
    with in_municipality(desk.town.pk):
        assert Broadcast.objects.get(pk=one.pk).state == "paused"
        event = BroadcastEvent.objects.get(broadcast=one)
        assert (event.act, event.by) == ("paused", None)
        assert event.note == Unasked.RESTORED_BROADCAST
        broadcasting.resume(one.pk, desk.bob)
    let_go_on(desk.town)
    serve(desk.town.pk, clock.today(), desk.email, "me")

    sent = [one.address for one in desk.email.sent]
    # The text of the day for both, the broadcast for each of them once.
    assert sorted(sent) == ["had@example.jp"] * 2 + ["new@example.jp"] * 2
    with in_municipality(desk.town.pk):
        assert set(Delivery.objects.values_list("state", flat=True)) == {"sent"}


def test_one_under_way_in_the_backup_waits_as_well_and_a_finished_one_is_left_alone(
    desk: Desk,
) -> None:
    make_family(desk.town, email="a@example.jp")
    done, going = desk.approved(is_urgent=True), desk.approved(is_urgent=True)
    broadcasting.plan(desk.town.pk, done.pk)
    serve(desk.town.pk, clock.today(), desk.email, "me")
    broadcasting.plan(desk.town.pk, going.pk)

    for _ in range(2):
        call_command("restore_guard", "--date", "today")
        assert desk.again(done).state == "sending"
        assert desk.again(going).state == "paused"
    serve(desk.town.pk, clock.today(), desk.email, "me")
    assert _got(desk, going) == []
    with in_municipality(desk.town.pk):
        assert BroadcastEvent.objects.count() == 1


def test_without_a_log_nothing_is_left_to_resume(desk: Desk) -> None:
    make_family(desk.town)
    one = desk.approved(is_urgent=True)
    call_command("restore_guard", "--date", "today", "--without-log")
    assert desk.again(one).state == "sending"
    serve(desk.town.pk, clock.today(), desk.email, "me")
    assert desk.email.sent == []


def _got(desk: Desk, one: Broadcast) -> list[str]:
    """The addresses that received this broadcast."""
    with in_municipality(desk.town.pk):
        ids = set(Edition.objects.filter(broadcast=one).values_list("pk", flat=True))
    return [sent.address for sent in desk.email.sent if sent.edition_id in ids]
