"""What the emulator knows: channels, their friends, what was accepted, and the counts over it."""

import hashlib
import json
import secrets
import sys
import time
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from kizuna.emulators.journal import Journal

TOKYO = ZoneInfo("Asia/Tokyo")
REMEMBERED = 24 * 3600
"""Seconds a retry key lives; after that LINE takes the same key as a new request."""

UNKNOWN_IDS = ("drop", "reject", "reject_unnamed")
STATUSES = ("friend", "blocked", "deleted", "not_friend")


class Remembered(NamedTuple):
    """What a retry key stands for."""

    at: float
    request_id: str
    fingerprint: str
    sent_messages: list[dict[str, str]]


class Posted(NamedTuple):
    """One request as it came. ``fingerprint`` tells another body under the same key."""

    call: str
    request_id: str
    key: str | None
    fingerprint: str


class Received(NamedTuple):
    """One accepted request. ``unreached`` are the positions in ``to`` that got nothing."""

    at: float
    call: str
    channel_id: str
    request_id: str
    to: list[str]
    unreached: list[int]
    content: str


@dataclass
class Channel:
    """One Messaging API channel. ``multicast_unknown``: LINE's documents contradict each other
    about an unknown id in a multicast, so all can be had: ``drop`` (200), ``reject`` (400 that names
    its index) and ``reject_unnamed`` (400 that does not)."""

    channel_id: str
    secret: str
    name: str = ""
    plan_quota: int | None = None
    verified: bool = True
    multicast_unknown: str = "drop"
    users: dict[str, str] = field(default_factory=dict)
    tokens: dict[str, float] = field(default_factory=dict)
    retry_keys: dict[str, Remembered] = field(default_factory=dict)
    used: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass
class Count:
    """The figures of one channel and day. A pair is (user, content); blocked users count too,
    because sending to them twice is the same mistake."""

    delivered: int = 0
    accepted: int = 0
    requests: int = 0
    key_misuse: int = 0
    seen: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    again: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def figures(self) -> dict[str, int]:
        return {
            "delivered": self.delivered,
            "accepted": self.accepted,
            "distinct": sum(map(len, self.seen.values())),
            "doubled": sum(map(len, self.again.values())),
            "requests": self.requests,
            "key_misuse": self.key_misuse,
        }


class State:
    """Everything, in memory; every change is also in the journal, from which it is rebuilt."""

    def __init__(self, journal: Journal) -> None:
        self.offset = 0.0
        self.channels: dict[str, Channel] = {}
        self.tokens: dict[str, Channel] = {}
        self.contents: dict[str, list[dict[str, Any]]] = {}
        self.received: list[Received] = []
        self.inbox: dict[tuple[str, str], list[int]] = defaultdict(list)
        self._counts: dict[tuple[str, str], Count] = defaultdict(Count)
        for entry in journal.read():
            self._apply(entry)
        self._journal = journal

    def now(self) -> float:
        """Unix time on the emulator's clock, which can be moved."""
        return time.time() + self.offset

    def today(self, at: float | None = None) -> str:
        """The date in Japan: the day a message is counted on."""
        return datetime.fromtimestamp(self.now() if at is None else at, TOKYO).date().isoformat()

    # -- writing ------------------------------------------------------------------------------

    def _write(self, entry: dict[str, Any]) -> None:
        self._journal.append(entry)
        self._apply(entry)

    def _apply(self, entry: dict[str, Any]) -> None:
        match entry["t"]:
            case "channel":
                self._apply_channel(entry["set"], entry["users"])
            case "content":
                self.contents[entry["id"]] = entry["messages"]
            case "accepted":
                self._apply_accepted(entry)
            case "misuse":
                self._counts[self.today(entry["at"]), entry["channel_id"]].key_misuse += 1

    def put_channel(self, settings: dict[str, Any], users: dict[str, str]) -> Channel:
        """Create or change; a repeat with the same values writes nothing."""
        known = self.channels.get(settings["channel_id"])
        if known is not None:
            settings = {k: v for k, v in settings.items() if getattr(known, k) != v}
            settings["channel_id"] = known.channel_id
            users = {
                user: status for user, status in users.items() if known.users.get(user) != status
            }
        if known is None or users or len(settings) > 1:
            self._write({"t": "channel", "set": settings, "users": users})
        return self.channels[settings["channel_id"]]

    def _apply_channel(self, settings: dict[str, Any], users: dict[str, str]) -> None:
        channel = self.channels.get(settings["channel_id"])
        if channel is None:
            channel = self.channels[settings["channel_id"]] = Channel(**settings)
        for name, value in settings.items():
            setattr(channel, name, value)
        channel.users.update(users)

    def issue_token(self, channel: Channel, seconds: int) -> str:
        """A token for so many seconds. Tokens die with the process: a restart gives 401 once."""
        for old in [t for t, end in channel.tokens.items() if end < self.now()]:
            self.drop_token(old)
        token = secrets.token_urlsafe(60)
        channel.tokens[token] = self.now() + seconds
        self.tokens[token] = channel
        return token

    def channel_of(self, token: str) -> Channel | None:
        """Whose token this is; None when unknown or expired."""
        channel = self.tokens.get(token)
        return channel if channel and channel.tokens.get(token, 0.0) > self.now() else None

    def drop_token(self, token: str) -> None:
        channel = self.tokens.pop(token, None)
        if channel:
            channel.tokens.pop(token, None)

    def remembered(self, channel: Channel, key: str) -> Remembered | None:
        """The accepted request behind a retry key of the last 24 hours."""
        known = channel.retry_keys.get(key)
        return known if known and self.now() - known.at < REMEMBERED else None

    def accept(
        self, channel: Channel, posted: Posted, body: dict[str, Any]
    ) -> list[dict[str, str]]:
        """Take responsibility for a request; the ids of its messages come back."""
        messages = body["messages"]
        content = hashlib.sha256(json.dumps(messages, sort_keys=True).encode()).hexdigest()[:24]
        if content not in self.contents:
            self._write({"t": "content", "id": content, "messages": messages})
        to = body["to"] if isinstance(body["to"], list) else [body["to"]]
        users = channel.users
        sent = [_sent_message() for _ in messages] if posted.call == "push" else []
        entry = {
            "t": "accepted",
            "at": self.now(),
            "channel_id": channel.channel_id,
            **posted._asdict(),
            "to": to,
            "unreached": [n for n, user in enumerate(to) if users.get(user) != "friend"],
            "content": content,
            "sent": sent,
        }
        self._write(entry)
        return sent

    def _apply_accepted(self, entry: dict[str, Any]) -> None:
        channel = self.channels[entry["channel_id"]]
        at, content = entry["at"], entry["content"]
        to = [sys.intern(user) for user in entry["to"]]  # a day of 1,000,000 fits into memory
        if entry["key"] and self.now() - at < REMEMBERED:
            channel.retry_keys.pop(entry["key"], None)
            channel.retry_keys[entry["key"]] = Remembered(
                at, entry["request_id"], entry["fingerprint"], entry["sent"]
            )
            self._forget_old_keys(channel)
        received = Received(
            at,
            entry["call"],
            channel.channel_id,
            entry["request_id"],
            to,
            entry["unreached"],
            content,
        )
        self.received.append(received)
        self._count(channel, received)

    def _forget_old_keys(self, channel: Channel) -> None:
        oldest = next(iter(channel.retry_keys))
        while self.now() - channel.retry_keys[oldest].at >= REMEMBERED:
            del channel.retry_keys[oldest]
            oldest = next(iter(channel.retry_keys))

    def _count(self, channel: Channel, received: Received) -> None:
        day = self.today(received.at)
        count = self._counts[day, channel.channel_id]
        unreached = set(received.unreached)
        count.requests += 1
        count.accepted += len(received.to)
        count.delivered += len(received.to) - len(unreached)
        channel.used[day[:7]] += len(received.to) - len(unreached)
        seen, number = count.seen[received.content], len(self.received) - 1
        for n, user in enumerate(received.to):
            if user in seen:
                count.again[received.content].add(user)
            seen.add(user)
            if n not in unreached:
                self.inbox[channel.channel_id, user].append(number)

    def misuse(self, channel: Channel) -> None:
        """The same retry key came with another body: whoever sends is broken."""
        self._write({"t": "misuse", "at": self.now(), "channel_id": channel.channel_id})

    # -- reading ------------------------------------------------------------------------------

    def count(self, day: str | None = None, channel_id: str | None = None) -> dict[str, int]:
        """The figures over the days and channels asked for; a doubled pair is one within a day."""
        total = Count().figures()
        for (its_day, its_channel), count in self._counts.items():
            if day in {None, its_day} and channel_id in {None, its_channel}:
                for name, value in count.figures().items():
                    total[name] += value
        return total


def _sent_message() -> dict[str, str]:
    number = str(500_000_000_000_000_000 + secrets.randbelow(10**17))
    return {"id": number, "quoteToken": secrets.token_urlsafe(24)}
