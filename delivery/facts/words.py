"""What the figures are counted by: dimensions, flows, bands of the stage, weeks of the life table."""

from collections.abc import Mapping
from dataclasses import dataclass

from messages.domain.stage import FIRST_PREGNANCY_DAY, LAST_PREGNANCY_DAY, Kind

DIMENSIONS = ("all", "channel", "stage", "relation")
"""``dimension`` of AudienceFact, MonthEnd and MonthFlow; the value of ``all`` is ''."""

REGISTERED, RETURNED, STOPPED, BLOCKED, GRADUATED = FLOWS = (
    "registered", "returned", "stopped", "blocked", "graduated",
)  # fmt: skip
"""``flow`` of FlowFact and MonthFlow, in the order of a table.

``registered``: the first time a subscription ran. ``returned``: it ran again after a stop that was
taken back or an address that works again. ``stopped``: by the reader, by a course that ended, or
erased while it ran: no figure tells a loss from a stop. ``blocked``: the address no longer takes
anything. ``graduated``: had its last text, on the last birthday.
"""

RETENTION_KINDS = (Kind.PREGNANCY.value, Kind.CHILD.value)
"""``kind`` of RetentionFact: what the course was when its reader registered."""

RETENTION_WEEKS = (0, 1, 2, 4, 8, 13, 26, 39, 52, 78, 104, 130, 156)
"""``weeks`` of RetentionFact: where each interval begins. The last one has no end."""


@dataclass(frozen=True, slots=True)
class Band:
    """A stretch of a course. ``first`` and ``last`` are completed days of a pregnancy, or completed
    months of a child's life; ``last`` None: to the end of the course."""

    kind: Kind
    first: int
    last: int | None


_MONTHS_OF_LIFE = (0, 3, 6, 12, 18, 24, 36, 48, 72)

BANDS: Mapping[str, Band] = {
    # The ten months of a pregnancy are counted from 1; the tenth goes on to 41w6d.
    **{
        f"p{month}": Band(
            Kind.PREGNANCY,
            max(28 * (month - 1), FIRST_PREGNANCY_DAY),
            28 * month - 1 if month < 10 else LAST_PREGNANCY_DAY,
        )
        for month in range(2, 11)
    },
    **{
        f"b{first}": Band(Kind.CHILD, first, following - 1 if following else None)
        for first, following in zip(_MONTHS_OF_LIFE, (*_MONTHS_OF_LIFE[1:], 0), strict=True)
    },
}
"""Every stretch of a course by the ``value`` of the dimension ``stage``, in the order of life."""

STAGE_BANDS = tuple(BANDS)
"""p2 … p10 (months of pregnancy), b0 (0–2 months old), b3, b6, b12, b18, b24, b36, b48, b72."""
