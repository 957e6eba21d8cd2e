"""From where a municipality's mails come: what a parent's mail programme must let through."""

from email.utils import parseaddr

from django.conf import settings

from municipalities.models import Municipality


def own_addresses(municipality: Municipality) -> set[str]:
    """The service's own addresses, in their form for comparison. Nobody registers with one."""
    written = (municipality.mail_address, municipality.reply_to, settings.DEFAULT_FROM_EMAIL)
    return {parseaddr(one)[1].lower() for one in written if one}


def sending_domains(municipality: Municipality) -> list[str]:
    """The domains to let through: the service's mails, then the municipality's texts."""
    written = (settings.DEFAULT_FROM_EMAIL, municipality.mail_address)
    domains = (parseaddr(one)[1].rpartition("@")[2].lower() for one in written)
    return list(dict.fromkeys(one for one in domains if one))
