"""Births of the last full year that is known, for every municipality: by them sizes are told.

Behind the NPO's door only: it reads the births of all municipalities.
"""

from municipalities.domain.size_class import size_class
from municipalities.models import Births

YEARS_BACK = 3
"""An older number says too little about today."""


def births_of_all(year: int) -> dict[int, int]:
    """Municipality → births of ``year``, or of the last year before it that was written down."""
    rows = (
        Births.objects.filter(year__gt=year - YEARS_BACK, year__lte=year)
        .order_by("year")
        .values_list("municipality_id", "count")
    )
    return dict(rows)


def size_classes(year: int) -> dict[int, str]:
    """Municipality → its size class; who wrote no births down is not in it."""
    return {number: size_class(count) for number, count in births_of_all(year).items()}
