"""The catcher's pages: a mail as a person sees it, harmless whatever it holds."""

import smtplib
from email.message import EmailMessage

import pytest

from tests.emulators.mail_server import MailServer, catcher

__all__ = ["catcher"]


def send(catcher: MailServer, to: str, *, subject: str, text: str, html: str = "") -> None:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "区<stage@example.jp>", to, subject
    message["List-Id"] = "なかの <stage.example.jp>"
    message.set_content(text)
    if html:
        message.add_alternative(html, subtype="html")
    with smtplib.SMTP("127.0.0.1", catcher.smtp_port, local_hostname="test") as client:
        client.send_message(message)


def newest(catcher: MailServer, to: str) -> str:
    listing = catcher.get(f"/?to={to}").text
    return "/messages/" + listing.split('href="/messages/')[1].split('"')[0]


def test_the_list_shows_subjects_in_words_newest_first(catcher: MailServer) -> None:
    for subject in ("妊娠12週3日になりました", "生後1か月<b>おめでとう</b>👶"):
        send(catcher, "list@example.jp", subject=subject, text="本文")
    text = catcher.get("/").text
    assert text.index("生後1か月&lt;b&gt;おめでとう&lt;/b&gt;👶") < text.index("妊娠12週3日")
    assert "<b>" not in text


def test_a_mail_shows_headers_text_and_a_link_to_follow(catcher: MailServer) -> None:
    text = "止める: https://kizuna.example.jp/stop?a=1&b=2\n<script>alert(1)</script>"
    send(catcher, "text@example.jp", subject="件名", text=text)
    page = catcher.get(newest(catcher, "text@example.jp")).text
    assert 'href="https://kizuna.example.jp/stop?a=1&amp;b=2"' in page
    assert "<script" not in page
    assert "なかの &lt;stage.example.jp&gt;" in page
    assert "<iframe" not in page


def test_html_is_shown_in_a_frame_where_nothing_runs_or_loads(catcher: MailServer) -> None:
    html = "<html><head></head><body><script>alert(1)</script><p>本文</p></body></html>"
    send(catcher, "html@example.jp", subject="件名", text="本文", html=html)
    address = newest(catcher, "html@example.jp")
    page = catcher.get(address)
    assert f'<iframe src="{address}/html" sandbox="allow-popups' in page.text
    assert "allow-scripts" not in page.text
    assert "script-src" not in page.policy
    assert page.policy.startswith("default-src 'none'")
    inside = catcher.get(f"{address}/html")
    assert "<p>本文</p>" in inside.text
    assert "sandbox allow-popups" in inside.policy
    assert inside.policy.startswith("default-src 'none'")


@pytest.mark.parametrize(
    "start", ["", "<p>", '<!doctype html>\n<html lang="ja">\n<head>\n', "<!DOCTYPE html><body>"]
)
def test_a_link_in_html_opens_a_page_of_its_own(catcher: MailServer, start: str) -> None:
    send(catcher, "link@example.jp", subject="件名", text="本文", html=f"{start}本文")
    inside = catcher.get(newest(catcher, "link@example.jp") + "/html").text
    before, _, after = inside.replace("\r", "").partition('<base target="_blank">')
    assert after
    assert (before + after).rstrip() == f"{start}本文"


def test_a_mail_without_html_has_no_frame_to_open(catcher: MailServer) -> None:
    send(catcher, "plain@example.jp", subject="件名", text="本文")
    assert catcher.get(newest(catcher, "plain@example.jp") + "/html").status == 404


@pytest.mark.parametrize("path", ["/messages/0", "/messages/99999", "/messages/x", "/etc"])
def test_what_is_not_there_is_not_found(catcher: MailServer, path: str) -> None:
    assert catcher.get(path).status == 404


def test_a_long_list_is_paged_and_keeps_the_search(catcher: MailServer) -> None:
    for number in range(51):
        catcher.deliver("many@example.jp", Subject=f"no{number}.")
    first = catcher.get("/?to=many@example.jp").text
    assert "no50." in first
    assert ">no0.<" not in first
    assert "/?to=many@example.jp&amp;page=2" in first
    second = catcher.get("/?to=many@example.jp&page=2").text
    assert ">no0.<" in second
    assert catcher.get("/?page=x").status == catcher.get("/?page=999").status == 200


def test_a_broken_mail_is_still_shown(catcher: MailServer) -> None:
    catcher.deliver(
        "broken@example.jp",
        Subject="=?utf-8?b?@@@?= =?nosuch?q?x?=",
        Content_Type='text/plain; charset="nosuch"',
    )
    page = catcher.get(newest(catcher, "broken@example.jp"))
    assert page.status == 200


def test_a_search_without_a_find_says_so(catcher: MailServer) -> None:
    assert "見つかりません" in catcher.get("/?to=nobody-at-all").text
