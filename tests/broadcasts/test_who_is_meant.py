"""The sentence says exactly who is meant, in words that people use."""

from datetime import date
from itertools import pairwise

import pytest

from messages.domain.segment import GROUPS, Segment, Span, sentence_en, sentence_ja
from messages.domain.stage import Kind
from municipalities.domain.words import Audience

SPAN = {group.key: group.span for group in GROUPS}


@pytest.mark.parametrize(
    ("keys", "ja"),
    [
        ([], "青葉市の、すべての読者に"),
        (["early", "middle", "late"], "青葉市の、妊娠中の人に"),
        (["late", "under_100", "rest_of_0"], "青葉市の、妊娠後期（28週〜）の人と0歳の子の家族に"),
        (["one"], "青葉市の、1歳の子の家族に"),
        (["under_100", "rest_of_0", "one", "two", "older"], "青葉市の、生まれた子の家族すべてに"),
    ],
)
def test_groups_are_said_as_people_say_them(keys: list[str], ja: str) -> None:
    assert sentence_ja(Segment(tuple(SPAN[key] for key in keys)), "青葉市") == ja


def test_days_of_ones_own_and_what_narrows_them() -> None:
    one = Segment(
        (Span(Kind.PREGNANCY, 140, 195), Span(Kind.CHILD, 3, 9)),
        (Audience.PARTNER, Audience.AROUND),
        ("南地区", "北地区"),
        "line",
    )
    assert sentence_ja(one, "青葉市") == (
        "青葉市の、妊娠20週0日〜27週6日の人と生後3日〜9日の子の家族"
        "（パートナー・祖父母やまわりの人、南地区・北地区、LINE の読者だけ）に"
    )
    assert sentence_en(one, "Aoba").startswith("To people from 20w0d to 27w6d of a pregnancy and ")


def test_the_groups_lie_side_by_side_without_a_gap() -> None:
    for kind in Kind:
        spans = [group.span for group in GROUPS if group.span.kind is kind]
        for before, after in pairwise(spans):
            assert after.first_day == before.last_day + 1


def test_anchors_of_a_span() -> None:
    on = date(2026, 11, 25)
    assert Span(Kind.CHILD, 0, 100).anchors(on) == (date(2026, 8, 17), on)
    first, last = Span(Kind.PREGNANCY, 28, 293).anchors(on)
    assert ((first - on).days, (last - on).days) == (280 - 293, 280 - 28)
