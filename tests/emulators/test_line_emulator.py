"""The LINE emulator answers as LINE's reference says."""

import json
import time
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from delivery.channels.protocol import LineSender
from tests.emulators.line_server import LineServer, Reply, user

HELLO = [{"type": "text", "text": "こんにちは"}]


class Client:
    """A channel and its token."""

    def __init__(self, server: LineServer, line: LineSender) -> None:
        self.server, self.line, self.token = server, line, server.token(line)

    def post(self, path: str, body: Any, key: str | None = None) -> Reply:
        headers = {"Authorization": f"Bearer {self.token}", "Content-Type": "application/json"}
        if key:
            headers["X_Line_Retry_Key"] = key
        return self.server.call(f"/v2/bot/message/{path}", body, **headers)

    def push(self, to: str, messages: Any = HELLO, key: str | None = None) -> Reply:
        return self.post("push", {"to": to, "messages": messages}, key)

    def multicast(self, to: list[str], messages: Any = HELLO, key: str | None = None) -> Reply:
        return self.post("multicast", {"to": to, "messages": messages}, key)

    def get(self, path: str) -> Reply:
        return self.server.call(f"/v2/bot/{path}", Authorization=f"Bearer {self.token}")

    def count(self) -> dict[str, int]:
        return self.server.count(self.line)


@pytest.fixture
def client(server: LineServer) -> Client:
    users = {user(1): "friend", user(2): "friend", user(3): "blocked", user(4): "deleted"}
    return Client(server, server.new_channel(users))


@pytest.fixture
def clock(server: LineServer) -> Iterator[Any]:
    yield lambda seconds: server.control("clock", {"offset": seconds})
    server.control("clock", {"offset": 0})


@pytest.fixture
def rates(server: LineServer) -> Iterator[Any]:
    yield lambda scale: server.control("rates", {"scale": scale})
    server.control("rates", {"scale": 1})


def test_a_token_is_needed_and_ends_after_15_minutes(client: Client, clock: Any) -> None:
    assert client.push(user(1)).status == 200
    clock(901)
    assert client.push(user(1)).status == 401
    client.token = "unknown"
    assert client.push(user(1)).status == 401


def test_a_short_lived_token_lives_30_days(client: Client, clock: Any) -> None:
    client.token = client.server.token(client.line, "/v2/oauth/accessToken")
    clock(29 * 86400)
    assert client.push(user(1)).status == 200
    clock(31 * 86400)
    assert client.push(user(1)).status == 401


def test_a_wrong_secret_gets_no_token(server: LineServer, client: Client) -> None:
    form = f"grant_type=client_credentials&client_id={client.line.channel_id}&client_secret=no"
    reply = server.call("/oauth2/v3/token", form.encode())
    assert (reply.status, reply.body["error"]) == (400, "invalid_client")


def test_every_answer_has_its_own_request_id(client: Client) -> None:
    replies = [client.push(user(1)), client.push("bad"), client.get("info")]
    assert len({reply.headers["x-line-request-id"] for reply in replies}) == 3


def test_a_repeated_push_gets_409_with_the_first_ids(client: Client) -> None:
    key = str(uuid.uuid4())
    first, again = client.push(user(1), key=key), client.push(user(1), key=key)
    assert again.status == 409
    assert again.headers["x-line-accepted-request-id"] == first.headers["x-line-request-id"]
    assert again.body["sentMessages"] == first.body["sentMessages"]
    assert client.count()["accepted"] == 1


def test_a_key_is_remembered_only_for_what_was_accepted(client: Client) -> None:
    key = str(uuid.uuid4())
    assert client.push(user(9), key=key).status == 400
    assert client.push(user(1), key=key).status == 200


def test_a_key_is_forgotten_after_24_hours(client: Client, clock: Any) -> None:
    key = str(uuid.uuid4())
    assert client.multicast([user(1)], key=key).status == 200
    assert client.multicast([user(1)], key=key).status == 409
    clock(24 * 3600 + 1)
    client.token = client.server.token(client.line)
    assert client.multicast([user(1)], key=key).status == 200


def test_another_body_under_a_used_key_is_held_against_the_sender(client: Client) -> None:
    key = str(uuid.uuid4())
    client.push(user(1), key=key)
    assert client.push(user(1), key=key).status == 409
    assert client.count()["key_misuse"] == 0
    assert client.push(user(2), key=key).status == 409
    assert client.count()["key_misuse"] == 1


def test_keys_belong_to_their_channel(server: LineServer, client: Client) -> None:
    other = Client(server, server.new_channel({user(1): "friend"}))
    key = str(uuid.uuid4())
    assert client.push(user(1), key=key).status == other.push(user(1), key=key).status == 200


def test_a_key_that_is_no_uuid_is_refused(client: Client) -> None:
    assert client.push(user(1), key="day-1").status == 400


@pytest.mark.parametrize(
    ("messages", "named"),
    [
        ([], "messages"),
        (HELLO * 6, "messages"),
        ([{"type": "text", "text": ""}], "messages[0].text"),
        ([{"type": "text", "text": "あ" * 5001}], "messages[0].text"),
        ([{"type": "text", "text": "𠮷" * 2501}], "messages[0].text"),
        ([*HELLO, {"type": "poem"}], "messages[1].type"),
    ],
)
def test_a_wrong_message_is_named(client: Client, messages: Any, named: str) -> None:
    for path in ("push", "validate/push", "validate/multicast"):
        reply = client.post(path, {"to": user(1), "messages": messages})
        assert (reply.status, reply.body["details"][0]["property"]) == (400, named)
    assert client.count()["accepted"] == 0


def test_five_messages_of_5000_units_to_500_people_are_taken(client: Client) -> None:
    messages = [{"type": "text", "text": "𠮷" * 2500}] * 5
    assert client.multicast([user(n) for n in range(500)], messages).status == 200


def test_too_many_or_malformed_recipients_are_refused(client: Client) -> None:
    assert client.multicast([user(n) for n in range(501)]).status == 400
    assert "'to[1]'" in client.multicast([user(1), "Uabc", "x"]).body["message"]
    assert "'to'" in client.push("Uabc").body["message"]
    assert client.post("push", b"{").status == 400


def test_more_than_2_megabytes_is_413(client: Client) -> None:
    assert client.push(user(1), [{"type": "flex", "altText": "x" * 2**21}]).status == 413


def test_unknown_ids_fail_a_push_and_drop_out_of_a_multicast(client: Client) -> None:
    assert client.push(user(9)).body == {"message": "Failed to send messages"}
    assert client.multicast([user(1), user(9)]).status == 200
    assert client.count() == {
        "delivered": 1, "accepted": 2, "distinct": 2, "doubled": 0, "requests": 1, "key_misuse": 0,
    }  # fmt: skip


@pytest.mark.parametrize(("mode", "named"), [("reject", True), ("reject_unnamed", False)])
def test_unknown_ids_can_be_made_to_refuse_a_multicast(
    server: LineServer, mode: str, named: bool
) -> None:
    client = Client(server, server.new_channel({user(1): "friend"}, multicast_unknown=mode))
    reply = client.multicast([user(1), user(9)])
    assert reply.status == 400
    assert ("to[1]" in reply.body["message"]) is named
    assert client.count()["accepted"] == 0


def test_blocked_and_deleted_users_are_accepted_and_get_nothing(client: Client) -> None:
    assert client.push(user(3)).status == client.push(user(4)).status == 200
    assert (client.count()["accepted"], client.count()["delivered"]) == (2, 0)
    assert client.server.received(client.line, user(3)) == []


def test_the_same_content_twice_is_counted_as_doubled(client: Client) -> None:
    client.multicast([user(1), user(2)])
    client.push(user(1))
    client.push(user(2), [{"type": "text", "text": "別の内容"}])
    assert client.count() == {
        "delivered": 4, "accepted": 4, "distinct": 3, "doubled": 1, "requests": 3, "key_misuse": 0,
    }  # fmt: skip


def test_a_message_counts_on_the_day_it_was_accepted_in_japan(client: Client, clock: Any) -> None:
    today = client.server.control("clock")["now"][:10]
    client.push(user(1))
    clock(86400)
    client.token = client.server.token(client.line)
    client.push(user(1))
    channel = f"channel_id={client.line.channel_id}"
    counted = client.server.control(f"count?day={today}&{channel}")
    assert (counted["accepted"], counted["doubled"]) == (1, 0)
    assert client.count()["accepted"] == 2


def test_a_plan_ends_with_the_monthly_limit(server: LineServer) -> None:
    users = {user(1): "friend", user(2): "friend", user(3): "blocked"}
    client = Client(server, server.new_channel(users, plan_quota=2))
    assert client.get("message/quota").body == {"type": "limited", "value": 2}
    assert client.multicast([user(1), user(3)], HELLO * 2).status == 200
    assert client.get("message/quota/consumption").body == {"totalUsage": 1}
    reply = client.multicast([user(1), user(2)])
    assert (reply.status, reply.body["message"]) == (429, "You have reached your monthly limit.")
    assert client.push(user(2)).status == 200


def test_rates_hold_for_each_channel_and_endpoint(
    server: LineServer, client: Client, rates: Any
) -> None:
    other = Client(server, server.new_channel({user(1): "friend"}))
    rates(0.01)  # multicast 2/s, push 20/s
    statuses = [client.multicast([user(1)]).status for _ in range(4)]
    assert statuses == [200, 200, 429, 429]
    assert client.push(user(1)).status == other.multicast([user(1)]).status == 200
    time.sleep(0.6)
    assert client.multicast([user(1)]).status == 200


def test_profile_knows_only_friends(client: Client) -> None:
    assert client.get(f"profile/{user(1)}").body["userId"] == user(1)
    assert {client.get(f"profile/{user(n)}").status for n in (3, 4, 9)} == {404}


def test_followers_come_in_pages_and_only_to_verified_accounts(server: LineServer) -> None:
    users = {user(n): "friend" if n % 4 else "blocked" for n in range(1600)}
    client = Client(server, server.new_channel(users))
    first = client.get("followers/ids").body
    rest = client.get(f"followers/ids?start={first['next']}").body
    assert (len(first["userIds"]), len(rest["userIds"]), "next" in rest) == (1000, 200, False)
    assert client.get("followers/ids?start=nonsense").status == 400
    small = Client(server, server.new_channel(users, verified=False))
    assert small.get("followers/ids").status == 403


def test_faults_strike_as_planned_and_then_end(server: LineServer, client: Client) -> None:
    server.fail(
        client.line,
        {"kind": "error_before", "skip": 1},
        {"kind": "rate_limited", "call": "multicast", "count": 2},
        {"kind": "unauthorized", "call": "info"},
    )
    assert [client.push(user(1)).status for _ in range(3)] == [200, 500, 200]
    assert [client.multicast([user(1)]).status for _ in range(3)] == [429, 429, 200]
    assert client.get("info").status == 401
    assert client.get("info").status == 401, "the token is gone"
    assert server.control("faults") == {"faults": []}


def test_faults_after_acceptance_lose_only_the_answer(server: LineServer, client: Client) -> None:
    server.fail(
        client.line, {"kind": "error_after"}, {"kind": "truncated"}, {"kind": "reset_after"}
    )
    assert client.push(user(1)).status == 500
    assert isinstance(client.push(user(1)).body, str)
    with pytest.raises(OSError, match="reset"):
        client.push(user(1))
    assert client.count()["accepted"] == 3


def test_control_answers_a_wrong_order_with_a_sentence(server: LineServer) -> None:
    for path, order, words in [
        ("channels", {"channel_id": "new"}, "channel_secret"),
        ("channels", {"channel_id": "new", "channel_secret": "s", "colour": 1}, "colour"),
        ("channels", {"channel_id": "new", "users": {"U1": "fan"}}, "friend"),
        ("faults", [{"kind": "flood"}], "flood"),
        ("faults", [{"kind": "latency", "second": 1}], "seconds"),
        ("clock", {"offset": "tomorrow"}, "offset"),
        ("rates", {"scale": 0}, "scale"),
    ]:
        reply = server.call(f"/_control/{path}", order)
        assert reply.status == 400
        assert words in reply.body["error"]


def test_a_channel_put_twice_is_the_same_and_new_users_are_added(server: LineServer) -> None:
    line = server.new_channel({user(1): "friend"})
    order = {"channel_id": line.channel_id, "channel_secret": line.channel_secret}
    size = (server.directory / "line.jsonl").stat().st_size
    server.control("channels", {**order, "users": {user(1): "friend"}})
    merged = server.control("channels", {**order, "users": {user(2): "friend"}})
    assert merged["users"] == 2
    time.sleep(0.7)
    written = (server.directory / "line.jsonl").read_bytes()[size:].splitlines()
    mine = [json.loads(one) for one in written if line.channel_id.encode() in one]
    assert [one["users"] for one in mine] == [{user(1): "friend"}, {user(2): "friend"}]
