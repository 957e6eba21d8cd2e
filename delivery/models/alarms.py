"""What needs somebody: one row per cause, municipality and day, and when each question was asked."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from municipalities.models import Municipality


class Alarm(models.Model):
    """Opened by a check that finds it, closed by the same check when it is over.

    ``facts`` are the numbers its sentence is made of; no reader, no address. ``state``: alarm, or
    no_data (the question could not be answered for want of data), or error (the check broke).
    """

    cause = models.CharField(max_length=30)
    municipality = models.ForeignKey(
        Municipality, null=True, on_delete=models.CASCADE, related_name="+"
    )
    # Tells two of one cause and municipality apart where there can be two: a channel, a text.
    about = models.CharField(max_length=60, blank=True)
    opened_on = models.DateField()
    state = models.CharField(max_length=7, default="alarm")
    facts = models.JSONField(default=dict)
    opened_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField(null=True)
    hooked_at = models.DateTimeField(null=True)
    quiet_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["cause", "municipality", "about", "opened_on"],
                nulls_distinct=False,
                name="one_alarm_a_day",
            ),
            CheckConstraint(
                name="alarm_state", condition=Q(state__in=["alarm", "no_data", "error"])
            ),
        )
        indexes = (
            models.Index(fields=["cause"], condition=Q(closed_at__isnull=True), name="alarm_open"),
            models.Index(fields=["-opened_at"], name="alarm_newest"),
        )

    def __str__(self) -> str:
        return f"{self.cause} of {self.opened_on}"


class AlarmCheck(models.Model):
    """When a question was asked last, and whether it could be answered: ok, no_data, error; ``never``:
    it has waited for its first night since ``asked_at``."""

    cause = models.CharField(max_length=30, primary_key=True)
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    outcome = models.CharField(max_length=7, default="ok")

    def __str__(self) -> str:
        return self.cause
