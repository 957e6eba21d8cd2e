"""Where one stands among municipalities of one size: nobody named, nothing of fewer than eight."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import pytest
import time_machine
from django.db import ProgrammingError, connection, transaction
from hypothesis import given
from hypothesis import strategies as st

from delivery.domain.benchmark import (
    FATHERS,
    FIRST_YEAR,
    LINE,
    PREGNANCY,
    Counts,
    quartiles,
    standing,
)
from delivery.facts.benchmarks import count_benchmarks
from delivery.models import Benchmark, MonthEnd
from kizuna.lib import clock
from municipalities.models import Births, Municipality
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world
from tests.blocks.desk import Person

END = date(2026, 10, 31)
PAGE = "/console/aoba/benchmark/"


def figures(
    municipality: Municipality, *, fathers: int, births: int | None = 200, on: date = END
) -> None:
    """A month's end of 100 readers, 60 by LINE, 40 babies, 30 pregnancies."""
    rows = [
        ("all", "", 100), ("relation", "father", fathers), ("relation", "mother", 100 - fathers),
        ("channel", "line", 60), ("channel", "email", 40),
        ("stage", "b0", 10), ("stage", "b3", 10), ("stage", "b6", 20), ("stage", "b12", 30),
        ("stage", "p5", 10), ("stage", "p9", 20),
    ]  # fmt: skip
    with in_municipality(municipality.pk):
        for dimension, value, number in rows:
            MonthEnd.objects.create(
                municipality=municipality, month_end=on, last_birthday=3, taken_at=clock.now(),
                dimension=dimension, value=value, readers=number, subscriptions=number,
                courses=number, children=number,
            )  # fmt: skip
        if births is not None:
            Births.objects.create(
                municipality=municipality, year=on.year - 1, count=births, noted_at=clock.now()
            )


def peers(count: int, *, births: int = 200, on: date = END) -> list[Municipality]:
    some = [world.make_municipality(f"town{n}", name=f"町{n}") for n in range(count)]
    for n, one in enumerate(some):
        figures(one, fathers=10 + 2 * n, births=births, on=on)
    return some


def found() -> dict[str, tuple[int, float, float, float]]:
    return {
        one.metric: (one.municipalities, one.low, one.middle, one.high)
        for one in Benchmark.objects.all()
    }


@pytest.fixture(autouse=True)
def _early_in_november() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 3, 12, tzinfo=clock.TOKYO), tick=False):
        yield


def test_the_middle_half_of_eight_is_written_down_per_size(aoba: Municipality) -> None:
    figures(aoba, fathers=30)
    peers(7)
    world.make_municipality("big")
    assert count_benchmarks() == 4
    rows = found()
    # 10, 12, 14, 16, 18, 20, 22 and 30 of 100: no quartile is the figure of one of them.
    assert rows[FATHERS] == (8, 15, 15, 20)
    assert rows[LINE] == (8, 60, 60, 60)
    # 40 of 200 expected births, 30 pregnancies for as many.
    assert rows[FIRST_YEAR] == (8, 20, 20, 20)
    assert rows[PREGNANCY] == (8, 15, 15, 15)
    assert {one.size_class for one in Benchmark.objects.all()} == {"100-299"}


def test_seven_municipalities_leave_nothing_and_what_was_there_goes(aoba: Municipality) -> None:
    figures(aoba, fathers=30)
    others = peers(7)
    assert count_benchmarks() == 4
    with in_municipality(others[0].pk):
        Births.objects.all().delete()
    assert count_benchmarks() == 0
    assert found() == {}


def test_a_week_after_the_month_s_end_what_was_written_stays(aoba: Municipality) -> None:
    figures(aoba, fathers=30)
    others = peers(8)
    count_benchmarks()
    before = found()
    with time_machine.travel(datetime(2026, 11, 8, 2, 30, tzinfo=clock.TOKYO), tick=False):
        with in_municipality(others[7].pk):
            Births.objects.all().delete()
        assert count_benchmarks() == 4
        assert found() == before


def test_what_was_never_written_is_written_late(aoba: Municipality) -> None:
    figures(aoba, fathers=30)
    peers(7)
    with time_machine.travel(datetime(2026, 11, 20, 2, 30, tzinfo=clock.TOKYO), tick=False):
        assert count_benchmarks() == 4


def test_each_size_is_for_itself_and_months_before_stay(aoba: Municipality) -> None:
    peers(8)
    count_benchmarks()
    for n in range(8):
        city = world.make_municipality(f"city{n}")
        figures(city, fathers=50, births=2000, on=date(2026, 11, 30))
    count_benchmarks()
    kept = set(Benchmark.objects.values_list("month_end", "size_class").distinct())
    assert kept == {(END, "100-299"), (date(2026, 11, 30), "1000+")}


def test_the_page_says_where_one_stands_and_names_nobody(aoba: Municipality, bob: Person) -> None:
    figures(aoba, fathers=30)
    peers(7)
    count_benchmarks()
    page = bob.client().get(PAGE).content.decode()
    assert "読者のうちお父さんの割合は30%。多くの自治体より高めです（中央 15%）" in page
    assert "読者のうちLINEの割合は60%。多くの自治体と同じくらいです" in page
    assert page.count('<div class="strip"') == 4
    assert "町" not in page.split("<main")[1].split("</main>")[0]


@pytest.mark.parametrize(
    ("prepare", "words"),
    [
        (lambda one: None, "最初の数字は、来月の1日に"),
        (lambda one: figures(one, fathers=30, births=None), "出生数が入ると"),
        (lambda one: figures(one, fathers=30), "まだ8つありません"),
    ],
)
def test_what_is_missing_is_told(
    aoba: Municipality, alice: Person, prepare: Any, words: str
) -> None:
    prepare(aoba)
    count_benchmarks()
    assert words in alice.client().get(PAGE).content.decode()


def test_small_numbers_are_not_told() -> None:
    few = Counts(readers=4, fathers=1, line=2, pregnancies=1, babies=2)
    assert standing(few, {2025: 4}, END) == {}


def test_a_municipality_only_reads_benchmarks_and_its_own_figures(
    aoba: Municipality, minato: Municipality
) -> None:
    figures(minato, fathers=1)
    with in_municipality(aoba.pk):
        assert not MonthEnd.objects.exists()
        with pytest.raises(ProgrammingError), transaction.atomic():
            connection.cursor().execute("DELETE FROM delivery_benchmark")
    with across_for_npo():
        assert MonthEnd.objects.exists()


@given(values=st.lists(st.floats(0, 200), max_size=40))
def test_quartiles_are_in_order_and_inside(values: list[float]) -> None:
    one = quartiles(values)
    if len(values) < 8:
        assert one is None
        return
    assert one is not None
    assert min(values) - 2.5 <= one.low <= one.middle <= one.high <= max(values) + 2.5
    assert {one.low % 5, one.middle % 5, one.high % 5} == {0}
