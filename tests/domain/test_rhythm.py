"""The standard course has 533 places, and each text fills the one in which it comes."""

from collections import Counter
from itertools import pairwise
from pathlib import Path

import pytest

from messages.domain import rhythm
from messages.domain.stage import Kind, Stage

PACK = Path(__file__).resolve().parents[2] / "content" / "ja"


def test_the_course_has_as_many_places_as_the_rhythm_says() -> None:
    children = [one for one in rhythm.places() if one.stage.kind is Kind.CHILD]
    until = Counter(
        next(end for end in (100, 364, 728, 1092) if one.stage.number <= end) for one in children
    )
    assert until == {100: 101, 364: 88, 728: 52, 1092: 26}
    assert len(rhythm.places()) == 266 + 101 + 88 + 52 + 26 == 533


def test_no_day_of_the_course_is_left_out_and_none_is_twice_in_it() -> None:
    for kind, last in ((Kind.PREGNANCY, 293), (Kind.CHILD, 1096)):
        ends = [one for one in rhythm.places() if one.stage.kind is kind]
        assert ends[-1].last == last
        assert all(b.first == a.last + 1 for a, b in pairwise(ends))


@pytest.mark.parametrize(
    ("key", "place"),
    [
        ("p4w0d", "p4w0d"),
        ("p41w6d", "p41w6d"),
        ("d0", "d0"),
        ("d100", "d100"),
        ("d101", "d103"),
        ("d103", "d103"),
        ("m4", "d121"),
        ("d364", "d364"),
        ("y1", "d371"),
        ("y2", "d742"),
        ("m35", "d1078"),
        ("y3", "d1092"),
        ("d1097", None),
        ("m37", None),
        ("y4", None),
    ],
)
def test_a_text_fills_the_place_in_which_it_comes(key: str, place: str | None) -> None:
    found = rhythm.place_of(Stage.parse(key))
    assert (found.stage.key if found else None) == place


def test_every_text_of_the_starter_pack_fills_a_place_of_its_own() -> None:
    keys = [path.stem for path in PACK.glob("*/*.md") if "." not in path.stem]
    filled = Counter(rhythm.place_of(Stage.parse(key)) for key in keys)
    assert len(filled) == len(keys) == 87
    assert None not in filled
