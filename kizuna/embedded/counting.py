"""Compares what the ledger says with what the catcher and the emulator counted by themselves."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from kizuna.embedded.ports import open_directly

RECEIVERS = {"email": "the mail catcher", "line": "the LINE emulator"}


@dataclass(frozen=True)
class Counted:
    """What a receiver says about one day."""

    accepted: int
    doubled: int


def ask(url: str) -> Counted:
    """The receiver's own count.

    Raises:
        OSError: it does not answer.
        ValueError: it answers something else.
    """
    with open_directly(url, timeout=30) as answer:
        figures = json.load(answer)
    return Counted(accepted=int(figures["accepted"]), doubled=int(figures["doubled"]))


def sent_by_channel(reconciled: Mapping[str, Any]) -> dict[str, int]:
    """The ledger's ``sent``, summed over the municipalities."""
    sent = dict.fromkeys(RECEIVERS, 0)
    for row in reconciled["rows"]:
        sent[row["channel"]] = sent.get(row["channel"], 0) + int(row["sent"])
    return sent


@dataclass(frozen=True)
class Verdict:
    """The lines to print, and whether every one of them is as promised."""

    lines: tuple[str, ...]
    good: bool


def compare(reconciled: Mapping[str, Any], counted: Mapping[str, Counted | None]) -> Verdict:
    """One line a channel, then the two numbers that have to be 0.

    ``counted``: None for a channel whose receiver is not ours and cannot be asked.
    """
    lines: list[str] = []
    good = True
    for channel, sent in sent_by_channel(reconciled).items():
        figures = counted.get(channel)
        if figures is None:
            lines.append(f"{channel}: sent {sent}, the receiver is outside and was not counted")
            continue
        doubled = "nobody twice" if not figures.doubled else f"{figures.doubled} twice"
        receiver = RECEIVERS[channel]
        lines.append(f"{channel}: sent {sent}, {receiver} counted {figures.accepted}, {doubled}")
        good = good and figures.accepted == sent and not figures.doubled
    pending = int(reconciled["total"]["pending"])
    unexplained = int(reconciled["total"]["unexplained"])
    lines.append(f"pending={pending} unexplained={unexplained}")
    return Verdict(tuple(lines), good and pending == 0 and unexplained == 0)
