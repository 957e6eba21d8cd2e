"""The first screen: what this is, where you are now, and a date in three boxes."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import time_machine
from django.test import Client

from municipalities.models import Municipality
from tests import world
from tests.parents.signing_up import NOON, Parent, hidden


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


def test_it_says_what_this_is_and_asks_two_things(aoba: Municipality) -> None:
    parent = Parent()
    parent.opens()
    for words in (
        "料金はかかりません",
        "いまは？",
        "妊娠中",
        "生まれています",
        "妊娠12週3日の便り",
    ):
        assert words in parent.shown
    inputs = re.findall(r'<input[^>]*name="(year|month|day)"[^>]*>', parent.shown)
    assert inputs == ["year", "month", "day"]
    assert 'type="date"' not in parent.shown
    assert "<script" not in parent.shown


@pytest.mark.parametrize(
    ("year", "month", "day"),
    [
        ("2027", "6", "6"),
        ("２０２７", "６", "６"),
        ("2027年", "6月", "6日"),
        ("令和9", "06", "06"),
        ("R9", "6", "6"),
        ("2027/6/6", "", ""),
        ("20270606", "", ""),
        ("令和9年6月6日", "", ""),
        ("R9.6.6", "", ""),
        ("２０２７－０６－０６", "", ""),
        (" 2027 ", "6\u3000", "\u200b6"),
        ("2027/6/6", "6", "6"),
    ],
)
def test_a_date_is_understood_as_people_type_it(
    aoba: Municipality, year: str, month: str, day: str
) -> None:
    shown = Parent().posts("date", state="pregnant", year=year, month=month, day=day)
    assert "きょうは妊娠12週3日です" in shown


@pytest.mark.parametrize(
    ("typed", "box", "sentence"),
    [
        (("", "", ""), "year", "出産予定日を入力してください。"),
        (("\u3000", " ", "\u200b"), "year", "出産予定日を入力してください。"),
        (("2027", "6", ""), "day", "出産予定日の「日」を入力してください。"),
        (("2027", "", "5"), "month", "出産予定日の「月」を入力してください。"),
        (("", "6", "5"), "year", "出産予定日の「年」を入力してください。"),
        (("2027", "2", "30"), "day", "2027年2月30日はありません。"),
        (("2027", "13", "1"), "month", "2027年13月1日はありません。"),
        (("2027", "0", "1"), "month", "2027年0月1日はありません。"),
        (("2027", "5", "32"), "day", "2027年5月32日はありません。"),
        (("2027", "2", "29"), "day", "2027年2月29日はありません。"),
        (("27", "6", "5"), "year", "「年」は「2026」のように4桁の数字で"),
        (("٢٠٢٧", "6", "5"), "year", "「年」は「2026」のように4桁の数字で"),
        (("二〇二七", "6", "5"), "year", "「年」は「2026」のように4桁の数字で"),
        (("46143", "", ""), "year", "「年」は「2026」のように4桁の数字で"),
        (("2027", "六", "5"), "month", "「月」は1から12までの数字で"),
        (("2027", "6", "5x"), "day", "「日」は1から31までの数字で"),
        (("2027", "6" * 5000, "5"), "month", "「月」は1から12までの数字で"),
        (("9" * 5000, "", ""), "year", "日付として読み取れません。"),
        (("06/05/2027", "", ""), "year", "どれが年・月・日か決められません。"),
        (("5-1", "", ""), "year", "年がありません。"),
        (("2027-06-05, 2027-06-06", "", ""), "year", "日付が2つ入っています。"),
        (("2027-06-05T00:00:00+09:00", "", ""), "year", "日付に時刻がついています。"),
        (("2027/6/5", "7", "5"), "year", "「年」の欄に日付が全部入っています。"),
        (("平成38", "5", "1"), "year", "平成は2019年4月30日までです。"),
        (("令和0", "1", "1"), "year", "令和0年はありません。"),
        (("2027", "9", "2"), "year", "今日はまだ妊娠0週より前になります。"),
        (("2028", "6", "5"), "year", "2027年9月1日までです。"),
        (("2026", "11", "10"), "year", "もう生まれていますか。"),
        (("2025", "6", "5"), "year", "日前です。年を確かめてください。"),
        (("9999", "12", "31"), "year", "今日はまだ妊娠0週より前になります。"),
    ],
)
def test_every_slip_has_its_own_sentence_at_its_own_box(
    aoba: Municipality, typed: tuple[str, str, str], box: str, sentence: str
) -> None:
    year, month, day = typed
    shown = Parent().posts("date", state="pregnant", year=year, month=month, day=day)
    assert shown.count(sentence) == 2  # in the summary above and at the field
    assert re.search(f'<a href="#{box}">[^<]*{re.escape(sentence)}', shown)
    wrong = re.findall(r'<input[^>]*id="(\w+)"[^>]*aria-invalid="true"', shown)
    assert wrong == [box]
    assert "<title>入力を確かめてください" in shown


def test_what_was_typed_stays_in_its_box(aoba: Municipality) -> None:
    shown = Parent().posts("date", state="born", year="２０２６年", month='"><b>', day="３１")
    for value in ("２０２６年", "&quot;&gt;&lt;b&gt;", "３１"):
        assert f'value="{value}"' in shown
    assert re.search(r'value="born"\s+required\s+checked', shown)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        (("2026", "11", "26"), "今日より先です。"),
        (("1996", "5", "1"), "ご自身ではなく、お子さんの生年月日を"),
        (("1900", "1", "1"), "ご自身ではなく、お子さんの生年月日を"),
        (("2026", "4", "31"), "2026年4月31日はありません。"),
        (("2026", "4", ""), "お子さんの生年月日の「日」を入力してください。"),
        (("", "", ""), "お子さんの生年月日を入力してください。"),
    ],
)
def test_a_birth_date_that_cannot_be_meant(
    aoba: Municipality, typed: tuple[str, str, str], sentence: str
) -> None:
    year, month, day = typed
    shown = Parent().posts("date", state="born", year=year, month=month, day=day)
    assert shown.count(sentence) == 2


@pytest.mark.parametrize(
    ("state", "typed", "words"),
    [
        ("pregnant", ("2026", "11", "25"), "妊娠40週0日"),
        ("pregnant", ("2027", "9", "1"), "妊娠0週0日"),
        ("pregnant", ("2026", "11", "11"), "妊娠42週0日"),
        ("born", ("2026", "11", "25"), "生後0日"),
        ("born", ("2026", "10", "11"), "生後45日"),
        ("born", ("2026", "4", "25"), "生後7か月"),
        ("born", ("2025", "9", "26"), "1歳1か月"),
        ("born", ("2024", "2", "29"), "2歳8か月"),
        ("born", ("2023", "11", "25"), "3歳"),
    ],
)
def test_the_second_screen_says_back_what_was_understood(
    aoba: Municipality, state: str, typed: tuple[str, str, str], words: str
) -> None:
    year, month, day = typed
    assert f"きょうは{words}です" in Parent().posts(
        "date", state=state, year=year, month=month, day=day
    )


def test_a_date_just_after_midnight_in_japan_is_today_s(aoba: Municipality) -> None:
    with time_machine.travel("2026-11-25T15:30:00Z", tick=False):  # 00:30 on the 26th in Tokyo
        shown = Parent().posts("date", state="born", year="2026", month="11", day="26")
    assert "きょうは生後0日です" in shown


def test_without_an_answer_to_the_first_question_nothing_is_guessed(aoba: Municipality) -> None:
    for state in ("", "maybe"):
        shown = Parent().posts("date", state=state, year="2027", month="6", day="5")
        assert shown.count("「妊娠中」か「生まれています」のどちらか") == 2
        assert 'href="#state-pregnant"' in shown


@pytest.mark.parametrize(("weeks", "words"), [("12", "妊娠12週3日"), ("４１週", "妊娠41週3日")])
def test_who_has_no_due_date_yet_gives_the_week(aoba: Municipality, weeks: str, words: str) -> None:
    shown = Parent().posts("date", state="pregnant", weeks=weeks)
    assert f"きょうは、およそ{words}です" in shown
    assert "いまは仮の週数です" in shown


@pytest.mark.parametrize("weeks", ["42", "-1", "xii", "12.5", "１００", "9" * 3000])
def test_a_week_that_is_none(aoba: Municipality, weeks: str) -> None:
    shown = Parent().posts("date", state="pregnant", weeks=weeks)
    assert shown.count("妊娠の週数は、0から41までの数字で") == 2
    assert "<details" in shown
    assert re.search(r"<details[^>]* open", shown)


def test_a_child_that_has_grown_out_of_it_gets_a_page_of_its_own(aoba: Municipality) -> None:
    shown = Parent().posts("date", state="born", year="2023", month="11", day="24")
    assert "このサービスは3歳の誕生日までです。" in shown
    assert "こども課 000-000-0000" in shown
    assert 'role="alert"' not in shown
    assert hidden(shown)["year"] == "2023"


def test_the_way_back_keeps_everything(aoba: Municipality) -> None:
    parent = Parent()
    typed = {"state": "pregnant", "year": "R9", "month": "6", "day": "5"}
    parent.posts("date", **typed)
    carried = hidden(parent.shown)
    assert {name: carried[name] for name in typed} == typed
    shown = parent.posts("edit", **carried, address="hanako@example.jp", relation="father")
    assert 'value="R9"' in shown
    assert hidden(shown)["address"] == "hanako@example.jp"
    assert hidden(shown)["relation"] == "father"


def test_nothing_that_was_typed_stands_in_an_address(aoba: Municipality) -> None:
    parent = Parent()
    parent.opens()
    for page in (parent.shown, parent.posts("date", state="pregnant", year="2027/6/5")):
        actions = re.findall(r'action="([^"]+)"', page)
        assert actions == ["/m/aoba/register/"]
        assert 'method="get"' not in page


def test_opening_the_address_of_the_form_leads_to_the_first_screen(aoba: Municipality) -> None:
    answer = Client().get("/m/aoba/register/")
    assert (answer.status_code, answer["Location"]) == (302, "/m/aoba/")


@pytest.mark.parametrize("service", ["preparing", "paused", "ended"])
def test_where_nothing_is_sent_nobody_signs_up(db: None, service: str) -> None:
    world.make_municipality(service=service)
    assert "<form" not in Client().get("/m/aoba/").content.decode()
    answer = Client().post("/m/aoba/register/", {"step": "date", "state": "pregnant"})
    assert (answer.status_code, answer["Location"]) == (302, "/m/aoba/")


def test_a_page_with_its_stylesheets_is_light_enough_for_a_slow_phone(aoba: Municipality) -> None:
    client = Client(headers={"accept-language": "ja"})
    pages = [client.get("/m/aoba/").content]
    pages.append(Parent().posts("date", state="pregnant", year="2027/6/5").encode())
    styles = sum(path.stat().st_size for path in Path("kizuna/static/kizuna").rglob("*.css")) + len(
        client.get("/m/aoba/brand.css").content
    )
    for page in pages:
        assert len(page) + styles <= 60_000


def test_it_speaks_english_to_who_reads_english(aoba: Municipality) -> None:
    english = Client(headers={"accept-language": "en"})
    answer = english.post("/m/aoba/register/", {"step": "date", "state": "pregnant"})
    assert answer.content.decode().count("Enter the due date.") == 2
    answer = english.post(
        "/m/aoba/register/", {"step": "date", "state": "pregnant", "year": "2027/6/6"}
    )
    assert "Today: 12 weeks 3 days pregnant" in answer.content.decode()
