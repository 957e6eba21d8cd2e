"""Everything about a reader goes. What stays names nobody: daily facts and the ledger's ids."""

from collections.abc import Collection

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from municipalities.models import Course, Endpoint, Invitation, Reader, Registration, Subscription
from municipalities.services.suppression import suppress_readers


def erase_readers(reader_ids: Collection[int], *, never_again: bool) -> None:
    """Erase these readers for good, in sets. Inside ``in_municipality``.

    A course goes with its last reader. ``never_again``: the person asked for it, so no import may
    bring the address back; its keyed hash is kept for that and nothing else.
    """
    with transaction.atomic():
        if never_again:
            suppress_readers(reader_ids)
        keys = Endpoint.objects.filter(reader_id__in=reader_ids).values_list(
            "address_key", flat=True
        )
        # Their service mails go with them.
        Registration.objects.filter(
            Q(reader_id__in=reader_ids) | Q(address_key__in=list(keys))
        ).delete()
        Invitation.objects.filter(reader_id__in=reader_ids).delete()
        theirs = Subscription.objects.filter(reader_id__in=reader_ids)
        courses = set(theirs.values_list("course_id", flat=True))
        theirs.delete()
        Endpoint.objects.filter(reader_id__in=reader_ids).delete()
        still = Subscription.objects.filter(course_id=OuterRef("pk"))
        Course.objects.filter(~Exists(still), pk__in=courses).delete()
        Reader.objects.filter(pk__in=reader_ids).delete()
