"""Who of the NPO looks after a municipality, and what was said: assignments, handing over, notes.

Behind the NPO's door: the municipalities' own staff see none of it.
"""

from collections.abc import Collection
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Max

from kizuna.lib import clock
from municipalities.domain.npo_roles import NpoAct
from municipalities.models import Assignment, Municipality, PartnerNote, StaffUser
from municipalities.services import npo_staff

KINDS = ("note", "call", "visit")
CONTACTS = ("call", "visit")
"""What counts as having been in touch; a thought or a handover does not."""

LONGEST_NOTE = 2000
MOST_NOTES = 50


class Refused(Exception):
    """Not possible as things are; ``code`` says why: ``gone``, ``same``, ``meanwhile``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def everybody() -> list[StaffUser]:
    """Who may look after a municipality, by name."""
    return npo_staff.who_may(NpoAct.LOOK_AFTER)


def present(municipality_ids: Collection[int]) -> dict[int, Assignment]:
    """Municipality → who looks after it now."""
    found = Assignment.objects.filter(municipality_id__in=municipality_ids, until=None)
    return {one.municipality_id: one for one in found}


def past(municipality: Municipality) -> list[Assignment]:
    """Who looked after it before, the last one first."""
    ended = Assignment.objects.filter(municipality=municipality, until__isnull=False)
    return list(ended.order_by("-until", "-pk"))


def looked_after_by(user_id: int) -> list[int]:
    """The numbers of the municipalities that this person looks after now."""
    mine = Assignment.objects.filter(partner_id=user_id, until=None)
    return list(mine.values_list("municipality_id", flat=True))


def looked_after() -> list[int]:
    """The numbers of the municipalities that somebody looks after now."""
    return list(Assignment.objects.filter(until=None).values_list("municipality_id", flat=True))


def assign(
    municipality: Municipality, partner_id: int | None, by: StaffUser, handover: str
) -> Assignment | None:
    """From today on somebody else, or (None) nobody. What is to be known stays as a note.

    Raises:
        Refused: ``gone`` (no such colleague), ``same``, ``meanwhile`` (a colleague was faster).
    """
    if partner_id is not None and partner_id not in {one.pk for one in everybody()}:
        raise Refused("gone")
    today = clock.today()
    try:
        with transaction.atomic():
            before = (
                Assignment.objects.select_for_update()
                .filter(municipality=municipality, until=None)
                .first()
            )
            if (before.partner_id if before else None) == partner_id:
                raise Refused("same")
            if before:
                before.until, before.handover = today, handover
                before.save(update_fields=["until", "handover"])
            if handover:
                _note(municipality, by, "handover", handover, today)
            if partner_id is None:
                return None
            return Assignment.objects.create(
                municipality=municipality, partner_id=partner_id, since=today
            )
    except IntegrityError:
        raise Refused("meanwhile") from None


def write_down(municipality: Municipality, by: StaffUser, kind: str, text: str, on: date) -> None:
    """A call, a visit, a thought. No reader in it: the page says so."""
    _note(municipality, by, kind, text, on)


def _note(municipality: Municipality, by: StaffUser, kind: str, text: str, on: date) -> None:
    PartnerNote.objects.create(municipality=municipality, kind=kind, text=text, on=on, by=by)


def notes(municipality: Municipality) -> list[PartnerNote]:
    """The newest first, by the day it happened."""
    return list(
        PartnerNote.objects.filter(municipality=municipality).order_by("-on", "-pk")[:MOST_NOTES]
    )


def last_contacts(municipality_ids: Collection[int]) -> dict[int, date]:
    """Municipality → the day of the last call or visit."""
    found = (
        PartnerNote.objects.filter(municipality_id__in=municipality_ids, kind__in=CONTACTS)
        .values("municipality_id")
        .annotate(last=Max("on"))
    )
    return {one["municipality_id"]: one["last"] for one in found}
