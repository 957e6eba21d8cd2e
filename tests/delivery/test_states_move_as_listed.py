"""The SQL files may write only the moves of ``delivery.domain.states``.

A trigger, put in by the owner for this test alone, watches every change of state that the suite's
scenarios cause; a move that is not on the list fails, and so does a list nobody uses.
"""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import connection

from delivery import ledger
from delivery.channels.memory import MemoryChannel
from delivery.domain.outcome import Accepted, Outcome, Refused, TryLater, Unclear
from delivery.domain.states import FINAL, MOVES, PENDING, State, may_move
from delivery.ledger import Shift
from delivery.models import Delivery
from delivery.planning import plan_day
from delivery.sending import serve
from kizuna.lib import clock
from municipalities.models import Subscription
from municipalities.tenancy.scope import in_municipality
from tests.conftest import _as_owner
from tests.world import Family, make_family, make_municipality, make_text

WATCH = """
CREATE TABLE seen_moves (before text, after text);
GRANT INSERT, SELECT ON seen_moves TO kizuna_app;
CREATE FUNCTION note_move() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.state <> NEW.state THEN INSERT INTO seen_moves VALUES (OLD.state, NEW.state); END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER note_move BEFORE UPDATE ON delivery_delivery
    FOR EACH ROW EXECUTE FUNCTION note_move();
"""
UNWATCH = """
DROP TRIGGER note_move ON delivery_delivery; DROP FUNCTION note_move(); DROP TABLE seen_moves;
"""


@pytest.fixture
def watched(transactional_db: None) -> Iterator[None]:
    with _as_owner(settings.DATABASES["default"]["NAME"]) as owner:
        owner.execute(WATCH)
    yield
    connection.close()
    with _as_owner(settings.DATABASES["default"]["NAME"]) as owner:
        owner.execute(UNWATCH)


def seen() -> set[tuple[State, State]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT DISTINCT before, after FROM seen_moves")
        return {(State(before), State(after)) for before, after in cursor.fetchall()}


def test_every_move_the_sql_makes_is_listed_and_every_listed_move_is_made(watched: None) -> None:
    aoba = make_municipality()
    make_text("d45")
    families = {name: make_family(aoba, email=f"{name}@example.jp") for name in "abcdefghi"}
    today = clock.today()
    plan_day(aoba.pk, today)
    said: dict[str, Outcome] = {
        "a@example.jp": Accepted("1"),
        "b@example.jp": Refused("filtered"),
        "c@example.jp": Unclear("no_answer"),
        "d@example.jp": TryLater("greylisted"),
        "e@example.jp": Unclear("no_answer"),
    }
    with in_municipality(aoba.pk):
        Subscription.objects.filter(pk=families["f"].subscription.pk).update(stopped_at=clock.now())
        for name in "ghi":
            Delivery.objects.filter(subscription_id=families[name].subscription.pk).update(
                not_before=clock.now() + timedelta(hours=1)
            )
    serve(aoba.pk, today, MemoryChannel("email", said), "me")
    shift = Shift(today, "email", "dead")
    with in_municipality(aoba.pk):
        # What the provider's log told later settles the two unclear ones.
        ledger.mark(shift, {_id(families["c"]): Accepted("2"), _id(families["e"]): Refused("x")})
        _due(families["g"], claims=0)
        assert ledger.claim(shift, 10)
        Delivery.objects.filter(lease_owner="dead").update(
            lease_until=clock.now() - timedelta(hours=1)
        )
        ledger.sweep(today, ["line"])
    with in_municipality(aoba.pk):
        _due(families["h"], claims=4)
        # "g" first: who failed more often is never taken with others.
        assert ledger.claim(shift, 10)
        assert not ledger.claim(shift, 10)
    with in_municipality(aoba.pk):
        Delivery.objects.filter(subscription_id=families["i"].subscription.pk).update(
            expires_at=clock.now() - timedelta(hours=1)
        )
        ledger.sweep(today, ["line"])

    listed = {(before, after) for before, moves in MOVES.items() for after in moves}
    assert seen() == listed


def _id(family: Family) -> int:
    return Delivery.objects.get(subscription_id=family.subscription.pk).id


def _due(family: Family, claims: int) -> None:
    Delivery.objects.filter(subscription_id=family.subscription.pk).update(
        not_before=clock.now() - timedelta(hours=1), claims=claims
    )


def test_nothing_leaves_a_final_state() -> None:
    assert all(not MOVES[state] for state in FINAL)
    assert not PENDING & FINAL
    assert not may_move(State.SENT, State.PLANNED)
    assert not may_move(State.UNCLEAR, State.PLANNED), "an unclear mail is never sent again"


def test_the_database_refuses_a_row_that_ends_without_a_reason(transactional_db: None) -> None:
    from django.db import IntegrityError

    aoba = make_municipality()
    make_text("d45")
    make_family(aoba)
    plan_day(aoba.pk, clock.today())
    with pytest.raises(IntegrityError), in_municipality(aoba.pk):
        Delivery.objects.update(state="failed", settled_at=clock.now())
