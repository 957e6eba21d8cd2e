"""What the office does for a reader who calls: stop, or end it for good. No reason is asked."""

from collections.abc import Sequence

from django.db import transaction

from municipalities.domain.addresses import Email
from municipalities.domain.words import EndpointKind
from municipalities.models import Subscription
from municipalities.services.ending import end_course
from municipalities.services.endpoints import address_key
from municipalities.services.withdraw import stop_subscription

SOURCE = "office"


def followed_at(municipality_id: int, email: Email) -> list[Subscription]:
    """What this address follows and is not ended, the oldest first. Inside ``in_municipality``.

    Found by the whole address only: nobody can leaf through readers.
    """
    key = address_key(EndpointKind.EMAIL, email.key, municipality_id)
    return list(
        Subscription.objects.filter(
            endpoint__kind=EndpointKind.EMAIL, endpoint__address_key=key, course__closed_at=None
        )
        .select_related("course")
        .order_by("pk")
    )


def stop_all(followed: Sequence[Subscription]) -> int:
    """Stop whatever still runs; how many that were."""
    running = [one for one in followed if one.stopped_at is None]
    with transaction.atomic():
        for one in running:
            stop_subscription(one.pk, SOURCE)
    return len(running)


def end_for_all(one: Subscription) -> None:
    """This pregnancy or child is over for everybody who follows it, at once and for good."""
    with transaction.atomic():
        stop_subscription(one.pk, SOURCE)
        end_course(one.course_id)
