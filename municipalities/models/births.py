"""How many children were born in a year: what the registrations are held against."""

from django.db import models
from django.db.models import UniqueConstraint

from municipalities.tenancy.models import MunicipalityOwned


class Births(MunicipalityOwned):
    """The number of births of one calendar year, as the municipality wrote it down."""

    year = models.PositiveSmallIntegerField()
    count = models.PositiveIntegerField()
    noted_at = models.DateTimeField()
    # Whose figure it is: '' what the municipality typed in, else a published statistic by name.
    source = models.CharField(max_length=60, blank=True, default="", db_default="")

    class Meta:
        constraints = (
            UniqueConstraint(fields=["municipality", "year"], name="one_number_of_births_a_year"),
        )

    def __str__(self) -> str:
        return f"births of {self.year}"
