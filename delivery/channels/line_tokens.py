"""Access tokens: minted from the channel's secret, good for 15 minutes, kept in memory only.

Stateless tokens take no slot of the account, so they cannot push out another vendor's token on the
same channel, and a leaked one is worthless soon. Source: "Channel access token", Messaging API.
"""

import json
import threading
import time
from dataclasses import dataclass, field

from delivery.channels.line_api import Answer, LineApi, NoAnswer, NotSent
from delivery.channels.line_status import OTHER
from delivery.channels.protocol import LineSender

PATH = "/oauth2/v3/token"
SPARE_SECONDS = 60
"""A token this close to its end is not used any more: a call may wait 30 s for its answer."""

FAILURE_SECONDS = 10
"""A failure is remembered so long: eight calls in flight must not try in turn, 35 s each."""


@dataclass(slots=True)
class _Kept:
    lock: threading.Lock = field(default_factory=threading.Lock)
    token: str = ""
    until: float = 0.0
    failure: NotSent | None = None


class Tokens:
    """One token for each channel, shared by threads; only one of them mints at a time."""

    def __init__(self, api: LineApi) -> None:
        self._api = api
        self._kept: dict[LineSender, _Kept] = {}
        self._lock = threading.Lock()

    def get(self, line: LineSender, refused: str = "") -> str:
        """A token LINE should take; ``refused`` is one it has just answered 401 to.

        Raises NotSent: without a token no message goes out.
        """
        with self._lock:
            kept = self._kept.setdefault(line, _Kept())
        with kept.lock:
            fresh = time.monotonic() < kept.until
            if fresh and kept.failure is not None:
                raise NotSent(kept.failure.outcome.reason, kept.failure.outcome.after)
            if not fresh or kept.token == refused:
                self._renew(kept, line)
            return kept.token

    def _renew(self, kept: _Kept, line: LineSender) -> None:
        kept.token, kept.failure = "", None
        try:
            kept.token, seconds = self._mint(line)
        except NotSent as failure:
            kept.failure = failure
            kept.until = time.monotonic() + FAILURE_SECONDS
            raise
        kept.until = time.monotonic() + seconds - SPARE_SECONDS

    def _mint(self, line: LineSender) -> tuple[str, int]:
        fields = {
            "grant_type": "client_credentials",
            "client_id": line.channel_id,
            "client_secret": line.channel_secret,
        }
        try:
            answer = self._api.post_form(PATH, fields)
        except (NotSent, NoAnswer):
            raise NotSent("unreachable") from None
        if answer.status != 200:
            raise _why_not(answer)
        try:
            found = json.loads(answer.body)
            return str(found["access_token"]), int(found["expires_in"])
        except (ValueError, KeyError, TypeError):
            raise NotSent("server_error") from None


def _why_not(answer: Answer) -> NotSent:
    if answer.status == 429:
        return NotSent("rate_limited")
    if answer.status >= 500:
        return NotSent("server_error")
    if answer.status in {400, 401, 403}:
        return NotSent("bad_credentials", after=600)
    return NotSent(OTHER.reason, after=OTHER.after)
