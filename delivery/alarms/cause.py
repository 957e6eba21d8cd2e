"""What a cause of alarm is, and what a check says about it."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from enum import StrEnum

from django.utils.functional import Promise

from delivery.alarms.look import Look
from delivery.alarms.places import Place
from municipalities.domain.npo_roles import NpoAct

Fact = str | int | float
Words = str | Promise

WHOLE = "?"
"""What an alarm is about whose question itself could not be answered."""


class State(StrEnum):
    """``no_data``: the question could not be answered for want of data; ``error``: the check broke."""

    ALARM = "alarm"
    NO_DATA = "no_data"
    ERROR = "error"


class Told(StrEnum):
    """Who hears of it. The NPO's head always may, as everybody whose role covers the act."""

    OPERATORS = "operators"
    EDITORS = "editors"
    PARTNER = "partner"
    """The one who looks after the municipality (JKP); nobody assigned: all who look after some."""
    MANAGERS = "managers"
    """The municipality's own."""


ACT_OF: Mapping[Told, NpoAct] = {
    Told.OPERATORS: NpoAct.HOLD_RUNS,
    Told.EDITORS: NpoAct.WRITE_TEXTS,
    Told.PARTNER: NpoAct.LOOK_AFTER,
    Told.MANAGERS: NpoAct.LOOK_AFTER,
}


class NoDataError(Exception):
    """What the question needs is not there, though it should be."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing found: where, which of several (``about``), and the numbers of its sentence."""

    municipality: int | None = None
    about: str = ""
    facts: Mapping[str, Fact] = field(default_factory=dict)
    state: State = State.ALARM


Check = Callable[[Look], Iterable[Finding]]


@dataclass(frozen=True, slots=True)
class Cause:
    """One question. ``told``: the first is its owner, in whose hands it is.

    ``sentence`` takes the finding's facts; ``todo`` is one sentence for the mail and the page;
    ``place`` is the page where the NPO mends it, ``inside`` the one for the municipality's managers.
    ``statistical`` ones wait for the morning. ``every`` is how often it is asked; a nightly one opens
    each municipality's own tables and is asked once a night.
    """

    code: str
    told: tuple[Told, ...]
    check: Check
    title: Words
    sentence: Words
    todo: Words
    place: Place
    inside: Place | None = None
    statistical: bool = False
    nightly: bool = False
    every: timedelta = timedelta(seconds=50)

    @property
    def owner(self) -> NpoAct:
        """Whose act in the NPO it is to see to it."""
        return ACT_OF[self.told[0]]
