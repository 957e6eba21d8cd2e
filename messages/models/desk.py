"""The editors' desk: drafts of base texts until they are published, words to avoid, readers' reports."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, Q, UniqueConstraint

from messages.domain.desk import DeskAct, DraftState
from messages.models.texts import VARIANTS, BaseText, TextVersion
from municipalities.tenancy.models import MunicipalityOwned


class TextDraft(models.Model):
    """Words on their way to a version: written, read by a medical reviewer, then published.

    One open draft a text and variant. Publishing makes an immutable ``TextVersion`` that is in
    effect from ``effective_from``; the reviewer's name and day go with it. A change of the words
    takes the reviewer's yes away.
    """

    base_text = models.ForeignKey(BaseText, on_delete=models.PROTECT, related_name="drafts")
    variant = models.CharField(max_length=10, choices=VARIANTS)
    subject = models.CharField(max_length=60)
    body = models.TextField()
    # Why it is written: a report, a new rule, a finding.
    occasion = models.CharField(max_length=200, blank=True)
    supervisor = models.CharField(max_length=100, blank=True)
    review_by = models.DateField(null=True)
    effective_from = models.DateField(null=True)
    state = models.CharField(
        max_length=10, choices=[(s.value, s.name) for s in DraftState], default=DraftState.DRAFT
    )
    revision = models.PositiveIntegerField(default=1)
    based_on = models.ForeignKey(TextVersion, null=True, on_delete=models.PROTECT, related_name="+")
    published = models.ForeignKey(
        TextVersion, null=True, on_delete=models.PROTECT, related_name="+"
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    reviewed_on = models.DateField(null=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["base_text", "variant"],
                condition=Q(state__in=DraftState.open()),
                name="one_open_draft_a_text",
            ),
            CheckConstraint(
                name="draft_reviewed_by_another",
                condition=~Q(state__in=[DraftState.REVIEWED, DraftState.PUBLISHED])
                | (
                    Q(reviewed_by__isnull=False, reviewed_on__isnull=False)
                    & ~Q(reviewed_by=models.F("written_by"))
                ),
            ),
            CheckConstraint(
                name="draft_published_is_a_version",
                condition=Q(state=DraftState.PUBLISHED, published__isnull=False)
                | (~Q(state=DraftState.PUBLISHED) & Q(published__isnull=True)),
            ),
        )

    def __str__(self) -> str:
        return f"draft {self.pk}"


class TextEvent(models.Model):
    """Who did what to a draft or a version, with the words as they were. Append-only."""

    draft = models.ForeignKey(TextDraft, null=True, on_delete=models.PROTECT, related_name="events")
    version = models.ForeignKey(TextVersion, null=True, on_delete=models.PROTECT, related_name="+")
    act = models.CharField(max_length=10, choices=[(a.value, a.name) for a in DeskAct])
    revision = models.PositiveIntegerField(default=0)
    content = models.JSONField(default=dict)
    note = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return f"{self.act} {self.at}"


class DeskNotice(models.Model):
    """A mail to ``told`` named that row of a draft's history, at that moment. Append-only.

    A review that still waits is named again after a week: then there are two rows, the later one of
    an ``event`` that was a week old. See ``messages.services.desk_news``.
    """

    event = models.ForeignKey(TextEvent, on_delete=models.PROTECT, related_name="+")
    told = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["at"], name="desk_notice_newest"),)

    def __str__(self) -> str:
        return f"notice {self.pk}"


class AvoidedWord(models.Model):
    """A word that the NPO does not use in texts, what to write instead, and why."""

    word = models.CharField(max_length=40, unique=True)
    instead = models.CharField(max_length=80, blank=True)
    why = models.CharField(max_length=200, blank=True)

    def __str__(self) -> str:
        return self.word


class TextReport(MunicipalityOwned):
    """A reader says that something in a text is wrong. Kept without the reader."""

    base_text = models.ForeignKey(BaseText, on_delete=models.PROTECT, related_name="+")
    version = models.ForeignKey(TextVersion, on_delete=models.PROTECT, related_name="+")
    said = models.CharField(max_length=500)
    reported_on = models.DateField()
    answer = models.CharField(max_length=300, blank=True)
    done_at = models.DateTimeField(null=True)
    done_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        indexes = (
            models.Index(
                fields=["base_text"], condition=Q(done_at__isnull=True), name="report_open"
            ),
        )

    def __str__(self) -> str:
        return f"report {self.pk}"
