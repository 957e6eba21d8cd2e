"""How large a municipality is, told by the births of a year: who is compared with whom."""

from collections.abc import Mapping
from typing import Final

UNDER_100: Final = "u100"
FROM_100: Final = "100-299"
FROM_300: Final = "300-999"
FROM_1000: Final = "1000+"
UNKNOWN: Final = ""
"""No births were written down."""

SIZE_CLASSES: Final[tuple[str, ...]] = (UNDER_100, FROM_100, FROM_300, FROM_1000)
"""The smallest first."""

_FROM: Final[Mapping[str, int]] = {UNDER_100: 0, FROM_100: 100, FROM_300: 300, FROM_1000: 1_000}


def size_class(births: int | None) -> str:
    """The class of a municipality with so many births a year; '' where they are unknown."""
    if births is None:
        return UNKNOWN
    return next(one for one in reversed(SIZE_CLASSES) if births >= _FROM[one])
