"""The one way into a municipality's data, and the two narrow ways across all of them.

Each opens a transaction, because the database forgets ``SET LOCAL`` at its end: a pooled
connection can never carry one request's municipality into the next.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from django.db import connection, transaction
from django_scopes import scope, scopes_disabled

_current: ContextVar[int | None] = ContextVar("municipality_id", default=None)
_staff: ContextVar[int | None] = ContextVar("staff_id", default=None)
_role: ContextVar[str] = ContextVar("role", default="NONE")


def current_municipality_id() -> int | None:
    """The municipality that this code runs for, or None outside of one."""
    return _current.get()


def the_municipality_id() -> int:
    """The same where there must be one. Raises LookupError outside of ``in_municipality``."""
    found = _current.get()
    if found is None:
        raise LookupError("This runs inside in_municipality() only.")
    return found


def _set_local(name: str, value: int | None) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT set_config(%s, %s, true)", [name, "" if value is None else str(value)]
        )


@contextmanager
def _setting(name: str, value: int, outer: int | None) -> Iterator[None]:
    with transaction.atomic():
        _set_local(name, value)
        yield
    # A released savepoint keeps its SET LOCAL: without this line the outer block would go on as
    # the inner one. After an error the rollback has already restored it.
    if connection.in_atomic_block:
        _set_local(name, outer)


@contextmanager
def in_municipality(municipality_id: int) -> Iterator[None]:
    """Run for one municipality: its rows exist, nobody else's do. May be nested."""
    outer = _current.get()
    token = _current.set(municipality_id)
    try:
        with (
            scope(municipality=municipality_id),
            _setting("app.municipality_id", municipality_id, outer),
        ):
            yield
    finally:
        _current.reset(token)


@contextmanager
def as_staff(user_id: int) -> Iterator[None]:
    """See the memberships of one member of staff, in whichever municipalities they are."""
    outer = _staff.get()
    token = _staff.set(user_id)
    try:
        with scopes_disabled(), _setting("app.staff_id", user_id, outer):
            yield
    finally:
        _staff.reset(token)


@contextmanager
def _as_role(role: str) -> Iterator[None]:
    outer = _role.get()
    token = _role.set(role)
    try:
        with scopes_disabled(), transaction.atomic():
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL ROLE {role}")
            yield
            with connection.cursor() as cursor:
                cursor.execute(f"SET LOCAL ROLE {outer}")
    finally:
        _role.reset(token)


@contextmanager
def across_for_npo() -> Iterator[None]:
    """Read facts, content and municipalities of all; readers and addresses stay closed."""
    with _as_role("kizuna_npo"):
        yield


@contextmanager
def across_for_dispatch() -> Iterator[None]:
    """See which municipality has work due; no reader, no text, no address."""
    with _as_role("kizuna_dispatch"):
        yield


@contextmanager
def stepping_into(municipality_id: int) -> Iterator[None]:
    """From the NPO's door into one municipality, with the application's rights there.

    For what the NPO does to a municipality on purpose: hold its sending, prepare it, end it. Whoever
    steps in notes it in the municipality's own records (``municipalities.services.audit.note``).
    """
    with _as_role("kizuna_app"), in_municipality(municipality_id):
        yield


@contextmanager
def stepping_out() -> Iterator[None]:
    """From the NPO's door to the shared tables that its role may not see: staff and their names.

    No municipality is open there: readers stay closed.
    """
    with _as_role("kizuna_app"):
        yield
