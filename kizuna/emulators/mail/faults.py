"""Failing on request: the recipient's local part says how (``bounce+anything@example.jp``)."""

from kizuna.emulators.mail.store import Store

AT_RCPT = {
    "bounce": "550 5.1.1 User unknown",
    "full": "452 4.2.2 Mailbox full",
}
LATER = "451 4.7.1 Greylisted, try again"
AFTER_DATA = {
    # What docomo and au say when the reader's own filter refused the mail.
    "filtered": "550 Unknown user",
}


class Faults:
    """``later+`` is the only one with a memory: the store keeps who has been put off once."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def at_rcpt(self, address: str) -> str | None:
        kind = _kind(address)
        if kind == "later" and self._store.put_off(address):
            return LATER
        return AT_RCPT.get(kind)

    def after_data(self, address: str) -> str | None:
        return AFTER_DATA.get(_kind(address))


def _kind(address: str) -> str:
    local = address.rpartition("@")[0].lstrip('"')
    word, plus, _ = local.partition("+")
    return word.lower() if plus else ""
