"""The workers of the control run: rows stay ``claimed`` while they are sent, and every LINE call
has a new key. The same kills must double messages here, or the drills could not see a double."""

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from delivery import ledger
from delivery.channels import line, registry
from delivery.channels.line_request import freeze
from delivery.channels.protocol import Outgoing, Request
from delivery.domain.outcome import Outcome
from delivery.ledger import Shift
from tests.drills.app import app

__all__ = ["app"]

_pre_mark, _mark = ledger.pre_mark, ledger.mark


def _no_pre_mark(shift: Shift, ids: Sequence[int]) -> set[int]:
    del shift
    return set(ids)


def _late_mark(shift: Shift, outcomes: Mapping[int, Outcome]) -> None:
    """What a naive sender does: send, then write it down."""
    if outcomes:
        _pre_mark(shift, list(outcomes))
        _mark(shift, outcomes)


def _new_key(people: Sequence[Outgoing]) -> Request:
    frozen = freeze(people)
    return Request(str(uuid.uuid4()), frozen.delivery_ids, frozen.body, frozen.outgoing)


def _patch(owner: Any, **replacements: Any) -> None:
    for name, value in replacements.items():
        setattr(owner, name, value)


_patch(ledger, pre_mark=_no_pre_mark, mark=_late_mark)
_patch(line, freeze=_new_key)
_patch(line.LineChannel, safe_to_repeat=False)
_patch(registry, REPEATABLE=[])
