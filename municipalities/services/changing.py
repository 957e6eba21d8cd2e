"""A reader changes how the texts come: resting, words, area, and another address.

Inside ``in_municipality``; repeating a change changes nothing, and of two tabs the last one wins.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction
from django.db.models import QuerySet

from kizuna.lib import clock
from municipalities.domain.addresses import Email
from municipalities.domain.words import EndpointKind, MailKind, Purpose, Relation, Variant
from municipalities.models import (
    Endpoint,
    Municipality,
    Reader,
    Registration,
    ServiceMail,
    Subscription,
    Suppressed,
)
from municipalities.services import service_mails
from municipalities.services.asking import hold, may_write_to
from municipalities.services.endpoints import address_key
from municipalities.services.following import lock
from municipalities.services.registering import LINK_HOURS


@dataclass(frozen=True, slots=True)
class Choices:
    """How the texts speak. ``relations`` by the number of the subscription.

    ``no_broadcasts``: the texts of the day only, nothing that the municipality sends beside them.
    """

    variant: Variant
    language: str
    area: str
    relations: Mapping[int, Relation]
    no_broadcasts: bool = False


def choose(reader: Reader, choices: Choices) -> None:
    """Write the choices down. A number that is not this reader's is left alone."""
    with transaction.atomic():
        Reader.objects.filter(pk=reader.pk).update(
            variant=choices.variant,
            language=choices.language,
            area=choices.area,
            no_broadcasts=choices.no_broadcasts,
        )
        for number, relation in sorted(choices.relations.items()):
            Subscription.objects.filter(pk=number, reader=reader).update(relation=relation)


def rest(reader: Reader, until: date | None) -> None:
    """Nothing is sent before ``until``; None: before the reader says so."""
    Subscription.objects.filter(reader=reader, stopped_at=None).update(
        paused_at=clock.now(), paused_until=until
    )


def go_on(reader: Reader) -> None:
    """The texts come again. Those of the days between are not sent afterwards."""
    Subscription.objects.filter(reader=reader, stopped_at=None).update(
        paused_at=None, paused_until=None
    )


def send_entrance(municipality: Municipality, email: Email, client: str) -> None:
    """Send the way into the own page, if this address is a reader's. Nobody is told which it was."""
    if may_write_to(municipality, email, client):
        _send_entrance_if_known(municipality, email)


def is_present_address(endpoint: Endpoint, email: Email) -> bool:
    """Whether this is the address the texts go to. Compared without opening the sealed one."""
    key = address_key(EndpointKind.EMAIL, email.key, endpoint.municipality_id)
    return endpoint.kind == EndpointKind.EMAIL and bytes(endpoint.address_key) == key


def ask_for_new_address(
    municipality: Municipality, reader: Reader, email: Email, client: str
) -> None:
    """Ask the new address to confirm itself; the old one goes on until it has.

    An address that is another reader's gets what a known address always gets, the way into its own
    page: the person who typed it sees no difference. Of several wishes the last one counts.
    """
    with transaction.atomic():
        if not may_write_to(municipality, email, client):
            return
        lock(reader.pk)
        # A slip of the pen must not stay good for two days in a stranger's mailbox.
        _pending(reader).delete()
        if _send_entrance_if_known(municipality, email, but=reader):
            return
        registration = Registration(
            municipality=municipality,
            purpose=Purpose.ADDRESS,
            reader=reader,
            address_key=address_key(EndpointKind.EMAIL, email.key, municipality.pk),
            source="own_page",
            expires_at=clock.now() + timedelta(hours=LINK_HOURS),
        )
        registration.address = email.address
        registration.save()
        service_mails.queue(
            municipality,
            MailKind.CONFIRM,
            email.address,
            language=reader.language,
            registration=registration,
            reader=reader,
        )


def take_new_address(registration: Registration) -> Reader | None:
    """The new address has confirmed itself: all texts go there, and nothing to the old one.

    Old links into the own page end with it, for they lie in the old mailbox. Repeating it changes
    nothing. None where it is too late, a later wish counts, or the address became somebody else's.
    """
    with transaction.atomic():
        # As a sign-up does that confirms the same address in this moment.
        hold(bytes(registration.address_key))
        # The reader before the registration, as in ask_for_new_address: never one against the other.
        reader = lock(registration.reader_id or 0)
        asked = Registration.objects.select_for_update().filter(pk=registration.pk).first()
        if reader is None or asked is None or asked.purpose != Purpose.ADDRESS:
            return None
        if asked.confirmed_at is not None:
            return reader
        if asked.expires_at <= clock.now():
            return None
        endpoint = _verified(reader, asked)
        if endpoint is None:
            return None
        old = Endpoint.objects.filter(reader=reader, kind=EndpointKind.EMAIL).exclude(
            pk=endpoint.pk
        )
        # What is stopped goes along: taking a stop back must not write to the old address.
        Subscription.objects.filter(reader=reader, endpoint__in=old).update(endpoint=endpoint)
        old.delete()
        asked.confirmed_at = clock.now()
        asked.save(update_fields=["confirmed_at"])
        _pending(reader).delete()
        _readdress(reader, asked.address)
        reader.link_generation += 1
        reader.save(update_fields=["link_generation"])
        return reader


def _verified(reader: Reader, asked: Registration) -> Endpoint | None:
    """The row of the confirmed address; None where another reader has it by now."""
    key = bytes(asked.address_key)
    endpoint = Endpoint.objects.filter(kind=EndpointKind.EMAIL, address_key=key).first()
    if endpoint is None:
        endpoint = Endpoint(
            municipality_id=asked.municipality_id,
            reader=reader,
            kind=EndpointKind.EMAIL,
            address_key=key,
        )
        endpoint.address = asked.address
    if endpoint.reader_id != reader.pk:
        return None
    endpoint.verified_at = clock.now()
    endpoint.blocked_at, endpoint.blocked_reason = None, ""
    endpoint.save()
    Suppressed.objects.filter(kind=EndpointKind.EMAIL, address_key=key).delete()
    return endpoint


def _readdress(reader: Reader, address: str) -> None:
    """What is waiting for this reader goes to the new address as well."""
    written = ServiceMail(municipality_id=reader.municipality_id)
    written.address = address
    ServiceMail.objects.filter(reader=reader, state="waiting").update(
        address_sealed=written.address_sealed
    )


def _pending(reader: Reader) -> QuerySet[Registration]:
    return Registration.objects.filter(
        reader=reader, purpose=Purpose.ADDRESS, confirmed_at__isnull=True
    )


def _send_entrance_if_known(
    municipality: Municipality, email: Email, *, but: Reader | None = None
) -> bool:
    """Whether the address is a reader's (another one's than ``but``): then the mail is on its way."""
    endpoint = (
        Endpoint.objects.filter(
            kind=EndpointKind.EMAIL,
            address_key=address_key(EndpointKind.EMAIL, email.key, municipality.pk),
            verified_at__isnull=False,
        )
        .select_related("reader")
        .first()
    )
    if endpoint is None or endpoint.reader == but:
        return False
    service_mails.queue(
        municipality,
        MailKind.ENTRANCE,
        endpoint.address,
        language=endpoint.reader.language,
        reader=endpoint.reader,
    )
    return True
