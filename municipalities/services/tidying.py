"""What has had its time goes, every night."""

from datetime import timedelta

from django.db import connection

from kizuna.lib import clock
from municipalities.models import Municipality, Registration
from municipalities.tenancy.scope import in_municipality

AFTER_EXPIRY = timedelta(days=7)
"""So long an expired or used confirmation link still gets an answer that fits."""

ASKED_FOR_DAYS = 8
"""A day more than the longest limit counts."""


def tidy_the_door() -> None:
    """Forget sign-ups whose link expired a week ago, and who asked for mails. Repeatable."""
    before = clock.now() - AFTER_EXPIRY
    for municipality_id in Municipality.objects.values_list("pk", flat=True):
        with in_municipality(municipality_id):
            # Their service mails, handed over long ago, go with them.
            Registration.objects.filter(expires_at__lt=before).delete()
    with connection.cursor() as cursor:
        # By the clock that wrote them.
        cursor.execute(
            "DELETE FROM municipalities_mailasked WHERE at < now() - make_interval(days => %s)",
            [ASKED_FOR_DAYS],
        )
