"""A reader stops. It takes effect at once: the ledger asks again right before each hand-over."""

from django.db import transaction

from kizuna.lib import clock
from municipalities.models import ConsentRecord, Subscription

STOP_TEXT = "stop-1"
"""The wording of the stop page; a new wording gets a new number."""


def stop_subscription(subscription_id: int, source: str = "stop_link") -> None:
    """End one subscription and note that the consent was taken back. Repeating changes nothing.

    Inside ``in_municipality`` only. ``source`` is where the wish came in.

    Raises:
        Subscription.DoesNotExist: this municipality has no such subscription.
    """
    with transaction.atomic():
        # Locked: of fifty clicks at once, one writes the consent record.
        subscription = Subscription.objects.select_for_update().get(pk=subscription_id)
        if subscription.stopped_at is not None:
            return
        subscription.stopped_at = clock.now()
        subscription.save(update_fields=["stopped_at"])
        ConsentRecord.objects.create(
            municipality_id=subscription.municipality_id,
            reader_id=subscription.reader_id,
            given=False,
            text_version=STOP_TEXT,
            source=source,
            at=subscription.stopped_at,
        )
