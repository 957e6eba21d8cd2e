"""A municipality as a sender, and one delivery as something to hand over."""

from collections.abc import Iterable
from datetime import date

import structlog
from django.conf import settings

from delivery.channels.protocol import Content, LineSender, MailSender, Outgoing, Sender
from delivery.domain.retry import TAKE_APART
from kizuna.lib.crypto import SealBroken, open_sealed
from kizuna.lib.tokens import sign
from messages.models import Edition
from municipalities.models import Endpoint, LineChannel, Municipality, Subscription
from municipalities.services.entrance import my_url

# delivery id, edition id, endpoint id, subscription id, reason of the last try
Claimed = tuple[int, int, int, int, str]

ADDRESS = Endpoint.address.where

log = structlog.get_logger("delivery.senders")


def sender_of(municipality: Municipality, channel: str) -> Sender:
    """Inside ``in_municipality`` only. The LINE secret is opened for LINE alone: a secret that is
    broken must not stop the mail."""
    line = LineChannel.objects.first() if channel == "line" else None
    mail = None
    if municipality.mail_address:
        mail = MailSender(
            name=municipality.mail_name or municipality.service_name,
            address=municipality.mail_address,
            reply_to=municipality.reply_to,
        )
    return Sender(
        municipality_id=municipality.pk,
        slug=municipality.slug,
        service_name=municipality.service_name,
        mail=mail,
        line=_line_sender(line) if line else None,
    )


def _line_sender(line: LineChannel) -> LineSender | None:
    try:
        return LineSender(line.channel_id, line.secret)
    except SealBroken:
        log.error("line secret unreadable", municipality_id=line.municipality_id)
        return None


def outgoing_of(
    municipality: Municipality, run_day: date, rows: Iterable[Claimed]
) -> tuple[list[Outgoing], dict[int, str]]:
    """Addresses, links and frozen texts for claimed rows, in three queries. Inside
    ``in_municipality``.

    Also the deliveries that cannot be made, with the reason: one address that no key opens must
    not hold up the five hundred beside it.
    """
    rows = list(rows)
    contents = _contents({row[1] for row in rows})
    sealed = {
        pk: (bytes(address), kind)
        for pk, address, kind in Endpoint.objects.filter(
            pk__in={row[2] for row in rows}
        ).values_list("pk", "address_sealed", "kind")
    }
    people = _people(row[3] for row in rows)
    base = f"{settings.PUBLIC_BASE_URL}/m/{municipality.slug}/stop"
    made, unusable = [], {}
    for delivery_id, edition_id, endpoint_id, subscription_id, reason in rows:
        known = endpoint_id in sealed and subscription_id in people
        if not known or edition_id not in contents:
            unusable[delivery_id] = "stopped"  # the reader was erased after planning
            continue
        box, kind = sealed[endpoint_id]
        try:
            address = open_sealed(box, where=ADDRESS, municipality_id=municipality.pk)
        except SealBroken:
            unusable[delivery_id] = "unreadable"
            continue
        made.append(
            Outgoing(
                delivery_id=delivery_id,
                message_key=f"{run_day:%Y%m%d}-{delivery_id}",
                address=address,
                stop_url=f"{base}/{sign('stop', municipality.pk, subscription_id)}/",
                content=contents[edition_id],
                alone=reason in TAKE_APART,
                my_url=my_url(municipality, *people[subscription_id]) if kind == "email" else "",
            )
        )
    return made, unusable


def _contents(editions: set[int]) -> dict[int, Content]:
    """The frozen words, by edition."""
    return {
        edition.pk: Content(
            edition_id=edition.pk,
            subject=edition.subject,
            mail_text=edition.mail_text,
            mail_html=edition.mail_html,
            line_text=edition.line_text,
        )
        for edition in Edition.objects.filter(pk__in=editions).defer("web_html")
    }


def _people(subscriptions: Iterable[int]) -> dict[int, tuple[int, int]]:
    """Reader and generation of the links into the own page, by subscription."""
    rows = Subscription.objects.filter(pk__in=set(subscriptions)).values_list(
        "pk", "reader_id", "reader__link_generation"
    )
    return {pk: (reader_id, generation) for pk, reader_id, generation in rows}
