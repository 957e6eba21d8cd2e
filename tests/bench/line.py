"""LINE: recipients a second, beside a bare client with prepared bodies and the SDK's own way.

All three speak to the same sink (a process of its own that only counts): 500 people in one
multicast, and personal pushes. LINE's rate limit rests meanwhile: it is no property of ours.
"""

import json
import uuid
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from unittest import mock

import urllib3

from delivery.channels import line as channel_module
from delivery.channels.line import CALLS, LineChannel
from delivery.channels.protocol import Content, LineSender, Outgoing, Request, Sender
from tests.bench import sink
from tests.bench.harness import Measured, Options, measure, median, seconds

SENDER = Sender(1, "aoba", "あおば子育てメール", None, LineSender("1650000001", "0" * 32))
TEXT = "赤ちゃんの首がすわるころです。抱っこのときは、まだ手を添えてあげましょう。\n" * 12
LIMIT, SDK = "bare urllib3 client, prepared bodies", "line-bot-sdk as documented"
AHEAD = 0.5


@measure
def multicast(options: Options) -> Measured:
    """500 people a call."""
    calls = 40 if options.quick else 400
    return _compare("LINE, multicasts of 500", calls, 500, options)


@measure
def push(options: Options) -> Measured:
    """One person a call."""
    return _compare("LINE, personal pushes", 400 if options.quick else 4_000, 1, options)


def _compare(name: str, calls: int, people: int, options: Options) -> Measured:
    runs = options.runs or (2 if options.quick else 5)
    channel_requests = _requests(calls, people)
    rates: dict[str, list[float]] = {}
    with sink.running("line") as server, mock.patch.dict(channel_module.RATES, _unlimited()):
        channel = LineChannel(server.url)
        channel.send(SENDER, channel_requests[:1])  # imports the SDK, makes the token
        ways: dict[str, Callable[[], object]] = {
            "ours": lambda: _ours(channel, channel_requests),
            LIMIT: lambda: _bare(server.url, channel_requests),
            SDK: lambda: _sdk(server.url, channel_requests),
        }
        for _ in range(runs):
            for way, work in ways.items():
                rates.setdefault(way, []).append(calls * people / seconds(work))
    found = {way: median(some) for way, some in rates.items()}
    ours = found.pop("ours")
    return Measured(
        name, "recipients/s", ours, found, ours / found[LIMIT], "≥ 0.5 × the bare client",
        ours >= AHEAD * found[LIMIT], runs, (f"{calls / (calls * people / ours):,.0f} calls/s",),
    )  # fmt: skip


def _unlimited() -> dict[str, float]:
    return {"push": 1e9, "multicast": 1e9}


def _requests(calls: int, people: int) -> list[Request]:
    """What the sender freezes: grouped, keyed, encoded."""
    outgoing = [
        Outgoing(n, f"20261125-{n}", f"U{n:032x}", "", Content(n // people, "", "", "", TEXT))
        for n in range(calls * people)
    ]
    found = LineChannel("http://127.0.0.1:9").requests(SENDER, outgoing)
    assert len(found) == calls
    return found


def _ours(channel: LineChannel, requests: list[Request]) -> None:
    for start in range(0, len(requests), channel.in_flight):
        channel.send(SENDER, requests[start : start + channel.in_flight])


def _bare(url: str, requests: list[Request]) -> None:
    pool = urllib3.PoolManager(maxsize=CALLS, retries=False)
    bodies = []
    for request in requests:
        stored = json.loads(request.body)
        path = f"{url}/v2/bot/message/{stored['call']}"
        bodies.append((path, json.dumps(stored["body"]).encode(), request.key))

    def post(body: tuple[str, bytes, str]) -> int:
        headers = {
            "Authorization": "Bearer sink",
            "Content-Type": "application/json",
            "X-Line-Retry-Key": body[2],
        }
        return pool.request("POST", body[0], body=body[1], headers=headers).status

    with ThreadPoolExecutor(CALLS) as threads:
        assert set(threads.map(post, bodies)) == {200}


def _sdk(url: str, requests: list[Request]) -> None:
    """The README's way, but with one client for all calls: one for each is 40 times dearer."""
    from linebot.v3 import messaging

    settings = messaging.Configuration(host=url, access_token="sink")
    with messaging.ApiClient(settings) as client, ThreadPoolExecutor(CALLS) as threads:
        api = messaging.MessagingApi(client)

        def call(request: Request) -> None:
            to = [one.address for one in request.outgoing]
            text = [messaging.TextMessage(text=request.outgoing[0].content.line_text)]
            key = str(uuid.UUID(request.key))
            if len(to) == 1:
                api.push_message(messaging.PushMessageRequest(to=to[0], messages=text), key)
            else:
                api.multicast(messaging.MulticastRequest(to=to, messages=text), key)

        list(threads.map(call, requests))
