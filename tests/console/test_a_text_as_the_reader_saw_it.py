"""Staff open a frozen text in its four forms, in frames nothing can run in."""

from datetime import timedelta

from django.test import Client

from municipalities.models import Municipality
from tests.console.days import DAY, Rows, make_edition, make_ledger


def test_the_days_texts_are_listed_by_stage_with_how_many_received_them(
    alice: Client, aoba: Municipality
) -> None:
    child = make_edition(aoba, "d45")
    unborn = make_edition(aoba, "p12w0d")
    make_ledger(
        aoba,
        Rows("email", "sent", 1200),
        Rows("email", "failed", 2, "policy"),
        Rows("line", "sent", 3),
        edition=child.pk,
    )
    shown = alice.get("/console/aoba/texts/2026-11-25/").content.decode()
    assert "お便り（11月25日・水）" in shown
    assert shown.index("妊娠12週0日") < shown.index("生後45日")
    assert "メール 1,202件のうち1,200件を送信" in shown
    assert "LINE 3件のうち3件を送信" in shown
    assert "送った人はいません" in shown
    assert f"/console/aoba/texts/{unborn.pk}/" in shown


def test_an_empty_day_says_what_that_means(alice: Client) -> None:
    today = alice.get("/console/aoba/texts/2026-11-25/").content.decode()
    assert "この日のお便りは、まだ用意されていません。" in today
    past = alice.get("/console/aoba/texts/2026-11-24/").content.decode()
    assert "この日に用意されたお便りはありません。" in past


def test_days_that_are_none_are_no_pages(alice: Client) -> None:
    for day in ("2026-02-30", "2026-13-01", "20261125", "2026-1-1", "0000-00-00"):
        assert alice.get(f"/console/aoba/texts/{day}/").status_code == 404, day
    for day in ("0001-01-01", "9999-12-31"):
        assert alice.get(f"/console/aoba/texts/{day}/").status_code == 200, day


def test_numbers_that_are_no_text_are_no_pages(alice: Client) -> None:
    for number in ("0", "999999", "9" * 30, "9" * 5000, "-1", "1e3", "１"):
        assert alice.get(f"/console/aoba/texts/{number}/").status_code == 404, number[:10]


def test_one_text_shows_stage_figures_and_all_forms(alice: Client, aoba: Municipality) -> None:
    edition = make_edition(aoba, "p12w0d", line_text="LINEの<本文>")
    make_ledger(aoba, Rows("line", "sent", 12), edition=edition.pk)
    page = alice.get(f"/console/aoba/texts/{edition.pk}/").content.decode()
    shown = " ".join(page.split())
    assert "妊娠12週0日" in shown
    assert "LINE 12件のうち12件を送信" in shown
    assert "LINEの&lt;本文&gt;" in shown
    assert f'sandbox src="/console/aoba/texts/{edition.pk}/mail/"' in shown
    assert f'sandbox src="/console/aoba/texts/{edition.pk}/web/"' in shown
    assert "（ここに、読者ごとの停止のリンクが入ります）" in shown
    assert "（ここに、読者ごとのマイページへのリンクが入ります）" in shown
    assert "_URL" not in shown


def test_the_mail_frame_has_its_own_closed_policy(alice: Client, aoba: Municipality) -> None:
    edition = make_edition(aoba)
    answer = alice.get(f"/console/aoba/texts/{edition.pk}/mail/")
    policy = answer["Content-Security-Policy"].split("; ")
    assert "default-src 'none'" in policy
    assert "style-src 'unsafe-inline'" in policy
    assert "sandbox" in policy
    assert "frame-ancestors 'self'" in policy
    assert not any(part.startswith("script-src") for part in policy)
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "no-store" in answer["Cache-Control"]


def test_every_other_page_refuses_inline_styles_and_frames(alice: Client) -> None:
    answer = alice.get("/console/aoba/")
    assert "'unsafe-inline'" not in answer["Content-Security-Policy"]
    assert "frame-ancestors 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


def test_a_reader_s_own_links_are_seen_and_cannot_be_followed(
    alice: Client, aoba: Municipality
) -> None:
    edition = make_edition(aoba)
    shown = alice.get(f"/console/aoba/texts/{edition.pk}/mail/").content.decode()
    for label in ("配信の停止", "マイページ"):
        assert f'aria-disabled="true" style="text-decoration:underline">{label}</a>' in shown
    assert "_URL" not in shown
    assert "href" not in shown


def test_the_mail_is_shown_byte_for_byte_but_for_that_link(
    alice: Client, aoba: Municipality
) -> None:
    html = "<!DOCTYPE html><html><body><p style='x'>&amp; 便り ✓</p></body></html>\n"
    edition = make_edition(aoba, mail_html=html)
    assert alice.get(f"/console/aoba/texts/{edition.pk}/mail/").content.decode() == html


def test_a_text_of_the_future_is_not_offered(alice: Client) -> None:
    tomorrow = DAY + timedelta(days=1)
    shown = alice.get("/console/aoba/texts/2026-11-25/").content.decode()
    assert f"/texts/{tomorrow}/" not in shown
