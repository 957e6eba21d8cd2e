"""While a new version is installed, processes of the one before insert rows that lack its columns."""

import pytest
from django.db import connection

pytestmark = pytest.mark.django_db

# Added to tables that the version before writes; ``is_npo`` is what this version does not write any more.
ADDED = {
    ("municipalities_births", "source"),
    ("municipalities_municipality", "dkim_selector"),
    ("municipalities_staffuser", "npo_role"),
    ("municipalities_staffuser", "is_npo"),
    ("municipalities_thanks", "quotable_text"),
    ("delivery_lane", "is_held"),
}


def test_what_was_added_to_an_older_table_has_a_default_in_the_database() -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT attrelid::regclass::text, attname FROM pg_attribute"
            " WHERE attnotnull AND atthasdef AND attnum > 0 AND NOT attisdropped"
        )
        assert set(cursor.fetchall()) >= ADDED
