"""LINE's paths and answers. Source: Messaging API reference; channel access token reference."""

import asyncio
import base64
import binascii
import hashlib
import json
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web

from kizuna.emulators.line import checks
from kizuna.emulators.line.answers import (
    FAILED_TO_SEND,
    MONTHLY_LIMIT,
    NO_JSON,
    NOT_AVAILABLE,
    NOT_FOUND,
    RATE_LIMITED,
    TOO_LARGE,
    UNAUTHORIZED,
    Answer,
    oauth_error,
    refusal,
    respond,
    spoil,
)
from kizuna.emulators.line.faults import Faults
from kizuna.emulators.line.state import Channel, Posted, State

RATES = {
    "push": 2000,
    "multicast": 200,
    "validate_push": 2000,
    "validate_multicast": 2000,
    "quota": 2000,
    "consumption": 2000,
    "profile": 2000,
    "followers": 2000,
    "info": 2000,
    "token": 370,
}
"""Requests a second for each channel and endpoint; a bucket holds one second's worth."""

STATELESS_SECONDS = 900
SHORT_LIVED_SECONDS = 30 * 24 * 3600
FOLLOWERS_PAGE = 1000
CURSOR_SECONDS = 24 * 3600


@dataclass
class Call:
    """One call that passed the door."""

    channel: Channel
    request: web.Request
    raw: bytes
    request_id: str

    def json(self) -> dict[str, Any] | None:
        try:
            body = json.loads(self.raw)
        except ValueError:
            return None
        return body if isinstance(body, dict) else None


@dataclass
class Bucket:
    """A full bucket allows a burst of one second's worth, then refills at its rate."""

    tokens: float
    filled_at: float

    def take(self, rate: float) -> bool:
        now = time.monotonic()
        self.tokens = min(rate, self.tokens + (now - self.filled_at) * rate)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Api:
    """``rate_scale`` 1.0 is LINE's own limit; 0.01 makes a limit that a test reaches."""

    def __init__(self, state: State, rate_scale: float = 1.0) -> None:
        self.state = state
        self.faults = Faults()
        self.rate_scale = rate_scale
        self._buckets: dict[tuple[str, str], Bucket] = {}

    def routes(self) -> list[web.RouteDef]:
        bot = "/v2/bot"
        return [
            web.post("/oauth2/v3/token", self._token(STATELESS_SECONDS)),
            web.post("/v2/oauth/accessToken", self._token(SHORT_LIVED_SECONDS)),
            web.post(f"{bot}/message/push", self._door("push", self._push)),
            web.post(f"{bot}/message/multicast", self._door("multicast", self._multicast)),
            web.post(f"{bot}/message/validate/push", self._door("validate_push", self._validate)),
            web.post(
                f"{bot}/message/validate/multicast",
                self._door("validate_multicast", self._validate),
            ),
            web.get(f"{bot}/message/quota", self._door("quota", self._quota)),
            web.get(
                f"{bot}/message/quota/consumption", self._door("consumption", self._consumption)
            ),
            web.get(f"{bot}/profile/{{user}}", self._door("profile", self._profile)),
            web.get(f"{bot}/followers/ids", self._door("followers", self._followers)),
            web.get(f"{bot}/info", self._door("info", self._info)),
        ]

    def allowed(self, channel_id: str, name: str) -> bool:
        """Take one token of this channel's bucket for this endpoint."""
        rate = RATES[name] * self.rate_scale
        key = channel_id, name
        bucket = self._buckets.get(key)
        if bucket is None:
            bucket = self._buckets[key] = Bucket(rate, time.monotonic())
        return bucket.take(rate)

    # -- the door -----------------------------------------------------------------------------

    def _door(self, name: str, act: Callable[[Call], Answer]) -> Callable[[web.Request], Any]:
        """Token, planned faults, rate, size: in front of every call, in this order."""

        async def handle(request: web.Request) -> web.StreamResponse:
            request_id = str(uuid.uuid4())
            raw = await request.read()
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            channel = self.state.channel_of(token)
            if channel is None:
                return respond(request_id, Answer(401, UNAUTHORIZED))
            seconds, fault = self.faults.take(channel.channel_id, name)
            if seconds:
                await asyncio.sleep(seconds)
            if fault == "unauthorized":
                self.state.drop_token(token)
            if (refused := refusal(request, request_id, fault)) is not None:
                return refused
            if not self.allowed(channel.channel_id, name):
                return respond(request_id, Answer(429, RATE_LIMITED))
            if len(raw) > checks.BODY_BYTES:
                return respond(request_id, Answer(413, TOO_LARGE))
            answer = act(Call(channel, request, raw, request_id))
            return spoil(request, request_id, fault, answer)

        return handle

    def _token(self, seconds: int) -> Callable[[web.Request], Any]:
        async def handle(request: web.Request) -> web.StreamResponse:
            request_id = str(uuid.uuid4())
            form = {name: values[0] for name, values in parse_qs(await request.text()).items()}
            channel = self.state.channels.get(form.get("client_id", ""))
            if form.get("grant_type") != "client_credentials":
                return respond(request_id, oauth_error("invalid_request", "invalid grant_type"))
            if channel is None or channel.secret != form.get("client_secret"):
                return respond(request_id, oauth_error("invalid_client", "invalid credentials"))
            wait, fault = self.faults.take(channel.channel_id, "token")
            if wait:
                await asyncio.sleep(wait)
            if (refused := refusal(request, request_id, fault)) is not None:
                return refused
            if not self.allowed(channel.channel_id, "token"):
                return respond(request_id, Answer(429, RATE_LIMITED))
            token = self.state.issue_token(channel, seconds)
            body = {"token_type": "Bearer", "access_token": token, "expires_in": seconds}
            return spoil(request, request_id, fault, Answer(200, body))

        return handle

    # -- sending ------------------------------------------------------------------------------

    def _push(self, call: Call) -> Answer:
        return self._send("push", call, checks.push_errors)

    def _multicast(self, call: Call) -> Answer:
        return self._send("multicast", call, checks.multicast_errors)

    def _send(
        self, name: str, call: Call, errors: Callable[[dict[str, Any]], dict[str, Any] | None]
    ) -> Answer:
        """LINE does not say whether the key is looked at before the body; here it is."""
        body, channel = call.json(), call.channel
        if body is None:
            return Answer(400, NO_JSON)
        key = call.request.headers.get("X-Line-Retry-Key")
        if key is not None and not checks.RETRY_KEY.fullmatch(key):
            return Answer(400, {"message": "The retry key is invalid"})
        fingerprint = hashlib.sha256(name.encode() + call.raw).hexdigest()
        if key and (repeated := self._repeated(channel, key, fingerprint)) is not None:
            return repeated
        if (wrong := errors(body) or self._unknown(channel, body["to"])) is not None:
            return Answer(400, wrong)
        if not self._within_quota(channel, body["to"]):
            return Answer(429, MONTHLY_LIMIT)
        posted = Posted(name, call.request_id, key, fingerprint)
        sent = self.state.accept(channel, posted, body)
        return Answer(200, {"sentMessages": sent} if sent else {})

    def _repeated(self, channel: Channel, key: str, fingerprint: str) -> Answer | None:
        known = self.state.remembered(channel, key)
        if known is None:
            return None
        if known.fingerprint != fingerprint:
            self.state.misuse(channel)
        body: dict[str, Any] = {"message": "The retry key is already accepted"}
        if known.sent_messages:
            body["sentMessages"] = known.sent_messages
        return Answer(409, body, {"x-line-accepted-request-id": known.request_id})

    def _unknown(self, channel: Channel, to: str | list[str]) -> dict[str, Any] | None:
        if isinstance(to, str):
            return None if to in channel.users else FAILED_TO_SEND
        if channel.multicast_unknown == "drop":
            return None
        users = channel.users
        strangers = (n for n, user in enumerate(to) if user not in users)
        first = next(strangers, None)
        if first is None:
            return None
        named = channel.multicast_unknown == "reject"
        return checks.invalid_property(f"to[{first}]") if named else FAILED_TO_SEND

    def _within_quota(self, channel: Channel, to: str | list[str]) -> bool:
        if channel.plan_quota is None:
            return True
        people = [to] if isinstance(to, str) else to
        reached = sum(channel.users.get(user) == "friend" for user in people)
        month = self.state.today()[:7]
        return channel.used[month] + reached <= channel.plan_quota

    def _validate(self, call: Call) -> Answer:
        body = call.json()
        if body is None:
            return Answer(400, NO_JSON)
        details = checks.messages_errors(body.get("messages"))
        return Answer(400, checks.body_errors(details)) if details else Answer()

    # -- asking -------------------------------------------------------------------------------

    def _quota(self, call: Call) -> Answer:
        if call.channel.plan_quota is None:
            return Answer(200, {"type": "none"})
        return Answer(200, {"type": "limited", "value": call.channel.plan_quota})

    def _consumption(self, call: Call) -> Answer:
        return Answer(200, {"totalUsage": call.channel.used[self.state.today()[:7]]})

    def _profile(self, call: Call) -> Answer:
        user = call.request.match_info["user"]
        if call.channel.users.get(user) != "friend":
            return Answer(404, NOT_FOUND)
        return Answer(200, {"userId": user, "displayName": f"読者 {user[-4:]}", "language": "ja"})

    def _followers(self, call: Call) -> Answer:
        """Pages of at most 1,000 ids; the cursor lives 24 hours."""
        if not call.channel.verified:
            return Answer(403, NOT_AVAILABLE)
        query = call.request.query
        try:
            limit = min(int(query.get("limit", FOLLOWERS_PAGE)), FOLLOWERS_PAGE)
            start, issued = _read_cursor(query["start"]) if "start" in query else (0, None)
        except (ValueError, binascii.Error):
            return Answer(400, checks.invalid_property("start"))
        if limit < 1 or (issued is not None and self.state.now() - issued > CURSOR_SECONDS):
            return Answer(400, checks.invalid_property("start"))
        friends = [user for user, status in call.channel.users.items() if status == "friend"]
        page: dict[str, Any] = {"userIds": friends[start : start + limit]}
        if start + limit < len(friends):
            page["next"] = _write_cursor(start + limit, self.state.now())
        return Answer(200, page)

    def _info(self, call: Call) -> Answer:
        number = hashlib.md5(call.channel.channel_id.encode(), usedforsecurity=False).hexdigest()
        name = call.channel.name or call.channel.channel_id
        body = {"userId": f"U{number}", "basicId": f"@{number[:8]}", "displayName": name}
        return Answer(200, {**body, "chatMode": "bot", "markAsReadMode": "auto"})


def _write_cursor(position: int, now: float) -> str:
    return base64.urlsafe_b64encode(f"{position}:{now}".encode()).decode()


def _read_cursor(cursor: str) -> tuple[int, float]:
    position, _, issued = base64.urlsafe_b64decode(cursor).decode().partition(":")
    return int(position), float(issued)
