"""The NPO asks a municipality's sending to wait, or ends it for the day."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q

from delivery.models.facts import CHANNELS
from municipalities.tenancy.models import MunicipalityOwned


class Hold(MunicipalityOwned):
    """One municipality's day on one channel ('': both) waits, or is stopped for good.

    A pause works at once: a wrong text must not go on while a second person is looked for. What
    cannot be taken back, a stop, and letting more than a thousand go on, wait for a second person:
    until ``agreed_at`` they are asked for and not done.
    """

    run_day = models.DateField()
    channel = models.CharField(max_length=5, choices=CHANNELS, blank=True)
    kind = models.CharField(max_length=6, choices=[("pause", "pause"), ("stop", "stop")])
    reason = models.CharField(max_length=200)
    waiting = models.PositiveIntegerField(help_text="Deliveries not yet sent when it was asked for")
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField(auto_now_add=True)
    agreed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    agreed_at = models.DateTimeField(null=True)
    # Of a pause: somebody asked to let it go on, and when it went on.
    resume_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    resume_asked_at = models.DateTimeField(null=True)
    resume_reason = models.CharField(max_length=200, blank=True)
    resumed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    resumed_at = models.DateTimeField(null=True)
    # Taken back by a person, or ended by something larger: a stop, or a pause of the service.
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    ended_by = models.CharField(
        max_length=7,
        choices=[("stop", "stop"), ("service", "service")],
        blank=True,
        default="",
        db_default="",
    )

    class Meta:
        constraints = (
            CheckConstraint(
                name="hold_agreed_by_another",
                condition=Q(agreed_by__isnull=True)
                | ~Q(agreed_by=models.F("asked_by"))
                | Q(waiting__lte=1000),
            ),
        )
        indexes = (models.Index(fields=["municipality", "run_day"], name="hold_by_day"),)

    def __str__(self) -> str:
        return f"{self.kind} of {self.run_day}"
