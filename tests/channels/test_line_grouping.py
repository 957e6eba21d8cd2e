"""How deliveries become LINE calls, and what the retry key stands for."""

import json
import uuid

from hypothesis import given, settings
from hypothesis import strategies as st

from delivery.channels.line import LineChannel
from delivery.channels.protocol import Outgoing, Request
from tests.channels.contract import check_grouping
from tests.channels.line_world import content, owed
from tests.emulators.line_server import sender, user

CHANNEL = LineChannel("http://127.0.0.1:9")
NAKANO = sender(None)


def grouped(outgoing: list[Outgoing]) -> list[Request]:
    return check_grouping(CHANNEL, NAKANO, outgoing)


def call_of(request: Request) -> str:
    return str(json.loads(request.body)["call"])


def recipients_of(request: Request) -> list[str]:
    to = json.loads(request.body)["body"]["to"]
    return [to] if isinstance(to, str) else to


people = st.builds(
    lambda who, edition, alone, valid: (user(who) if valid else f"bad-{who}", edition, alone),
    st.integers(1, 8),
    st.integers(1, 3),
    st.booleans(),
    st.integers(0, 9).map(bool),
)
texts = st.sampled_from(["朝", "昼", "夜", "𠮷野家", "\ud800"])


def deliveries(rows: list[tuple[str, int, bool]], text: str) -> list[Outgoing]:
    return [
        owed(number, address, content(edition, f"{text}{edition}"), alone=alone)
        for number, (address, edition, alone) in enumerate(rows, 1)
    ]


@given(st.lists(people, max_size=40), texts)
def test_every_delivery_is_in_one_request_and_nobody_is_twice_in_a_call(
    rows: list[tuple[str, int, bool]], text: str
) -> None:
    outgoing = deliveries(rows, text)
    address = {each.delivery_id: each.address for each in outgoing}
    for request in grouped(outgoing):
        to = recipients_of(request)
        assert len(set(to)) == len(to)
        assert to == [address[delivery] for delivery in request.delivery_ids]
        assert len({each.content.edition_id for each in request.outgoing}) == 1
        assert call_of(request) == ("push" if len(to) == 1 else "multicast")
        assert str(uuid.UUID(request.key)) == request.key


@settings(max_examples=60)
@given(st.lists(people, max_size=20), st.lists(people, max_size=20), texts, texts)
def test_two_different_bodies_never_share_a_key(
    one: list[tuple[str, int, bool]], two: list[tuple[str, int, bool]], text: str, other: str
) -> None:
    body: dict[str, bytes] = {}
    for outgoing in (deliveries(one, text), deliveries(two, other)):
        for request in CHANNEL.requests(NAKANO, outgoing):
            assert body.setdefault(request.key, request.body) == request.body


def test_the_key_changes_with_the_text_and_with_the_deliveries_and_with_nothing_else() -> None:
    def key(text: str, *numbers: int) -> str:
        addresses = {n: user(n % 10) for n in numbers}
        outgoing = [owed(n, addresses[n], content(1, text)) for n in numbers]
        (request,) = CHANNEL.requests(NAKANO, outgoing)
        return request.key

    assert key("朝", 1, 2) == key("朝", 2, 1)
    assert key("朝", 1, 2) != key("昼", 1, 2)
    assert key("朝", 1, 2) != key("朝", 1, 3)
    # The same people and text on another day are other deliveries: they are owed it again.
    assert key("朝", 1, 2) != key("朝", 11, 12)


def test_a_group_is_cut_at_five_hundred_and_a_single_rest_is_pushed() -> None:
    requests = grouped([owed(number) for number in range(1, 1002)])
    assert [len(request.delivery_ids) for request in requests] == [500, 500, 1]
    assert [call_of(request) for request in requests] == ["multicast", "multicast", "push"]


def test_one_user_with_two_courses_gets_two_requests_and_the_others_stay_together() -> None:
    outgoing = [owed(1), owed(2), owed(3), owed(4, user(1)), owed(5, user(1)), owed(6, user(2))]
    requests = grouped(outgoing)
    assert [request.delivery_ids for request in requests] == [(1, 2, 3), (4, 6), (5,)]


def test_an_id_that_cannot_be_right_does_not_spoil_a_group() -> None:
    requests = grouped([owed(1), owed(2, "not-a-line-id"), owed(3)])
    assert sorted(request.delivery_ids for request in requests) == [(1, 3), (2,)]
