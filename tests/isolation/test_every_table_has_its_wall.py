"""PostgreSQL's catalogue, asked: is there a table, key, view, function or grant without a wall?"""

from collections.abc import Callable

import pytest
from django.apps import apps

from delivery.models import Delivery
from municipalities.tenancy.shared import SHARED_TABLES
from tests.isolation import catalogue


@pytest.mark.parametrize("check", catalogue.CHECKS, ids=lambda check: check.__name__)
def test_the_catalogue_shows_no_hole(
    db: None, check: Callable[[catalogue.Connection], list[str]]
) -> None:
    with catalogue.as_owner() as owner:
        # A month, so that partitions are looked at too.
        owner.execute("SELECT delivery_ensure_month('2026-04-01')")
        assert check(owner) == []


def test_the_walk_finds_the_tables_of_every_model(db: None) -> None:
    with catalogue.as_owner() as owner:
        tenant = set(catalogue.tenant_tables(owner))
    assert tenant == {model._meta.db_table for model in catalogue.owned_models()} | {
        Delivery._meta.db_table
    }
    named = {model._meta.db_table for model in apps.get_models(include_auto_created=True)}
    assert named <= tenant | set(SHARED_TABLES)


def test_every_shared_table_exists_and_says_why(db: None) -> None:
    with catalogue.as_owner() as owner:
        existing = {row[1] for row in owner.execute(catalogue.TABLES)}
    assert set(SHARED_TABLES) <= existing
    assert all(why for _grants, why in SHARED_TABLES.values())


def test_the_lists_of_exceptions_name_nothing_that_is_gone(db: None) -> None:
    with catalogue.as_owner() as owner:
        policies = set(
            owner.execute("SELECT polrelid::regclass::text, polname::text FROM pg_policy")
        )
        functions = {row[0] for row in owner.execute("SELECT proname::text FROM pg_proc")}
    assert set(catalogue.EXTRA_POLICIES) <= policies
    assert set(catalogue.DEFINERS) <= functions
