"""Excel workbooks: real dates and serial numbers; limits before anything is unpacked."""

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook
from openpyxl.utils.datetime import MAC_EPOCH

from tests.municipalities.roster_files import (
    one_sentence,
    places,
    read,
    read_xlsx,
    rows_of,
    saved,
    workbook,
)

HEADER = ("出産予定日", "生年月日", "メール", "続柄", "人数", "家族番号")
MOTHER = (date(2026, 9, 1), None, "hana@example.com", "母", 2, "7")


@pytest.mark.parametrize(
    "cell",
    [
        date(2026, 9, 1),
        datetime(2026, 9, 1, 12, 30),  # noqa: DTZ001  Excel knows no time zones
        46266,
        46266.5,
        20260901,
        "2026/9/1",
        "令和8年9月1日",
    ],
)
def test_dates_serials_and_texts_are_dates(cell: object) -> None:
    (row,) = rows_of(read_xlsx(HEADER, (cell, None, "hana@example.com")))
    assert row.anchor == date(2026, 9, 1)


def test_numbers_are_read_as_they_are_seen() -> None:
    (row,) = rows_of(read_xlsx(HEADER, (46266, None, "a@example.com", "母", 2, 12)))
    assert (row.children, row.family) == (2, "12")


def test_a_number_longer_than_excel_keeps_is_named() -> None:
    number = 1_234_567_890_123_456
    roster = read_xlsx(HEADER, (46266, None, "a@example.com", "母", 2, number))
    assert places(roster) == [(2, "F")]


def test_the_encoding_says_excel_whatever_the_name() -> None:
    roster = read_xlsx(HEADER, MOTHER, name="readers.csv")
    assert len(rows_of(roster)) == 1
    assert roster.encoding == "Excel（.xlsx）"


def test_a_csv_called_xlsx_is_read_as_csv() -> None:
    assert rows_of(read("予定日,メール\n2026-09-01,a@example.com".encode(), "readers.xlsx"))


def test_bad_cells_are_named_as_in_csv() -> None:
    roster = read_xlsx(
        HEADER, MOTHER, (), (date(2026, 9, 1), None, "hana", "おば", 2.5), ("2026/2/30", None, 7)
    )
    assert places(roster) == [(4, "C"), (4, "D"), (4, "E"), (5, "A"), (5, "C")]


def test_a_family_number_that_excel_made_a_date_is_named() -> None:
    roster = read_xlsx(HEADER, (*MOTHER[:5], date(2026, 1, 2)))
    assert places(roster) == [(2, "F")]
    assert "Excelが日付に変えています" in str(roster.problems[0])


def test_a_serial_that_cannot_be_meant_is_a_problem() -> None:
    assert places(read_xlsx(HEADER, (3, None, "a@example.com"))) == [(2, "A")]
    assert places(read_xlsx(HEADER, (-3, None, "a@example.com"))) == [(2, "A")]


def test_a_value_beside_the_table_is_named() -> None:
    assert places(read_xlsx(HEADER, (*MOTHER, None, "メモ"))) == [(2, "H")]


def test_hidden_sheets_are_left_alone_and_a_second_filled_one_is_refused() -> None:
    book = workbook(HEADER, MOTHER)
    second = book.create_sheet("記入例")
    assert rows_of(read(saved(book)))
    second.append(["例"])
    assert "「記入例」" in one_sentence(read(saved(book)))
    second.sheet_state = "hidden"
    assert rows_of(read(saved(book)))


def test_a_workbook_counting_from_1904_is_refused() -> None:
    book = workbook(HEADER, MOTHER)
    book.epoch = MAC_EPOCH
    assert "1904年" in one_sentence(read(saved(book)))


def test_an_empty_workbook_and_a_heading_alone_are_one_sentence() -> None:
    assert "空のファイル" in one_sentence(read(saved(Workbook())))
    assert "見出しだけ" in one_sentence(read_xlsx(HEADER))


def changed(data: bytes, **parts: bytes) -> bytes:
    """The workbook with those parts (``__`` for ``/``) added."""
    target = io.BytesIO(data)
    with zipfile.ZipFile(target, "a", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


def test_a_bomb_is_measured_and_not_unpacked() -> None:
    data = changed(saved(workbook(HEADER, MOTHER)), xl__big=b"\0" * (201 * 1024 * 1024))
    assert len(data) < 1_000_000
    assert "200MB" in one_sentence(read(data))


def test_macros_are_refused() -> None:
    data = changed(saved(workbook(HEADER, MOTHER)), **{"xl__vbaProject.bin": b"x"})
    assert "マクロ" in one_sentence(read(data))


def test_another_archive_is_no_workbook() -> None:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        archive.writestr("readme.txt", "x")
    assert "Excel（.xlsx）ではない" in one_sentence(read(target.getvalue()))


def test_an_old_or_locked_workbook_is_told_what_to_do() -> None:
    assert "パスワード" in one_sentence(read(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600))


@pytest.mark.parametrize("keep", [10, 0.3, 0.9])
def test_half_a_workbook_is_one_sentence(keep: float) -> None:
    data = saved(workbook(HEADER, MOTHER))
    cut = data[: int(keep if keep > 1 else len(data) * keep)]
    assert "壊れている" in one_sentence(read(cut))


@pytest.mark.parametrize(
    "sheet",
    [
        b"<worksheet><sheetData><row",
        b"<worksheet xmlns='http://schemas.openxmlformats.org/spreadsheetml/2006/main'>%s"
        % b"<sheetData><row r='2000000000'><c><v>1</v></c></row></sheetData></worksheet>",
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
        + b"".join(b'<!ENTITY a%d "%s">' % (n, b"&a%d;" % (n - 1) * 10) for n in range(1, 10))
        + b"]><worksheet>&a9;</worksheet>",
    ],
)
def test_a_sheet_that_excel_never_wrote_is_one_sentence(sheet: bytes) -> None:
    source = zipfile.ZipFile(io.BytesIO(saved(workbook(HEADER, MOTHER))))
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in source.namelist():
            part = sheet if name.endswith("sheet1.xml") else source.read(name)
            archive.writestr(name, part)
    one_sentence(read(target.getvalue()))


def test_a_formula_that_was_never_calculated_counts_as_empty() -> None:
    assert places(read_xlsx(HEADER, ("=TODAY()", None, "a@example.com"))) == [(2, "A")]
