"""The base of every table that belongs to a municipality."""

from typing import Any, ClassVar, Self

from django.db import models
from django_scopes import ScopedManager


class MunicipalityOwned(models.Model):
    """Its queries need ``in_municipality``: without it they raise instead of showing too much."""

    municipality = models.ForeignKey(
        "municipalities.Municipality", on_delete=models.PROTECT, related_name="+"
    )

    objects: ClassVar[models.Manager[Self]] = ScopedManager(  # type: ignore[assignment,unused-ignore]
        municipality="municipality"
    )

    class Meta:
        abstract = True


def within_municipality(to: str, **options: Any) -> models.ForeignKey[Any, Any]:
    """A foreign key to another table of the same municipality.

    Django cannot write ``(municipality_id, x_id) → (municipality_id, id)``; the migration adds it
    with ``AddTenantForeignKey``. A plain key would accept a neighbour's row: its check ignores
    policies.
    """
    options.setdefault("on_delete", models.PROTECT)
    return models.ForeignKey(to, db_constraint=False, **options)
