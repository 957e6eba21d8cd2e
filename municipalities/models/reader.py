"""Readers and their families: the only home of personal data."""

from django.db import models
from django.db.models import Case, CheckConstraint, Q, UniqueConstraint, Value, When
from django.db.models.functions import Coalesce

from kizuna.lib.crypto import Sealed
from municipalities.domain.words import EndpointKind, Relation, Variant
from municipalities.tenancy.models import MunicipalityOwned, within_municipality


class Reader(MunicipalityOwned):
    """A person who receives. Has no name, on purpose."""

    variant = models.CharField(
        max_length=10, choices=[(v.value, v.name) for v in Variant], default=Variant.STANDARD
    )
    language = models.CharField(max_length=5, default="ja")
    area = models.CharField(max_length=40, blank=True)
    # Texts of the day go on; only what the municipality sends beside them is not wanted.
    no_broadcasts = models.BooleanField(default=False)
    # Part of every link into the own page: counting it up ends all links given out before.
    link_generation = models.PositiveSmallIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"reader {self.pk}"


class Endpoint(MunicipalityOwned):
    """A verified e-mail address or LINE id. A new address is a new row: an old one never changes.

    ``address_key`` is the keyed blind index by which an address is found without being readable.
    """

    reader = within_municipality(
        "municipalities.Reader", on_delete=models.CASCADE, related_name="+"
    )
    kind = models.CharField(max_length=5, choices=[(k.value, k.name) for k in EndpointKind])
    address_sealed = models.BinaryField()
    address = Sealed("address_sealed", where="endpoint.address")
    address_key = models.BinaryField()
    verified_at = models.DateTimeField(null=True)
    blocked_at = models.DateTimeField(null=True)
    blocked_reason = models.CharField(max_length=30, blank=True)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["municipality", "kind", "address_key"], name="one_endpoint_an_address"
            ),
            CheckConstraint(
                name="endpoint_blocked_has_a_reason",
                condition=Q(blocked_at__isnull=True, blocked_reason="")
                | (Q(blocked_at__isnull=False) & ~Q(blocked_reason="")),
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} endpoint {self.pk}"


class Course(MunicipalityOwned):
    """One pregnancy or child; twins are one course. Kind and anchor follow from the dates."""

    due_date = models.DateField(null=True)
    birth_date = models.DateField(null=True)
    children = models.PositiveSmallIntegerField(default=1)
    # Worked out from "about week 12": asked for again.
    is_provisional = models.BooleanField(default=False)
    kind = models.GeneratedField(
        expression=Case(
            When(birth_date__isnull=True, then=Value("pregnancy")), default=Value("child")
        ),
        output_field=models.CharField(max_length=9),
        db_persist=True,
    )
    anchor = models.GeneratedField(
        expression=Coalesce("birth_date", "due_date"),
        output_field=models.DateField(),
        db_persist=True,
    )
    # Set when the anchor moves: only then can a stage come round a second time.
    realigned_on = models.DateField(null=True)
    closed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(
                name="course_has_a_date",
                condition=Q(due_date__isnull=False) | Q(birth_date__isnull=False),
            ),
            CheckConstraint(
                name="course_children_1_to_5", condition=Q(children__gte=1, children__lte=5)
            ),
        )
        indexes = (
            models.Index(fields=["municipality", "kind", "anchor"], name="course_by_anchor"),
        )

    def __str__(self) -> str:
        return f"course {self.pk}"


class Subscription(MunicipalityOwned):
    """One reader follows one course over the one endpoint chosen for it.

    It is due from ``starts_on`` (the day after registration) until ``stopped_at``; between
    ``paused_at`` and ``paused_until`` it rests (no end: until the reader says so).
    """

    reader = within_municipality(
        "municipalities.Reader", on_delete=models.CASCADE, related_name="+"
    )
    course = within_municipality(
        "municipalities.Course", on_delete=models.CASCADE, related_name="+"
    )
    endpoint = within_municipality("municipalities.Endpoint", related_name="+")
    relation = models.CharField(
        max_length=11, choices=[(r.value, r.name) for r in Relation], default=Relation.UNDISCLOSED
    )
    placement = within_municipality(
        "municipalities.Placement", null=True, related_name="+", on_delete=models.SET_NULL
    )
    # Who was invited by whom: only so that a loss can end the texts of both.
    invitation = within_municipality(
        "municipalities.Invitation", null=True, related_name="+", on_delete=models.SET_NULL
    )
    starts_on = models.DateField()
    paused_at = models.DateTimeField(null=True)
    paused_until = models.DateField(null=True)
    stopped_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["municipality", "reader", "course"], name="one_subscription_a_course"
            ),
            CheckConstraint(
                name="subscription_pause_ends_only_if_begun",
                condition=Q(paused_until__isnull=True) | Q(paused_at__isnull=False),
            ),
        )
        indexes = (
            models.Index(fields=["municipality", "course"], name="subscription_by_course"),
            models.Index(fields=["municipality", "endpoint"], name="subscription_by_endpoint"),
        )

    def __str__(self) -> str:
        return f"subscription {self.pk}"


class ConsentRecord(MunicipalityOwned):
    """When, how and to which words a reader agreed or took it back. Rows are never changed."""

    reader = within_municipality(
        "municipalities.Reader", on_delete=models.CASCADE, related_name="+"
    )
    given = models.BooleanField()
    text_version = models.CharField(max_length=40)
    source = models.CharField(max_length=20)
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["municipality", "reader", "at"], name="consent_by_reader"),)

    def __str__(self) -> str:
        return f"consent {self.pk}"
