"""One mail as any mail program reads it back."""

import html
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.channels.mail_message import BadSenderError, Mail, skeleton
from delivery.channels.protocol import MY_URL, STOP_URL
from tests.channels.mail_world import ADDRESS, content, outgoing, parsed, part, sender

NOON = 1_795_575_600.0  # 2026-11-25 12:00 in Tokyo

texts = st.text(
    st.sampled_from("今日はあがﾞ髙①👩‍👩‍👧‍👦🇯🇵é%.=?-_ \nabc<>&\"'") | st.characters(codec="utf-8"),
    max_size=400,
).filter(lambda text: STOP_URL not in text and MY_URL not in text and "\r" not in text)


def mail(number: int = 1, *, at: float = NOON, **given: object) -> Mail:
    one = outgoing(number, **given)
    return skeleton(sender(), one.content).mail(one, at)


def test_the_headers_say_who_to_whom_about_what_and_how_to_stop() -> None:
    message = parsed(mail(42).data)
    assert dict(message.items()) == {
        "Date": "Wed, 25 Nov 2026 12:00:00 +0900",
        "To": "reader42@example.jp",
        "Message-ID": "<d.20261125-42@mail.nakano.example.jp>",
        "List-Unsubscribe": "<https://kizuna.example.jp/m/nakano/stop/token-42>",
        "X-Kizuna-Day": "2026-11-25",
        "From": "中野区 子育て応援 <mail@mail.nakano.example.jp>",
        "Reply-To": "kosodate@nakano.example.jp",
        "List-Id": "なかの子育て応援メール <stage.mail.nakano.example.jp>",
        "Subject": "今日で妊娠12週3日です",
        "Feedback-ID": "1:nakano:stage:kizuna",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "Auto-Submitted": "auto-generated",
        "Precedence": "bulk",
        "MIME-Version": "1.0",
        "Content-Type": 'multipart/alternative; boundary="=_kizuna"',
    }
    assert not message.defects
    assert [one.get_content_type() for one in message.iter_parts()] == ["text/plain", "text/html"]


@given(texts, texts, texts, texts, st.text("abcdef012345/&=~?#%", max_size=120))
def test_both_bodies_come_back_with_the_readers_own_link(
    before: str, after: str, html_before: str, html_after: str, token: str
) -> None:
    url = f"https://kizuna.example.jp/{token}"
    written = content(
        mail_text=f"本文{before}{STOP_URL}{after}",
        mail_html=f'<p>{html_before}<a href="{STOP_URL}">{html_after}</a> {STOP_URL}',
    )
    message = parsed(mail(content=written, stop_url=url).data)
    shown = html.escape(url)
    assert part(message, "plain") == f"本文{before}{url}{after}"
    assert part(message, "html") == f'<p>{html_before}<a href="{shown}">{html_after}</a> {shown}'


@pytest.mark.parametrize("marks", [(STOP_URL, MY_URL), (MY_URL, STOP_URL)])
def test_the_way_into_the_own_page_is_filled_in_like_the_stop_link(marks: tuple[str, str]) -> None:
    first, second = marks
    written = content(
        mail_text=f"{'本文' * 40}{first}\n{second}",
        mail_html=f'<a href="{first}">一</a><a href="{second}">二</a>',
    )
    links = {STOP_URL: "https://kizuna.example.jp/stop", MY_URL: "https://kizuna.example.jp/my?a&b"}
    message = parsed(mail(content=written, stop_url=links[STOP_URL], my_url=links[MY_URL]).data)
    assert part(message, "plain") == f"{'本文' * 40}{links[first]}\n{links[second]}"
    assert f'href="{html.escape(links[MY_URL])}"' in part(message, "html")
    assert links[MY_URL] not in str(message["List-Unsubscribe"])


def test_an_edition_frozen_before_there_was_a_page_of_one_s_own_is_still_sent() -> None:
    written = content(mail_text=f"本文{STOP_URL}", mail_html=f"<p>{STOP_URL}</p>")
    assert "本文https://" in part(parsed(mail(content=written, my_url="").data), "plain")


@pytest.mark.parametrize("url", ["", "javascript:alert(1)", "https://a b", "https://道"])
def test_a_mark_is_never_mailed_for_want_of_a_link(url: str) -> None:
    with pytest.raises(ValueError, match="own page"):
        mail(content=content(mail_text=f"本文{MY_URL}"), my_url=url)


def test_a_body_without_a_stop_link_comes_back_too() -> None:
    message = parsed(mail(content=content(mail_text="短い", mail_html="<p>短い</p>")).data)
    assert (part(message, "plain"), part(message, "html")) == ("短い", "<p>短い</p>")


@given(texts, texts, st.text("ab/", max_size=800))
def test_every_line_ends_with_crlf_and_is_short(subject: str, body: str, token: str) -> None:
    subject = "".join(each for each in subject if each.isprintable())
    written = content(subject=subject, mail_text=f"あ{body}{STOP_URL}")
    data = mail(content=written, stop_url=f"https://kizuna.example.jp/{token}").data
    lines = data.split(b"\r\n")
    assert lines.pop() == b""
    assert not re.search(rb"[\r\n]|[^ -~]", b"".join(lines))
    assert max(len(line) for line in lines) <= 998
    assert all(len(line) <= 78 for line in lines if b"kizuna.example.jp/" not in line)


def test_a_repeat_hours_later_has_the_same_message_id() -> None:
    morning, evening = parsed(mail(at=NOON).data), parsed(mail(at=NOON + 30_000).data)
    assert morning["Message-ID"] == evening["Message-ID"]
    assert morning["Date"] != evening["Date"]


def test_two_readers_of_one_edition_share_nothing_of_each_other() -> None:
    first, second = mail(1).data, mail(2).data
    assert b"reader1@" in first
    assert b"reader2@" not in first
    assert "token-1" in part(parsed(first), "plain")
    assert "token-2" in part(parsed(second), "plain")


@pytest.mark.parametrize("local", ["a..b", "a.", ".a", "..a.-_/?+b"])
def test_an_old_carrier_address_is_quoted_in_the_header_and_bare_in_the_envelope(
    local: str,
) -> None:
    written = mail(address=f"{local}@docomo.ne.jp")
    assert written.rcpt_to == f"{local}@docomo.ne.jp"
    assert f'\r\nTo: "{local}"@docomo.ne.jp\r\n'.encode() in written.data
    to = parsed(written.data)["To"]
    assert not to.defects
    assert to.addresses[0].username == local


def test_the_envelope_names_the_municipality_as_sender() -> None:
    assert mail().mail_from == ADDRESS


@pytest.mark.parametrize("hidden", ["\r\nBcc: x@example.jp", "\n", "\0", "\x7f", "\u2028", "\x85"])
@pytest.mark.parametrize("field", ["subject", "name", "service_name", "reply_to", "stop_url"])
def test_no_value_can_write_a_header_of_its_own(field: str, hidden: str) -> None:
    dirty = f"a@example.jp{hidden}"
    by = sender(**{field: dirty}) if field in ("name", "reply_to") else sender()
    if field == "service_name":
        by = type(by)(7, "nakano", dirty, by.mail, None)
    one = outgoing(1, content=content(subject=dirty if field == "subject" else "件名"))
    if field == "stop_url":
        one = outgoing(1, stop_url=f"https://{dirty}")
    with pytest.raises(ValueError, match=r"control|ASCII|address|host name"):
        skeleton(by, one.content).mail(one, NOON)


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "https://a b", "https://a/>,<b", "https://道"]
)
def test_a_stop_link_that_is_no_web_address_is_refused(url: str) -> None:
    with pytest.raises(ValueError, match="stop link"):
        mail(stop_url=url)


@pytest.mark.parametrize(
    "key", ["", "1", "2026112-1", "20261125-", "20261125-1>\r\n", "20261125_1"]
)
def test_a_message_key_of_another_form_is_refused(key: str) -> None:
    with pytest.raises(ValueError, match="message key"):
        mail(message_key=key)


@pytest.mark.parametrize(("text", "markup"), [(" \n", "<p>"), ("本文", ""), ("\ud800", "<p>")])
def test_a_mail_without_a_readable_part_is_refused(text: str, markup: str) -> None:
    with pytest.raises(ValueError, match=r"both|surrogates"):
        mail(content=content(mail_text=text, mail_html=markup))


def test_a_municipality_without_sender_is_told_apart_from_bad_content() -> None:
    nobody = type(sender())(7, "nakano", "名", None, None)
    for by in (nobody, sender(address="not an address"), sender(reply_to="x@")):
        with pytest.raises(BadSenderError):
            skeleton(by, content())


def test_the_same_edition_is_encoded_once_and_another_text_never_taken_for_it() -> None:
    assert skeleton(sender(), content()) is skeleton(sender(), content())
    corrected = content(mail_text="訂正しました。")
    assert "訂正" in part(parsed(mail(content=corrected).data), "plain")


def test_an_address_stays_out_of_what_a_traceback_shows() -> None:
    assert "reader1" not in repr(mail(1))
