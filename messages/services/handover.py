"""What somebody needs who takes the work over from today on. All inside ``in_municipality``."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from messages.domain.review import ReviewState
from messages.models import Contact, LocalBlock
from messages.services import calendar
from messages.services.home import CONTACT_DAYS
from municipalities.models import Membership


@dataclass(frozen=True, slots=True)
class Handover:
    """Who works here, what runs and until when, what was begun, what must be looked after."""

    staff: list[Membership]
    running: list[LocalBlock]
    begun: list[LocalBlock]
    contacts: list[tuple[Contact, bool]]
    last_year: list[tuple[date, list[LocalBlock]]]


def handover(on: date) -> Handover:
    """The whole sheet as of that day."""
    blocks = list(LocalBlock.objects.defer("body").order_by("position", "pk"))
    running = [block for block in blocks if calendar.in_force(block, on)]
    old = on - timedelta(days=CONTACT_DAYS)
    return Handover(
        staff=list(
            Membership.objects.filter(user__is_active=True)
            .select_related("user")
            .order_by("user__name", "pk")
        ),
        running=sorted(running, key=lambda block: block.shown_until or date.max),
        begun=[block for block in blocks if block.state in calendar.UNAPPROVED],
        contacts=[
            (contact, contact.verified_on < old)
            for contact in Contact.objects.order_by("verified_on", "name")
        ],
        last_year=_last_year(blocks, on),
    )


def _last_year(blocks: list[LocalBlock], on: date) -> list[tuple[date, list[LocalBlock]]]:
    """What began in the twelve months from this month a year ago on: soon it may be wanted again."""
    first = on.replace(year=on.year - 1, day=1)
    months: dict[date, list[LocalBlock]] = defaultdict(list)
    for block in blocks:
        begun = block.shown_from
        # Withdrawn ones too: what a later version replaced was sent all the same.
        sent = block.approved_at and block.state in {ReviewState.APPROVED, ReviewState.WITHDRAWN}
        if begun and sent and first <= begun < first.replace(year=on.year):
            months[begun.replace(day=1)].append(block)
    return sorted(months.items())
