"""What a view may rely on after its door: typed requests."""

from dataclasses import dataclass

from django.http import HttpRequest

from municipalities.domain.roles import Act, Role, may
from municipalities.models import Municipality, Reader, StaffUser


@dataclass(frozen=True, slots=True)
class Seat:
    """One municipality in which a member of staff works, and as what."""

    municipality: Municipality
    role: Role

    def may(self, act: Act) -> bool:
        """Whether this role covers that act."""
        return may(self.role, act)


class StaffRequest(HttpRequest):
    """Somebody is logged in; ``seats`` are their municipalities, by name."""

    user: StaffUser
    seats: list[Seat]


class ConsoleRequest(HttpRequest):
    """Staff of one municipality. Queries see this municipality and no other."""

    user: StaffUser
    seat: Seat
    municipality: Municipality


class NpoRequest(HttpRequest):
    """Staff of the NPO. Queries see facts, content and municipalities of all; no reader."""

    user: StaffUser


class ParentRequest(HttpRequest):
    """Anybody who opened a municipality's public page. Nobody is logged in here."""

    municipality: Municipality


class ReaderRequest(ParentRequest):
    """A reader who came in by a link of their own. Queries see the whole municipality: a view asks
    for this reader's rows only."""

    reader: Reader
