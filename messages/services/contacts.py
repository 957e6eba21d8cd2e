"""The register: offices, numbers and recurring facts that a municipality's own texts quote by name.

A change reaches every text when it is next put together. Inside ``in_municipality`` only.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Q

from kizuna.lib import clock
from messages.domain.placeholders import CONTACT_NAME, LONGEST_CONTACT, contacts_in
from messages.domain.plain_text import line_units, private_characters, tidy, tidy_line
from messages.domain.review import BroadcastState, ReviewState
from messages.models import Broadcast, Contact, LocalBlock
from messages.rendering.links import bare_url, refusal
from municipalities.models import Municipality, StaffUser
from municipalities.services.audit import note

STALE_AFTER = timedelta(days=180)
"""Offices move and numbers change in April; who has not looked for half a year should."""

# From the first hand-over on, a broadcast's words are frozen.
_TO_COME = (
    BroadcastState.DRAFT,
    BroadcastState.ASKED,
    BroadcastState.CHECKED,
    BroadcastState.APPROVED,
)


@dataclass(frozen=True, slots=True)
class Uses:
    """The texts that quote a name and may still be sent."""

    blocks: tuple[LocalBlock, ...] = ()
    broadcasts: tuple[Broadcast, ...] = ()

    @property
    def count(self) -> int:
        return len(self.blocks) + len(self.broadcasts)

    @property
    def are_approved(self) -> bool:
        """Whether one of them is sent as it stands."""
        return any(one.state == ReviewState.APPROVED for one in self.blocks) or any(
            one.state == BroadcastState.APPROVED for one in self.broadcasts
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of the register. ``is_stale``: nobody has made sure of it for half a year."""

    contact: Contact
    uses: Uses
    is_stale: bool


@dataclass(frozen=True, slots=True)
class Words:
    """A name and its value as typed; ``tidied`` before they are judged or kept."""

    name: str
    value: str

    def tidied(self) -> "Words":
        """Each on one line, without what nobody can see."""
        return Words(tidy_line(self.name), tidy_line(self.value))


class Changed(Exception):
    """Somebody else changed or removed it meanwhile; nothing was written."""


class NameTaken(Exception):
    """Another entry has this name; nothing was written."""


class NeedsApprover(Exception):
    """Approved texts quote it: their words change only by somebody who may approve."""


class InUse(Exception):
    """Texts quote it: it can neither be removed nor called something else."""


def values() -> dict[str, str]:
    """The register as composition needs it: value by name."""
    return dict(Contact.objects.order_by("name").values_list("name", "value"))


def names() -> frozenset[str]:
    """What a municipality's own text may quote."""
    return frozenset(Contact.objects.values_list("name", flat=True))


def register(today: date) -> list[Entry]:
    """All entries: those first that nobody has made sure of for long, then by name."""
    used = _used(today)
    entries = [
        Entry(one, used.get(one.name, Uses()), today - one.verified_on > STALE_AFTER)
        for one in Contact.objects.select_related("verified_by").order_by("name")
    ]
    return sorted(
        entries,
        key=lambda entry: (
            not entry.is_stale,
            entry.contact.verified_on if entry.is_stale else date.max,
            entry.contact.name,
        ),
    )


def uses_of(name: str, today: date) -> Uses:
    """The texts that quote this name and may still be sent."""
    return _used(today).get(name, Uses())


def add(municipality: Municipality, words: Words, by: StaffUser) -> Contact:
    """A new entry, made sure of today. Raises ``NameTaken``."""
    try:
        with transaction.atomic():
            made = Contact.objects.create(
                municipality=municipality,
                name=words.name,
                value=words.value,
                verified_on=clock.today(),
                verified_by=by,
            )
    except IntegrityError as error:
        raise NameTaken from error
    note(municipality, by, "contact.added", about=f"contact {made.pk}", after=words.value)
    return made


def change(
    contact_id: int, words: Words, seen: Words, by: StaffUser, *, may_approve: bool
) -> Contact:
    """Write it anew, and note that it is sure today. ``seen``: what stood there when it was opened.

    Raises ``Changed`` when that is no longer what stands there, ``InUse`` for a new name while texts
    quote the old one, ``NeedsApprover``, ``NameTaken``.
    """
    one = _locked(contact_id, seen)
    uses = uses_of(one.name, clock.today())
    if words.name != one.name and uses.count:
        raise InUse
    if words.value != one.value and uses.are_approved and not may_approve:
        raise NeedsApprover
    one.name, one.value = words.name, words.value
    one.verified_on, one.verified_by = clock.today(), by
    try:
        with transaction.atomic():
            one.save()
    except IntegrityError as error:
        raise NameTaken from error
    note(
        one.municipality,
        by,
        "contact.changed",
        about=f"contact {one.pk}",
        before=seen.value,
        after=words.value,
    )
    return one


def verify(contact_id: int, seen: Words, by: StaffUser) -> Contact:
    """Note that somebody has made sure of it today. Raises ``Changed``."""
    one = _locked(contact_id, seen)
    one.verified_on, one.verified_by = clock.today(), by
    one.save(update_fields=["verified_on", "verified_by"])
    note(one.municipality, by, "contact.verified", about=f"contact {one.pk}")
    return one


def remove(contact_id: int, seen: Words, by: StaffUser) -> None:
    """Take an entry out that no text quotes. Raises ``Changed`` or ``InUse``."""
    one = _locked(contact_id, seen)
    if uses_of(one.name, clock.today()).count:
        raise InUse
    note(one.municipality, by, "contact.removed", about=f"contact {one.pk}", before=one.value)
    one.delete()


def fits_a_name(name: str) -> bool:
    """Whether a tidied name can be quoted."""
    return bool(CONTACT_NAME.fullmatch(name))


def what_is_wrong_with(value: str) -> str:
    """Why a tidied value cannot be kept, as a short code; "" if it is fine."""
    if not value:
        return "empty"
    if line_units(value) > LONGEST_CONTACT:
        return "long"
    if "{{" in value or "}}" in value:
        return "placeholder"
    if private_characters(value):
        return "private"
    found = bare_url(value)
    while found:
        if refusal(value[found[0] : found[1]]):
            return "address"
        found = bare_url(value, found[1])
    return ""


def _locked(contact_id: int, seen: Words) -> Contact:
    one = Contact.objects.select_for_update().filter(pk=contact_id).first()
    if one is None or (one.name, one.value) != (seen.name, seen.value):
        raise Changed
    return one


def _used(today: date) -> dict[str, Uses]:
    """By name. An announcement that is over or taken back is not sent again without a new look."""
    blocks = LocalBlock.objects.exclude(state=ReviewState.WITHDRAWN).filter(
        Q(shown_until=None) | Q(shown_until__gte=today), body__contains="窓口"
    )
    broadcasts = Broadcast.objects.filter(
        Q(body__contains="窓口") | Q(subject__contains="窓口"), state__in=_TO_COME
    )
    found: dict[str, Uses] = {}
    for block in blocks.order_by("position", "pk"):
        for name in contacts_in(tidy(block.body)):
            so_far = found.get(name, Uses())
            found[name] = Uses((*so_far.blocks, block), so_far.broadcasts)
    for one in broadcasts.order_by("-pk"):
        for name in contacts_in(tidy(f"{one.subject}\n{one.body}")):
            so_far = found.get(name, Uses())
            found[name] = Uses(so_far.blocks, (*so_far.broadcasts, one))
    return found
