"""A backup of an hour ago forgets what was sent since. The send log does not."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client

from delivery import holding, sendlog
from delivery.domain.outcome import Accepted, Refused, TryLater, Unclear
from delivery.models import Delivery, Hold
from municipalities.models import Municipality, StaffAct
from municipalities.tenancy.scope import in_municipality
from tests.conftest import _as_owner
from tests.delivery.conftest import Morning
from tests.world import line_id, make_family, make_npo_staff, make_text

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def kept(morning: Morning, settings: Any, tmp_path: Path) -> Path:
    settings.SEND_LOG_DIR = str(tmp_path)
    make_text("d45")
    for name in ("sent", "gone", "silent", "later", "calm"):
        make_family(morning.municipality, email=f"{name}@example.jp")
    make_family(morning.municipality, line=line_id(1))
    return tmp_path


def send(morning: Morning) -> None:
    morning.email.outcomes = {
        "gone@example.jp": Refused("filtered"),
        "silent@example.jp": Unclear("no_answer"),
        "later@example.jp": TryLater("greylisted"),
        "calm@example.jp": Accepted("queue-1"),
    }
    morning.send()
    morning.send(morning.line)


def restore(*, planned: bool) -> None:
    """The backup was made before anything was sent; before the plan as well, if not ``planned``."""
    connection.close()
    name = str(connection.settings_dict["NAME"])
    with _as_owner(name) as owner:
        owner.execute("ALTER TABLE delivery_delivery NO FORCE ROW LEVEL SECURITY")
        if planned:
            owner.execute(
                "UPDATE delivery_delivery SET state = 'planned', reason = '', attempts = 0, claims = 0,"
                " lease_owner = NULL, lease_until = NULL, first_attempt_at = NULL, settled_at = NULL,"
                " request_id = NULL, provider_id = '', not_before = now() - interval '1 minute'"
            )
            tables = ["delivery_frozenrequest"]
        else:
            tables = [
                "delivery_delivery",
                "delivery_run",
                "delivery_lane",
                "delivery_frozenrequest",
            ]
            owner.execute("ALTER SEQUENCE delivery_delivery_id_seq RESTART")
        for table in tables:
            owner.execute(f"TRUNCATE {table} CASCADE")
        owner.execute("ALTER TABLE delivery_delivery FORCE ROW LEVEL SECURITY")


def let_go_on(town: Municipality) -> None:
    """Somebody has looked whether it was held or stopped after the backup."""
    with in_municipality(town.pk):
        held = Hold.objects.get(resumed_at=None)
        assert (held.kind, held.channel, held.asked_by) == ("pause", "", None)
        assert held.reason == "restored_day"
        holding.resume(held.pk, make_npo_staff("operator"), "何も止めていませんでした")


def by_address(morning: Morning) -> dict[str, str]:
    with in_municipality(morning.municipality.pk):
        from municipalities.models import Endpoint

        names = {one.pk: one.address.partition("@")[0] for one in Endpoint.objects.all()}
        return {
            "line" if row.channel == "line" else names[row.endpoint_id]: row.state
            for row in Delivery.objects.all()
        }


@pytest.mark.parametrize("planned", [True, False])
def test_what_was_handed_over_is_not_sent_again_and_the_rest_is(
    morning: Morning, kept: Path, planned: bool
) -> None:
    morning.plan()
    send(morning)
    used = {row.id for row in morning.rows()}
    restore(planned=planned)
    call_command("restore_guard", "--date", "today")
    assert by_address(morning) == {
        "sent": "sent",
        "calm": "sent",
        "line": "sent",
        "gone": "failed",
        "silent": "unclear",
        "later": "planned",
    }
    if not planned:
        assert used.isdisjoint(row.id for row in morning.rows())
    before = len(morning.email.sent)
    morning.email.outcomes = {}
    morning.send()
    morning.send(morning.line)
    assert len(morning.email.sent) == before
    let_go_on(morning.municipality)
    morning.send()
    morning.send(morning.line)
    assert [one.address for one in morning.email.sent[before:]] == ["later@example.jp"]
    assert len(morning.line.sent) == 1
    call_command("restore_guard", "--date", "today")
    assert by_address(morning)["later"] == "sent"


def test_repeating_holds_a_day_once_and_tells_the_municipality_and_the_page(
    morning: Morning, kept: Path, client: Client
) -> None:
    morning.plan()
    for _ in range(2):
        call_command("restore_guard", "--date", "today")
    assert set(morning.states()) == {("planned", "held")}
    with in_municipality(morning.municipality.pk):
        assert Hold.objects.get().waiting == 6
        act = StaffAct.objects.get(act="npo.paused")
    assert act.staff is None
    client.force_login(
        make_npo_staff("operator"), backend="django.contrib.auth.backends.ModelBackend"
    )
    for language, words, others in (
        ("ja", "自動で一時停止しました", "restored"),
        ("en", "The database was restored from a backup", "自動"),
    ):
        shown = client.get("/npo/holds/", headers={"accept-language": language}).content.decode()
        assert words in shown
        assert others not in shown
        assert 'value="resume"' in shown


def test_the_control_without_the_guard_everything_would_be_sent_twice(
    morning: Morning, kept: Path
) -> None:
    morning.plan()
    send(morning)
    restore(planned=True)
    before = len(morning.email.sent)
    morning.send()
    assert len(morning.email.sent) > before


def test_without_a_log_nothing_more_is_sent(morning: Morning, kept: Path, settings: Any) -> None:
    settings.SEND_LOG_DIR = ""
    morning.plan()
    send(morning)
    restore(planned=True)
    with pytest.raises(CommandError, match="SEND_LOG_DIR"):
        call_command("restore_guard", "--date", "today")
    call_command("restore_guard", "--date", "today", "--without-log")
    assert set(morning.states()) == {("skipped", "restored")}
    with in_municipality(morning.municipality.pk):
        assert not Hold.objects.exists()
    assert list(kept.iterdir()) == []


def test_a_torn_line_and_another_day_are_left_out(morning: Morning, kept: Path) -> None:
    sendlog.handing_over(morning.on, 1, [(10, 20, 30, 40), (11, 21, 31, 41)])
    sendlog.answered(morning.on, 1, [(10, "sent")])
    [file] = kept.iterdir()
    file.write_text(file.read_text() + "2026-11-25T00:00:00 1 11 pla")
    (kept / "2020-01-01.host.1.log").write_text("no line of this day")
    found = list(sendlog.read(kept, morning.on))
    assert [(one.delivery_id, one.subscription_id, one.state) for one in found] == [
        (10, 20, "sent"),
        (11, 21, "sending"),
    ]


def test_a_full_disk_is_an_error_in_the_log_and_stops_no_morning(
    morning: Morning, kept: Path, settings: Any
) -> None:
    settings.SEND_LOG_DIR = str(kept / "not there")
    morning.plan()
    send(morning)
    assert "sent" in by_address(morning).values()
    with pytest.raises(CommandError, match="cannot be read"):
        call_command("restore_guard", "--date", "today")


def test_the_log_names_no_person(morning: Morning, kept: Path) -> None:
    morning.plan()
    send(morning)
    text = "".join(path.read_text() for path in kept.iterdir())
    assert text.count(" sending ") == 6
    assert "@" not in text
    assert line_id(1) not in text
