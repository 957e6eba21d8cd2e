"""The audit log is read, filtered and taken along, and nobody changes a line of it."""

import csv
import io
import re
from datetime import datetime
from decimal import Decimal
from pathlib import Path

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.test import Client

from kizuna.lib import clock, csv_out
from kizuna.lib.csv_out import neutral
from messages.domain.review import ReviewAct
from municipalities.models import Municipality, StaffAct, StaffUser
from municipalities.services.audit import note
from municipalities.tenancy.scope import in_municipality
from municipalities.views.audit_words import act_words
from tests import world

PAGE = "/console/aoba/audit/"


def write(aoba: Municipality, staff: StaffUser | None, act: str, count: int = 1) -> None:
    with in_municipality(aoba.pk):
        for number in range(count):
            note(aoba, staff, act, about=f"subscription {number}", purpose="窓口", count=number)


def test_acts_stand_in_words_newest_first(
    aoba: Municipality, manager: Client, boss: StaffUser
) -> None:
    write(aoba, boss, "reader.looked_up")
    write(aoba, None, "staff.removed")
    page = manager.get(PAGE).content.decode()
    body = page.split("<tbody>")[1]
    assert body.index("職員を外す") < body.index("読者を照会")
    assert "（システム）" in body
    assert "件数: 0" in body


def test_a_hundred_a_page(aoba: Municipality, manager: Client, boss: StaffUser) -> None:
    write(aoba, boss, "reader.stopped", 101)
    first = manager.get(PAGE)
    assert len(first.context["lines"]) == 100
    second = manager.get(f"{PAGE}?{first.context['older']}")
    assert [line.about for line in second.context["lines"]] == ["登録 0"]
    assert second.context["older"] == ""


def test_filters_by_person_act_and_day(
    aoba: Municipality, manager: Client, boss: StaffUser, alice: StaffUser
) -> None:
    with time_machine.travel(datetime(2026, 4, 1, 0, 30, tzinfo=clock.TOKYO), tick=False):
        write(aoba, boss, "staff.invited")
    write(aoba, alice, "reader.stopped")

    def shown(**asked: str | int) -> list[str]:
        return [line.act for line in manager.get(PAGE, asked).context["lines"]]

    assert shown(person=alice.pk) == ["読者の配信を停止"]
    assert shown(act="staff.invited") == ["職員を招待"]
    assert shown(since="2026-04-01", until="2026-04-01") == ["職員を招待"]
    assert shown(until="2026-03-31") == []
    assert shown(person="x", act="nothing") == []


@pytest.mark.parametrize(
    ("asked", "field"),
    [
        ({"since": "yesterday"}, "since"),
        ({"since": "2026-04-02", "until": "2026-04-01"}, "until"),
    ],
)
def test_a_wrong_date_is_told_at_its_field(
    manager: Client, asked: dict[str, str], field: str
) -> None:
    assert f'href="#{field}"' in manager.get(PAGE, asked).content.decode()


@pytest.mark.parametrize(("coding", "codec"), [("utf-8", "utf-8-sig"), ("cp932", "cp932")])
def test_the_table_opens_in_excel_and_the_download_is_noted(
    aoba: Municipality, manager: Client, boss: StaffUser, coding: str, codec: str
) -> None:
    StaffUser.objects.filter(pk=boss.pk).update(name="=1+1𠮷")
    write(aoba, boss, "reader.stopped")
    answer = manager.post(f"{PAGE}export/", {"coding": coding})
    assert "attachment" in answer["Content-Disposition"]
    rows = list(csv.reader(io.StringIO(answer.content.decode(codec))))
    assert rows[1][1] == ("'=1+1𠮷" if coding == "utf-8" else "'=1+1〓")
    with in_municipality(aoba.pk):
        assert StaffAct.objects.latest("pk").act == "audit.exported"


def test_a_mistyped_day_takes_nothing_along(
    aoba: Municipality, manager: Client, boss: StaffUser
) -> None:
    write(aoba, boss, "staff.invited")
    answer = manager.post(f"{PAGE}export/", {"since": "2027/13/01"})
    assert answer.status_code == 400
    assert "Content-Disposition" not in answer
    with in_municipality(aoba.pk):
        assert StaffAct.objects.latest("pk").act == "staff.invited"


@pytest.mark.parametrize("cell", ["=1", "+1", "-1", "@x", "\t=1", "＝1", "\u200b=1", " =1", "\0=1"])
def test_no_cell_is_a_formula(cell: str) -> None:
    assert str(neutral(cell)).startswith("'")


def test_what_is_no_formula_stays_as_it_is() -> None:
    assert [neutral(one) for one in ("青葉市", 12, None, "1-1")] == ["青葉市", 12, None, "1-1"]


def test_a_number_is_written_as_one() -> None:
    rows = csv_out.table([[-12, -1.5, Decimal("0.25"), "-12"]], csv_out.Coding.UTF8)
    assert rows.decode("utf-8-sig") == """-12,-1.5,0.25,"'-12"\r\n"""


def test_the_neighbour_s_acts_are_not_there(aoba: Municipality, manager: Client) -> None:
    minato = world.make_minato()
    write(minato, None, "staff.removed")
    assert manager.get(PAGE).context["lines"] == []


def test_the_application_cannot_change_a_line(aoba: Municipality, boss: StaffUser) -> None:
    write(aoba, boss, "reader.stopped")
    with in_municipality(aoba.pk):
        for change in (
            lambda: StaffAct.objects.update(act="x"),
            lambda: StaffAct.objects.all().delete(),
        ):
            with pytest.raises(DatabaseError), transaction.atomic():
                change()


ROOT = Path(__file__).resolve().parents[2]
NOTED = re.compile(r"""note\(\s*(?:[\w.]+,\s*){2}f?"([a-z_]+\.[a-z_{.}]+)\"""")
# What the NPO does in a municipality is named by the whole word, wherever it is noted.
OF_THE_NPO = re.compile(r"""\"(npo\.[a-z_]+)\"""")


def noted_in_code() -> set[str]:
    """The acts that the sources write down; ``block.{what.value}`` stands for all of them."""
    found: set[str] = set()
    for app in ("municipalities", "messages", "delivery"):
        for source in (ROOT / app).rglob("*.py"):
            for act in NOTED.findall(source.read_text(encoding="utf-8")):
                kind, _dot, deed = act.partition(".")
                deeds = [one.value for one in ReviewAct] if "{" in deed else [deed]
                found |= {f"{kind}.{one}" for one in deeds}
            if source.name != "audit_words.py":
                found |= set(OF_THE_NPO.findall(source.read_text(encoding="utf-8")))
    return found


def test_every_act_that_is_noted_has_words() -> None:
    noted = noted_in_code()
    assert {
        "staff.removed",
        "audit.exported",
        "block.approved",
        "contact.added",
        "npo.paused",
    } <= noted
    assert {act for act in noted if act_words(act) == act} == set()


def test_whoever_was_changed_stands_there_by_name(
    aoba: Municipality, manager: Client, alice: StaffUser
) -> None:
    with in_municipality(aoba.pk):
        note(aoba, None, "staff.removed", about=f"staff {alice.pk}")
        note(aoba, None, "strange", about="thing 1")
    lines = manager.get(PAGE).context["lines"]
    assert [(line.act, line.about) for line in lines] == [
        ("strange", "thing 1"),
        ("職員を外す", "職員 alice"),
    ]
