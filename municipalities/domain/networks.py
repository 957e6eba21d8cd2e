"""The networks from which staff of a municipality may work."""

from collections.abc import Sequence
from ipaddress import IPv6Address, ip_address, ip_network

from municipalities.domain.problem import ValueProblem

MOST = 50


class NetworkProblem(ValueProblem):
    """A line that is no network."""


def read_networks(text: str) -> list[str]:
    """One network or address a line, in the form they are stored in; each once.

    Raises:
        NetworkProblem: the first line that is none; the sentence repeats it.
    """
    found: list[str] = []
    for line in text.split():
        try:
            found.append(str(ip_network(line, strict=False)))
        except ValueError:
            shown = line[:50]
            raise NetworkProblem(
                "no_network",
                f"「{shown}」はネットワークとして読めません。192.0.2.0/24 のように書いてください。",
                f"“{shown}” is no network. Write it as 192.0.2.0/24.",
            ) from None
    if len(found) > MOST:
        raise NetworkProblem(
            "too_many",
            f"ネットワークは{MOST}件までです。",
            f"There may be at most {MOST} networks.",
        )
    return list(dict.fromkeys(found))


def is_inside(address: str, networks: Sequence[str]) -> bool:
    """Whether somebody at this internet address may work; without networks everybody may.

    An address that is not known is outside.
    """
    if not networks:
        return True
    try:
        asked = ip_address(address)
    except ValueError:
        return False
    if isinstance(asked, IPv6Address) and asked.ipv4_mapped:
        asked = asked.ipv4_mapped
    return any(asked in ip_network(one, strict=False) for one in networks)
