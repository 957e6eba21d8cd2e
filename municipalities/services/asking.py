"""How often somebody may ask us to write to an address that has confirmed nothing yet.

The protection sits on the recipient: a stranger who types a parent's address over and over must not
fill the parent's mailbox, from however many networks and municipalities. Who is refused for the
address's sake sees the same page: whether it is known, or was asked for, cannot be found out here.
A crowded network or municipality says nothing of an address, so those people are told the truth.
"""

from ipaddress import IPv6Address, ip_address, ip_network

import structlog
from django.db import connection

from kizuna.lib.crypto import blind_index
from kizuna.lib.sqlfile import load
from municipalities.domain.addresses import Email
from municipalities.models import Municipality

log = structlog.get_logger("municipalities.asking")


class TooManyAsk(Exception):
    """The network or the municipality has reached its hourly limit; the doors answer with 429."""


def may_write_to(municipality: Municipality, email: Email, client: str = "") -> bool:
    """Whether one more mail to this address is within all limits; if so, it is counted.

    Three an hour, five a day, ten a week for an address, in all municipalities together; sixty an
    hour for the network that asks (``client`` is its internet address); a ceiling for the
    municipality. Inside ``in_municipality``, in the transaction that writes the mail.

    Raises:
        TooManyAsk: not the address, but everybody around has asked too often.
    """
    address = _key("address", mailbox(email))
    # A statement sees what was there when it began: only after the lock it counts everybody's.
    hold(address)
    with connection.cursor() as cursor:
        cursor.execute(
            load(__file__, "ask_mail"),
            {
                "address": address,
                "network": _key("network", network) if (network := network_of(client)) else b"",
                "municipality": _key("municipality", str(municipality.pk)),
            },
        )
        reached = cursor.fetchone()
    if reached and reached[0] != "address":
        log.warning(
            "too many mails were asked for", limit=reached[0], municipality=municipality.slug
        )
        raise TooManyAsk
    return reached is None


def hold(key: bytes) -> None:
    """Let nobody else work on this key until the transaction ends."""
    with connection.cursor() as cursor:
        number = int.from_bytes(key[:8], "big", signed=True)
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [number])


def mailbox(email: Email) -> str:
    """Addresses that reach one mailbox are one address here: ``a+1@``, at Gmail ``a.b@`` as well."""
    local, _, domain = email.key.rpartition("@")
    plain = local.split("+", maxsplit=1)[0] or local
    if domain in {"gmail.com", "googlemail.com"}:
        plain = plain.replace(".", "")
    return f"{plain}@{domain}"


def network_of(client: str) -> str:
    """The /24 or /64 an internet address belongs to.

    Empty for what is no address of the internet: behind a proxy that is not declared
    (``TRUSTED_PROXY_COUNT``) a whole city would share the proxy's, and lock itself out.
    """
    try:
        address = ip_address(client)
    except ValueError:
        return ""
    if isinstance(address, IPv6Address) and address.ipv4_mapped:
        address = address.ipv4_mapped
    if address.is_private or address.is_loopback or address.is_link_local:
        return ""
    return str(ip_network(f"{address}/{24 if address.version == 4 else 64}", strict=False))


def _key(what: str, value: str) -> bytes:
    return blind_index(value, where=f"asked.{what}", municipality_id=None)
