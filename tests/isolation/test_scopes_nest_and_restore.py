"""The municipality that the database believes in is always the one the code believes in."""

import threading

import pytest
from django.db import connection, transaction
from django_scopes.exceptions import ScopeError

from municipalities.domain.roles import Role
from municipalities.models import Membership, Municipality, Reader
from municipalities.tenancy.scope import (
    across_for_dispatch,
    across_for_npo,
    as_staff,
    current_municipality_id,
    in_municipality,
    the_municipality_id,
)
from tests import world


class Interrupted(Exception):
    pass


def believed() -> tuple[int | None, str]:
    """What the code believes, and what the database does."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(current_setting('app.municipality_id', true), '')")
        (setting,) = cursor.fetchone()
    return current_municipality_id(), setting


def role() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_user")
        (name,) = cursor.fetchone()
    return str(name)


def both(municipality: Municipality) -> tuple[int, str]:
    return municipality.pk, str(municipality.pk)


NOBODY = (None, "")


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def minato(db: None) -> Municipality:
    return world.make_minato()


def test_a_nested_scope_gives_the_outer_one_back(aoba: Municipality, minato: Municipality) -> None:
    with in_municipality(aoba.pk):
        with in_municipality(minato.pk):
            assert believed() == both(minato)
            Reader.objects.create(municipality=minato)
        # The savepoint is released, and with it nothing of Minato may stay.
        assert believed() == both(aoba)
        assert Reader.objects.count() == 0
        with in_municipality(aoba.pk):
            assert believed() == both(aoba)
        assert believed() == both(aoba)
    assert believed() == NOBODY


def test_three_deep_is_unwound_one_by_one(aoba: Municipality, minato: Municipality) -> None:
    with in_municipality(aoba.pk):
        with in_municipality(minato.pk):
            with in_municipality(aoba.pk):
                assert believed() == both(aoba)
            assert believed() == both(minato)
        assert believed() == both(aoba)


def test_an_error_inside_gives_the_outer_one_back(aoba: Municipality, minato: Municipality) -> None:
    with in_municipality(aoba.pk):
        with pytest.raises(Interrupted), in_municipality(minato.pk):
            Reader.objects.create(municipality=minato)
            raise Interrupted
        assert believed() == both(aoba)
    assert believed() == NOBODY
    with in_municipality(minato.pk):
        assert Reader.objects.count() == 0


def test_an_error_of_the_database_inside_gives_the_outer_one_back(
    aoba: Municipality, minato: Municipality
) -> None:
    with in_municipality(aoba.pk):
        with (
            pytest.raises(Exception, match="row-level security"),
            in_municipality(minato.pk),
        ):
            Reader.objects.create(municipality=aoba)
        assert believed() == both(aoba)


def test_a_savepoint_inside_does_not_change_the_municipality(aoba: Municipality) -> None:
    with in_municipality(aoba.pk):
        with transaction.atomic():
            assert believed() == both(aoba)
        with pytest.raises(Interrupted), transaction.atomic():
            raise Interrupted
        assert believed() == both(aoba)


@pytest.mark.django_db(transaction=True)
def test_after_a_real_commit_the_connection_remembers_nothing() -> None:
    aoba = world.make_municipality()
    with in_municipality(aoba.pk):
        Reader.objects.create(municipality=aoba)
    assert believed() == NOBODY
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM municipalities_reader")
        assert cursor.fetchone() == (0,)
    with pytest.raises(Interrupted), in_municipality(aoba.pk):
        raise Interrupted
    assert believed() == NOBODY


@pytest.mark.django_db(transaction=True)
def test_what_runs_after_the_commit_sees_nobody_s_rows() -> None:
    aoba = world.make_municipality()
    seen: list[int] = []

    def later() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM municipalities_reader")
            seen.append(cursor.fetchone()[0])

    with in_municipality(aoba.pk):
        Reader.objects.create(municipality=aoba)
        transaction.on_commit(later)
    assert seen == [0]


def test_another_thread_starts_as_nobody(aoba: Municipality) -> None:
    seen: list[int | None] = []
    with in_municipality(aoba.pk):
        thread = threading.Thread(target=lambda: seen.append(current_municipality_id()))
        thread.start()
        thread.join(5)
    assert seen == [None]


def test_code_that_needs_a_municipality_says_so(aoba: Municipality) -> None:
    with pytest.raises(LookupError):
        the_municipality_id()
    with pytest.raises(ScopeError):
        Reader.objects.count()
    with in_municipality(aoba.pk):
        assert the_municipality_id() == aoba.pk


def test_staff_see_their_own_memberships_and_nothing_else(
    aoba: Municipality, minato: Municipality
) -> None:
    alice = world.make_staff(aoba)
    with in_municipality(minato.pk):
        Membership.objects.create(municipality=minato, user=alice, role=Role.VIEWER)
    world.make_staff(minato, Role.MANAGER, "charlie@minato.example.jp")
    world.make_family(aoba)
    with as_staff(alice.pk):
        assert set(Membership.objects.values_list("municipality", "user")) == {
            (aoba.pk, alice.pk),
            (minato.pk, alice.pk),
        }
        assert Reader.objects.count() == 0
        assert Membership.objects.update(role=Role.MANAGER) == 0
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM municipalities_membership")
        assert cursor.fetchone() == (0,)


def test_the_role_is_given_back(aoba: Municipality) -> None:
    for enter, name in ((across_for_npo, "kizuna_npo"), (across_for_dispatch, "kizuna_dispatch")):
        with enter():
            assert role() == name
        assert role() == "kizuna_app"
        with pytest.raises(Interrupted), enter():
            raise Interrupted
        assert role() == "kizuna_app"
        with in_municipality(aoba.pk):
            with enter():
                assert role() == name
            assert role() == "kizuna_app"
            assert believed() == both(aoba)
            assert Reader.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_the_role_is_given_back_after_a_real_commit() -> None:
    with across_for_npo():
        assert role() == "kizuna_npo"
    assert role() == "kizuna_app"
