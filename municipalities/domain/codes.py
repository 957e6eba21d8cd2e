"""全国地方公共団体コード: five digits and a check digit (JIS X 0401 and 0402, 総務省)."""

import re

_WEIGHTS = (6, 5, 4, 3, 2)
_FIVE = re.compile("[0-9]{5}")
_SIX = re.compile("[0-9]{6}")


def check_digit(first_five: str) -> str:
    """The sixth digit of a code.

    Raises:
        ValueError: not five ASCII digits.
    """
    if not _FIVE.fullmatch(first_five):
        raise ValueError("A local government code begins with five digits.")
    total = sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_five, strict=True))
    return str((11 - total % 11) % 10)


def is_valid_code(six: str) -> bool:
    """Whether the check digit fits. Says nothing about whether such a place exists."""
    return bool(_SIX.fullmatch(six)) and check_digit(six[:5]) == six[5]
