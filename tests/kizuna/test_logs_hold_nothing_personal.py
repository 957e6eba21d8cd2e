"""Marks in everything personal go in; the real formatter lets none of them out."""

import io
import json
import logging
from collections.abc import Iterator
from typing import Any

import pytest
import structlog
from django.core.exceptions import FieldError, SuspiciousOperation
from django.test import Client

from kizuna.lib import logs, tokens
from kizuna.lib.foreign import sentence
from municipalities.models import Municipality
from tests import world

ADDRESS = "marker.person@example.jp"
LINE_ID = "U" + "0123456789abcdef" * 2
SECRET = "印MARKER印"


@pytest.fixture(autouse=True)
def _an_unbound_start() -> Iterator[None]:
    structlog.contextvars.clear_contextvars()
    yield
    structlog.contextvars.clear_contextvars()


@pytest.fixture
def out() -> Iterator[io.StringIO]:
    """What would stand on stderr: the handler of the settings, writing elsewhere."""
    [handler] = [
        one
        for one in logging.getLogger().handlers
        if isinstance(one.formatter, structlog.stdlib.ProcessorFormatter)
    ]
    assert isinstance(handler, logging.StreamHandler)
    stream = io.StringIO()
    before = handler.setStream(stream)
    yield stream
    handler.setStream(before)


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def fail(text: str) -> None:
    try:
        raise ValueError(f"inner {text}")
    except ValueError as inner:
        raise RuntimeError(f"outer {text}") from inner


own = structlog.get_logger("delivery.test")
foreign = logging.getLogger("somebody.else")


def test_only_listed_fields_come_out(out: io.StringIO) -> None:
    own.warning("refused", municipality_id=3, count=2, address=ADDRESS, to=LINE_ID, body=SECRET)
    foreign.warning("refused", extra={"count": 2, "address": ADDRESS, "recipient": LINE_ID})
    first, second = lines(out)
    assert first.keys() == {"event", "level", "logger", "timestamp", "municipality_id", "count"}
    assert second.keys() == {"event", "level", "logger", "timestamp", "count"}


def test_bound_context_is_asked_too(out: io.StringIO) -> None:
    with structlog.contextvars.bound_contextvars(request_id="r1", reader=ADDRESS):
        own.warning("one")
        foreign.warning("two")
    assert [set(line) & {"request_id", "reader"} for line in lines(out)] == [{"request_id"}] * 2


def test_an_own_error_keeps_class_and_place_and_loses_its_text(out: io.StringIO) -> None:
    try:
        fail(f"{ADDRESS} {LINE_ID} {SECRET}")
    except RuntimeError:
        own.exception("planning failed", municipality_id=3)
    [line] = lines(out)
    assert line["error"] == "RuntimeError"
    assert any("test_logs_hold_nothing_personal.py:" in place for place in line["where"])
    assert "inner" not in out.getvalue()
    assert "outer" not in out.getvalue()


def test_a_library_s_error_keeps_class_and_place_and_loses_its_text(out: io.StringIO) -> None:
    try:
        fail(f"{ADDRESS} {LINE_ID} {SECRET}")
    except RuntimeError:
        foreign.exception("Task failed: %s", SECRET, stack_info=True)
    [line] = lines(out)
    assert (line["event"], line["error"]) == ("Task failed: …", "RuntimeError")
    assert SECRET not in out.getvalue()
    assert "inner" not in out.getvalue()


@pytest.mark.parametrize(
    ("template", "arguments", "said"),
    [
        ("Refused <%s>", (SECRET,), "Refused <…>"),
        ("Refused %(who)s", ({"who": SECRET},), "Refused …"),
        ("%s %r %s", (ADDRESS, LINE_ID, SECRET), "… '…' …"),
        ("%s of %s", (["list", ADDRESS], Exception(ADDRESS)), "… of Exception"),
        ("tried %d of %s, %.1f s", (3, 5, 0.25), "tried 3 of 5, 0.2 s"),
        ("%s again", ("delivery.tasks.work",), "delivery.tasks.work again"),
        ("%s again", ("delivery of marker",), "… again"),
        (f"for {ADDRESS}: %s", (3,), "for … 3"),
    ],
)
def test_a_library_s_line_is_whole_and_names_nobody(
    out: io.StringIO, template: str, arguments: tuple[Any, ...], said: str
) -> None:
    foreign.error(template, *arguments)
    [line] = lines(out)
    assert line["event"] == said
    assert "positional_args" not in line


@pytest.mark.parametrize("template", ["no number: %d", "100% of %s and %s", "%(who)s", "%s %s %s"])
def test_a_template_that_does_not_fit_stands_by_itself(template: str) -> None:
    assert sentence(template, (SECRET, ADDRESS)) == template


def test_django_s_line_of_a_refused_request_names_the_route(db: None, out: io.StringIO) -> None:
    world.make_municipality()
    token = tokens.sign("stop", 1)
    Client().put(f"/m/aoba/stop/{token}/")
    Client().get(f"/nowhere/{ADDRESS}")
    said = [line["event"] for line in lines(out) if line["logger"] == "django.request"]
    assert said == ["Method Not Allowed (PUT): parent:stop", "Not Found: unmatched"]
    assert token not in out.getvalue()


def test_an_error_deep_in_a_library_names_the_line_of_ours_that_went_there(
    db: None, out: io.StringIO
) -> None:
    """Django's own frames fill the eight places: a wrong look-up breaks fifteen frames below."""
    try:
        list(Municipality.objects.exclude(code__municipality__code__nothing="14"))
    except FieldError:
        own.exception("broken")
    [line] = lines(out)
    ours = [place for place in line["where"] if "test_logs_hold_nothing_personal.py:" in place]
    assert len(ours) == 1
    assert len(line["where"]) == 1 + logs.DEEPEST


def test_what_a_library_put_together_itself_is_searched(out: io.StringIO, settings: Any) -> None:
    token = tokens.sign("stop", 7, 9)
    foreign.error(f"451 <{ADDRESS}> later, user {LINE_ID}, at /stop/{token}/ of queue email")
    [line] = lines(out)
    for mark in (ADDRESS, "marker", LINE_ID, token, token.split(":")[1]):
        assert mark not in out.getvalue()
    assert "of queue email" in line["event"]


def test_a_line_break_in_data_does_not_forge_a_second_line(out: io.StringIO) -> None:
    own.warning("one", reason='x\r\n{"event": "forged"}')
    foreign.warning("two\nthree")
    assert len(lines(out)) == 2


def test_a_request_s_line_names_its_route_and_not_its_path(db: None, out: io.StringIO) -> None:
    world.make_municipality()
    token = tokens.sign("stop", 1)
    Client(raise_request_exception=False).get(
        f"/m/aoba/stop/{token}/?q={SECRET}", headers={"x-forwarded-for": "192.0.2.77"}
    )
    Client(raise_request_exception=False).get(f"/nowhere/{SECRET}/{ADDRESS}")
    said = [line for line in lines(out) if line["event"] == "request"]
    assert len(said) == 2
    assert said[0].keys() >= {"method", "route", "status", "seconds", "request_id"}
    assert said[1]["route"] == "unmatched"
    for mark in (token, SECRET, ADDRESS, "aoba", "192.0.2.77", "nowhere"):
        assert mark not in out.getvalue()


def test_a_suspicious_request_s_text_does_not_come_out(out: io.StringIO, rf: Any) -> None:
    from django.core.handlers.exception import response_for_exception

    response_for_exception(rf.get("/"), SuspiciousOperation(f"bad {ADDRESS} {LINE_ID}"))
    assert len(lines(out)) == 1
    assert ADDRESS not in out.getvalue()
    assert LINE_ID not in out.getvalue()


def test_no_listed_field_is_made_for_a_person() -> None:
    forbidden = {"address", "email", "to", "recipient", "name", "user", "token", "path", "url"}
    forbidden |= {"query", "body", "text", "birth_date", "due_date", "anchor", "ip", "message"}
    assert not logs.FIELDS & forbidden
