"""The figures behind the pages: counted from spans and the ledger, in sets, once a night.

``AudienceFact`` and ``MonthEnd`` count whom texts went to, by one dimension at a time. Their
``children`` are those expected in a pregnancy too: the bands of the stage tell them apart.
"""

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
)  # fmt: skip
