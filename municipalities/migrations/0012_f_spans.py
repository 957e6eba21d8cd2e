"""The triggers that write the readers' history, and the history of those who are here already.

Runs while people register and stop, so no step keeps a lock for long: each is a transaction of its own
that gives way after two seconds of waiting and tries again, and while one municipality's readers are
written down, others only wait to change theirs; reading goes on. Begun again after an end half-way, it
goes on.
"""

import time
from collections.abc import Callable
from functools import partial

from django.db import OperationalError, migrations, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import municipalities
from kizuna.lib import sqlfile

DROP = """
DROP TRIGGER span_is_history ON municipalities_readerspan;
DROP TRIGGER spans_change ON municipalities_endpoint;
DROP TRIGGER spans_change ON municipalities_course;
DROP TRIGGER spans_end ON municipalities_subscription;
DROP TRIGGER spans_change ON municipalities_subscription;
DROP TRIGGER spans_begin ON municipalities_subscription;
DROP FUNCTION municipalities_span_is_history();
DROP FUNCTION municipalities_spans_of_endpoints();
DROP FUNCTION municipalities_spans_of_courses();
DROP FUNCTION municipalities_spans_of_subscriptions();
DROP FUNCTION municipalities_spans_begin();
DROP FUNCTION municipalities_follow_spans(bigint[], bigint[]);
"""
READ = ("municipalities_subscription", "municipalities_course", "municipalities_endpoint")
WRITTEN = "municipalities_readerspan"
ATTEMPTS = 60
LOCK_NOT_AVAILABLE = "55P03"


def begin(connection: BaseDatabaseWrapper) -> None:
    """From here on every change is followed."""
    with connection.cursor() as cursor:
        cursor.execute(sqlfile.load(municipalities.__file__, "spans"))


def open_walls(connection: BaseDatabaseWrapper) -> None:
    """The owner is bound by the walls as well; a policy lets it see what it has to copy."""
    close_walls(connection)
    with connection.cursor() as cursor:
        for table in (*READ, WRITTEN):
            cursor.execute(f"CREATE POLICY backfill ON {table} TO CURRENT_USER USING (true)")


def close_walls(connection: BaseDatabaseWrapper) -> None:
    with connection.cursor() as cursor:
        for table in (*READ, WRITTEN):
            cursor.execute(f"DROP POLICY IF EXISTS backfill ON {table}")


def write_down(connection: BaseDatabaseWrapper, municipality: int) -> None:
    """Those of one municipality; nobody changes readers until it is committed."""
    with connection.cursor() as cursor:
        cursor.execute(f"LOCK TABLE {', '.join(READ)} IN SHARE ROW EXCLUSIVE MODE")
        cursor.execute(
            sqlfile.load(municipalities.__file__, "spans_backfill"),
            {"municipality": municipality},
        )


def fill(connection: BaseDatabaseWrapper) -> None:
    """The history of all who are here already."""
    briefly(connection, partial(open_walls, connection))
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT id FROM municipalities_municipality ORDER BY id")
            everybody = [number for (number,) in cursor.fetchall()]
        for number in everybody:
            briefly(connection, partial(write_down, connection, number))
    finally:
        briefly(connection, partial(close_walls, connection))


def briefly(connection: BaseDatabaseWrapper, step: Callable[[], None]) -> None:
    """In its own transaction; whoever waits two seconds for a lock lets the others pass first."""
    for left in reversed(range(ATTEMPTS)):
        try:
            with transaction.atomic(using=connection.alias):
                with connection.cursor() as cursor:
                    cursor.execute("SET LOCAL lock_timeout = '2s'")
                step()
            return
        except OperationalError as error:
            if not left or getattr(error.__cause__, "sqlstate", "") != LOCK_NOT_AVAILABLE:
                raise
            time.sleep(0.5)


def forwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    briefly(editor.connection, partial(begin, editor.connection))
    fill(editor.connection)


def backwards(apps: StateApps, editor: BaseDatabaseSchemaEditor) -> None:
    with transaction.atomic(using=editor.connection.alias), editor.connection.cursor() as cursor:
        cursor.execute(DROP)


class Migration(migrations.Migration):
    atomic = False
    dependencies = [("municipalities", "0011_npo_walls")]

    operations = [migrations.RunPython(forwards, backwards)]
