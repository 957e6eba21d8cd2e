"""One municipality's month on one page: on screen, on paper, as a table; the same for both doors."""

import csv
import io
import re
from datetime import date, datetime
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from delivery.models import DailyFact, MonthEnd, MonthFlow
from delivery.views import pdf
from kizuna.lib import clock
from municipalities.domain.roles import Role
from municipalities.models import Births, ExternalFigure, Municipality, StaffUser, Thanks
from municipalities.tenancy.scope import in_municipality
from tests import world

OCTOBER = date(2026, 10, 31)
SEPTEMBER = date(2026, 9, 30)
NOW = datetime(2026, 11, 1, 3, tzinfo=clock.TOKYO)


@pytest.fixture
def aoba(db: None) -> Municipality:
    aoba = world.make_municipality()
    with in_municipality(aoba.pk):
        month_end(aoba, SEPTEMBER, readers=300)
        month_end(aoba, OCTOBER, readers=312)
        for channel, count in (("email", 200), ("line", 112)):
            month_end(aoba, OCTOBER, readers=count, dimension="channel", value=channel)
        for band, count in (("p5", 3), ("p6", 40), ("b0", 120), ("b12", 149)):
            month_end(aoba, OCTOBER, readers=count, dimension="stage", value=band)
        for flow, count in (("registered", 20), ("stopped", 6), ("blocked", 2)):
            MonthFlow.objects.create(
                municipality=aoba,
                month=OCTOBER.replace(day=1),
                flow=flow,
                dimension="all",
                count=count,
            )
        for state, reason, count in (("sent", "", 3420), ("failed", "unknown_mailbox", 5)):
            DailyFact.objects.create(
                municipality=aoba,
                run_day=OCTOBER,
                channel="email",
                state=state,
                reason=reason,
                count=count,
            )
        for year in (2024, 2025):
            Births.objects.create(municipality=aoba, year=year, count=500, noted_at=NOW)
    return aoba


def month_end(
    aoba: Municipality,
    day: date,
    *,
    readers: int,
    dimension: str = "all",
    value: str = "",
    registrations: int | None = None,
) -> None:
    MonthEnd.objects.create(
        municipality=aoba,
        month_end=day,
        dimension=dimension,
        value=value,
        readers=readers,
        subscriptions=readers if registrations is None else registrations,
        courses=readers,
        children=readers + 4,
        last_birthday=3,
        taken_at=NOW,
    )


def get(user: StaffUser, name: str, *place: Any, **query: str) -> Any:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.get(reverse(name, args=[*place, 2026, 10]), query)


@pytest.fixture
def viewer(aoba: Municipality) -> StaffUser:
    return world.make_staff(aoba, Role.VIEWER)


def test_the_page_says_who_was_reached_and_how_that_changed(
    aoba: Municipality, viewer: StaffUser
) -> None:
    shown = get(viewer, "console:report", "aoba").content.decode()
    for words in ("2026年10月", "312人", "+12", "3,420", "1歳未満のお子さん"):
        assert words in shown, words


def test_the_newest_month_opens_first(aoba: Municipality, viewer: StaffUser) -> None:
    client = Client()
    client.force_login(viewer, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/console/aoba/report/")["Location"].endswith("/report/2026/10/")


def test_a_small_part_is_hidden_with_one_more(aoba: Municipality, viewer: StaffUser) -> None:
    rows = dict(read(get(viewer, "console:report_csv", "aoba").content, "utf-8-sig"))
    assert rows["時期別の読者: 妊娠5か月"] == "x"
    assert [rows[f"時期別の読者: {name}"] for name in ("妊娠6か月", "生後0〜2か月")] == ["x", "120"]


def read(content: bytes, coding: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(content.decode(coding))))


def test_a_part_counts_readers_as_the_figures_do(aoba: Municipality, viewer: StaffUser) -> None:
    with in_municipality(aoba.pk):
        for value, readers in (("mother", 290), ("undisclosed", 22)):
            # One mother has two registrations.
            month_end(
                aoba,
                OCTOBER,
                readers=readers,
                dimension="relation",
                value=value,
                registrations=readers + 1,
            )
    rows = dict(read(get(viewer, "console:report_csv", "aoba").content, "utf-8-sig"))
    assert rows["続柄別の読者: 母"] == "290"
    client = Client(headers={"accept-language": "ja"})
    client.force_login(
        world.make_npo_staff("head"), backend="django.contrib.auth.backends.ModelBackend"
    )
    figures = re.sub(r"\s+", "", client.get("/npo/figures/m/aoba/").content.decode())
    # The same name, the same number.
    assert '<thscope="row">未回答</th><tdclass="num">22</td>' in figures
    assert rows["続柄別の読者: 未回答"] == "22"


def test_a_number_that_is_hidden_and_lines_that_overlap_are_explained(
    aoba: Municipality, viewer: StaffUser
) -> None:
    page = get(viewer, "console:report", "aoba").content.decode()
    assert "xは5未満の数か" in page
    assert "公表用の数字では、10未満をすべて伏せます" in page
    assert "表では2つの行に入ることがあります" in page


def test_a_change_has_its_sign_on_the_page_and_is_a_number_in_the_table(
    aoba: Municipality, viewer: StaffUser
) -> None:
    page = get(viewer, "console:report", "aoba").content.decode()
    assert '<td class="num">+12</td>' in page
    assert "'+" not in get(viewer, "console:report_csv", "aoba").content.decode("utf-8-sig")
    rows = dict(read(get(viewer, "console:report_csv", "aoba").content, "utf-8-sig"))
    assert rows["読者：前の月との差"] == "12"


def test_more_children_than_were_born_are_no_share_of_them(
    aoba: Municipality, viewer: StaffUser
) -> None:
    with in_municipality(aoba.pk):
        Births.objects.update(count=100)
    page = get(viewer, "console:report", "aoba").content.decode()
    # 124 of 100, of 80 to 120.
    assert "1歳未満のお子さんのうち、届いている割合: 100%以上（100%以上〜100%以上）" in page


def test_the_report_leads_back_to_the_figures(aoba: Municipality) -> None:
    page = get(world.make_npo_staff("head"), "npo:report", "aoba").content.decode()
    assert 'href="/npo/figures/m/aoba/"' in page


def test_the_table_opens_in_old_and_new_excel(aoba: Municipality, viewer: StaffUser) -> None:
    new = get(viewer, "console:report_csv", "aoba").content
    old = get(viewer, "console:report_csv", "aoba", coding="cp932").content
    assert new.startswith(b"\xef\xbb\xbf")
    # CP932 knows only the other wave dash.
    assert read(new, "utf-8-sig") == [
        [cell.replace("～", "〜") for cell in row] for row in read(old, "cp932")
    ]


def test_both_doors_give_the_same_numbers(aoba: Municipality, viewer: StaffUser) -> None:
    mine = get(viewer, "console:report_csv", "aoba").content
    for role in ("head", "partner", "editor"):
        theirs = get(world.make_npo_staff(role), "npo:report_csv", "aoba").content
        assert theirs == mine, role


def test_public_relations_see_what_is_made_to_be_published_only(aoba: Municipality) -> None:
    assert get(world.make_npo_staff("comms"), "npo:report", "aoba").status_code == 403


def test_the_pdf_is_a_pdf(aoba: Municipality, viewer: StaffUser) -> None:
    try:
        pdf.of("<p>x</p>")
    except pdf.NotPossible:
        pytest.skip("no Pango on this machine: the report is printed from the page")
    answer = get(viewer, "console:report_pdf", "aoba")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-1.7")


def test_a_page_that_names_another_address_fetches_nothing(aoba: Municipality) -> None:
    try:
        made = pdf.of('<p>x</p><img src="http://127.0.0.1:9/x.png" alt="x">')
    except pdf.NotPossible:
        pytest.skip("no Pango on this machine: the report is printed from the page")
    assert made.startswith(b"%PDF")


def test_without_pango_the_page_offers_to_be_printed(
    aoba: Municipality, viewer: StaffUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing() -> Any:
        raise pdf.NotPossible

    monkeypatch.setattr(pdf, "_library", missing)
    client = Client()
    client.force_login(viewer, backend="django.contrib.auth.backends.ModelBackend")
    answer = client.get(reverse("console:report_pdf", args=["aoba", 2026, 10]), follow=True)
    assert "印刷" in answer.content.decode()


def test_a_cleared_voice_is_quoted_and_no_other(aoba: Municipality, viewer: StaffUser) -> None:
    first = OCTOBER.replace(day=1)
    with in_municipality(aoba.pk):
        Thanks.objects.create(
            municipality=aoba,
            text="東小の山田です。助かりました",
            may_publish=True,
            month=first,
            quotable_text="助かりました",
            quotable_at=NOW,
        )
        Thanks.objects.create(municipality=aoba, text="まだ読まれていない声", month=first)
    shown = get(viewer, "console:report", "aoba").content.decode()
    assert "助かりました" in shown
    assert "山田" not in shown
    assert "まだ読まれていない声" not in shown


def test_figures_from_another_system_are_told_as_such(aoba: Municipality) -> None:
    minato = world.make_minato()
    with in_municipality(minato.pk):
        ExternalFigure.objects.create(
            municipality=minato, month_end=OCTOBER, active_readers=77, source="前のシステム"
        )
    shown = get(world.make_npo_staff("partner"), "npo:report", "minato").content.decode()
    assert "外部" in shown
    assert "77" in shown


def test_a_month_without_figures_is_no_page(aoba: Municipality, viewer: StaffUser) -> None:
    client = Client()
    client.force_login(viewer, backend="django.contrib.auth.backends.ModelBackend")
    for year, month in ((2026, 12), (2026, 13), (2026, 0), (99999, 1)):
        path = f"/console/aoba/report/{year}/{month}/"
        assert client.get(path).status_code == 404, path
