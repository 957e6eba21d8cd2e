"""The tenant, the public register of codes, and the municipality's LINE account."""

from datetime import time

from django.contrib.postgres.fields import ArrayField
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kizuna.lib.crypto import Sealed
from municipalities.domain.line_account import LONGEST_ID, LONGEST_NAME, Result
from municipalities.domain.words import MunicipalityKind, Service
from municipalities.tenancy.models import MunicipalityOwned

COLOUR = RegexValidator(r"^#[0-9a-f]{6}$", _("Write the colour as #rrggbb."))


class LocalGovernment(models.Model):
    """One row of the Ministry's register 全国地方公共団体コード, with the date it was true on."""

    code = models.CharField(max_length=6, primary_key=True)
    kind = models.CharField(max_length=10)
    prefecture = models.CharField(max_length=10)
    city_of_ward = models.CharField(max_length=20, blank=True)
    name = models.CharField(max_length=20)
    kana = models.CharField(max_length=40)
    source = models.CharField(max_length=100)
    as_of = models.DateField()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="localgovernment_code_has_six_digits", condition=Q(code__regex=r"^\d{6}$")
            ),
        )

    def __str__(self) -> str:
        before = "" if self.name == self.prefecture else self.prefecture
        return f"{before}{self.city_of_ward}{self.name}"


class MunicipalityManager(models.Manager["Municipality"]):
    """Without the logo: 20 kB a row, which one page shows and every list would read."""

    def get_queryset(self) -> models.QuerySet["Municipality"]:
        return super().get_queryset().defer("logo")

    def with_slug(self, slug: str) -> "Municipality | None":
        """For a page of its own: ``has_logo`` tells whether its head shows one."""
        found = self.annotate(has_logo=~Q(logo=b""))
        return found.filter(slug=slug).first()


class Municipality(models.Model):
    """A city, a ward of a designated city, a prefecture's programme, a hospital, or the NPO."""

    slug = models.SlugField(unique=True)
    kind = models.CharField(max_length=10, choices=[(k.value, k.name) for k in MunicipalityKind])
    code = models.ForeignKey(
        LocalGovernment, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    programme = models.ForeignKey(
        "self", null=True, blank=True, on_delete=models.PROTECT, related_name="members"
    )
    name = models.CharField(max_length=40)
    service_name = models.CharField(max_length=60)
    service = models.CharField(
        max_length=10, choices=[(s.value, s.name) for s in Service], default=Service.PREPARING
    )
    contact = models.CharField(max_length=120, help_text=_("Office and telephone, for readers"))
    postal_address = models.CharField(max_length=120)
    brand_colour = models.CharField(max_length=7, default="#0017c1", validators=[COLOUR])
    logo = models.BinaryField(default=bytes, help_text=_("A PNG of at most 20 kB"))
    areas = ArrayField(
        models.CharField(max_length=40), default=list, blank=True,
        help_text=_("Areas that readers choose from; none: they are not asked"),
    )  # fmt: skip
    subject_tells_the_stage = models.BooleanField(default=True)
    approval_steps = models.PositiveSmallIntegerField(
        default=1,
        help_text=_("How many persons besides the writer agree to an announcement: 1 or 2"),
    )
    allowed_networks = ArrayField(
        models.CharField(max_length=43), default=list, blank=True,
        help_text=_("Networks (192.0.2.0/24) from which staff may work; none: from everywhere"),
    )  # fmt: skip
    loss_help = models.TextField(
        blank=True, help_text=_("Whom to turn to after a loss: offices with telephone numbers")
    )
    privacy_url = models.URLField(blank=True)
    mail_name = models.CharField(max_length=60, blank=True)
    mail_address = models.CharField(max_length=254, blank=True)
    reply_to = models.CharField(max_length=254, blank=True)
    # Under which the mail server signs: <selector>._domainkey.<domain of mail_address>.
    dkim_selector = models.CharField(max_length=63, blank=True, default="", db_default="")
    send_time = models.TimeField(default=time(8, 0))
    last_hour = models.TimeField(default=time(21, 0))
    last_birthday = models.PositiveSmallIntegerField(default=3)
    contract_from = models.DateField(null=True, blank=True)
    contract_until = models.DateField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    objects = MunicipalityManager()

    class Meta:
        constraints = (
            models.CheckConstraint(
                name="municipality_sends_before_its_last_hour",
                condition=Q(send_time__lt=F("last_hour")),
            ),
            models.CheckConstraint(
                name="municipality_approval_steps_1_or_2",
                condition=Q(approval_steps__gte=1, approval_steps__lte=2),
            ),
            models.CheckConstraint(
                name="municipality_contract_in_order",
                condition=Q(contract_from__isnull=True)
                | Q(contract_until__isnull=True)
                | Q(contract_from__lte=F("contract_until")),
            ),
            models.CheckConstraint(
                name="municipality_last_birthday_1_to_18",
                condition=Q(last_birthday__gte=1, last_birthday__lte=18),
            ),
        )

    def __str__(self) -> str:
        return self.name


class LineChannel(MunicipalityOwned):
    """The credentials of the municipality's LINE account, sealed, and what LINE said to them.

    ``result`` and ``tried_at`` are of the last try; the account's name, basic ID and limit a month
    (None: none, or not told) are of the last one that was answered, at ``answered_at``.
    """

    channel_id = models.CharField(max_length=20)
    secret_sealed = models.BinaryField()
    secret = Sealed("secret_sealed", where="linechannel.secret")
    result = models.CharField(max_length=10, blank=True, default="", db_default="")
    tried_at = models.DateTimeField(null=True)
    answered_at = models.DateTimeField(null=True)
    account_name = models.CharField(max_length=LONGEST_NAME, blank=True, default="", db_default="")
    basic_id = models.CharField(max_length=LONGEST_ID, blank=True, default="", db_default="")
    monthly_limit = models.PositiveIntegerField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["municipality"], name="one_line_channel_each"),
            models.CheckConstraint(
                name="linechannel_results", condition=Q(result__in=[r.value for r in Result])
            ),
            models.CheckConstraint(
                name="linechannel_answered_at_an_hour",
                condition=~Q(result="answered") | Q(answered_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return self.channel_id
