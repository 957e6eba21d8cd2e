"""The NPO's base texts and their immutable versions, and the editions frozen before sending."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from messages.domain.stage import Stage, Unit
from municipalities.domain.words import Audience, Variant
from municipalities.tenancy.models import MunicipalityOwned, within_municipality

AUDIENCES = [(a.value, a.name) for a in Audience]
VARIANTS = [(v.value, v.name) for v in Variant]


class BaseText(models.Model):
    """The NPO's text for one stage and audience. What it says is in its versions."""

    unit = models.CharField(max_length=13, choices=[(u.value, u.name) for u in Unit])
    number = models.PositiveSmallIntegerField()
    audience = models.CharField(max_length=12, choices=AUDIENCES, default=Audience.EVERYONE)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["unit", "number", "audience"], name="one_base_text_a_stage"),
        )

    def __str__(self) -> str:
        return f"{self.stage.key}/{self.audience}"

    @property
    def stage(self) -> Stage:
        """The day's place in the calendar that this text belongs to."""
        return Stage(Unit(self.unit), self.number)


class TextVersion(models.Model):
    """One reviewed wording. Never changed: a correction is a new version.

    The version with the highest number that is in effect and not withdrawn is the one sent.
    """

    base_text = models.ForeignKey(BaseText, on_delete=models.PROTECT, related_name="versions")
    variant = models.CharField(max_length=10, choices=VARIANTS, default=Variant.STANDARD)
    number = models.PositiveSmallIntegerField()
    subject = models.CharField(max_length=60)
    body = models.TextField()
    supervisor = models.CharField(max_length=100, blank=True)
    reviewed_on = models.DateField(null=True)
    review_by = models.DateField(null=True)
    effective_from = models.DateField()
    is_sample = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)
    # Who read it and who let it out; null where a content pack brought it.
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["base_text", "variant", "number"], name="one_version_a_number"
            ),
        )

    def __str__(self) -> str:
        return f"{self.base_text_id} {self.variant} v{self.number}"


class Edition(MunicipalityOwned):
    """What one municipality sends on one day for one stage, or in one broadcast: frozen before a row
    is planned. A broadcast's has neither base text nor version.

    Readers whose variant and audience lead to the same words share one edition (same ``digest``).
    The application may insert and read editions, never change them.
    """

    run_day = models.DateField()
    # Nobody looks for editions by text or version alone, and nobody may delete a text: indexes and
    # keys would cost 40 µs an edition every morning and find nothing.
    base_text = models.ForeignKey(
        BaseText, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False,
        null=True,
    )  # fmt: skip
    text_version = models.ForeignKey(
        TextVersion, on_delete=models.PROTECT, related_name="+", db_index=False, db_constraint=False,
        null=True,
    )  # fmt: skip
    broadcast = within_municipality(
        "stage_messages.Broadcast", related_name="+", null=True, db_index=False
    )
    block_ids = ArrayField(models.BigIntegerField(), default=list)
    subject = models.CharField(max_length=120)
    mail_text = models.TextField()
    mail_html = models.TextField()
    line_text = models.TextField()
    web_html = models.TextField()
    digest = models.BinaryField()
    frozen_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["municipality", "run_day", "base_text", "digest"], name="one_edition_a_text"
            ),
            UniqueConstraint(
                fields=["municipality", "broadcast", "digest"], name="one_edition_a_broadcast"
            ),
            CheckConstraint(
                name="edition_of_a_text_or_a_broadcast",
                condition=Q(base_text__isnull=False, text_version__isnull=False)
                ^ Q(broadcast__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return f"edition {self.pk} of {self.run_day}"


class VersionUse(MunicipalityOwned):
    """From which day to which day a municipality sent a version: noted once a night."""

    version = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="+")
    first_day = models.DateField()
    last_day = models.DateField()

    class Meta:
        constraints = (
            UniqueConstraint(fields=["municipality", "version"], name="one_use_a_version"),
        )

    def __str__(self) -> str:
        return f"use of version {self.version_id}"
