"""How an endpoint is made and found: the address sealed, its key beside it."""

from kizuna.lib.crypto import blind_index
from municipalities.domain.words import EndpointKind


def address_key(kind: EndpointKind | str, compared: str, municipality_id: int) -> bytes:
    """The blind index of an address in its form for comparison; differs between municipalities."""
    return blind_index(compared, where=f"endpoint.{kind}", municipality_id=municipality_id)
