"""What every channel owes the sender about its requests, whatever it speaks on the wire."""

import random
from collections.abc import Sequence

from delivery.channels.protocol import Channel, Outgoing, Request, Sender


def check_grouping(channel: Channel, sender: Sender, outgoing: Sequence[Outgoing]) -> list[Request]:
    """Group ``outgoing`` and hold the result against the protocol; returns the requests."""
    requests = channel.requests(sender, outgoing)
    check_every_delivery_is_in_exactly_one_request(requests, outgoing)
    check_grouping_is_pure(channel, sender, outgoing, requests)
    check_keys(requests, frozen=channel.safe_to_repeat)
    check_alone(requests, outgoing)
    return requests


def check_every_delivery_is_in_exactly_one_request(
    requests: Sequence[Request], outgoing: Sequence[Outgoing]
) -> None:
    sent = sorted(delivery for request in requests for delivery in request.delivery_ids)
    assert sent == sorted(each.delivery_id for each in outgoing)
    for request in requests:
        assert request.delivery_ids == tuple(each.delivery_id for each in request.outgoing)


def check_grouping_is_pure(
    channel: Channel, sender: Sender, outgoing: Sequence[Outgoing], requests: Sequence[Request]
) -> None:
    """The same deliveries in another order, asked again, give the same keys and bytes."""
    shuffled = random.Random(len(outgoing)).sample(list(outgoing), len(outgoing))
    again = channel.requests(sender, shuffled)
    assert sorted(map(_identity, again)) == sorted(map(_identity, requests))


def check_keys(requests: Sequence[Request], *, frozen: bool) -> None:
    keys = [request.key for request in requests]
    assert all(keys)
    assert len(set(keys)) == len(keys)
    if frozen:
        assert all(request.body for request in requests)


def check_alone(requests: Sequence[Request], outgoing: Sequence[Outgoing]) -> None:
    alone = {each.delivery_id for each in outgoing if each.alone}
    for request in requests:
        if alone & set(request.delivery_ids):
            assert len(request.delivery_ids) == 1


def _identity(request: Request) -> tuple[str, tuple[int, ...], bytes]:
    return request.key, request.delivery_ids, request.body
