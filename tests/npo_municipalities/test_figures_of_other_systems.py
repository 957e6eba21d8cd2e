"""Figures of external municipalities: read from whatever an office sends, all of it or nothing."""

import io
from datetime import date
from typing import Any

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from kizuna.lib import clock
from municipalities.models import ExternalFigure, LocalGovernment, Municipality, StaffAct
from municipalities.services import external, external_file
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world

PAGE = "/npo/municipalities/external/"
HEAD = "自治体,月末,配信中の読者,お子さんの人数,登録,出典"
TODAY = date(2026, 11, 25)


@pytest.fixture
def soto(db: None) -> Municipality:
    LocalGovernment.objects.create(
        code="011002", kind="city", prefecture="北海道", name="札幌市", kana="さっぽろし",
        source="x", as_of=date(2024, 1, 1),
    )  # fmt: skip
    return world.make_municipality(
        "soto", name="札幌市", service="external", code_id="011002", service_name="よその便り"
    )


def read(text: str | bytes) -> external_file.Reading:
    data = text if isinstance(text, bytes) else text.encode()
    with across_for_npo():
        return external_file.read(data, external.places(), TODAY)


def send(client: Client, data: bytes, name: str = "figures.csv") -> Any:
    return client.post(PAGE, {"file": SimpleUploadedFile(name, data)})


def confirm(client: Client, shown: str) -> Any:
    plan = shown.split('name="plan" value="')[1].split('"', maxsplit=1)[0]
    return client.post(PAGE, {"plan": plan})


def kept(one: Municipality) -> list[tuple[Any, ...]]:
    with in_municipality(one.pk):
        return list(
            ExternalFigure.objects.order_by("month_end").values_list(
                "month_end", "active_readers", "children", "registrations", "source"
            )
        )


LINE = '札幌市,2026-10,"1,234",1100,,他社システム'


@pytest.mark.parametrize(
    "data",
    [
        f"{HEAD}\r\n{LINE}\r\n".encode("utf-8-sig"),
        f"{HEAD}\r\n{LINE}\r\n".encode("cp932"),
        f"{HEAD}\n{LINE}\n".encode("utf-16"),
        f"{HEAD}\n{LINE}\n".replace(",", "\t").replace('"1\t234"', "1234").encode(),
        "団体コード,月,読者数,子ども,登録数,システム\n11002,2026年10月,１２３４人,1100,,他社システム\n".encode(),
        "code,month_end,active_readers,children,registrations,source\nsoto,令和8年10月31日,1234,1100,,他社システム".encode(),
    ],
    ids=["bom", "cp932", "utf16", "tabs", "code-without-zero", "english"],
)
@pytest.mark.usefixtures("soto")
def test_a_file_is_read_as_offices_write_it(data: bytes) -> None:
    reading = read(data)
    assert reading.problems == []
    (row,) = reading.rows
    assert (row.month_end, row.active_readers, row.children, row.registrations, row.source) == (
        date(2026, 10, 31), 1234, 1100, None, "他社システム",
    )  # fmt: skip


@pytest.mark.usefixtures("soto")
def test_an_excel_file_with_numbers_and_dates_is_read_too() -> None:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.append(HEAD.split(","))
    sheet.append([11002, date(2026, 10, 1), 1234, 1100, None, None])
    out = io.BytesIO()
    book.save(out)
    reading = read(out.getvalue())
    assert [(row.month_end, row.active_readers) for row in reading.rows] == [
        (date(2026, 10, 31), 1234)
    ]


@pytest.mark.parametrize(
    ("line", "column", "reason"),
    [
        ("よそ市,2026-10,1,,,", "A", "この名前かコードはありません"),
        (",2026-10,1,,,", "A", "空です"),
        ("札幌市,2026-11,1,,,", "B", "まだ終わっていない月"),
        ("札幌市,十月,1,,,", "B", "2026-10"),
        ("札幌市,1999-10,1,,,", "B", "2000年より前"),
        ("札幌市,2026-10,,,,", "C", "0以上の整数"),
        ("札幌市,2026-10,-5,,,", "C", "0以上の整数"),
        ("札幌市,2026-10,1.5,,,", "C", "0以上の整数"),
        ("札幌市,2026-10,9999999,,,", "C", "桁"),
        ("札幌市,2026-10,1,約100,,", "D", "0以上の整数"),
        ("札幌市,2026-10,1,,," + "長" * 61, "F", "60文字"),
    ],
)
@pytest.mark.usefixtures("soto")
def test_every_bad_cell_is_named(line: str, column: str, reason: str) -> None:
    (problem,) = read(f"{HEAD}\n{LINE}\n{line}").problems
    assert (problem.row, problem.column) == (3, column)
    assert reason in problem.reason_ja


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "空のファイル"),
        (HEAD, "見出しだけ"),
        ("自治体,月末\n札幌市,2026-10", "「配信中の読者」の列が必要"),
        (f"{HEAD},電話\n{LINE},000", "使えません"),
        ("自治体,団体コード,月末,読者\n", "見出しが2つ"),
        (f"{HEAD}\n{LINE}\n{LINE}", "2行目と同じ自治体の同じ月"),
        ("名簿\n花子", "列が必要"),
    ],
)
@pytest.mark.usefixtures("soto")
def test_a_file_that_cannot_be_taken_says_why(text: str, reason: str) -> None:
    problems = read(text).problems
    assert any(reason in problem.reason_ja for problem in problems), problems


@given(st.binary(max_size=300))
def test_any_bytes_give_problems_and_never_an_error(data: bytes) -> None:
    places = [external_file.Place(1, "札幌市", ("札幌市", "011002"))]
    head = f"{HEAD}\n札幌市,".encode()
    for one in (data, head + data, b"PK\x03\x04" + data):
        reading = external_file.read(one, places, TODAY)
        assert all(str(problem).isprintable() for problem in reading.problems)
        assert reading.problems or reading.rows


def test_only_external_municipalities_are_known(aoba: Municipality) -> None:
    (problem,) = read(f"{HEAD}\n青葉市,2026-10,1,,,").problems
    assert "「外部」として登録された自治体" in problem.reason_ja


def test_it_is_looked_at_and_then_kept_with_a_trace(partner: Client, soto: Municipality) -> None:
    shown = send(partner, f"{HEAD}\n{LINE}".encode("cp932")).content.decode()
    assert "1,234" in shown
    assert kept(soto) == []
    assert confirm(partner, shown).status_code == 302
    assert kept(soto) == [(date(2026, 10, 31), 1234, 1100, None, "他社システム")]
    with in_municipality(soto.pk):
        act = StaffAct.objects.get()
    assert (act.act, act.details) == ("npo.figures_imported", {"months": ["2026-10-31"]})
    one = partner.get("/npo/municipality/soto/").content.decode()
    assert "1,234" in one
    assert "外部" in one


def test_a_second_file_takes_the_place_of_the_first_and_says_what_was(
    partner: Client, soto: Municipality
) -> None:
    confirm(partner, send(partner, f"{HEAD}\n{LINE}".encode()).content.decode())
    again = send(partner, f"{HEAD}\n{LINE}".encode()).content.decode()
    assert 'name="plan"' not in again
    changed = send(partner, f"{HEAD}\n札幌市,2026-10,1300,,,".encode()).content.decode()
    assert "1,300" in changed
    assert "1,234" in changed
    confirm(partner, changed)
    assert kept(soto) == [(date(2026, 10, 31), 1300, None, None, "")]


def test_one_bad_row_keeps_all_of_it_out(partner: Client, soto: Municipality) -> None:
    answer = send(partner, f"{HEAD}\n{LINE}\n札幌市,2026-09,たくさん,,,".encode())
    assert answer.status_code == 400
    assert "たくさん" in answer.content.decode()
    assert kept(soto) == []


def test_nobody_keeps_what_a_colleague_looked_at(
    partner: Client, operator: Client, soto: Municipality
) -> None:
    shown = send(partner, f"{HEAD}\n{LINE}".encode()).content.decode()
    assert confirm(operator, shown).status_code == 400
    assert partner.post(PAGE, {"plan": "forged"}).status_code == 400
    assert kept(soto) == []


def test_what_is_external_no_more_takes_no_figures(partner: Client, soto: Municipality) -> None:
    shown = send(partner, f"{HEAD}\n{LINE}".encode()).content.decode()
    with in_municipality(soto.pk):
        Municipality.objects.filter(pk=soto.pk).update(service="preparing")
    assert confirm(partner, shown).status_code == 400
    assert kept(soto) == []


@pytest.mark.parametrize("coding", ["", "?coding=cp932"])
def test_the_table_to_fill_in_can_be_read_back(
    partner: Client, soto: Municipality, coding: str
) -> None:
    data = partner.get(f"{PAGE}template/{coding}").content
    text = data.decode("cp932" if coding else "utf-8-sig")
    assert "011002" in text
    with across_for_npo():
        reading = external_file.read(data, external.places(), clock.today())
    assert [problem.column for problem in reading.problems] == ["C"]


def test_without_a_file_or_a_municipality_the_page_says_what_to_do(
    partner: Client, db: None
) -> None:
    assert "外部の自治体は、まだありません" in partner.get(PAGE).content.decode()
    assert partner.post(PAGE).status_code == 400
