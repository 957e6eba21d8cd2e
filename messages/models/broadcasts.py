"""One-off messages to a segment of readers, and the persona who speaks in them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q

from messages.domain.review import BroadcastState
from messages.models.local import ContentEvent
from municipalities.domain.words import Audience, EndpointKind
from municipalities.tenancy.models import MunicipalityOwned, within_municipality

AUDIENCES = [(a.value, a.name) for a in Audience]


class Persona(MunicipalityOwned):
    """Who speaks: 子育てコンシェルジュ. The picture is a PNG of at most 20 kB, or empty."""

    name = models.CharField(max_length=30)
    duty = models.CharField(max_length=60, blank=True)
    picture = models.BinaryField(default=bytes)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Broadcast(MunicipalityOwned):
    """A message to everybody of a segment, once. Only approved ones are sent, and not before
    ``send_at`` nor before the waiting time after the approval is over.

    ``ranges`` lists who is meant by stage: ``{"kind", "first_day", "last_day"}`` as in
    ``LocalBlock``; empty: every stage. Empty ``audiences``, ``areas`` and ``channel``: all of them.
    In the ledger its deliveries carry ``-id`` as their text.
    """

    subject = models.CharField(max_length=60, blank=True)
    body = models.TextField(blank=True)
    persona = within_municipality("stage_messages.Persona", null=True, related_name="+")
    ranges = models.JSONField(default=list)
    audiences = ArrayField(
        models.CharField(max_length=12, choices=AUDIENCES), default=list, blank=True
    )
    areas = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    channel = models.CharField(
        max_length=5, choices=[(k.value, k.name) for k in EndpointKind], blank=True
    )
    # To exactly those who received, or may have received, that one.
    corrects = within_municipality("stage_messages.Broadcast", null=True, related_name="+")
    send_at = models.DateTimeField(null=True)
    is_urgent = models.BooleanField(default=False)
    state = models.CharField(
        max_length=10,
        choices=[(s.value, s.name) for s in BroadcastState],
        default=BroadcastState.DRAFT,
    )
    revision = models.PositiveIntegerField(default=1)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    approved_reach = models.PositiveIntegerField(null=True)
    run_day = models.DateField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            CheckConstraint(
                name="broadcast_approved_by_somebody",
                condition=Q(state__in=BroadcastState.before_approval())
                | Q(approved_by__isnull=False, approved_at__isnull=False, send_at__isnull=False),
            ),
            CheckConstraint(
                name="broadcast_planned_on_a_day",
                condition=~Q(state__in=[BroadcastState.SENDING, BroadcastState.PAUSED])
                | Q(run_day__isnull=False),
            ),
        )
        indexes = (
            models.Index(
                fields=["municipality", "send_at"],
                condition=Q(state="approved"),
                name="broadcast_waiting",
            ),
        )

    def __str__(self) -> str:
        return self.subject


class BroadcastEvent(ContentEvent):
    """The history of a broadcast."""

    broadcast = within_municipality("stage_messages.Broadcast", related_name="+")

    class Meta:
        indexes = (
            models.Index(fields=["municipality", "broadcast", "id"], name="event_by_broadcast"),
        )
