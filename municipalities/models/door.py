"""What readers bring to the door and take from it: sign-ups, invitations, service mails, thanks."""

from django.conf import settings
from django.db import models
from django.db.models import CheckConstraint, F, Q, UniqueConstraint

from kizuna.lib.crypto import Sealed
from municipalities.domain.words import EndpointKind, MailKind, Purpose, Relation, Variant
from municipalities.tenancy.models import MunicipalityOwned, within_municipality

CHANNELS = [(k.value, k.name) for k in EndpointKind]


class Placement(MunicipalityOwned):
    """One printed or posted item with its own code; a registration keeps it for life.

    The printed address is ``/r/<slug>-<code>``.
    """

    code = models.CharField(max_length=12)
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["municipality", "code"], name="one_placement_a_code"),
        )

    def __str__(self) -> str:
        return self.code


class Invitation(MunicipalityOwned):
    """A link by which somebody joins a course as an independent reader.

    The code itself is in the link only; here is its keyed hash. Neither side sees the other.
    """

    course = within_municipality(
        "municipalities.Course", on_delete=models.CASCADE, related_name="+"
    )
    reader = within_municipality(
        "municipalities.Reader", on_delete=models.CASCADE, related_name="+"
    )
    code_key = models.BinaryField()
    uses_left = models.PositiveSmallIntegerField(default=5)
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (
            UniqueConstraint(fields=["municipality", "code_key"], name="one_invitation_a_code"),
        )

    def __str__(self) -> str:
        return f"invitation {self.pk}"


class Registration(MunicipalityOwned):
    """Something asked for that waits for its confirmation by the address itself.

    ``purpose`` says what the confirmation does: a new sign-up, or a new address of a reader who is
    here already (``reader`` is set then). Rows go a week after they expire.
    """

    purpose = models.CharField(max_length=8, choices=[(p.value, p.name) for p in Purpose])
    kind = models.CharField(max_length=5, choices=CHANNELS, default=EndpointKind.EMAIL)
    address_sealed = models.BinaryField()
    address = Sealed("address_sealed", where="registration.address")
    address_key = models.BinaryField()
    due_date = models.DateField(null=True)
    birth_date = models.DateField(null=True)
    children = models.PositiveSmallIntegerField(default=1)
    is_provisional = models.BooleanField(default=False)
    relation = models.CharField(
        max_length=11, choices=[(r.value, r.name) for r in Relation], default=Relation.UNDISCLOSED
    )
    variant = models.CharField(
        max_length=10, choices=[(v.value, v.name) for v in Variant], default=Variant.STANDARD
    )
    language = models.CharField(max_length=5, default="ja")
    area = models.CharField(max_length=40, blank=True)
    placement = within_municipality(
        "municipalities.Placement", null=True, related_name="+", on_delete=models.SET_NULL
    )
    invitation = within_municipality(
        "municipalities.Invitation", null=True, related_name="+", on_delete=models.CASCADE
    )
    reader = within_municipality(
        "municipalities.Reader", null=True, related_name="+", on_delete=models.CASCADE
    )
    consent_version = models.CharField(max_length=40)
    source = models.CharField(max_length=20)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(
                name="registration_expires_later", condition=Q(expires_at__gt=F("created_at"))
            ),
            CheckConstraint(
                name="registration_of_a_reader_for_a_new_address",
                condition=(Q(purpose=Purpose.ADDRESS) & Q(reader__isnull=False))
                | (~Q(purpose=Purpose.ADDRESS) & Q(reader__isnull=True)),
            ),
        )
        indexes = (
            models.Index(
                fields=["municipality", "address_key", "created_at"], name="registration_by_address"
            ),
            models.Index(fields=["municipality", "expires_at"], name="registration_by_expiry"),
        )

    def __str__(self) -> str:
        return f"registration {self.pk}"


class ServiceMail(MunicipalityOwned):
    """One mail about the service itself: a confirmation, the way into the own page. Not a text.

    Written with what it is about, sent by the mail workers within seconds. It holds no words: they
    are made when it is handed over, and the address is wiped then. ``edition_id`` names the frozen
    words of a text that is sent once more; they belong to a floor above, so no key leads there.
    """

    kind = models.CharField(max_length=12, choices=[(k.value, k.name) for k in MailKind])
    address_sealed = models.BinaryField()
    address = Sealed("address_sealed", where="servicemail.address")
    language = models.CharField(max_length=5, default="ja")
    registration = within_municipality(
        "municipalities.Registration", null=True, related_name="+", on_delete=models.CASCADE
    )
    reader = within_municipality(
        "municipalities.Reader", null=True, related_name="+", on_delete=models.CASCADE
    )
    edition_id = models.BigIntegerField(null=True)
    state = models.CharField(max_length=7, default="waiting")
    reason = models.CharField(max_length=30, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    not_before = models.DateTimeField()
    lease_until = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)
    handed_over_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            CheckConstraint(
                name="servicemail_state",
                condition=Q(state__in=["waiting", "sending", "sent", "unclear", "failed"]),
            ),
            CheckConstraint(
                name="servicemail_names_what_is_sent_again",
                condition=Q(kind=MailKind.RESEND, edition_id__isnull=False, reader__isnull=False)
                | (~Q(kind=MailKind.RESEND) & Q(edition_id__isnull=True)),
            ),
        )
        indexes = (
            models.Index(
                fields=["municipality", "not_before"],
                condition=Q(state__in=["waiting", "sending"]),
                name="servicemail_waiting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} mail {self.pk}"


class Suppressed(MunicipalityOwned):
    """An address that asked never to be written to again, as its keyed hash alone.

    It outlives the reader: no later import may bring the texts back. Only the person can, by
    registering again.
    """

    kind = models.CharField(max_length=5, choices=CHANNELS)
    address_key = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["municipality", "kind", "address_key"], name="one_suppression_an_address"
            ),
        )

    def __str__(self) -> str:
        return f"suppressed {self.pk}"


class Thanks(MunicipalityOwned):
    """What a reader wrote at the end of the last course. Belongs to nobody: no reader, no course."""

    text = models.TextField()
    may_publish = models.BooleanField(default=False)
    month = models.DateField(help_text="The first of the month it came in: no finer, on purpose.")
    # As it may be quoted: somebody has read it and taken out names and places. '' until then.
    quotable_text = models.TextField(blank=True, default="", db_default="")
    quotable_at = models.DateTimeField(null=True)
    quotable_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    # Read, and not fit to be quoted: it leaves the queue, and may be brought back.
    set_aside_at = models.DateTimeField(null=True)
    set_aside_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        constraints = (
            CheckConstraint(
                name="thanks_quotable_or_set_aside",
                condition=Q(quotable_at__isnull=True) | Q(set_aside_at__isnull=True),
            ),
            CheckConstraint(
                name="thanks_quotable_by_consent",
                condition=Q(quotable_at__isnull=True, quotable_text="")
                | (Q(may_publish=True, quotable_at__isnull=False) & ~Q(quotable_text="")),
            ),
        )

    def __str__(self) -> str:
        return f"thanks {self.pk}"


class MailAsked(models.Model):
    """That somebody asked for a mail or a sign-up: a keyed hash and a moment, no municipality.

    One address is protected across all municipalities, and one network too. Rows go after a week.
    """

    key = models.BinaryField()
    at = models.DateTimeField()

    class Meta:
        indexes = (models.Index(fields=["key", "at"], name="mailasked_by_key"),)

    def __str__(self) -> str:
        return f"asked {self.pk}"
