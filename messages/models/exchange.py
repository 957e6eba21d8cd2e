"""What municipalities learn from each other: meetings, and a library of cases."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from messages.domain.stage import Kind
from municipalities.models import Municipality
from municipalities.tenancy.models import MunicipalityOwned, within_municipality


class Meeting(models.Model):
    """One 情報交換会: the NPO invites, staff of municipalities come, talk in groups, keep notes."""

    title = models.CharField(max_length=80)
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    place = models.CharField(max_length=200, help_text="A room, or the address of a video call")
    topics = ArrayField(models.CharField(max_length=80), default=list, blank=True)
    invitation = models.TextField(blank=True)
    answer_by = models.DateField(null=True)
    notes = models.TextField(blank=True)
    # Until then only the NPO sees the notes.
    notes_shared_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = (
            CheckConstraint(name="meeting_in_order", condition=Q(starts_at__lt=F("ends_at"))),
        )

    def __str__(self) -> str:
        return self.title


class MeetingMaterial(models.Model):
    """A paper of a meeting: a PDF of at most 5 MB, kept here because city halls open no cloud."""

    meeting = models.ForeignKey(Meeting, on_delete=models.CASCADE, related_name="materials")
    title = models.CharField(max_length=80)
    content = models.BinaryField()
    added_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.title


class MeetingInvitation(MunicipalityOwned):
    """One municipality is asked to one meeting: whether it comes, with whom, in which group."""

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(null=True)
    answer = models.CharField(max_length=3, blank=True, choices=[("yes", "yes"), ("no", "no")])
    # Who comes, by name and duty, one a line: they are staff, at work.
    people = models.TextField(blank=True)
    wish = models.CharField(max_length=200, blank=True)
    answered_at = models.DateTimeField(null=True)
    group = models.PositiveSmallIntegerField(null=True)
    attended = models.PositiveSmallIntegerField(null=True)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["municipality", "meeting"], name="one_invitation_a_meeting"),
        )
        indexes = (models.Index(fields=["meeting"], name="invitation_by_meeting"),)

    def __str__(self) -> str:
        return f"invitation to {self.meeting_id}"


class ExchangeCase(models.Model):
    """Something that worked, offered to the others: an announcement, a flyer's words, a practice.

    Everybody reads it; only the municipality it comes from writes it (a policy of the table).
    """

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    sort = models.CharField(
        max_length=12, choices=[(s, s) for s in ("announcement", "flyer", "practice")]
    )
    title = models.CharField(max_length=60)
    body = models.TextField()
    # What came of it, in the municipality's own words.
    result = models.CharField(max_length=400, blank=True)
    season = models.CharField(max_length=20, blank=True)
    kind = models.CharField(max_length=9, blank=True, choices=[(k.value, k.name) for k in Kind])
    first_day = models.PositiveSmallIntegerField(null=True)
    last_day = models.PositiveSmallIntegerField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    published_at = models.DateTimeField(auto_now_add=True)
    withdrawn_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(
                name="case_of_an_announcement_has_a_range",
                condition=~Q(sort="announcement")
                | Q(kind__in=[k.value for k in Kind], first_day__lte=F("last_day")),
            ),
        )

    def __str__(self) -> str:
        return self.title


class CaseAdoption(MunicipalityOwned):
    """A municipality took a case over as a draft of its own. The draft shows where it comes from."""

    case = models.ForeignKey(ExchangeCase, on_delete=models.PROTECT, related_name="+")
    block = within_municipality(
        "stage_messages.LocalBlock", null=True, on_delete=models.SET_NULL, related_name="+"
    )
    adopted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["case"], name="adoption_by_case"),)

    def __str__(self) -> str:
        return f"adoption of {self.case_id}"
