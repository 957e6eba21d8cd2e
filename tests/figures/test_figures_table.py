"""Municipalities beside each other: searched, in order, page by page, and as a file."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from municipalities.models import LocalGovernment, Municipality
from tests import world
from tests.figures import facts
from tests.figures.test_figures_page import rows, shown


@pytest.fixture
def country(db: None) -> list[Municipality]:
    """Sixty cities, the last one the largest."""
    cities = []
    for n in range(60):
        code = LocalGovernment.objects.create(
            code=f"{n + 10:02}1000", kind="city", prefecture="青森県" if n < 3 else "長野県",
            name=f"第{n}市", kana=f"ダイ{n}シ", source="test", as_of="2026-01-01",
        )  # fmt: skip
        one = world.make_municipality(f"city{n}", name=f"第{n}市", code=code)
        facts.take_month_ends(one, count=1, readers=600 + n)
        cities.append(one)
    return cities


def test_fifty_a_page_in_the_order_of_the_codes(head: Client, country: list[Municipality]) -> None:
    first, second = (shown(head, f"/npo/figures/municipalities/?page={n}") for n in (1, 2))
    assert "60団体のうち1〜50番目" in first
    assert "第49市" in first
    assert "第50市" not in first
    assert "60団体のうち51〜60番目" in second


def test_the_largest_first(head: Client, country: list[Municipality]) -> None:
    page = shown(head, "/npo/figures/municipalities/?sort=size")
    assert page.index("第59市") < page.index("第58市") < page.index("第30市")


def test_published_figures_are_in_the_order_of_what_is_shown(head: Client, db: None) -> None:
    """Within one rounded number the codes decide: the order tells nothing that the number hides."""
    for n, readers in enumerate([104, 102, 96, 7, 9, 115]):
        code = LocalGovernment.objects.create(
            code=f"{n + 10:02}1000", kind="city", prefecture="青森県", name=f"第{n}市",
            kana=f"ダイ{n}シ", source="test", as_of="2026-01-01",
        )  # fmt: skip
        one = world.make_municipality(f"city{n}", name=f"第{n}市", code=code)
        facts.take_month_ends(one, count=1, readers=readers)

    def order(query: str) -> list[int]:
        page = shown(head, f"/npo/figures/municipalities/?sort=size{query}")
        return sorted(range(6), key=lambda n: page.index(f"第{n}市"))

    assert order("") == [5, 0, 1, 2, 4, 3]
    assert order("&as=public") == [5, 0, 1, 2, 3, 4]


@pytest.mark.parametrize("path", ["municipalities/", "m/aoba/"])
def test_a_published_share_is_one_of_the_published_number(
    head: Client, aoba: Municipality, path: str
) -> None:
    facts.take_month_ends(aoba, count=1, readers=614)
    facts.know_births(aoba, y2024=700, y2025=700)
    exact, public = (shown(head, f"/npo/figures/{path}{query}") for query in ("", "?as=public"))
    # 614 * 210 // 600 = 214 children under one year of 700.
    assert "30.6%" in exact
    assert "30.6%" not in public
    assert "30.0%" in public


def test_found_by_prefecture_name_and_code(head: Client, country: list[Municipality]) -> None:
    path = "/npo/figures/municipalities/"
    assert "3団体のうち1〜3番目" in shown(head, f"{path}?q=青森")
    assert "1団体のうち" in shown(head, f"{path}?q=第17市")
    assert "1団体のうち" in shown(head, f"{path}?q=121000")
    assert "その名前の自治体はありません" in shown(head, f"{path}?q=どこにもない")


def test_the_file_holds_all_that_was_found(head: Client, country: list[Municipality]) -> None:
    table = rows(head, "/npo/figures/municipalities.csv")
    assert len(table) == 61
    assert table[1][:4] == ["101000", "第0市", "2026-10", "600"]


def test_a_page_asks_as_often_for_fifty_as_for_three(
    head: Client, country: list[Municipality]
) -> None:
    path = "/npo/figures/municipalities/"
    shown(head, path)
    with CaptureQueriesContext(
        connection,
    ) as few:
        shown(head, f"{path}?q=青森")
    with CaptureQueriesContext(connection) as many:
        shown(head, path)
    assert len(many) == len(few)


def test_a_page_of_all_asks_as_often_for_sixty_as_for_one(
    head: Client, country: list[Municipality]
) -> None:
    shown(head, "/npo/figures/")
    with CaptureQueriesContext(connection) as one:
        shown(head, "/npo/figures/m/city1/")
    with CaptureQueriesContext(connection) as all_of_them:
        shown(head, "/npo/figures/")
    assert len(all_of_them) <= len(one) + 2
