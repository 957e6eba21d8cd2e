"""The figures behind the pages: counted from spans and the ledger, in sets, once a night.

``AudienceFact`` and ``MonthEnd`` count whom texts went to, by one dimension at a time. Their
``children`` are those expected in a pregnancy too: the bands of the stage tell them apart.
"""

from delivery.facts.audience import Counted
from delivery.facts.month_end import recount_month_end, take_month_ends, taken_month_end
from delivery.facts.nightly import count_yesterday, rebuild
from delivery.facts.words import (
    BANDS,
    DIMENSIONS,
    FLOWS,
    RETENTION_KINDS,
    RETENTION_WEEKS,
    STAGE_BANDS,
    Band,
)

__all__ = (
    "BANDS", "DIMENSIONS", "FLOWS", "RETENTION_KINDS", "RETENTION_WEEKS", "STAGE_BANDS", "Band",
    "Counted", "count_yesterday", "rebuild", "recount_month_end", "take_month_ends",
    "taken_month_end",
)  # fmt: skip
