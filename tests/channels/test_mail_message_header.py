"""Header lines: words in Japanese, names, addresses."""

import re
from email import message_from_bytes, policy
from email.header import decode_header, make_header
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from delivery.channels.mail_header import (
    BadAddressError,
    encoded_words,
    mailbox,
    named_field,
    text_field,
    token_field,
)

FAMILY = "👩‍👩‍👧‍👦"
KISS = "👩🏻‍❤️‍💋‍👨🏼"

printable = st.characters(codec="utf-8", exclude_categories=("Cc", "Zl", "Zp", "Cs"))
japanese = st.sampled_from(
    [*'今日は赤ちゃん①髙ｶﾞ、。（） abc=?_,;:"<>@', FAMILY, KISS, "🇯🇵", "が", "葛󠄀"]
)
subjects = st.lists(japanese | printable, max_size=120).map("".join)


def read(field: bytes) -> Any:
    message = message_from_bytes(field + b"\r\n", policy=policy.default)
    (value,) = message.values()
    return value


def words(field: bytes) -> list[str]:
    return re.findall(r"=\?utf-8\?b\?[^?]*\?=", field.decode())


@given(subjects)
@example("=?utf-8?b?44GC?=")
@example("a" * 200 + "あ")
@example("  二つの空白  と末尾  ")
def test_a_subject_comes_back_as_it_was(subject: str) -> None:
    assert str(read(text_field("Subject", subject))) == subject


@given(subjects)
def test_no_line_is_longer_than_76_and_no_encoded_word_than_75(subject: str) -> None:
    for field in (text_field("Subject", subject), named_field("From", subject, "m@example.jp")):
        assert field.isascii()
        assert all(len(line) <= 76 for line in field.split(b"\r\n"))
        assert all(len(word) <= 75 for word in words(field))


@given(st.lists(st.sampled_from([FAMILY, KISS, "🇯🇵", "が", "ﾊﾟ", "👍🏽", "葛󠄀", "1️⃣"]), min_size=1))
def test_no_encoded_word_ends_inside_a_visible_character(clusters: list[str]) -> None:
    left = list(clusters)
    for word in words(text_field("Subject", "".join(clusters))):
        ((raw, _),) = decode_header(word)
        text = raw.decode()
        while text:
            assert text.startswith(left[0]), "a word begins or ends inside a character"
            text = text.removeprefix(left.pop(0))
    assert not left


def test_a_character_longer_than_a_word_is_still_readable() -> None:
    tower = "か" + "\u3099" * 60
    assert str(read(text_field("Subject", tower))) == tower


def test_a_plain_ascii_subject_is_left_readable() -> None:
    assert text_field("Subject", "Week 12 of 40") == b"Subject: Week 12 of 40\r\n"


@given(subjects.map(lambda text: " ".join(text.split())).filter(bool))
@example("Nakano City, Tokyo")
@example('"quoted" <x@example.jp>')
@example("中野区 (公式), 子育て")
def test_a_name_of_any_signs_comes_back_beside_its_address(name: str) -> None:
    field = named_field("From", name, "mail@example.jp")
    (only,) = read(field).addresses
    assert only.addr_spec == "mail@example.jp"
    # Not only.display_name: Python 3.11 puts a space between two encoded words of a name.
    phrase = field.decode().removeprefix("From: ").rpartition("<")[0].strip()
    assert str(make_header(decode_header(phrase))) == name


def test_a_municipality_name_of_usual_length_is_one_encoded_word() -> None:
    name = "新潟市西区健康福祉課こども"
    field = named_field("From", name, "mail@example.jp")
    assert len(words(field)) == 1
    assert read(field).addresses[0].display_name == name


def test_a_sender_without_a_name_is_an_address() -> None:
    assert named_field("From", "", "mail@example.jp") == b"From: <mail@example.jp>\r\n"


def test_a_long_stop_link_stays_whole_on_one_line() -> None:
    url = f"<https://kizuna.example.jp/{'a' * 90}>"
    field = token_field("List-Unsubscribe", url)
    assert field == f"List-Unsubscribe: {url}\r\n".encode()
    assert read(field) == url


def test_a_value_beyond_the_line_limit_is_refused() -> None:
    with pytest.raises(ValueError, match="900"):
        token_field("List-Unsubscribe", "a" * 901)


def test_an_international_domain_travels_as_ascii() -> None:
    box = mailbox("info@子育て.example.jp")
    assert box.envelope == box.header == "info@xn--m9jy50kkpx.example.jp"


def test_the_domain_is_lowered_and_the_local_part_kept() -> None:
    assert mailbox("Hanako.Y@Example.JP").envelope == "Hanako.Y@example.jp"


def test_an_address_already_in_quotes_is_the_same_address() -> None:
    assert mailbox('"a..b"@docomo.ne.jp') == mailbox("a..b@docomo.ne.jp")


def test_signs_that_would_end_the_envelope_stay_in_quotes() -> None:
    assert mailbox('a> RCPT "x@example.jp').envelope == '"a> RCPT \\"x"@example.jp'


@pytest.mark.parametrize(
    "address",
    [
        "",
        "@example.jp",
        "hanako",
        "hanako@",
        "a@docomo,ne.jp",
        "a@docomo..jp",
        "a@-x.jp",
        "a@[127.0.0.1]",
        "はな@example.jp",
        "a\r\nb@example.jp",
        "a@example.jp\r\n",
        "a" * 65 + "@example.jp",
        "a@" + "b" * 64 + ".jp",
        "a@" + "bcd." * 64 + "jp",
    ],
)
def test_what_no_mail_can_reach_is_refused_without_being_quoted(address: str) -> None:
    with pytest.raises(BadAddressError) as refused:
        mailbox(address)
    assert not address or address not in str(refused.value)


@given(st.text(max_size=80), st.text(max_size=40))
def test_any_address_is_either_refused_or_safe_on_one_line(local: str, domain: str) -> None:
    try:
        box = mailbox(f"{local}@{domain}")
    except BadAddressError:
        return
    assert box.envelope.isascii()
    assert box.envelope.isprintable()
    assert read(token_field("To", box.header)).addresses[0].domain == box.domain


def test_encoded_words_refuse_half_a_character() -> None:
    with pytest.raises(ValueError, match="surrogates"):
        encoded_words("\ud83d", 76)
