"""What LINE's answers mean. Source: Messaging API reference, "Retry an API request" and each call.

LINE asks to branch on the status, never on the words of an error. The table holds for push and
multicast with a retry key; any other call only helps to explain one of its rows.
"""

import json
import re
from dataclasses import dataclass
from enum import StrEnum, auto


class Step(StrEnum):
    """What to do with an answer."""

    ACCEPTED = auto()
    LATER = auto()
    UNCLEAR = auto()
    NEW_TOKEN = auto()
    ASK_QUOTA = auto()
    EXPLAIN = auto()
    TAKE_APART = auto()


@dataclass(frozen=True, slots=True)
class Rule:
    """``reason`` and ``after`` (seconds) are those of the outcome, where the step needs them."""

    step: Step
    reason: str = ""
    after: int = 0


STATUS_TABLE: dict[int, Rule] = {
    # Accepted, whatever the body looks like: LINE has the message. Not the same as delivered, a
    # user who blocked the account gets 200 as well.
    200: Rule(Step.ACCEPTED),
    202: Rule(Step.ACCEPTED),
    # This key was accepted before: the first answer got lost, the message did not.
    409: Rule(Step.ACCEPTED),
    # Refused whole: nobody of a group got it. The object, or one id; LINE need not say which.
    400: Rule(Step.EXPLAIN),
    # The token ended early, or the channel's secret was changed. One new token, the same key.
    401: Rule(Step.NEW_TOKEN, "bad_credentials", 600),
    # The account's plan has no right to this; somebody has to change it in LINE's console.
    403: Rule(Step.LATER, "not_entitled", 3600),
    # Over 2 MB: half of it may fit.
    413: Rule(Step.TAKE_APART, "too_large"),
    # Too fast, or the month's messages are used up; only the quota call tells the two apart.
    429: Rule(Step.ASK_QUOTA, "rate_limited"),
}
# 5xx: LINE may have taken it before it failed. The same key settles it.
SERVER_ERROR = Rule(Step.UNCLEAR, "server_error")
# 3xx, 404, 405, 415: not LINE, or not LINE as we know it. A wrong address in the settings must not
# cost a day's messages, so this is never final; the run's last hour ends it.
OTHER = Rule(Step.LATER, "unexpected_answer", 600)

QUOTA_USED_UP_SECONDS = 3600
UNEXPLAINED_SECONDS = 60

USER_ID = re.compile(r"U[0-9a-f]{32}")
TEXT_UNITS = 5000
RECIPIENTS = 500

_NAMED_ID = re.compile(r"\bto\[(\d+)\]")
_NAMED_TO = re.compile(r"'to'|^to$")


def rule_for(status: int) -> Rule:
    """The row for a status; every status has one."""
    if status >= 500:
        return SERVER_ERROR
    if 200 <= status < 300:
        return STATUS_TABLE[200]
    return STATUS_TABLE.get(status, OTHER)


def utf16_units(text: str) -> int:
    """LINE counts characters in UTF-16 code units: most emoji are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def named_ids(body: bytes) -> frozenset[int]:
    """The positions in ``to`` a 400 complains about; empty when it names none."""
    return frozenset(int(n) for text in _texts(body) for n in _NAMED_ID.findall(text))


def names_the_recipient(body: bytes) -> bool:
    """Whether the 400 of a push is about ``to`` and not about the message."""
    return any(_NAMED_TO.search(text) for text in _texts(body))


def _texts(body: bytes) -> list[str]:
    """The places where LINE puts a property's name: the message, and each detail's property."""
    try:
        answer = json.loads(body)
    except ValueError:
        return []
    if not isinstance(answer, dict):
        return []
    details = answer.get("details")
    properties = [d.get("property") for d in details or () if isinstance(d, dict)]
    return [text for text in (answer.get("message"), *properties) if isinstance(text, str)]
