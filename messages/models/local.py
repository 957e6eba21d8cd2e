"""A municipality's own announcements, the register they quote from, and who did what to them."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from messages.domain.review import ReviewAct, ReviewState
from messages.domain.stage import Kind
from municipalities.domain.words import Audience
from municipalities.tenancy.models import MunicipalityOwned, within_municipality

AUDIENCES = [(a.value, a.name) for a in Audience]
STATES = [(s.value, s.name) for s in ReviewState]


class LocalBlock(MunicipalityOwned):
    """The municipality's own text for a range of stages and dates. Only approved ones are sent.

    ``first_day`` and ``last_day`` are pregnancy days (28…293) or life days, by ``kind``; both ends
    belong to the range. No area in ``areas``: everywhere. A database trigger takes the approval away
    when the text changes. A text that is being sent is changed in a copy that ``replaces`` it: the
    approved words go on until the new ones are approved, and then end in the same moment.
    """

    title = models.CharField(max_length=60)
    body = models.TextField()
    kind = models.CharField(max_length=9, choices=[(k.value, k.name) for k in Kind])
    first_day = models.PositiveSmallIntegerField()
    last_day = models.PositiveSmallIntegerField()
    shown_from = models.DateField(null=True, blank=True)
    shown_until = models.DateField(null=True, blank=True)
    audience = models.CharField(max_length=12, choices=AUDIENCES, default=Audience.EVERYONE)
    areas = ArrayField(models.CharField(max_length=40), default=list, blank=True)
    position = models.PositiveSmallIntegerField(default=0)
    state = models.CharField(max_length=10, choices=STATES, default=ReviewState.DRAFT)
    # Counted up by every save: who saves with an older number sees the difference first.
    revision = models.PositiveIntegerField(default=1)
    replaces = within_municipality("stage_messages.LocalBlock", null=True, related_name="+")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    approved_at = models.DateTimeField(null=True)
    # Sent before a second person had seen it; stays marked for ever.
    is_urgent = models.BooleanField(default=False)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            CheckConstraint(
                name="block_range_is_in_order", condition=Q(first_day__lte=F("last_day"))
            ),
            CheckConstraint(
                name="block_window_is_in_order",
                condition=Q(shown_from__isnull=True)
                | Q(shown_until__isnull=True)
                | Q(shown_from__lte=F("shown_until")),
            ),
            CheckConstraint(
                name="block_approved_by_somebody",
                condition=~Q(state=ReviewState.APPROVED)
                | Q(approved_by__isnull=False, approved_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.title


class Contact(MunicipalityOwned):
    """An office, a telephone number or a recurring fact, written once: ``{{窓口:こころ}}`` in a text.

    A change here reaches every text at the next sending; ``verified_on`` is when somebody last made
    sure that it is right.
    """

    name = models.CharField(max_length=20)
    value = models.CharField(max_length=200)
    verified_on = models.DateField()
    verified_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = (
            UniqueConstraint(fields=["municipality", "name"], name="one_contact_a_name"),
        )

    def __str__(self) -> str:
        return self.name


class ContentEvent(MunicipalityOwned):
    """Who did what to a text, with the words as they were then. Append-only, for the database too."""

    act = models.CharField(max_length=10, choices=[(a.value, a.name) for a in ReviewAct])
    revision = models.PositiveIntegerField()
    # All fields of the text after this act; what a difference between two versions is made from.
    content = models.JSONField()
    note = models.TextField(blank=True)
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.act} {self.at}"


class BlockEvent(ContentEvent):
    """The history of an announcement."""

    block = within_municipality("stage_messages.LocalBlock", related_name="+")

    class Meta:
        indexes = (models.Index(fields=["municipality", "block", "id"], name="event_by_block"),)
