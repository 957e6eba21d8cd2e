"""LINE: one call for up to 500 people, repeatable without harm.

LINE remembers the retry key of an accepted request for 24 hours and answers 409 to a repeat, so an
answer that got lost can be asked for again: same key, same people, same bytes. All three are frozen
before the first call. An outcome speaks of its own try only: after an unclear try, the request is
repeated as it is until LINE says 200 or 409, whatever comes in between.
"""

import json
import os
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any, ClassVar

import structlog

from delivery.channels.line_api import READ_SECONDS, Answer, LineApi, NoAnswer, NotSent
from delivery.channels.line_request import Frozen, freeze, group
from delivery.channels.line_status import (
    QUOTA_USED_UP_SECONDS,
    UNEXPLAINED_SECONDS,
    USER_ID,
    Step,
    named_ids,
    names_the_recipient,
    rule_for,
)
from delivery.channels.line_tokens import Tokens
from delivery.channels.protocol import LineSender, Outgoing, Request, Sender
from delivery.channels.rate import TokenBucket
from delivery.domain.outcome import Accepted, Outcome, Refused, TryLater, Unclear

SEND = "/v2/bot/message"
QUOTA = "/v2/bot/message/quota"
CONSUMPTION = "/v2/bot/message/quota/consumption"

START_SECONDS = 60.0
"""No call of a batch begins later. One call may take 215 s at its worst (a new token, its turn, two
tries, a question about the quota), and all must end before the sender's lease does (300 s)."""

CALLS = 8
"""How many calls one thread of a worker has open at once."""

RATES = {"push": 2000.0, "multicast": 200.0}
"""LINE's limits for each channel, requests a second. Validation and quota calls are too rare."""

SHARE = 0.8
"""Our part of them: other tools of the municipality may use the same account."""

LONGEST_WAIT = 5.0
"""Seconds a call may wait for its turn; after that the delivery goes back to the database."""

QUOTA_SECONDS = 10.0
"""How long a quota reading serves: hundreds of 429 must not ask hundreds of times."""

UNKNOWN = Refused("unknown_recipient", endpoint_dead=True)

log = structlog.get_logger(__name__)


class LineChannel:
    """``base_url`` is LINE's address or the emulator's; ``redis_url`` None keeps the rate within
    this process. Raises ValueError for a base URL that is none."""

    name: ClassVar[str] = "line"
    safe_to_repeat: ClassVar[bool] = True
    # Repeatable, so a crash leaves none of them unclear; with each answer at its slowest all of
    # them still end well before the sender's lease does (300 s).
    in_flight: ClassVar[int] = 32

    def __init__(
        self, base_url: str, redis_url: str | None = None, *, read_seconds: float = READ_SECONDS
    ) -> None:
        self._api = LineApi(base_url, connections=2 * CALLS, read_seconds=read_seconds)
        self._tokens = Tokens(self._api)
        self._bucket = TokenBucket(redis_url)
        self._remaining: dict[str, tuple[float, int | None]] = {}
        self._kept = threading.local()

    def requests(self, sender: Sender, outgoing: Sequence[Outgoing]) -> list[Request]:
        return [freeze(people) for people in group(outgoing)]

    def send(self, sender: Sender, requests: Sequence[Request]) -> Mapping[int, Outcome]:
        line = sender.line
        if line is None:
            nowhere = TryLater("no_line_channel", after=600)
            return {one: nowhere for request in requests for one in request.delivery_ids}

        last_start = time.monotonic() + START_SECONDS

        def hand_over(request: Request) -> dict[int, Outcome]:
            if time.monotonic() > last_start:
                return dict.fromkeys(request.delivery_ids, TryLater("rate_limited"))
            return self._hand_over(sender.municipality_id, line, request)

        outcomes: dict[int, Outcome] = {}
        if len(requests) == 1:
            return hand_over(requests[0])
        for some in self._pool().map(hand_over, requests):
            outcomes.update(some)
        return outcomes

    def _pool(self) -> ThreadPoolExecutor:
        """The calling thread's own eight: starting them for each batch costs 1 ms a thread."""
        pool: tuple[int, ThreadPoolExecutor] | None = getattr(self._kept, "pool", None)
        if pool is None or pool[0] != os.getpid():  # threads do not come through a fork
            pool = os.getpid(), ThreadPoolExecutor(CALLS, thread_name_prefix="line")
            self._kept.pool = pool
        return pool[1]

    def _hand_over(
        self, municipality_id: int, line: LineSender, request: Request
    ) -> dict[int, Outcome]:
        try:
            outcomes, status = self._outcomes(line, request)
            answers = dict(zip(request.delivery_ids, outcomes, strict=True))
        except Exception:
            # Whatever surprises one request must not cost the answers of the seven beside it.
            log.exception("line_request_surprise", municipality_id=municipality_id)
            surprise = Unclear("internal_error")
            return dict.fromkeys(request.delivery_ids, surprise)
        reasons = {one.reason for one in outcomes if not isinstance(one, Accepted)}
        if reasons:
            log.info(
                "line_request_not_accepted",
                municipality_id=municipality_id,
                status=status,
                reason=",".join(sorted(reasons)),
                count=len(outcomes),
            )
        return answers

    def _outcomes(self, line: LineSender, request: Request) -> tuple[list[Outcome], int]:
        """One outcome for each recipient in order, and the status they come from (0: none)."""
        frozen = Frozen.read(request.body)
        everybody: Outcome | None = _refused_here(frozen)
        if everybody is None:
            try:
                token, answer = self._call(line, frozen, request.key)
            except NotSent as why:
                everybody = why.outcome
            except NoAnswer:
                everybody = Unclear("no_answer")
            else:
                return self._judge(line, token, frozen, answer), answer.status
        return [everybody] * len(frozen.recipients), 0

    def _call(self, line: LineSender, frozen: Frozen, key: str) -> tuple[str, Answer]:
        """The answer and the token it was got with; a 401 is asked again once with a new token."""
        token = self._tokens.get(line)
        self._wait_for_turn(line, frozen.call)
        answer = self._post(frozen, key, token)
        if rule_for(answer.status).step is Step.NEW_TOKEN:
            token = self._tokens.get(line, refused=token)
            answer = self._post(frozen, key, token)
        return token, answer

    def _post(self, frozen: Frozen, key: str, token: str) -> Answer:
        return self._api.post(f"{SEND}/{frozen.call}", frozen.body, token, retry_key=key)

    def _wait_for_turn(self, line: LineSender, call: str) -> None:
        name = f"line:{line.channel_id}:{call}"
        wait = self._bucket.reserve(name, RATES[call] * SHARE, LONGEST_WAIT)
        if wait is None:
            raise NotSent("rate_limited")
        if wait:
            time.sleep(wait)

    def _judge(self, line: LineSender, token: str, frozen: Frozen, answer: Answer) -> list[Outcome]:
        """The status table, with a second question to LINE where the status alone is not enough."""
        rule, people = rule_for(answer.status), len(frozen.recipients)
        outcome: Outcome
        match rule.step:
            case Step.ACCEPTED:
                outcome = Accepted(answer.request_id)
            case Step.UNCLEAR:
                outcome = Unclear(rule.reason)
            case Step.LATER | Step.NEW_TOKEN:
                outcome = TryLater(rule.reason, after=rule.after)
            case Step.TAKE_APART:
                alone = frozen.call == "push"
                outcome = Refused(rule.reason) if alone else TryLater("take_apart", after=1)
            case Step.ASK_QUOTA:
                used_up = self._quota_used_up(line, token, people)
                outcome = (
                    TryLater("quota_used_up", after=QUOTA_USED_UP_SECONDS)
                    if used_up
                    else TryLater(rule.reason)
                )
            case Step.EXPLAIN:
                return self._explain(token, frozen, answer)
        return [outcome] * people

    def _explain(self, token: str, frozen: Frozen, answer: Answer) -> list[Outcome]:
        """A 400 refused everybody, mostly because of one: find out whom, or what."""
        people = len(frozen.recipients)
        named = {n for n in named_ids(answer.body) if n < people}
        if named:
            regroup = TryLater("regroup", after=1)
            return [UNKNOWN if n in named else regroup for n in range(people)]
        if frozen.call == "push" and names_the_recipient(answer.body):
            return [UNKNOWN]
        outcome: Outcome
        match self._content_is_good(token, frozen):
            case True:
                outcome = UNKNOWN if frozen.call == "push" else TryLater("take_apart", after=1)
            case False:
                outcome = Refused("bad_content")
            case None:
                outcome = TryLater("unexplained", after=UNEXPLAINED_SECONDS)
        return [outcome] * people

    def _content_is_good(self, token: str, frozen: Frozen) -> bool | None:
        """What LINE says about the messages without any recipient; None when it says nothing."""
        try:
            answer = self._api.post(
                f"{SEND}/validate/{frozen.call}", {"messages": frozen.body["messages"]}, token
            )
        except (NotSent, NoAnswer):
            return None
        return {200: True, 400: False}.get(answer.status)

    def _quota_used_up(self, line: LineSender, token: str, people: int) -> bool:
        """Whether this month's plan has too little left for so many people."""
        until, remaining = self._remaining.get(line.channel_id, (0.0, None))
        if time.monotonic() >= until:
            remaining = self._read_remaining(token)
            self._remaining[line.channel_id] = time.monotonic() + QUOTA_SECONDS, remaining
        return remaining is not None and remaining < people

    def _read_remaining(self, token: str) -> int | None:
        """Messages left this month; None for a plan without a limit, or when LINE does not say."""
        try:
            quota = _object(self._api.get(QUOTA, token))
            if quota.get("type") != "limited":
                return None
            usage = _object(self._api.get(CONSUMPTION, token))
            return int(quota["value"]) - int(usage["totalUsage"])
        except (NotSent, NoAnswer, KeyError, TypeError, ValueError):
            return None


def _refused_here(frozen: Frozen) -> Refused | None:
    """What LINE would refuse for certain; it forbids sending to ids known to be wrong."""
    if frozen.too_long:
        return Refused("text_too_long")
    if frozen.call == "push" and not USER_ID.fullmatch(frozen.recipients[0]):
        return UNKNOWN
    return None


def _object(answer: Answer) -> dict[str, Any]:
    found = json.loads(answer.body)
    return found if isinstance(found, dict) else {}
