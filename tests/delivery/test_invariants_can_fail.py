"""A check that cannot fail proves nothing: every invariant is 0 in a day that went well, and is
not 0 in the same day once something has been done to it.

The day is real and committed. What breaks it is done as the owner, with walls and rules torn down,
in a transaction that is rolled back; the question is asked inside of it, from the same file.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection

import delivery
from delivery import invariants, ledger
from delivery.domain.outcome import Refused, Unclear
from delivery.invariants import SENTENCES, Finding, Seen, check
from delivery.models import Delivery, FrozenRequest
from delivery.running import sweep
from kizuna.lib import clock, sqlfile
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests.delivery.conftest import Morning
from tests.isolation.catalogue import as_owner
from tests.world import line_id, make_family, make_minato, make_text

pytestmark = pytest.mark.django_db(transaction=True)

MAIL = "state = 'sent' AND channel = 'email'"
LINE = "state = 'sent' AND channel = 'line'"
ONE_MAIL = f"id = (SELECT min(id) FROM delivery_delivery WHERE {MAIL})"
ONE_LINE = f"id = (SELECT min(id) FROM delivery_delivery WHERE {LINE})"
LEDGER = "UPDATE delivery_delivery SET"
FREE = (
    "ALTER TABLE delivery_delivery DROP CONSTRAINT delivery_state, DROP CONSTRAINT delivery_lease,"
    " DROP CONSTRAINT delivery_settled, DROP CONSTRAINT delivery_reason,"
    " DROP CONSTRAINT delivery_attempted"
)
TWICE = (
    "INSERT INTO delivery_delivery (run_day, municipality_id, subscription_id, endpoint_id,"
    " course_id, text_id, edition_id, not_before, expires_at, anchor, kind, channel, state, reason,"
    " settled_at) SELECT run_day, municipality_id, subscription_id, endpoint_id, course_id, {text},"
    " edition_id, not_before, expires_at, anchor, kind, channel, 'skipped', 'late', now()"
    f" FROM delivery_delivery WHERE {ONE_MAIL}"
)
HELD = "lease_owner = 'gone', lease_until = now() - interval '1 hour'"
OVER = "run_day = run_day, closes_at = now() - interval '1 hour', opens_at = now() - interval '2 hours'"


@dataclass
class Day:
    """A finished day of two channels and what their providers saw of it."""

    morning: Morning
    seen: list[Seen]

    def ask(self, *damage: str, witness: Sequence[Seen] | None = None) -> dict[str, int]:
        """What is broken after the damage: invariant → count."""
        on, municipality_id = self.morning.on, self.morning.municipality.pk
        with in_municipality(municipality_id):
            tables, owed = tables_with_walls(), invariants.owed(on)
        with as_owner() as owner, pytest.MonkeyPatch.context() as patch:
            for table in tables:
                owner.execute(f"ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY")
            for statement in damage:
                assert owner.execute(statement).rowcount != 0, f"nothing damaged: {statement}"

            def run(name: str, **parameters: object) -> list[object]:
                text = sqlfile.load(delivery.__file__, name)
                parameters["municipality"] = municipality_id
                return list(owner.execute(text, parameters).fetchall())

            # The very call of production, with the owner's connection under it: what the weak
            # role would have to read is locked by the damage.
            patch.setattr(invariants, "owed", lambda _: owed)
            patch.setattr(ledger, "run", run)
            with in_municipality(municipality_id):
                seen = self.seen if witness is None else witness
                return {one.invariant: one.count for one in check(on, seen)}


def tables_with_walls() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relforcerowsecurity")
        return [row[0] for row in cursor.fetchall()]


@pytest.fixture
def day(morning: Morning) -> Day:
    cache.clear()
    make_text("d45")
    for name in ("sent", "refused", "unclear"):
        make_family(morning.municipality, email=f"{name}@example.jp")
    for number in (1, 2):
        make_family(morning.municipality, line=line_id(number))
    make_family(morning.municipality, paused_at=clock.now())
    morning.answers(refused=Refused("filtered"), unclear=Unclear("no_answer"))
    morning.plan()
    morning.send()
    morning.send(morning.line)
    sweep()
    now = clock.now()
    mails = [
        Seen("email", f"<d.{one.message_key}@aoba.example.jp>", now) for one in morning.email.sent
    ]
    with in_municipality(morning.municipality.pk):
        keys = FrozenRequest.objects.values_list("retry_key", flat=True)
        calls = [Seen("line", str(key), now) for key in keys]
    assert sorted(morning.states()) == [
        ("failed", "filtered"),
        ("sent", ""),
        ("sent", ""),
        ("sent", ""),
        ("skipped", "paused"),
        ("unclear", "no_answer"),
    ]
    return Day(morning, mails + calls)


def test_a_day_that_went_well_holds_all_sixteen(day: Day) -> None:
    assert day.ask() == {}
    with in_municipality(day.morning.municipality.pk):
        assert check(day.morning.on, day.seen) == []
        assert check(day.morning.on) == []


BROKEN = [
    ("I1", (f"DELETE FROM delivery_delivery WHERE {ONE_MAIL}",)),
    (
        "I1",
        (
            "DELETE FROM delivery_delivery",
            "DELETE FROM delivery_run",
            YESTERDAY_RAN := (
                "INSERT INTO delivery_run (municipality_id, run_day, opens_at, closes_at)"
                " SELECT id, (now() AT TIME ZONE 'Asia/Tokyo')::date - 1, now() - interval '1 day', now()"
                " FROM municipalities_municipality"
            ),
            "UPDATE municipalities_municipality SET send_time = '00:00', last_hour = '00:00:01'",
            "UPDATE municipalities_subscription SET created_at = now() - interval '2 days'",
        ),
    ),
    ("I2", ("DROP INDEX delivery_once",)),
    ("I2", (TWICE.format(text="text_id + 1"),)),
    ("I2", ("DROP INDEX delivery_once", TWICE.format(text="text_id"))),
    (
        "I2",
        (
            f"{LEDGER} endpoint_id = (SELECT endpoint_id FROM delivery_delivery WHERE {ONE_MAIL})"
            " WHERE reason = 'filtered'",
        ),
    ),
    (
        "I3",
        (
            f"{LEDGER} state = 'planned', settled_at = NULL, expires_at = now() - interval '1 hour'"
            f" WHERE {ONE_MAIL}",
        ),
    ),
    ("I3", (f"{LEDGER} state = 'claimed', settled_at = NULL, {HELD} WHERE {ONE_MAIL}",)),
    ("I3", (f"{LEDGER} state = 'sending', settled_at = NULL, {HELD} WHERE {ONE_MAIL}",)),
    ("I3", (f"{LEDGER} state = 'sending', settled_at = NULL, {HELD} WHERE {ONE_LINE}",)),
    (
        "I3",
        (
            "UPDATE delivery_frozenrequest SET is_open = true,"
            " repeat_until = now() - interval '1 hour'",
        ),
    ),
    (
        "I3",
        (
            "UPDATE delivery_run SET finished_at = NULL, closes_at = now() - interval '20 minutes',"
            " opens_at = now() - interval '21 minutes'",
        ),
    ),
    ("I4", (FREE, f"{LEDGER} first_attempt_at = NULL WHERE {ONE_MAIL}")),
    ("I4", (f"{LEDGER} attempts = 0 WHERE {ONE_MAIL}",)),
    ("I4", (FREE, f"{LEDGER} settled_at = NULL WHERE {ONE_MAIL}")),
    ("I4", (f"{LEDGER} settled_at = first_attempt_at - interval '1 second' WHERE {ONE_MAIL}",)),
    ("I4", (FREE, f"{LEDGER} reason = '' WHERE reason = 'filtered'")),
    ("I5", (FREE, f"{LEDGER} {HELD} WHERE {ONE_MAIL}")),
    ("I5", (FREE, f"{LEDGER} lease_until = now() WHERE {ONE_MAIL}")),
    ("I5", ("UPDATE delivery_frozenrequest SET lease_owner = 'gone'",)),
    ("I5", (r"UPDATE delivery_frozenrequest SET body_sealed = '\x00'",)),
    ("I9", ("UPDATE delivery_lane SET planned = planned + 1 WHERE channel = 'email'",)),
    ("I9", ("DELETE FROM delivery_lane WHERE channel = 'email'",)),
    (
        "I9",
        (
            "UPDATE delivery_dailyfact SET count = count - 1 WHERE state = 'sent' AND channel = 'line'",
        ),
    ),
    ("I10", ("UPDATE delivery_run SET opens_at = now()",)),
    ("I10", (f"{LEDGER} expires_at = first_attempt_at WHERE {ONE_MAIL}",)),
    (
        "I10",
        ("UPDATE delivery_frozenrequest SET repeat_until = repeat_until + interval '30 hours'",),
    ),
    ("I11", ("UPDATE municipalities_subscription SET stopped_at = now() - interval '1 hour'",)),
    ("I11", ("UPDATE municipalities_course SET closed_at = now() - interval '1 hour'",)),
    ("I11", ("UPDATE municipalities_subscription SET paused_at = now() - interval '1 hour'",)),
    ("I12", (f"{LEDGER} subscription_id = 999999 WHERE {ONE_MAIL}",)),
    ("I12", (f"{LEDGER} course_id = course_id + 1 WHERE {ONE_MAIL}",)),
    ("I12", (f"{LEDGER} edition_id = 999999 WHERE {ONE_MAIL}",)),
    ("I12", (f"{LEDGER} channel = 'line' WHERE {ONE_MAIL}",)),
    (
        "I13",
        (
            f"{LEDGER} state = 'sending', settled_at = NULL, lease_owner = 'me',"
            f" lease_until = now() + interval '1 hour' WHERE {ONE_LINE}",
        ),
    ),
    (
        "I13",
        (
            "UPDATE delivery_frozenrequest SET uncertain = true",
            "INSERT INTO delivery_frozenrequest (municipality_id, run_day, channel, retry_key,"
            " delivery_ids, body_sealed, is_open, uncertain, attempts, first_sent_at, not_before,"
            " repeat_until, lease_owner) SELECT municipality_id, run_day, channel,"
            " gen_random_uuid(), delivery_ids, '', false, false, 1,"
            " first_sent_at + interval '1 minute', now(), repeat_until, ''"
            " FROM delivery_frozenrequest",
        ),
    ),
    (
        "I13",
        ("UPDATE delivery_frozenrequest SET repeat_until = first_sent_at + interval '24 hours'",),
    ),
    ("I14", ("DELETE FROM delivery_delivery WHERE state = 'skipped'",)),
    ("I14", ("DELETE FROM delivery_run",)),
    ("I15", ("ALTER TABLE delivery_delivery DROP CONSTRAINT delivery_settled",)),
    (
        "I15",
        (
            "ALTER TABLE delivery_delivery DROP CONSTRAINT delivery_reason",
            "ALTER TABLE delivery_delivery ADD CONSTRAINT delivery_reason CHECK (true) NOT VALID",
        ),
    ),
    ("I15", (f"{LEDGER} state = 'planned', settled_at = NULL WHERE {ONE_MAIL}",)),
    ("I15", (f"{LEDGER} request_id = 1 WHERE state = 'skipped'",)),
    ("I16", ("DELETE FROM municipalities_readerspan WHERE channel = 'line'",)),
    (
        "I16",
        (
            "ALTER TABLE municipalities_readerspan DISABLE TRIGGER span_is_history",
            "UPDATE municipalities_readerspan SET from_at = from_at - interval '9 days',"
            " until_at = now() - interval '2 days', ended_by = 'stopped'",
        ),
    ),
]


@pytest.mark.parametrize(
    ("invariant", "damage"), BROKEN, ids=[f"{name}-{n}" for n, (name, _) in enumerate(BROKEN)]
)
def test_what_is_damaged_is_found(day: Day, invariant: str, damage: tuple[str, ...]) -> None:
    assert day.ask(*damage).get(invariant, 0) > 0


def test_every_invariant_that_needs_no_witness_has_its_damage() -> None:
    assert {name for name, _ in BROKEN} | {"I6", "I7", "I8", "unchecked"} == set(SENTENCES)


def test_a_mail_or_a_line_request_that_was_accepted_twice_is_found(day: Day) -> None:
    for channel in ("email", "line"):
        again = next(one for one in day.seen if one.channel == channel)
        assert day.ask(witness=[*day.seen, again]) == {"I6": 1}


def test_a_reader_in_two_accepted_line_requests_is_found(day: Day) -> None:
    second = "00000000-0000-4000-8000-000000000001"
    damage = (
        "INSERT INTO delivery_frozenrequest (municipality_id, run_day, channel, retry_key,"
        " delivery_ids, body_sealed, is_open, uncertain, attempts, first_sent_at, not_before,"
        f" repeat_until, lease_owner) SELECT municipality_id, run_day, channel, '{second}',"
        " delivery_ids, '', false, false, 1, first_sent_at, now(), repeat_until, ''"
        " FROM delivery_frozenrequest LIMIT 1"
    )
    assert day.ask(damage, witness=[*day.seen, Seen("line", second, clock.now())]) == {"I6": 1}


def test_a_success_that_no_provider_knows_is_found(day: Day) -> None:
    assert day.ask(witness=[one for one in day.seen if one.channel == "line"]) == {"I7": 1}
    assert day.ask(witness=[one for one in day.seen if one.channel == "email"]) == {"I7": 2}
    assert day.ask(witness=[]) == {"I7": 3}


def test_a_mail_that_was_taken_and_is_not_marked_so_is_found(day: Day) -> None:
    rows = {row.reason: row for row in day.morning.rows()}
    for reason, found in (("filtered", {"I8": 1}), ("paused", {"I8": 1}), ("no_answer", {})):
        key = f"<d.{day.morning.on:%Y%m%d}-{rows[reason].id}@aoba.example.jp>"
        assert day.ask(witness=[*day.seen, Seen("email", key, clock.now())]) == found


def test_a_mail_of_ours_that_no_row_explains_is_found(day: Day) -> None:
    key = f"<d.{day.morning.on:%Y%m%d}-999999@aoba.example.jp>"
    assert day.ask(witness=[*day.seen, Seen("email", key, clock.now())]) == {"I8": 1}
    neighbour = key.replace("aoba", "minato")
    assert day.ask(witness=[*day.seen, Seen("email", neighbour, clock.now())]) == {}


def test_a_line_request_that_was_executed_after_its_time_is_found(day: Day) -> None:
    late = [
        Seen(one.channel, one.key, one.at + timedelta(hours=30) * (one.channel == "line"))
        for one in day.seen
    ]
    assert set(day.ask(witness=late)) == {"I10", "I13"}


def test_the_neighbour_s_row_is_as_good_as_none(day: Day) -> None:
    minato = make_minato()
    theirs = make_family(minato, email="neighbour@example.jp")
    with in_municipality(day.morning.municipality.pk):
        row = Delivery.objects.filter(state="sent", channel="email").get()
        Delivery.objects.filter(id=row.id).update(subscription_id=theirs.subscription.pk)
        found = check(day.morning.on)
    assert [one.invariant for one in found] == ["I1", "I12", "I16"]
    assert found[1] == Finding("I12", day.morning.municipality.pk, 1)
    with in_municipality(minato.pk):
        assert check(day.morning.on) == []


def test_who_joins_or_gets_a_text_after_the_last_top_up_is_not_called_lost(day: Day) -> None:
    make_family(day.morning.municipality)
    make_family(day.morning.municipality, birth_date=clock.today() - timedelta(days=50))
    make_text("d50")
    assert day.ask() == {}


def test_without_a_witness_three_are_not_asked(day: Day) -> None:
    with in_municipality(day.morning.municipality.pk):
        Delivery.objects.filter(state="unclear").update(reason="no_answer")
        assert check(day.morning.on, None) == []
        assert {one.invariant for one in check(day.morning.on, [])} == {"I7"}
    assert Municipality.objects.count() == 1
