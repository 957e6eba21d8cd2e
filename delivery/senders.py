"""A municipality as a sender, and one delivery as something to hand over."""

from collections.abc import Iterable
from datetime import date

from django.conf import settings

from delivery.channels.protocol import Content, LineSender, MailSender, Outgoing, Sender
from delivery.domain.retry import TAKE_APART
from kizuna.lib.crypto import open_sealed
from kizuna.lib.tokens import sign
from messages.models import Edition
from municipalities.models import Endpoint, LineChannel, Municipality

# delivery id, edition id, endpoint id, subscription id, reason of the last try
Claimed = tuple[int, int, int, int, str]

ADDRESS = Endpoint.address.where


def sender_of(municipality: Municipality) -> Sender:
    """Inside ``in_municipality`` only: it opens the sealed LINE secret."""
    line = LineChannel.objects.first()
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
        line=LineSender(line.channel_id, line.secret) if line else None,
    )


def outgoing_of(
    municipality: Municipality, run_day: date, rows: Iterable[Claimed]
) -> list[Outgoing]:
    """Addresses and frozen texts for claimed rows, in three queries. Inside ``in_municipality``."""
    rows = list(rows)
    contents = {
        edition.pk: Content(
            edition_id=edition.pk,
            subject=edition.subject,
            mail_text=edition.mail_text,
            mail_html=edition.mail_html,
            line_text=edition.line_text,
        )
        for edition in Edition.objects.filter(pk__in={row[1] for row in rows}).defer("web_html")
    }
    addresses = {
        pk: open_sealed(bytes(sealed), where=ADDRESS, municipality_id=municipality.pk)
        for pk, sealed in Endpoint.objects.filter(pk__in={row[2] for row in rows}).values_list(
            "pk", "address_sealed"
        )
    }
    base = f"{settings.PUBLIC_BASE_URL}/m/{municipality.slug}/stop"
    return [
        Outgoing(
            delivery_id=delivery_id,
            message_key=f"{run_day:%Y%m%d}-{delivery_id}",
            address=addresses[endpoint_id],
            stop_url=f"{base}/{sign('stop', municipality.pk, subscription_id)}/",
            content=contents[edition_id],
            alone=reason in TAKE_APART,
        )
        for delivery_id, edition_id, endpoint_id, subscription_id, reason in rows
        if endpoint_id in addresses and edition_id in contents
    ]
