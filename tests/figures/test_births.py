"""Births entered by the NPO: with a source, and seen by the municipality in its records."""

from collections.abc import Callable

from django.test import Client

from municipalities.models import Births, Municipality, StaffAct
from municipalities.tenancy.scope import in_municipality
from tests.figures import facts

PATH = "/npo/figures/m/aoba/births/"


def kept(aoba: Municipality) -> dict[int, tuple[int, str]]:
    with in_municipality(aoba.pk):
        return {one.year: (one.count, one.source) for one in Births.objects.all()}


def test_a_number_is_kept_with_its_source_and_noted(
    who: Callable[[str], Client], aoba: Municipality
) -> None:
    answer = who("partner").post(PATH, {"births-2025": "１,２３４", "source": "人口動態統計"})
    assert answer.status_code == 302
    assert kept(aoba) == {2025: (1234, "人口動態統計")}
    with in_municipality(aoba.pk):
        act = StaffAct.objects.get()
        assert (act.act, act.purpose, act.details) == (
            "births.changed", "人口動態統計", {"year": 2025, "after": 1234},
        )  # fmt: skip


def test_what_the_municipality_typed_in_stays_unless_it_is_changed(
    who: Callable[[str], Client], aoba: Municipality
) -> None:
    facts.know_births(aoba, y2024=800, y2025=790)
    typed = {"births-2024": "800", "births-2025": "795", "source": "統計"}
    assert who("operator").post(PATH, typed).status_code == 302
    assert kept(aoba) == {2024: (800, ""), 2025: (795, "統計")}


def test_a_number_without_a_source_is_asked_for_it_and_nothing_is_lost(
    head: Client, aoba: Municipality
) -> None:
    answer = head.post(PATH, {"births-2025": "812"})
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "数字の出典を書いてください" in page
    assert 'value="812"' in page
    assert kept(aoba) == {}


def test_what_is_no_number_is_named_with_its_year(head: Client, aoba: Municipality) -> None:
    answer = head.post(PATH, {"births-2025": "多め", "source": "統計"})
    assert answer.status_code == 400
    assert "2025" in answer.content.decode()
    assert 'value="多め"' in answer.content.decode()
    assert kept(aoba) == {}
