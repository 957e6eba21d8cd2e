"""Taking a version back: the one before it is in effect again, from the next composed text on.

Inside the NPO's door.
"""

from dataclasses import dataclass
from datetime import date

from kizuna.lib import clock
from messages.domain.desk import DeskAct
from messages.models import TextDraft, TextEvent, TextVersion
from messages.services.compose import pick, shelf
from messages.services.desk import DeskRefused, Refusal
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import Audience, Variant
from municipalities.models import StaffUser


@dataclass(frozen=True, slots=True)
class Consequence:
    """What the readers of a version get once it is withdrawn.

    ``in_effect``: it is the one that is sent on ``on``, which is today, or the day on which it would
    come into effect. ``instead``: the version that is sent in its place, an earlier one or another
    wording; None where nothing changes, or nothing is left.
    """

    on: date
    in_effect: bool
    instead: TextVersion | None

    @property
    def leaves_nothing(self) -> bool:
        """Whether readers of this stage get no text any more."""
        return self.in_effect and self.instead is None


def consequence(version: TextVersion, today: date) -> Consequence:
    """What would be sent if the version were not there: today, or once it would come into effect."""
    on = max(today, version.effective_from)
    text = version.base_text
    texts = dict(shelf(on))
    place = (text.stage, Audience(text.audience), Variant(version.variant))
    sent = texts.pop(place, None)
    if sent is None or sent.id != version.pk:
        return Consequence(on, in_effect=False, instead=None)
    earlier = TextVersion.objects.filter(
        base_text=text, variant=version.variant, effective_from__lte=on, withdrawn_at__isnull=True
    ).exclude(pk=version.pk)
    if before := earlier.order_by("-number").first():
        return Consequence(on, in_effect=True, instead=before)
    other = pick(texts, *place)
    found = TextVersion.objects.select_related("base_text").filter(pk=other.id) if other else None
    return Consequence(on, in_effect=True, instead=found.first() if found else None)


def withdraw(
    user: StaffUser, version_id: int, reason: str, *, said_twice: bool = False
) -> TextVersion:
    """Take it back for all municipalities. It stays readable and is never sent again.

    ``said_twice``: the person has read that readers of this stage get nothing any more.

    Raises:
        DeskRefused: the role may not, no reason, it is withdrawn already, or it would leave nothing.
    """
    if not user.may_for_npo(NpoAct.WRITE_TEXTS):
        raise DeskRefused(Refusal.ROLE)
    version = TextVersion.objects.select_for_update(of=("self",)).get(pk=version_id)
    if version.withdrawn_at:
        raise DeskRefused(Refusal.STATE)
    if not reason.strip():
        raise DeskRefused(Refusal.NO_REASON)
    if consequence(version, clock.today()).leaves_nothing and not said_twice:
        raise DeskRefused(Refusal.LEAVES_NOTHING)
    version.withdrawn_at = clock.now()
    version.save(update_fields=["withdrawn_at"])
    TextEvent.objects.create(
        draft=TextDraft.objects.filter(published=version).first(),
        version=version,
        act=DeskAct.WITHDRAWN,
        revision=version.number,
        content={"subject": version.subject, "body": version.body},
        note=reason.strip(),
        by=user,
    )
    return version
