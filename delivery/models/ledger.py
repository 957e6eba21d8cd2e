"""Runs, the partitioned ledger, frozen requests. Only ``Delivery`` is not Django's."""

from typing import ClassVar, Self

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint
from django_scopes import ScopedManager

from delivery.domain.states import State
from municipalities.domain.words import EndpointKind
from municipalities.tenancy.models import MunicipalityOwned

CHANNELS = [(k.value, k.name) for k in EndpointKind]


class Run(MunicipalityOwned):
    """One municipality × one local date. It may hand over between ``opens_at`` and ``closes_at``."""

    run_day = models.DateField()
    opens_at = models.DateTimeField()
    closes_at = models.DateTimeField()
    planned_at = models.DateTimeField(null=True)
    topped_up_at = models.DateTimeField(null=True)
    swept_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["municipality", "run_day"], name="one_run_a_day"),
            CheckConstraint(
                name="run_opens_before_it_closes", condition=Q(opens_at__lt=F("closes_at"))
            ),
        )
        # All municipalities' runs of one day: the NPO's page, and which day is due.
        indexes = (models.Index(fields=["run_day"], name="run_by_day"),)

    def __str__(self) -> str:
        return f"run {self.municipality_id} {self.run_day}"


class Lane(MunicipalityOwned):
    """One run's work on one channel: how much was planned, and when to look again.

    The dispatcher serves the lane that waited longest, so that 300 readers never stand behind
    300,000. ``not_before`` is only a hint: the sweeper derives it anew from the ledger.
    """

    run_day = models.DateField()
    channel = models.CharField(max_length=5, choices=CHANNELS)
    planned = models.PositiveIntegerField(default=0)
    is_open = models.BooleanField(default=True)
    # The NPO has asked to wait (``Hold``): nobody serves this lane.
    is_held = models.BooleanField(default=False, db_default=False)
    not_before = models.DateTimeField()
    served_at = models.DateTimeField(null=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["municipality", "run_day", "channel"], name="one_lane_each"),
        )
        indexes = (
            models.Index(
                fields=["channel", "served_at"], condition=Q(is_open=True), name="lane_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.channel} of {self.municipality_id} on {self.run_day}"


class Delivery(models.Model):
    """One message owed to one endpoint for one subscription on one date: the ledger row.

    Partitioned by month, without foreign keys out or in; written by the SQL files only.
    """

    pk = models.CompositePrimaryKey("run_day", "id")
    run_day = models.DateField()
    id = models.BigIntegerField()
    municipality_id = models.BigIntegerField()
    subscription_id = models.BigIntegerField()
    endpoint_id = models.BigIntegerField()
    course_id = models.BigIntegerField()
    kind = models.CharField(max_length=9)
    anchor = models.DateField()
    text_id = models.BigIntegerField()
    edition_id = models.BigIntegerField()
    channel = models.CharField(max_length=5)
    state = models.CharField(max_length=7, choices=[(s.value, s.name) for s in State])
    reason = models.CharField(max_length=30)
    not_before = models.DateTimeField()
    expires_at = models.DateTimeField()
    attempts = models.SmallIntegerField()
    claims = models.SmallIntegerField()
    lease_owner = models.CharField(max_length=60, null=True)
    lease_until = models.DateTimeField(null=True)
    first_attempt_at = models.DateTimeField(null=True)
    settled_at = models.DateTimeField(null=True)
    provider_id = models.CharField(max_length=100)
    request_id = models.BigIntegerField(null=True)

    objects: ClassVar[models.Manager[Self]] = ScopedManager(municipality="municipality_id")

    class Meta:
        managed = False
        db_table = "delivery_delivery"

    def __str__(self) -> str:
        return f"delivery {self.id} of {self.run_day}"


class FrozenRequest(MunicipalityOwned):
    """A call to a provider that may be repeated: key, people and bytes, fixed before the first try.

    ``uncertain`` once a try had no clear answer: from then on only this key may carry these
    deliveries. ``body_sealed`` holds the exact bytes, encrypted: they name recipients.
    """

    run_day = models.DateField()
    channel = models.CharField(max_length=5, choices=CHANNELS)
    retry_key = models.UUIDField()
    delivery_ids = ArrayField(models.BigIntegerField())
    body_sealed = models.BinaryField()
    is_open = models.BooleanField(default=True)
    uncertain = models.BooleanField(default=False)
    attempts = models.PositiveSmallIntegerField(default=0)
    first_sent_at = models.DateTimeField(null=True)
    not_before = models.DateTimeField()
    repeat_until = models.DateTimeField()
    lease_owner = models.CharField(max_length=60, blank=True)
    lease_until = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["municipality", "retry_key"], name="one_request_a_key"),
        )
        indexes = (
            models.Index(
                fields=["municipality", "run_day", "channel", "not_before"],
                condition=Q(is_open=True),
                name="frozenrequest_open",
            ),
        )

    def __str__(self) -> str:
        return f"request {self.retry_key}"


class Heartbeat(models.Model):
    """When beat and each worker last showed a sign of life, by the database's clock."""

    name = models.CharField(max_length=80, primary_key=True)
    at = models.DateTimeField()

    def __str__(self) -> str:
        return self.name
