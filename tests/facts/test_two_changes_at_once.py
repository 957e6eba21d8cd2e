"""Two transactions change the same reader in the same moment: the history has both, nobody fails."""

import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from functools import partial

import pytest
from django.db import connection, transaction

from kizuna.lib import clock
from municipalities.domain.words import EndpointKind, Purpose
from municipalities.models import (
    Course,
    Endpoint,
    Invitation,
    Municipality,
    ReaderSpan,
    Registration,
    Subscription,
)
from municipalities.services.ending import end_course
from municipalities.services.endpoints import address_key
from municipalities.services.inviting import invite
from municipalities.services.registering import CONSENT_TEXT, InvitationEnded, confirm
from municipalities.services.withdraw import stop_subscription
from municipalities.tenancy.scope import in_municipality
from tests.isolation.catalogue import as_owner
from tests.world import Family, make_endpoint, make_family, make_municipality

pytestmark = pytest.mark.django_db(transaction=True)

DUE = clock.today() + timedelta(days=100)
Change = Callable[[Family], object]


def stop(family: Family) -> None:
    stop_subscription(family.subscription.pk)


def block(family: Family) -> None:
    mark_dead(family.endpoint)


def relate(family: Family) -> None:
    Subscription.objects.filter(pk=family.subscription.pk).update(relation="father")


def twins(family: Family) -> None:
    Course.objects.filter(pk=family.course.pk).update(children=2)


@pytest.fixture
def aoba() -> Municipality:
    return make_municipality()


@pytest.mark.parametrize(
    ("first", "second", "ends"),
    [
        (stop, block, ["stopped"]),
        (block, stop, ["blocked"]),
        (relate, twins, ["changed", "changed", ""]),
        (twins, relate, ["changed", "changed", ""]),
        (relate, block, ["changed", "blocked"]),
        (block, relate, ["blocked"]),
    ],
)
def test_whoever_comes_second_waits_and_goes_on_from_the_first(
    aoba: Municipality, first: Change, second: Change, ends: list[str]
) -> None:
    family = make_family(aoba, due_date=DUE)
    at_once(aoba, lambda: first(family), lambda: second(family))
    with in_municipality(aoba.pk):
        found = list(ReaderSpan.objects.order_by("from_at", "pk"))
        now = Subscription.objects.select_related("course").get(pk=family.subscription.pk)
    assert [one.ended_by for one in found] == ends
    if not ends[-1]:
        assert (found[-1].relation, found[-1].children) == (now.relation, now.course.children)


@pytest.mark.parametrize("blocks_first", [True, False])
def test_nobody_moves_unseen_to_an_address_that_is_being_blocked(
    aoba: Municipality, blocks_first: bool
) -> None:
    family = make_family(aoba, due_date=DUE)
    with in_municipality(aoba.pk):
        mine = Subscription.objects.filter(pk=family.subscription.pk)
        new = make_endpoint(aoba, family.reader, email="new@example.jp")
    dies, moves = partial(mark_dead, new), partial(mine.update, endpoint=new)
    at_once(aoba, *((dies, moves) if blocks_first else (moves, dies)))
    with in_municipality(aoba.pk):
        assert mine.get().endpoint == new
        ends = list(ReaderSpan.objects.order_by("pk").values_list("ended_by", flat=True))
    assert ends == ["blocked"]


@pytest.mark.parametrize("blocks_first", [True, False])
def test_nobody_begins_unseen_at_an_address_that_is_being_blocked(
    aoba: Municipality, blocks_first: bool
) -> None:
    family = make_family(aoba, due_date=DUE)

    def begin() -> None:
        child = Course.objects.create(municipality=aoba, birth_date=clock.today())
        Subscription.objects.create(
            municipality=aoba, reader=family.reader, course=child, endpoint=family.endpoint,
            starts_on=clock.today(),
        )  # fmt: skip

    dies = partial(mark_dead, family.endpoint)
    at_once(aoba, *((dies, begin) if blocks_first else (begin, dies)))
    with in_municipality(aoba.pk):
        assert Subscription.objects.count() == 2
        assert not ReaderSpan.objects.filter(until_at=None).exists()


@pytest.mark.parametrize("ends_first", [True, False])
def test_nobody_joins_unseen_a_course_that_is_being_ended(
    aoba: Municipality, ends_first: bool
) -> None:
    family = make_family(aoba, due_date=DUE)
    with in_municipality(aoba.pk):
        invite(aoba, family.reader, family.course)
        joining = Registration(
            municipality=aoba, purpose=Purpose.SIGNUP, invitation=Invitation.objects.get(),
            address_key=address_key(EndpointKind.EMAIL, "papa@example.jp", aoba.pk),
            relation="father", variant="standard", language="ja", source="invited",
            consent_version=CONSENT_TEXT, expires_at=clock.now() + timedelta(hours=1),
        )  # fmt: skip
        joining.address = "papa@example.jp"
        joining.save()

    def join() -> None:
        with suppress(InvitationEnded):
            confirm(aoba, joining)

    ends = partial(end_course, family.course.pk)
    at_once(aoba, *((ends, join) if ends_first else (join, ends)))
    with in_municipality(aoba.pk):
        assert Subscription.objects.count() == (1 if ends_first else 2)
        assert not ReaderSpan.objects.filter(until_at=None).exists()


def mark_dead(endpoint: Endpoint) -> None:
    here = Endpoint.objects.filter(pk=endpoint.pk)
    here.update(blocked_at=clock.now(), blocked_reason="gone")


def at_once(town: Municipality, first: Callable[[], object], second: Callable[[], object]) -> None:
    """The second one, on a connection of its own, has to wait for the first, and fails neither."""
    errors: list[BaseException] = []

    def other() -> None:
        try:
            with in_municipality(town.pk):
                second()
        except BaseException as error:
            errors.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=other)
    with in_municipality(town.pk), transaction.atomic():
        first()
        thread.start()
        wait_until_somebody_waits()
    thread.join(30)
    assert errors == []


def wait_until_somebody_waits() -> None:
    """Until the other transaction stands before a lock of this one."""
    pause = threading.Event()
    with as_owner() as owner:
        for _ in range(200):
            waiting = owner.execute(
                "SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                " OR l.database IS NULL WHERE NOT l.granted"
            ).fetchall()
            if waiting:
                return
            pause.wait(0.05)
    raise AssertionError("nobody waits")
