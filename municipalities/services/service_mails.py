"""Mails about the service itself are written down here and sent by the mail workers."""

from django.db import transaction
from django.db.models.functions import Now

from municipalities.domain.words import MailKind
from municipalities.models import Municipality, Reader, Registration, ServiceMail
from municipalities.signals import service_mail_waiting


def queue(
    municipality: Municipality,
    kind: MailKind,
    address: str,
    *,
    language: str = "ja",
    registration: Registration | None = None,
    reader: Reader | None = None,
    edition_id: int | None = None,
) -> ServiceMail:
    """Write one down; the workers are told once it is committed. Inside ``in_municipality``.

    Lost with its transaction, kept through any restart: a mail that was promised on a page is owed.
    """
    mail = ServiceMail(
        municipality=municipality,
        kind=kind,
        language=language,
        registration=registration,
        reader=reader,
        edition_id=edition_id,
        not_before=Now(),
    )
    mail.address = address
    mail.save()
    transaction.on_commit(lambda: service_mail_waiting.send(None), robust=True)
    return mail
