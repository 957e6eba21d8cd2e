"""The check digit of local government codes holds for the whole public register."""

import csv
from pathlib import Path

import pytest

from municipalities.domain.codes import check_digit, is_valid_code

REGISTER = Path(__file__).parents[2] / "municipalities" / "data" / "local-governments.csv"


def _codes() -> list[str]:
    with REGISTER.open(encoding="utf-8", newline="") as lines:
        return [row["code"] for row in csv.DictReader(lines)]


def test_the_register_is_whole_and_every_code_stands_once() -> None:
    assert len(_codes()) == len(set(_codes())) == 1965


def test_every_code_of_the_register_is_valid() -> None:
    assert [code for code in _codes() if not is_valid_code(code)] == []


def test_one_changed_digit_is_noticed_in_every_code_of_the_register() -> None:
    """Digit 1 stands for two remainders (0 and 10) and can miss one; every other digit cannot."""
    missed = [
        (code, place, digit)
        for code in _codes()
        for place in range(6)
        for digit in "0123456789"
        if digit != code[place]
        and is_valid_code(code[:place] + digit + code[place + 1 :])
        and code[5] != "1"
    ]
    assert missed == []


@pytest.mark.parametrize(
    "text",
    ["", "13114", "1311400", "１３１１４１", "131141 ", "131141\n", "13114a", "٣١١٤١١", "-13114"],
)
def test_what_is_not_six_ascii_digits_is_no_code(text: str) -> None:
    assert not is_valid_code(text)


def test_a_code_of_nakano_is_valid_and_its_neighbours_are_not() -> None:
    assert check_digit("13114") == "8"
    assert [digit for digit in "0123456789" if is_valid_code(f"13114{digit}")] == ["8"]


@pytest.mark.parametrize("text", ["", "1311", "131141", "１３１１４", "1311x"])
def test_the_check_digit_of_anything_but_five_digits_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="five digits"):
        check_digit(text)
