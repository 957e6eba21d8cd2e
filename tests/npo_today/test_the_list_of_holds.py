"""The list of holds: nothing that waits is cut off, however many are over."""

from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.utils import translation

from delivery.models import Hold
from kizuna.lib import clock
from kizuna.templatetags.words import note_words
from messages.models import BroadcastEvent
from municipalities.domain.roles import Role
from municipalities.models import Municipality, StaffAct, StaffUser
from municipalities.tenancy.scope import in_municipality
from tests import world


@pytest.fixture
def naomi(db: None) -> StaffUser:
    return world.make_naomi()


@pytest.fixture
def client(naomi: StaffUser) -> Client:
    client = Client(headers={"accept-language": "ja"})
    client.force_login(naomi, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


def make_holds(municipality: Municipality, by: StaffUser, count: int, **fields: object) -> None:
    """That many pauses of today, called 理由0, 理由1, …"""
    asked: dict[str, object] = {"kind": "pause", "run_day": clock.today(), **fields}
    with in_municipality(municipality.pk):
        Hold.objects.bulk_create(
            Hold(
                municipality=municipality, reason=f"理由{number}。", waiting=3, asked_by=by, **asked
            )
            for number in range(count)
        )


def page(client: Client, query: str = "") -> str:
    return client.get(f"/npo/holds/{query}").content.decode()


def test_what_waits_is_shown_before_two_hundred_newer_ones_that_are_over(
    client: Client, aoba: Municipality, naomi: StaffUser
) -> None:
    make_holds(aoba, naomi, 1)
    make_holds(aoba, naomi, 201, resumed_at=clock.now(), resumed_by=naomi)
    shown = page(client)
    assert shown.count('value="resume"') == 1
    assert "全部で1件" in shown
    assert "理由200。" in shown
    assert "理由1。" not in shown
    assert "理由1。" in page(client, "?past=4")


def test_as_many_as_wait_can_be_reached_page_by_page(
    client: Client, aoba: Municipality, naomi: StaffUser
) -> None:
    make_holds(aoba, naomi, 120)
    shown = page(client)
    assert "全部で120件" in shown
    assert [page(client, f"?page={one}").count('value="resume"') for one in (1, 2, 3)] == [
        50, 50, 20,
    ]  # fmt: skip
    assert '?page=2"' in shown


def test_what_waits_for_a_second_person_comes_first(
    client: Client, aoba: Municipality, naomi: StaffUser
) -> None:
    make_holds(aoba, naomi, 1, resume_asked_by=naomi, resume_reason="直しました")
    make_holds(aoba, naomi, 60)
    assert "直しました" in page(client)


def test_who_may_not_act_sees_what_waits_all_the_same(aoba: Municipality, naomi: StaffUser) -> None:
    make_holds(aoba, naomi, 1)
    make_holds(aoba, naomi, 1, run_day=clock.today() - timedelta(days=1))
    partner = Client(headers={"accept-language": "ja"})
    partner.force_login(
        world.make_npo_staff("partner"), backend="django.contrib.auth.backends.ModelBackend"
    )
    shown = page(partner)
    assert "全部で1件" in shown
    assert 'value="resume"' not in shown


OLD = "バックアップから戻しました。 / Restored from a backup."


def test_a_reason_kept_in_both_languages_is_shown_in_one(
    client: Client, aoba: Municipality
) -> None:
    with in_municipality(aoba.pk):
        Hold.objects.create(
            municipality=aoba, kind="pause", run_day=clock.today(), reason=OLD, waiting=3
        )
        StaffAct.objects.create(municipality=aoba, act="npo.paused", purpose=OLD)
    assert "バックアップから戻しました。" in page(client)
    assert "Restored" not in page(client)
    console = Client(headers={"accept-language": "ja"})
    console.force_login(
        world.make_staff(aoba, Role.MANAGER), backend="django.contrib.auth.backends.ModelBackend"
    )
    records = console.get("/console/aoba/audit/").content.decode()
    assert "バックアップから戻しました。" in records
    assert "Restored" not in records


def test_a_broadcast_paused_by_the_program_says_why_in_the_language_of_the_page() -> None:
    event = BroadcastEvent(note="restored_broadcast")
    with translation.override("en"):
        assert note_words(event).startswith("The database was restored")
    with translation.override("ja"):
        assert "自動で一時停止しました" in note_words(event)
    assert note_words(BroadcastEvent(note="メール / LINE", by_id=1)) == "メール / LINE"


def test_a_reason_that_a_person_wrote_is_shown_as_it_is(
    client: Client, aoba: Municipality, naomi: StaffUser
) -> None:
    with in_municipality(aoba.pk):
        Hold.objects.create(
            municipality=aoba, kind="pause", run_day=clock.today(), reason="メール / LINE", waiting=3,
            asked_by=naomi,
        )  # fmt: skip
    assert "メール / LINE" in page(client)


@pytest.fixture
def olga(db: None) -> StaffUser:
    return world.make_npo_staff("operator")


LATE = datetime(2026, 11, 24, 16, 25, tzinfo=UTC)  # 25 November, 1:25 in Japan


@pytest.mark.parametrize(
    ("kind", "told", "words"),
    [
        ("pause", {}, "止めた人：naomi（11月25日 1:25）"),
        ("stop", {}, "中止を依頼した人：naomi（11月25日 1:25）"),
        ("stop", {"agreed_at": LATE, "agreed_by": "naomi"}, "中止した人：naomi（11月25日 1:25）"),
        ("stop", {"agreed_at": LATE, "agreed_by": "olga"}, "確認した人：operator（11月25日 1:25）"),
        ("stop", {"withdrawn_at": LATE, "withdrawn_by": "olga"}, "取り下げた人：operator（11月25日 1:25）"),
        ("stop", {"withdrawn_at": LATE}, "11月25日 1:25に終わりました"),
        (
            "pause",
            {"withdrawn_at": LATE, "withdrawn_by": "olga", "ended_by": "service"},
            "終わらせた人：operator（11月25日 1:25）",
        ),
        (
            "pause",
            {"resume_asked_by": "olga", "resume_asked_at": LATE, "resume_reason": "直した"},
            "再開を依頼した人：operator（11月25日 1:25）「直した」",
        ),
        (
            "pause",
            {"resume_asked_by": "olga", "resume_reason": "直した"},
            "再開を依頼した人：operator「直した」",
        ),
        (
            "pause",
            {
                "resume_asked_by": "olga", "resumed_by": "olga", "resumed_at": LATE,
                "resume_reason": "直した",
            },
            "再開した人：operator（11月25日 1:25）「直した」",
        ),
    ],
)  # fmt: skip
def test_a_card_says_who_did_what_and_on_which_day(
    client: Client,
    aoba: Municipality,
    naomi: StaffUser,
    olga: StaffUser,
    kind: str,
    told: dict[str, object],
    words: str,
) -> None:
    people = {"naomi": naomi, "olga": olga}
    fields = {name: people.get(str(value), value) for name, value in told.items()}
    make_holds(aoba, naomi, 1, kind=kind, channel="email", **fields)
    with in_municipality(aoba.pk):
        Hold.objects.update(asked_at=LATE)
    shown = page(client)
    assert words in shown
    assert "止めた時点で3件が未送信" in shown
    assert "、メール" in shown
    assert "依頼のとき" not in shown
