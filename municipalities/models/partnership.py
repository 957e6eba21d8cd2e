"""How the NPO looks after a municipality: who, what was said, from which domain, until when.

Notes and assignments are the NPO's own: the municipality's staff do not see them.
"""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from municipalities.models.municipality import Municipality
from municipalities.tenancy.models import MunicipalityOwned


class Assignment(models.Model):
    """Which partner manager (JKP) looks after a municipality, since when. Open: the present one."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    partner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    since = models.DateField()
    until = models.DateField(null=True)
    # What the one who goes tells the one who comes.
    handover = models.TextField(blank=True)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["municipality"],
                condition=Q(until__isnull=True),
                name="one_partner_at_a_time",
            ),
            CheckConstraint(
                name="assignment_in_order",
                condition=Q(until__isnull=True) | Q(since__lte=F("until")),
            ),
        )

    def __str__(self) -> str:
        return f"assignment {self.pk}"


class PartnerNote(models.Model):
    """What the NPO wrote down about a municipality: a call, a visit, a thought. No reader in it."""

    municipality = models.ForeignKey(Municipality, on_delete=models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=10, choices=[(k, k) for k in ("note", "call", "visit", "handover")]
    )
    text = models.TextField()
    # Last contact and notes are by the day it happened, not by the day it was typed.
    on = models.DateField()
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = (models.Index(fields=["municipality", "-on", "-id"], name="note_newest"),)

    def __str__(self) -> str:
        return f"note {self.pk}"


class SenderCheck(MunicipalityOwned):
    """What a resolver said about the domain of the municipality's mail: SPF, DKIM, DMARC."""

    domain = models.CharField(max_length=253)
    spf = models.CharField(max_length=11)
    dkim = models.CharField(max_length=11)
    dmarc = models.CharField(max_length=11)
    # What was found, by record, to be shown beside what should be there.
    details = models.JSONField(default=dict)
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            CheckConstraint(
                name="sendercheck_results",
                condition=Q(spf__in=["ok", "missing", "wrong", "unreachable"])
                & Q(dkim__in=["ok", "missing", "wrong", "unreachable"])
                & Q(dmarc__in=["ok", "missing", "wrong", "unreachable"]),
            ),
        )
        indexes = (models.Index(fields=["municipality", "-id"], name="sendercheck_newest"),)

    def __str__(self) -> str:
        return f"check of {self.domain}"

    @property
    def aligned(self) -> bool:
        """Whether live sending may begin."""
        return self.spf == self.dkim == self.dmarc == "ok"


class ExternalFigure(MunicipalityOwned):
    """A month-end figure reported by a municipality that sends from another system: 外部."""

    month_end = models.DateField()
    active_readers = models.PositiveIntegerField()
    children = models.PositiveIntegerField(null=True)
    registrations = models.PositiveIntegerField(null=True)
    source = models.CharField(max_length=60)
    imported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    imported_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["municipality", "month_end"], name="one_external_figure_a_month"
            ),
        )

    def __str__(self) -> str:
        return f"external figure of {self.month_end}"


class ContractEnd(MunicipalityOwned):
    """The end of a municipality's time here: told, export taken, erased; each step once.

    ``certificate`` says what was erased, table by table, in numbers; it outlives the data.
    """

    ends_on = models.DateField()
    # What was agreed before: it stands again if the contract goes on.
    until_before = models.DateField(null=True)
    reason = models.CharField(max_length=200)
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    told_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField(null=True)
    exported_at = models.DateTimeField(null=True)
    exported_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    export_digest = models.CharField(max_length=64, blank=True)
    erased_at = models.DateTimeField(null=True)
    erased_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    certificate = models.JSONField(default=dict)

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["municipality"],
                condition=Q(cancelled_at__isnull=True),
                name="one_contract_end",
            ),
        )

    def __str__(self) -> str:
        return f"end on {self.ends_on}"
