"""What a service mail says, in the reader's language, and whom it comes from.

Nothing that a reader typed is repeated, and no subject tells of a pregnancy or a child: a mail is
seen over shoulders, and a stranger may have typed the address.
"""

from email.utils import parseaddr

from django.conf import settings
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.formats import date_format
from django.utils.timezone import localtime

from delivery.channels.protocol import MailSender
from delivery.channels.service_mail import Words
from municipalities.domain.words import MailKind, Purpose
from municipalities.models import Municipality, ServiceMail
from municipalities.services.entrance import confirm_url, my_url

_LANGUAGES = frozenset(code for code, _ in settings.LANGUAGES)


def service_sender(municipality: Municipality) -> MailSender:
    """The municipality's name over one address of ours.

    The same for all: readers are told one domain to let through before the first mail comes.
    """
    return MailSender(
        name=municipality.mail_name or municipality.service_name,
        address=parseaddr(settings.DEFAULT_FROM_EMAIL)[1],
        reply_to=municipality.reply_to,
    )


def words_of(municipality: Municipality, mail: ServiceMail) -> Words:
    """Subject and both parts. Inside ``in_municipality``."""
    language = mail.language if mail.language in _LANGUAGES else settings.LANGUAGE_CODE
    with translation.override(language):
        context = {
            "municipality": municipality,
            "language": language,
            "colour": municipality.brand_colour,
            **_what(municipality, mail),
        }
        # One line, whatever the template's line ends or a name bring along.
        subject = " ".join(render_to_string(f"email/{mail.kind}_subject.txt", context).split())
        context["subject"] = subject
        return Words(
            subject=subject,
            text=render_to_string(f"email/{mail.kind}.txt", context).strip() + "\n",
            html=render_to_string(f"email/{mail.kind}.html", context),
        )


def _what(municipality: Municipality, mail: ServiceMail) -> dict[str, object]:
    if mail.kind == MailKind.CONFIRM and mail.registration:
        until = localtime(mail.registration.expires_at)
        clock = "n月j日 H:i" if translation.get_language() == "ja" else "F j, H:i"
        return {
            "url": confirm_url(municipality, mail.registration),
            "new_address": mail.registration.purpose == Purpose.ADDRESS,
            "until": date_format(until, clock),
        }
    if mail.reader:
        return {"url": my_url(municipality, mail.reader.pk, mail.reader.link_generation)}
    raise ValueError("a service mail is about a registration or a reader")
