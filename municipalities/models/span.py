"""Since when and until when a subscription was receiving, and as what: the history behind figures."""

from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from municipalities.domain.words import EndpointKind, Relation
from municipalities.tenancy.models import MunicipalityOwned


class ReaderSpan(MunicipalityOwned):
    """One subscription between two changes. Written by triggers on readers' tables, never by hand.

    A row is open (``until_at`` null) while the subscription runs: not stopped, its address verified
    and not blocked, its course not closed. Any change ends the row and, where texts go on, begins
    the next. It names nobody: like the ledger it keeps numbers after a reader is erased, so that
    the active readers of a past month can be counted again.
    """

    subscription_id = models.BigIntegerField()
    reader_id = models.BigIntegerField()
    course_id = models.BigIntegerField()
    kind = models.CharField(max_length=9)
    anchor = models.DateField()
    children = models.PositiveSmallIntegerField()
    channel = models.CharField(max_length=5, choices=[(k.value, k.name) for k in EndpointKind])
    relation = models.CharField(max_length=11, choices=[(r.value, r.name) for r in Relation])
    starts_on = models.DateField()
    paused_from = models.DateField(null=True)
    paused_until = models.DateField(null=True)
    from_at = models.DateTimeField()
    until_at = models.DateTimeField(null=True)
    # Why it ended: changed (another row goes on), stopped, blocked, closed, erased.
    ended_by = models.CharField(max_length=7, blank=True)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["municipality", "subscription_id"],
                condition=Q(until_at__isnull=True),
                name="one_open_span_each",
            ),
            CheckConstraint(
                name="span_ends_with_a_reason",
                condition=Q(until_at__isnull=True, ended_by="")
                | (Q(until_at__isnull=False) & ~Q(ended_by="")),
            ),
            CheckConstraint(
                name="span_in_order",
                condition=Q(until_at__isnull=True) | Q(from_at__lte=F("until_at")),
            ),
        )
        indexes = (
            models.Index(fields=["municipality", "from_at"], name="span_by_begin"),
            models.Index(fields=["municipality", "until_at"], name="span_by_end"),
            models.Index(fields=["municipality", "subscription_id"], name="span_by_subscription"),
        )

    def __str__(self) -> str:
        return f"span {self.pk}"
