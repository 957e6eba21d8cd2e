"""What was typed on the sign-up screens, carried from one to the next in the form itself.

Nothing is kept on the server and nothing stands in an address: whatever comes back is judged anew.
"""

from collections.abc import Collection
from dataclasses import dataclass, fields, replace
from datetime import date

from django.core import signing
from django.http import QueryDict

from messages.views.day_in_words import in_english
from municipalities.domain.boxes import Boxes
from municipalities.domain.signup import Anchor, Mistake, judge_anchor
from municipalities.models import Municipality

LONGEST = 1001
"""One character more than any judge reads: enough to be told that it is too long."""

FASTEST_SECONDS = 2
TRAP = "memo"
"""A field nobody sees. Programs that fill in everything fill it in."""

_SIGNER = signing.TimestampSigner(salt="kizuna.signup")
_OPENED = "signup"


@dataclass(frozen=True, slots=True)
class Typed:
    """The fields by name, as typed. ``p`` is the code of the placement, ``opened`` the signed time."""

    state: str = ""
    year: str = ""
    month: str = ""
    day: str = ""
    weeks: str = ""
    address: str = ""
    relation: str = ""
    variant: str = ""
    area: str = ""
    p: str = ""
    opened: str = ""

    @classmethod
    def of(cls, post: QueryDict) -> "Typed":
        """From a form that was sent; what is missing is empty."""
        return cls(**{one.name: post.get(one.name, "")[:LONGEST] for one in fields(cls)})

    @classmethod
    def fresh(cls, placement: str) -> "Typed":
        """An empty form that was opened now."""
        return cls(p=placement[:12], opened=_SIGNER.sign(_OPENED))

    def hidden(self, on_page: Collection[str]) -> list[tuple[str, str]]:
        """Name and value of what this page does not show."""
        pairs = ((one.name, getattr(self, one.name)) for one in fields(self))
        return [(name, value) for name, value in pairs if value and name not in on_page]

    def anchor(self, municipality: Municipality, on: date) -> Anchor | Mistake:
        """The date of the course, judged."""
        return judge_anchor(
            self.state,
            Boxes(self.year, self.month, self.day),
            self.weeks,
            on=on,
            last_birthday=municipality.last_birthday,
        )

    @property
    def is_hasty(self) -> bool:
        """Whether the form came back faster than a thumb can, or with a time we did not sign."""
        try:
            _SIGNER.unsign(self.opened, max_age=FASTEST_SECONDS)
        except signing.SignatureExpired:
            return False
        except signing.BadSignature:
            return True
        return True

    def opened_anew(self) -> "Typed":
        """The same with a time of ours, where there was none."""
        try:
            _SIGNER.unsign(self.opened)
        except signing.BadSignature:
            return replace(self, opened=_SIGNER.sign(_OPENED))
        return self


def sentences(mistakes: Collection[Mistake]) -> list[tuple[str, str]]:
    """Field and sentence of each, in the language of the page."""
    english = in_english()
    return [(one.field, one.message_en if english else one.message_ja) for one in mistakes]
