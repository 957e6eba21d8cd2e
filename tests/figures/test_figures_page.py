"""The figures of all municipalities and of one: what was counted is what is shown."""

import csv
import io
import re
from collections.abc import Callable
from datetime import date

import pytest
from django.test import Client

from delivery.models import AudienceFact, RetentionFact
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.figures import facts


@pytest.fixture
def counted(aoba: Municipality) -> Municipality:
    facts.take_month_ends(aoba)
    facts.count_flows(aoba)
    facts.follow_up(aoba)
    facts.know_births(aoba, y2024=480, y2025=470)
    return aoba


def shown(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200
    # Numbers and words side by side, whatever stands between them.
    return re.sub(r"\s+", " ", answer.content.decode())


def rows(client: Client, path: str, coding: str = "utf-8") -> list[list[str]]:
    answer = client.get(f"{path}{'&' if '?' in path else '?'}coding={coding}")
    assert answer.status_code == 200
    text = answer.content.decode("utf-8-sig" if coding == "utf-8" else coding)
    return list(csv.reader(io.StringIO(text)))


def test_the_title_of_a_chart_tells_what_is_to_be_seen(head: Client, counted: Municipality) -> None:
    page = shown(head, "/npo/figures/")
    assert "2026年10月末のアクティブユーザー数は600人。1年前より25.0%ふえました" in page
    assert "2026年10月は40件が加わり、差し引き10件ふえました" in page
    assert "妊娠中に登録：26週後も" in page
    assert "もっとも多いのはLINEで、400人" in page
    assert "もっとも多いのは1歳0〜5か月で、150人" in page
    assert "2026年10月のLINEのブロックは1.0%" in page


def test_every_chart_has_its_table(head: Client, counted: Municipality) -> None:
    page = shown(head, "/npo/figures/m/aoba/")
    charts, tables = page.count("<figure"), page.count("表で見る")
    assert charts == tables == 8
    assert page.count('<svg class="drawing"') == charts


def test_months_before_the_first_snapshot_are_no_zero(head: Client, aoba: Municipality) -> None:
    facts.take_month_ends(aoba, count=3)
    table = rows(head, "/npo/figures/months.csv")
    assert table[1][0] == "2025-10"
    assert table[1][1] == ""
    assert table[-1][:4] == ["2026-10", "600", "200", "400"]


def test_registrations_add_up_from_the_beginning(head: Client, aoba: Municipality) -> None:
    facts.take_month_ends(aoba)
    facts.count_flows(aoba, count=30)
    table = rows(head, "/npo/figures/m/aoba/months.csv")
    assert [row[5] for row in table[-2:]] == [str(29 * 40), str(30 * 40)]


def test_external_figures_stand_apart_and_are_never_added(
    head: Client, counted: Municipality
) -> None:
    outside = world.make_municipality("soto", name="外市", service="external")
    facts.report_from_outside(outside, 4321)
    page = shown(head, "/npo/figures/")
    assert "別のシステムで送っている1団体に、4,321人" in page
    assert "アクティブユーザー数は600人" in page
    table = rows(head, "/npo/figures/months.csv")
    assert table[0][6] == "外部：配信中の読者"
    assert (table[-1][1], table[-1][6], table[-2][6]) == ("600", "4321", "")
    listed = shown(head, "/npo/figures/municipalities/?q=外部")
    assert "1団体のうち1〜1番目" in listed
    assert "外部" in listed
    assert "月次報告" in listed
    assert "外部：配信中の読者" in shown(head, "/npo/figures/m/soto/")


def test_an_external_municipality_s_months_are_drawn_as_they_were_reported(
    head: Client, aoba: Municipality
) -> None:
    outside = world.make_municipality("soto", name="外市", service="external")
    for end, readers in zip(facts.ends(3), (400, 418, 7), strict=True):
        facts.report_from_outside(outside, readers, end)
    page = shown(head, "/npo/figures/m/soto/")
    assert "2026年10月末の配信中の読者は7人（自治体の報告）" in page
    assert page.count('class="box n1"') == 3
    assert "表示できる数はありません" not in page
    # A report may be corrected; a count is not.
    assert "あとから変わることはありません" not in page
    assert "あとから同じ月の報告があると、置きかわります" in page
    public = shown(head, "/npo/figures/m/soto/?as=public")
    assert '<th scope="row">2026年10月</th> <td class="num">x</td>' in public
    assert '<th scope="row">2026年7月</th> <td class="num">–</td>' in public


def test_coverage_has_a_range_and_says_what_it_does_not_know(
    head: Client, counted: Municipality
) -> None:
    page = shown(head, "/npo/figures/m/aoba/")
    # 210 children under one; ten months of 2026 and two of 2025, both at 470 a year.
    assert "1歳未満のお子さんの44.7%に届いています" in page
    assert "新しい年の出生数はまだ分からないため" in page


def test_known_births_are_never_called_unknown(head: Client, counted: Municipality) -> None:
    page = shown(head, "/npo/figures/m/aoba/")
    assert "出生数がまだ分からないため" not in page
    assert "<dt>2025</dt> <dd> 470 </dd>" in page


def test_births_are_shown_before_the_first_month_s_end(head: Client, aoba: Municipality) -> None:
    facts.know_births(aoba, y2025=470)
    assert "<dt>2025</dt> <dd> 470 </dd>" in shown(head, "/npo/figures/m/aoba/")


def test_a_range_ends_at_all_of_the_children(head: Client, aoba: Municipality) -> None:
    facts.take_month_ends(aoba)
    facts.know_births(aoba, y2024=220, y2025=215)
    page = shown(head, "/npo/figures/m/aoba/")
    # 210 children of about 215, of 186 at the least.
    assert "〜100%以上）" in page
    assert "100%以上になるのは、転入した" in page
    assert not re.search(r"1[0-9]{2}\.[1-9]%", page)


def test_each_form_says_whose_it_is_and_which_numbers_it_hides(
    head: Client, counted: Municipality
) -> None:
    assert "NPOのなかで使うための表示です" in shown(head, "/npo/figures/")
    page = shown(head, "/npo/figures/?as=public")
    assert "伏せるのは5未満の数です" in page
    assert "NPOのなかで使うための表示です" not in page
    assert "2つの行に入ります" in page


def test_without_births_it_says_where_to_enter_them(head: Client, aoba: Municipality) -> None:
    facts.take_month_ends(aoba)
    assert "自治体のページで入力できます" in shown(head, "/npo/figures/")
    assert "出生数がまだ分からないため" in shown(head, "/npo/figures/m/aoba/")


def test_before_the_first_month_s_end_it_says_when_there_will_be_figures(
    head: Client, aoba: Municipality
) -> None:
    for path in ("/npo/figures/", "/npo/figures/m/aoba/", "/npo/figures/municipalities/"):
        assert "毎月1日に前の月の分を数え" in shown(head, path)
    assert head.get("/npo/figures/months.csv").status_code == 404
    assert head.get("/npo/figures/m/nobody/").status_code == 404


def test_three_years_are_one_press_away(head: Client, aoba: Municipality) -> None:
    facts.take_month_ends(aoba, count=40)
    assert "months=36" in shown(head, "/npo/figures/")
    assert len(rows(head, "/npo/figures/months.csv?months=36")) == 38


def test_a_file_for_old_programs_says_the_same(head: Client, counted: Municipality) -> None:
    new, old = (rows(head, "/npo/figures/months.csv", one) for one in ("utf-8", "cp932"))
    assert new == old
    answer = head.get("/npo/figures/m/aoba/months.csv")
    assert answer["Content-Disposition"] == 'attachment; filename="figures-aoba-2026-10.csv"'
    assert answer.content.startswith(b"\xef\xbb\xbf")


def test_public_relations_see_numbers_as_they_may_be_published(
    who: Callable[[str], Client], aoba: Municipality
) -> None:
    facts.take_month_ends(aoba, readers=604)
    facts.count_flows(aoba, registered=44, stopped=3, blocked=0, graduated=12)
    public = who("comms")
    page = shown(public, "/npo/figures/m/aoba/")
    assert "アクティブユーザー数は600人" in page
    assert "2026年10月：表示できる数はありません" in page
    assert "604" not in page
    table = rows(public, "/npo/figures/m/aoba/months.csv?as=exact")
    assert table[-1][6:12] == ["x"] * 6


def test_whoever_prepares_something_to_be_published_may_look_at_it_so(
    head: Client, counted: Municipality
) -> None:
    assert "公表用の表示です" in shown(head, "/npo/figures/?as=public")
    assert "公表用の表示です" not in shown(head, "/npo/figures/")


def test_a_breakdown_of_few_readers_is_not_published(
    who: Callable[[str], Client], aoba: Municipality
) -> None:
    facts.take_month_ends(aoba, readers=40, growth=0)
    page = shown(who("comms"), "/npo/figures/m/aoba/")
    assert "アクティブユーザー数は40人" in page
    assert "もっとも多いのは" not in page


def test_shares_of_those_who_stayed_tell_of_no_single_reader_when_published(
    head: Client, aoba: Municipality
) -> None:
    facts.take_month_ends(aoba)
    with in_municipality(aoba.pk):
        for weeks, at_risk, left in ((0, 60, 1), (1, 59, 0), (2, 59, 12), (4, 47, 0)):
            RetentionFact.objects.create(
                municipality=aoba, kind="pregnancy", weeks=weeks, at_risk=at_risk, left=left,
                censored=0,
            )  # fmt: skip
    assert "98.3%" in shown(head, "/npo/figures/m/aoba/")
    page = shown(head, "/npo/figures/m/aoba/?as=public")
    assert "妊娠中に登録：4週後も83.3%" in page
    assert "98.3%" not in page
    assert page.count('<td class="num">x</td>') >= 2


def test_the_monthly_report_of_a_municipality_is_one_press_away(
    head: Client, counted: Municipality
) -> None:
    assert 'href="/npo/municipality/aoba/report/2026/10/"' in shown(head, "/npo/figures/m/aoba/")


def test_the_days_after_the_month_s_end_are_told_as_well(
    head: Client, counted: Municipality
) -> None:
    with in_municipality(counted.pk):
        for day, readers in ((23, 610), (24, 612)):
            AudienceFact.objects.create(
                municipality=counted, on=date(2026, 11, day), dimension="all", value="",
                readers=readers, subscriptions=readers, courses=readers, children=readers,
            )  # fmt: skip
    assert "11月24日・火の終わり </dt> <dd> 612 </dd>" in shown(head, "/npo/figures/")
