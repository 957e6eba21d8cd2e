"""A reader calls: the one reader with exactly that address is found, and that it was asked is kept.

Nobody can leaf through readers, and nobody looks up more than a desk's worth of calls in an hour.
"""

from dataclasses import dataclass
from datetime import timedelta

from django.core import signing

from kizuna.lib import clock
from kizuna.lib.text import fold_value
from municipalities.domain.addresses import is_line_user_id, normalise_email
from municipalities.domain.words import EndpointKind, MailKind
from municipalities.models import (
    Endpoint,
    Membership,
    Municipality,
    Reader,
    StaffAct,
    StaffUser,
    Subscription,
)
from municipalities.services import audit, service_mails
from municipalities.services.asking import may_write_to
from municipalities.services.endpoints import address_key

MOST_AN_HOUR = 30
REFERENCE_SECONDS = 30 * 60
LOOKED_UP = "reader.looked_up"

_SIGNER = signing.TimestampSigner(salt="kizuna.console.reader")


class TooManyLookUps(Exception):
    """This person has looked up ``MOST_AN_HOUR`` readers within the hour."""


class ReferenceRefused(Exception):
    """Forged, of another person or municipality, older than half an hour, or of a reader who left."""


@dataclass(frozen=True, slots=True)
class Asked:
    """The whole address in its form for comparison; ``kind`` tells which sort it is."""

    kind: EndpointKind
    key: str


def read_address(typed: str) -> Asked:
    """What the caller says: a whole e-mail address, or a LINE user id.

    Raises:
        AddressProblem: neither of them.
    """
    folded = fold_value(typed[:1001]).strip()
    if is_line_user_id(folded):
        return Asked(EndpointKind.LINE, folded)
    return Asked(EndpointKind.EMAIL, normalise_email(typed).key)


def look_up(
    municipality: Municipality, staff: StaffUser, asked: Asked, purpose: str
) -> Reader | None:
    """The reader with this address, if there is one. Inside ``in_municipality``.

    It is written down first, whether somebody is found or not.

    Raises:
        TooManyLookUps: nothing was looked up.
    """
    # One person's look-ups come one after the other, or two windows would count each other out.
    Membership.objects.select_for_update().filter(user=staff).first()
    if _within_the_hour(staff) >= MOST_AN_HOUR:
        raise TooManyLookUps
    key = address_key(asked.kind, asked.key, municipality.pk)
    endpoint = (
        Endpoint.objects.filter(kind=asked.kind, address_key=key).select_related("reader").first()
    )
    audit.note(
        municipality,
        staff,
        LOOKED_UP,
        about=f"reader {endpoint.reader_id}" if endpoint else "",
        purpose=purpose,
        by=asked.kind.value,
        found=int(endpoint is not None),
    )
    return endpoint.reader if endpoint else None


def reference(municipality: Municipality, staff: StaffUser, reader: Reader) -> str:
    """What the pages after a look-up carry instead of an address; good for half an hour."""
    return _SIGNER.sign(f"{municipality.pk}.{staff.pk}.{reader.pk}")


def referred(municipality: Municipality, staff: StaffUser, value: str) -> Reader:
    """Whom a reference names. Inside ``in_municipality``.

    Raises:
        ReferenceRefused: it is not this person's, not this municipality's, or too old.
    """
    try:
        read = _SIGNER.unsign(value, max_age=REFERENCE_SECONDS)
        home, person, reader_id = (int(part) for part in read.split("."))
    except (signing.BadSignature, ValueError) as error:
        raise ReferenceRefused from error
    if (home, person) != (municipality.pk, staff.pk):
        raise ReferenceRefused
    found = Reader.objects.filter(pk=reader_id).first()
    if found is None:
        raise ReferenceRefused
    return found


def all_of(reader: Reader) -> list[Subscription]:
    """Everything this reader follows or followed, the oldest first."""
    return list(
        Subscription.objects.filter(reader=reader)
        .select_related("course", "endpoint")
        .order_by("pk")
    )


def send_link(municipality: Municipality, reader: Reader) -> bool:
    """Send the way into the own page, where all texts can be read again, to the reader's mailbox.

    False where the reader has no mailbox, or it was written to too often within the hour.

    Raises:
        TooManyAsk: the municipality has reached its ceiling.
    """
    endpoint = (
        Endpoint.objects.filter(reader=reader, kind=EndpointKind.EMAIL, verified_at__isnull=False)
        .order_by("-pk")
        .first()
    )
    if endpoint is None or not may_write_to(municipality, normalise_email(endpoint.address)):
        return False
    service_mails.queue(
        municipality,
        MailKind.ENTRANCE,
        endpoint.address,
        language=reader.language,
        reader=reader,
    )
    return True


def _within_the_hour(staff: StaffUser) -> int:
    since = clock.now() - timedelta(hours=1)
    return StaffAct.objects.filter(staff=staff, act=LOOKED_UP, at__gt=since).count()
