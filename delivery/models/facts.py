"""Daily and monthly figures, counted once so that no page reads the ledger or the readers' tables.

Rebuilt by delete + insert, but ``MonthEnd``: what was reported once stays as it was.
"""

from django.db import models
from django.db.models import UniqueConstraint

from municipalities.domain.words import EndpointKind
from municipalities.tenancy.models import MunicipalityOwned

CHANNELS = [(k.value, k.name) for k in EndpointKind]


class DailyFact(MunicipalityOwned):
    """How many deliveries of one day ended how. Rebuilt by delete + insert; dashboards read it."""

    run_day = models.DateField()
    channel = models.CharField(max_length=5, choices=CHANNELS)
    state = models.CharField(max_length=7)
    reason = models.CharField(max_length=30, blank=True)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["municipality", "run_day", "channel", "state", "reason"],
                name="one_fact_each",
            ),
        )
        # Found by day across all municipalities: without it the look-up grows with the years kept.
        indexes = (models.Index(fields=["run_day"], name="fact_by_day"),)

    def __str__(self) -> str:
        return f"{self.run_day} {self.channel} {self.state}: {self.count}"


class DayFact(MunicipalityOwned):
    """The reconciliation of one day and channel: what planning counted, and the difference that the
    ledger cannot explain. 0, or something is wrong.

    ``broadcasts`` are those of ``planned`` that are no texts of the day. ``waiting_since`` is when the
    first of those that are still to be sent could have been; null where nothing waits.
    """

    run_day = models.DateField()
    channel = models.CharField(max_length=5, choices=CHANNELS)
    planned = models.PositiveIntegerField()
    broadcasts = models.PositiveIntegerField(db_default=0)
    unexplained = models.PositiveIntegerField()
    waiting_since = models.DateTimeField(null=True)
    is_held = models.BooleanField(default=False)
    counted_at = models.DateTimeField()

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["municipality", "run_day", "channel"], name="one_day_fact_each"
            ),
        )
        indexes = (models.Index(fields=["run_day"], name="day_fact_by_day"),)

    def __str__(self) -> str:
        return f"{self.run_day} {self.channel}: {self.planned} planned"


class PaceFact(MunicipalityOwned):
    """How many deliveries of a day were sent in which five minutes. ``slot`` 0 begins at 0:00 in
    Japan, 287 ends the day: rate, expected end, share by 9:00, time to send."""

    run_day = models.DateField()
    channel = models.CharField(max_length=5, choices=CHANNELS)
    slot = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["municipality", "run_day", "channel", "slot"], name="one_pace_each"
            ),
        )
        indexes = (models.Index(fields=["run_day", "slot"], name="pace_by_day"),)

    def __str__(self) -> str:
        return f"{self.run_day} {self.channel} {self.slot}: {self.count}"


class Forecast(MunicipalityOwned):
    """What was expected of a day the evening before: how many deliveries, and readers without a
    text. ``gaps`` lists the stages that had none: ``{"d45": 3}``. ``broadcasts`` are those of
    ``expected`` that are no texts of the day."""

    run_day = models.DateField()
    channel = models.CharField(max_length=5, choices=CHANNELS)
    expected = models.PositiveIntegerField()
    broadcasts = models.PositiveIntegerField(db_default=0)
    without_text = models.PositiveIntegerField(default=0)
    gaps = models.JSONField(default=dict)
    made_at = models.DateTimeField()

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["municipality", "run_day", "channel"], name="one_forecast_each"
            ),
        )
        indexes = (models.Index(fields=["run_day"], name="forecast_by_day"),)

    def __str__(self) -> str:
        return f"{self.run_day} {self.channel}: {self.expected} expected"


class _Audience(MunicipalityOwned):
    """Who was active, by one dimension at a time: readers and children are counted separately.

    ``dimension`` is all, channel, stage or relation, ``value`` its value ('' for all). A reader of
    two children is one reader and two subscriptions; twins are one course and two children.
    """

    dimension = models.CharField(max_length=8)
    value = models.CharField(max_length=13, blank=True)
    readers = models.PositiveIntegerField()
    subscriptions = models.PositiveIntegerField()
    courses = models.PositiveIntegerField()
    children = models.PositiveIntegerField()

    class Meta:
        abstract = True


class AudienceFact(_Audience):
    """The active readers at the end of a day; the last two months of days are kept."""

    on = models.DateField()

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["municipality", "on", "dimension", "value"], name="one_audience_each"
            ),
        )
        indexes = (models.Index(fields=["on", "dimension"], name="audience_by_day"),)

    def __str__(self) -> str:
        return f"{self.on} {self.dimension} {self.value}: {self.readers}"


class MonthEnd(_Audience):
    """AU: the active readers at the end of a month. Written once; the database refuses a change.

    ``last_birthday`` is the municipality's range as it was, so that the figure can be counted again.
    """

    month_end = models.DateField()
    last_birthday = models.PositiveSmallIntegerField()
    taken_at = models.DateTimeField()

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["municipality", "month_end", "dimension", "value"],
                name="one_month_end_each",
            ),
        )
        indexes = (
            models.Index(fields=["month_end", "dimension"], name="month_end_by_day"),
            # The pages of all municipalities add up years of month ends: from the index alone.
            models.Index(
                fields=["month_end", "dimension", "value"],
                include=["municipality", "readers", "subscriptions", "courses", "children"],
                condition=models.Q(dimension__in=("all", "channel")),
                name="month_end_of_all",
            ),
        )

    def __str__(self) -> str:
        return f"{self.month_end} {self.dimension} {self.value}: {self.readers}"


class FlowFact(MunicipalityOwned):
    """How many subscriptions of a channel came and went on one day: registered, stopped, blocked,
    graduated. Thirteen months of days are kept."""

    on = models.DateField()
    flow = models.CharField(max_length=10)
    # Processes of the version before count without one.
    channel = models.CharField(
        max_length=5, choices=CHANNELS, blank=True, default="", db_default=""
    )
    count = models.PositiveIntegerField()

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["municipality", "on", "flow", "channel"], name="one_flow_each"
            ),
        )
        indexes = (models.Index(fields=["on", "flow"], name="flow_by_day"),)

    def __str__(self) -> str:
        return f"{self.on} {self.flow} {self.channel}: {self.count}"


class MonthFlow(MunicipalityOwned):
    """The same for a month, by one dimension at a time (all, channel, stage, relation)."""

    month = models.DateField(help_text="The first of the month")
    flow = models.CharField(max_length=10)
    dimension = models.CharField(max_length=8)
    value = models.CharField(max_length=13, blank=True)
    count = models.PositiveIntegerField()

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["municipality", "month", "flow", "dimension", "value"],
                name="one_month_flow_each",
            ),
        )
        # The pages of all municipalities add up years of months: from the index alone.
        indexes = (
            models.Index(
                fields=["month", "flow"],
                include=["municipality", "count"],
                condition=models.Q(dimension="all"),
                name="month_flow_of_all",
            ),
            models.Index(
                fields=["month"],
                include=["municipality", "count"],
                condition=models.Q(dimension="channel", value="line", flow="blocked"),
                name="month_flow_line_blocked",
            ),
        )

    def __str__(self) -> str:
        return f"{self.month} {self.flow} {self.dimension} {self.value}: {self.count}"


class RetentionFact(MunicipalityOwned):
    """A life table: of those who registered in pregnancy or after the birth, how many were still
    receiving when an interval began, and how many left in it. Growing out is no leaving."""

    kind = models.CharField(max_length=9)
    weeks = models.PositiveSmallIntegerField(help_text="Weeks since registration: the begin")
    at_risk = models.PositiveIntegerField()
    left = models.PositiveIntegerField()
    censored = models.PositiveIntegerField()

    class Meta:
        constraints = (
            UniqueConstraint(fields=["municipality", "kind", "weeks"], name="one_retention_each"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.weeks}: {self.left} of {self.at_risk}"


class Benchmark(models.Model):
    """Where municipalities of one size stand in a month, without a name: what peers may see.

    Kept only where at least eight municipalities are behind it.
    """

    month_end = models.DateField()
    size_class = models.CharField(max_length=10)
    metric = models.CharField(max_length=20)
    municipalities = models.PositiveSmallIntegerField()
    low = models.FloatField()
    middle = models.FloatField()
    high = models.FloatField()

    class Meta:
        constraints = (
            UniqueConstraint(
                fields=["month_end", "size_class", "metric"], name="one_benchmark_each"
            ),
            models.CheckConstraint(
                name="benchmark_of_eight_or_more", condition=models.Q(municipalities__gte=8)
            ),
        )

    def __str__(self) -> str:
        return f"{self.month_end} {self.size_class} {self.metric}"
