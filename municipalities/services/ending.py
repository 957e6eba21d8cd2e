"""A pregnancy or a child is over for a reader. Nothing is ever sent for it again.

No reason is asked and none is kept: what stays is what every stop leaves behind.
"""

from django.db import transaction
from django.db.models import F

from kizuna.lib import clock
from municipalities.domain.words import MailKind
from municipalities.models import Course, Invitation, Registration, ServiceMail, Subscription
from municipalities.services.suppression import suppress_readers
from municipalities.services.withdraw import stop_subscription, undo_stop


def asks_about_others(subscription: Subscription) -> bool:
    """Whether this reader ever invited somebody to the course; not whether somebody came."""
    return Invitation.objects.filter(
        reader_id=subscription.reader_id, course_id=subscription.course_id
    ).exists()


def was_invited(subscription: Subscription) -> bool:
    """An invited reader ends the own texts only: nobody can end those of the person who invited."""
    return subscription.invitation_id is not None


def end_for_reader(subscription_id: int, *, others: bool, source: str = "stop_link") -> None:
    """End the course as far as this reader may. Inside ``in_municipality``; repeating is harmless.

    Who invited nobody ends it for all on it (a family from a file is one). Who invited somebody
    chooses with ``others``. Who was invited ends the own texts.

    Raises:
        Subscription.DoesNotExist: this municipality has no such subscription.
    """
    with transaction.atomic():
        one = Subscription.objects.select_for_update().get(pk=subscription_id)
        stop_subscription(one.pk, source)
        if not was_invited(one) and (others or not asks_about_others(one)):
            end_course(one.course_id)
            return
        Invitation.objects.filter(
            reader_id=one.reader_id, course_id=one.course_id, revoked_at=None
        ).update(revoked_at=clock.now())
        _silence([one.reader_id])


def end_course(course_id: int) -> None:
    """Close the course for everybody on it, at once and for good. Inside ``in_municipality``.

    What is planned is skipped at the last question before the hand-over. No later import revives
    it: all addresses on the course are suppressed.
    """
    with transaction.atomic():
        now = clock.now()
        Course.objects.filter(pk=course_id, closed_at=None).update(closed_at=now)
        Invitation.objects.filter(course_id=course_id, revoked_at=None).update(revoked_at=now)
        # Who was invited and has not confirmed yet would else be written to about it.
        Registration.objects.filter(invitation__course_id=course_id, confirmed_at=None).delete()
        _silence(
            list(
                Subscription.objects.filter(course_id=course_id).values_list("reader_id", flat=True)
            )
        )


def one_child_fewer(subscription_id: int) -> bool:
    """Of twins or more, one fewer: the texts go on for the others. False where only one is left.

    A stop by which the reader came here is taken back. An invited reader cannot.

    Raises:
        Subscription.DoesNotExist: this municipality has no such subscription.
    """
    with transaction.atomic():
        one = Subscription.objects.get(pk=subscription_id)
        if was_invited(one):
            return False
        lowered = Course.objects.filter(pk=one.course_id, children__gt=1, closed_at=None).update(
            children=F("children") - 1
        )
        if lowered:
            undo_stop(one.pk)
        return bool(lowered)


def _silence(reader_ids: list[int]) -> None:
    """No import, and no mail that asks how it goes on."""
    suppress_readers(reader_ids)
    ServiceMail.objects.filter(
        reader_id__in=reader_ids, kind__in=(MailKind.RESTING, MailKind.NEAR_DATE), state="waiting"
    ).delete()
