"""A municipality's service begins, rests and goes on. From the NPO's door.

Whether it may begin is asked above (``messages.services.starting``): texts and announcements count.
"""

from dataclasses import dataclass

from municipalities.domain.words import Service
from municipalities.models import Municipality, StaffUser
from municipalities.services.audit import note
from municipalities.tenancy.scope import stepping_into

LONGEST_REASON = 200


class Refused(Exception):
    """The service is not in a state for that; ``service`` is the one it is in."""

    def __init__(self, service: str) -> None:
        super().__init__(service)
        self.service = service


@dataclass(frozen=True, slots=True)
class _Step:
    """From one state into another, and what the records call it."""

    before: Service
    after: Service
    act: str


_START = _Step(Service.PREPARING, Service.LIVE, "npo.started")
_PAUSE = _Step(Service.LIVE, Service.PAUSED, "npo.service_paused")
_PREPARE = _Step(Service.EXTERNAL, Service.PREPARING, "npo.prepared")
_RESUME = _Step(Service.PAUSED, Service.LIVE, "npo.service_resumed")


def start(municipality: Municipality, by: StaffUser) -> None:
    """From the next planning on, texts go out. Raises Refused unless it is being prepared."""
    _take(_START, municipality, by, "")


def pause(municipality: Municipality, by: StaffUser, reason: str) -> None:
    """Nothing goes out any more, at once. Raises Refused unless it is running."""
    _take(_PAUSE, municipality, by, reason)


def resume(municipality: Municipality, by: StaffUser, reason: str) -> None:
    """Texts go out again. Raises Refused unless it is paused."""
    _take(_RESUME, municipality, by, reason)


def prepare(municipality: Municipality, by: StaffUser, reason: str) -> None:
    """One that sent from another system comes here; its imported figures stay what they are.

    Raises Refused unless it is external.
    """
    _take(_PREPARE, municipality, by, reason)


def _take(step: _Step, municipality: Municipality, by: StaffUser, reason: str) -> None:
    with stepping_into(municipality.pk):
        held = Municipality.objects.select_for_update(of=("self",)).get(pk=municipality.pk)
        if held.service != step.before:
            raise Refused(held.service)
        held.service = step.after
        held.save(update_fields=["service"])
        note(held, by, step.act, purpose=reason)
    municipality.service = step.after
