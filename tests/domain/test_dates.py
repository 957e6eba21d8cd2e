"""A date is read as people in Japan type it, or refused with the sentence that helps; never guessed."""

import re
from contextlib import suppress
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from municipalities.domain.dates import DateProblem, era_year, parse_date

MAY_FIRST = date(2026, 5, 1)
DAYS = st.dates(date(1989, 1, 1), date(2100, 12, 31))
WESTERN = [
    "{y}-{m:02}-{d:02}",
    "{y}-{m}-{d}",
    "{y}/{m}/{d}",
    "{y}/{m:02}/{d:02}",
    "{y}.{m}.{d}",
    "{y}年{m}月{d}日",
    "{y}年{m:02}月{d:02}日",
    "西暦{y}年{m}月{d}日",
    "{y} 年 {m} 月 {d} 日",
    "{y}{m:02}{d:02}",
    "{y}－{m}－{d}",
]
JAPANESE = [
    "{era}{n}年{m}月{d}日",
    "{era} {n:02}年 {m:02}月 {d:02}日",
    "{era[0]}{n}.{m}.{d}",
    "{era}{n}/{m}/{d}",
    "{letter}{n}.{m}.{d}",
    "{letter}{n}-{m:02}-{d:02}",
    "{letter}{n}年{m}月{d}日",
]
WIDE = str.maketrans({chr(code): chr(code + 0xFEE0) for code in range(0x21, 0x7F)})


def _written(form: str, day: date) -> str:
    found = re.fullmatch(r"(\D+)(\d+)年", era_year(day))
    assert found
    era, n = found[1], int(found[2])
    letter = {"昭和": "S", "平成": "H", "令和": "R"}[era]
    return form.format(y=day.year, m=day.month, d=day.day, era=era, n=n, letter=letter)


@given(DAYS, st.sampled_from(WESTERN + JAPANESE))
def test_every_day_comes_back_from_every_form(day: date, form: str) -> None:
    assert parse_date(_written(form, day)) == day


@given(DAYS, st.sampled_from(WESTERN + JAPANESE))
def test_full_width_and_lower_case_change_nothing(day: date, form: str) -> None:
    assert parse_date(_written(form, day).lower().translate(WIDE)) == day


@pytest.mark.parametrize(
    "text",
    [
        "令和８年５月１日",
        "r8/5/1",
        "令8.5.1",
        "㋿8年5月1日",
        "２０２６－０５－０１",
        "2026.5/1",
        "\u30002026-05-01\u3000",
        *(f"2026-05-01{sign}" for sign in "\0\t\n\u200b\ufeff"),
        "2026\u200b-05-\xad01",
        *(f"2026{hyphen}5{hyphen}1" for hyphen in "‐‑‒–—−－ーｰ"),
    ],
)
def test_what_keyboards_and_spreadsheets_make_of_a_date_is_read(text: str) -> None:
    assert parse_date(text) == MAY_FIRST


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("令和元年5月1日", date(2019, 5, 1)),
        ("令和1年5月1日", date(2019, 5, 1)),
        ("R元.5.1", date(2019, 5, 1)),
        ("平成31年4月30日", date(2019, 4, 30)),
        ("平成元年1月8日", date(1989, 1, 8)),
        ("昭和64年1月7日", date(1989, 1, 7)),
        ("㍻31年4月30日", date(2019, 4, 30)),
        ("2028-02-29", date(2028, 2, 29)),
        ("令和10年2月29日", date(2028, 2, 29)),
    ],
)
def test_eras_are_counted_to_their_last_day(text: str, day: date) -> None:
    assert parse_date(text) == day


REFUSED = {
    "required": ["", "   ", "\u3000", "\u200b", "\0"],
    "era_over": ["平成31年5月1日", "平成38年5月1日", "昭和64年1月8日", "H32.1.1"],
    "era_not_begun": ["令和元年4月30日", "平成1年1月7日"],
    "era_year_zero": ["令和0年1月1日", "R0.5.1"],
    "no_such_day": [
        *("2026-02-29", "2026/2/30", "2026-04-31", "2026-00-10", "2026-13-01"),
        *("2026-05-00", "2026-05-32", "2100-02-29", "令和8年2月29日", "20260230", "0000-01-01"),
    ],
    "ambiguous": ["05/01/2026", "01/05/26", "5.1.2026", "8年5月1日", "260501", "05012026"],
    "no_year": ["5-1", "5/1", "5月1日", "５月１日"],
    "no_day": ["2026-05", "2026年5月", "2026", "2026年", "令和8年5月", "R8.5", "令和8年"],
    "digits": ["٢٠٢٦-٠٥-٠١", "2026-05-०१"],
    "kanji_digits": ["二〇二六年五月一日", "令和八年五月一日", "平成三十一年4月30日"],
    "two_dates": ["2026-05-01, 2026-06-01", "2026年5月1日から令和8年6月1日", "20260501 20260601"],
    "excel_serial": ["46143", "46143.0", "４６１４３"],
    "with_time": [
        *("2026-05-01T00:00:00+09:00", "2026-05-01T15:00:00Z", "2026/5/1 0:00"),
        "2026年5月1日 9時",
    ],
    "no_date": [
        *("令和-1年5月1日", "2026-W18-5", "10000-01-01", "未定", "今日", "2026 05 01", "1.2.3.4"),
        *("2026/5/1 2", "2026-5-123", "2026-05-\n01", "2026-05-01頃", "9" * 5000, "abc5/1"),
        *("2026-05-1²", "2026年⑤月1日"),
    ],
}


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in REFUSED.items() for text in texts]
)
def test_what_is_no_clear_date_is_refused_with_its_own_sentence(code: str, text: str) -> None:
    with pytest.raises(DateProblem) as caught:
        parse_date(text)
    assert caught.value.code == code
    assert caught.value.message_ja.endswith("。")
    assert caught.value.message_en.endswith(".")


def test_a_day_that_does_not_exist_is_named() -> None:
    with pytest.raises(DateProblem) as caught:
        parse_date("令和8年2月30日")
    assert caught.value.message_ja == "2026年2月30日はありません。日付を確かめてください。"


def test_a_day_after_the_end_of_an_era_is_shown_in_the_next_one() -> None:
    with pytest.raises(DateProblem) as caught:
        parse_date("平成38年5月1日")
    assert "平成は2019年4月30日まで" in caught.value.message_ja
    assert "令和8年5月1日" in caught.value.message_ja


def test_a_number_of_a_spreadsheet_is_shown_as_the_day_it_counts() -> None:
    with pytest.raises(DateProblem) as caught:
        parse_date("46143")
    assert "2026年5月1日" in caught.value.message_ja


NEARLY = st.lists(
    st.sampled_from(
        [*"0123456789-/.年月日元 ー一٢", "2026", "05", "令和", "R", "S", "T00:00", "\0"]
    )
).map("".join)


@given(st.one_of(st.text(), NEARLY, st.text(st.sampled_from("0123456789-/."), max_size=12)))
def test_any_text_is_a_date_or_a_date_problem_and_nothing_else(text: str) -> None:
    with suppress(DateProblem):
        assert isinstance(parse_date(text), date)


@given(DAYS, st.sampled_from(WESTERN), st.text("0123456789", min_size=1, max_size=3))
def test_a_digit_too_many_never_makes_another_date(day: date, form: str, more: str) -> None:
    """Except where one digit becomes two: 5-1 and then 5-12 is what was typed."""
    try:
        met = parse_date(_written(form, day) + more)
    except DateProblem:
        return
    assert (met.year, met.month) == (day.year, day.month)
    assert met.day == int(f"{day.day}{more}")
