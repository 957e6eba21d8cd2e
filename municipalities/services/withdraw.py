"""A reader stops. It takes effect at once: the ledger asks again right before each hand-over."""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Greatest

from kizuna.lib import clock
from municipalities.models import ConsentRecord, Subscription

STOP_TEXT = "stop-1"
"""The wording of the stop page; a new wording gets a new number."""

UNDO_DAYS = 7
"""So long a stop can be taken back by the same link; afterwards by registering again."""


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
        _note(subscription, given=False, source=source, at=subscription.stopped_at)


def stop_everything(subscription_id: int, source: str = "stop_link") -> None:
    """End all that the reader of this subscription follows. Repeating changes nothing.

    All of it carries one moment, this subscription too: by that an undo knows what belongs together.

    Raises:
        Subscription.DoesNotExist: this municipality has no such subscription.
    """
    with transaction.atomic():
        one = Subscription.objects.get(pk=subscription_id)
        theirs = list(Subscription.objects.select_for_update().filter(reader_id=one.reader_id))
        running = [each.pk for each in theirs if each.stopped_at is None]
        if not running:
            return
        now = clock.now()
        Subscription.objects.filter(pk__in=[*running, one.pk]).update(stopped_at=now)
        _note(one, given=False, source=source, at=now)


def can_undo(subscription: Subscription) -> bool:
    """Whether the stop link still takes the stop back: for a week, and not once a course is ended."""
    stopped = subscription.stopped_at
    return (
        stopped is not None
        and clock.now() < stopped + timedelta(days=UNDO_DAYS)
        and subscription.course.closed_at is None
    )


def undo_stop(subscription_id: int) -> bool:
    """Take a stop back, with all that was stopped by the same press. Texts go on tomorrow.

    A text that is planned for today and not skipped yet is still sent. False where it is too late.

    Raises:
        Subscription.DoesNotExist: this municipality has no such subscription.
    """
    with transaction.atomic():
        one = (
            Subscription.objects.select_for_update(of=("self",))
            .select_related("course")
            .get(pk=subscription_id)
        )
        if one.stopped_at is None:
            return True
        if not can_undo(one):
            return False
        now = clock.now()
        # From tomorrow: the days in between were owed nothing, and the nightly check must not ask
        # where their texts have gone.
        tomorrow = now.date() + timedelta(days=1)
        Subscription.objects.filter(
            reader_id=one.reader_id, stopped_at=one.stopped_at, course__closed_at=None
        ).update(stopped_at=None, starts_on=Greatest("starts_on", Value(tomorrow)))
        _note(one, given=True, source="undo", at=now)
        return True


def also_running(subscription: Subscription) -> int:
    """How many other children this reader still gets texts for."""
    return (
        Subscription.objects.filter(
            reader_id=subscription.reader_id, stopped_at=None, course__closed_at=None
        )
        .exclude(pk=subscription.pk)
        .count()
    )


def _note(subscription: Subscription, *, given: bool, source: str, at: datetime) -> None:
    ConsentRecord.objects.create(
        municipality_id=subscription.municipality_id,
        reader_id=subscription.reader_id,
        given=given,
        text_version=STOP_TEXT,
        source=source,
        at=at,
    )
