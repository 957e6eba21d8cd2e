"""Credentials are tried against LINE while somebody waits before the page: whose account are they?

A token is got as sending gets it, then the account is asked for its name. The token alone proves
little: LINE goes on issuing tokens for a deleted channel, and answers 403 to everything else then.
Source: Messaging API reference, "Get bot info" and "Get the target limit for sending messages".
"""

import json
import time
from functools import cache
from queue import Empty, SimpleQueue
from threading import Thread
from typing import Any

import structlog

from delivery.channels.line import QUOTA
from delivery.channels.line_api import Answer, LineApi, NoAnswer, NotSent
from delivery.channels.line_tokens import Tokens
from delivery.channels.protocol import LineSender
from municipalities.domain.line_account import LONGEST_ID, LONGEST_NAME, Account, Result, Said

INFO = "/v2/bot/info"

CALL_SECONDS = 3.0
"""For the connection, and again for each answer. Every call is made once."""

ALL_SECONDS = 8.0
"""After so long the page goes on without LINE: a name server that is silent has no time of its own."""

log = structlog.get_logger(__name__)


def ask(base_url: str, line: LineSender, municipality_id: int) -> Said:
    """What LINE says of these credentials now, in at most ``ALL_SECONDS``. Never raises: whatever is
    no answer about them is ``SILENT``. The first try of a process loads LINE's client (1.5 s)."""
    found: SimpleQueue[Said] = SimpleQueue()
    until = time.monotonic() + ALL_SECONDS

    def look() -> None:
        found.put(_guarded(base_url, line, until, municipality_id))

    Thread(target=look, name="line-account", daemon=True).start()
    try:
        said = found.get(timeout=ALL_SECONDS)
    except Empty:
        said = Said(Result.SILENT)
    log.info("line_account_tried", municipality_id=municipality_id, state=said.result.value)
    return said


@cache
def _api(base_url: str) -> LineApi:
    return LineApi(base_url, connections=2, read_seconds=CALL_SECONDS, connect_seconds=CALL_SECONDS)


def _guarded(base_url: str, line: LineSender, until: float, municipality_id: int) -> Said:
    try:
        return _look(_api(base_url), line, until)
    except Exception:
        log.exception("line_account_surprise", municipality_id=municipality_id)
        return Said(Result.SILENT)


def _look(api: LineApi, line: LineSender, until: float) -> Said:
    try:
        token = Tokens(api).get(line)
        answer = api.get(INFO, token)
    except NotSent as why:
        is_refusal = why.outcome.reason == "bad_credentials"
        return Said(Result.REFUSED if is_refusal else Result.SILENT)
    except NoAnswer:
        return Said(Result.SILENT)
    if answer.status != 200:
        return Said({401: Result.REFUSED, 403: Result.CLOSED}.get(answer.status, Result.SILENT))
    info = _object(answer)
    name, basic_id = info.get("displayName"), info.get("basicId")
    if not (isinstance(name, str) and isinstance(basic_id, str)):
        return Said(Result.SILENT)
    limit = _monthly_limit(api, token) if time.monotonic() + CALL_SECONDS < until else None
    return Said(Result.ANSWERED, Account(name[:LONGEST_NAME], basic_id[:LONGEST_ID], limit))


def _monthly_limit(api: LineApi, token: str) -> int | None:
    """Messages a month of the plan; None without a limit, or when LINE does not say."""
    try:
        value = _object(api.get(QUOTA, token)).get("value")
    except (NotSent, NoAnswer):
        return None
    return value if isinstance(value, int) and 0 <= value < 2**31 else None


def _object(answer: Answer) -> dict[str, Any]:
    try:
        found = json.loads(answer.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}
