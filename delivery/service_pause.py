"""Pausing a municipality's service ends its day, like a stop does.

With many waiting it is the second person who does it, while the first one's pause of the day holds.
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from delivery import enforcing, held_by, holding, ledger
from delivery.holding import Obstacle, Refused
from delivery.models import Hold, Run
from delivery.reconciliation import rollup
from kizuna.lib import clock
from municipalities.models import Municipality, StaffUser
from municipalities.services import going_live
from municipalities.tenancy.scope import stepping_into


class Step(StrEnum):
    """What comes next for somebody who wants to pause the service."""

    FREE = "free"
    HOLD_FIRST = "hold_first"
    ANOTHER = "another"
    """The day is on hold by people already: somebody who does not hold it pauses the service."""


@dataclass(frozen=True, slots=True)
class Question:
    """``waiting`` of today, and what this person has stopped of it already."""

    step: Step
    waiting: int
    stopped: int


def ask(municipality: Municipality, by: StaffUser) -> Question:
    """Whether one person is enough. Inside the municipality."""
    today = clock.today()
    waiting = holding.waiting(municipality, today, "")
    stopped = holding.at_stake(municipality, today, by) - waiting
    if waiting + stopped <= holding.MANY or held_by.another(today, by):
        step = Step.FREE
    else:
        step = Step.ANOTHER if held_by.people(today) else Step.HOLD_FIRST
    return Question(step, waiting, stopped)


def pause(municipality: Municipality, by: StaffUser, reason: str) -> None:
    """Nothing goes out any more, at once and for today for good; what is being handed over ends.

    Raises:
        Refused: SOMEBODY_ELSE where it needs two, and nobody else holds the day.
        going_live.Refused: the service is not running.
    """
    today = clock.today()
    with stepping_into(municipality.pk):
        holding.lock(today)
        if ask(municipality, by).step is not Step.FREE:
            raise Refused(Obstacle.SOMEBODY_ELSE)
        going_live.pause(municipality, by, reason)
        if Run.objects.filter(run_day=today, planned_at__isnull=False).exists():
            _end(today, by)


def _end(on: date, by: StaffUser) -> None:
    """Before the planning there is nothing to end: a hold stays then, and holds what is planned when
    the service goes on the same day."""
    ledger.run("service_pause", run_day=on)
    open_ones = Hold.objects.filter(run_day=on, resumed_at=None, withdrawn_at=None, agreed_at=None)
    open_ones.update(withdrawn_at=clock.now(), withdrawn_by=by, ended_by="service")
    enforcing.enforce(on)
    rollup(on)
