"""Who speaks in broadcasts. Inside ``in_municipality``."""

from dataclasses import dataclass

from messages.domain.plain_text import tidy_line
from messages.domain.review import BroadcastState
from messages.models import Broadcast, Persona
from municipalities.domain.png import check_png
from municipalities.models import Municipality, StaffUser
from municipalities.services.audit import note


@dataclass(frozen=True, slots=True)
class Wish:
    """A persona as typed. ``picture``: None keeps the one there is, empty takes it away."""

    name: str
    duty: str
    is_active: bool
    picture: bytes | None = None

    def tidied(self) -> "Wish":
        """Each on one line, without what nobody can see."""
        name, duty = tidy_line(self.name)[:30], tidy_line(self.duty)[:60]
        return Wish(name, duty, self.is_active, self.picture)


class NeedsApprover(Exception):
    """An approved broadcast goes out under this name: only somebody who may approve changes it."""


def save(
    municipality: Municipality, pk: int | None, wish: Wish, by: StaffUser, *, may_approve: bool
) -> Persona:
    """A new one, or a change of one there is. What was sent under the old name stays as it is.

    Raises:
        NeedsApprover: nothing was saved.
        PictureProblem: the picture is no small PNG; nothing was saved.
    """
    if wish.picture:
        check_png(wish.picture)
    persona = Persona(municipality=municipality)
    if pk is not None:
        persona = Persona.objects.select_for_update().get(pk=pk)
        changes = (persona.name, persona.duty) != (wish.name, wish.duty)
        waiting = Broadcast.objects.filter(persona=persona, state=BroadcastState.APPROVED)
        if changes and not may_approve and waiting.exists():
            raise NeedsApprover
    persona.name, persona.duty, persona.is_active = wish.name, wish.duty, wish.is_active
    if wish.picture is not None:
        persona.picture = wish.picture
    persona.save()
    note(municipality, by, "persona.saved", about=f"persona {persona.pk}")
    return persona
