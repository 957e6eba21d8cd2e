"""One e-mail address is taken from what people type and paste; what no mail can reach is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from municipalities.domain.addresses import (
    AddressProblem,
    Email,
    is_line_user_id,
    normalise_email,
    suggest,
)

HOST_63 = "d" * 63


def _refused(text: str) -> AddressProblem:
    with pytest.raises(AddressProblem) as caught:
        normalise_email(text)
    return caught.value


@pytest.mark.parametrize(
    "address",
    [
        *("a..b@docomo.ne.jp", "a.@docomo.ne.jp", ".a@docomo.ne.jp", "a-.@ezweb.ne.jp"),
        *("a..@au.com", "..a@softbank.ne.jp", "a...b@t.vodafone.ne.jp", "a/b?c+d.@docomo.ne.jp"),
    ],
)
def test_dots_anywhere_are_taken_where_carriers_issued_them(address: str) -> None:
    assert normalise_email(address).address == address


@pytest.mark.parametrize("local", ["a..b", "a.", ".a", "."])
@pytest.mark.parametrize("domain", ["gmail.com", "x.docomo.ne.jp", "docomo.ne.jp.example.com"])
def test_the_same_dots_are_refused_everywhere_else(local: str, domain: str) -> None:
    assert _refused(f"{local}@{domain}").code == "dots"


@pytest.mark.parametrize(
    "address",
    [
        *("a+tag@gmail.com", "a_b-c.d@example.co.jp", "o'brien@example.ie", "a%b@example.jp"),
        *("a/b@example.jp", "-a@example.jp", "info@city.example.jp", "noreply@example.jp"),
        "a@mail.1.example.jp",
    ],
)
def test_unusual_signs_that_mail_allows_are_taken_as_they_are(address: str) -> None:
    assert normalise_email(address) == Email(address, address)


def test_the_local_part_keeps_its_letters_and_the_key_forgets_case() -> None:
    assert normalise_email("Aya.B@EXAMPLE.COM") == Email("Aya.B@example.com", "aya.b@example.com")


@pytest.mark.parametrize(
    "text",
    [
        *("ａ＠ｅｘａｍｐｌｅ．ｃｏｍ", "a＠example.com", "a@example。com", "a@example｡com"),
        *(" a@example.com ", "\u3000a@example.com", "a@example.com\xa0", "a@example.com\u200b"),
        *("\ufeffa@example.com", "\ta@example.com\t", "a@example.com\r\n", "a@exam\u200bple.com"),
        *(
            "Name <a@example.com>",
            "<a@example.com>",
            "mailto:a@example.com",
            "山田 花子 <a@example.com>",
        ),
        *('"Yamada, H." <a@example.com>', "MAILTO: a@example.com", "<mailto:a@example.com>"),
    ],
)
def test_what_keyboards_and_mail_programs_add_is_taken_off(text: str) -> None:
    assert normalise_email(text).address == "a@example.com"


@pytest.mark.parametrize(
    ("text", "domain"),
    [
        ("a@日本.jp", "xn--wgv71a.jp"),
        ("a@XN--WGV71A.jp", "xn--wgv71a.jp"),
        ("a@ドメイン.テスト", "xn--eckwd4c7c.xn--zckzah"),
        ("a@日本。jp", "xn--wgv71a.jp"),
        ("a@\u0430pple.com", "xn--pple-43d.com"),
    ],
)
def test_a_domain_in_japanese_is_stored_as_the_dns_writes_it(text: str, domain: str) -> None:
    assert normalise_email(text).address == f"a@{domain}"


@pytest.mark.parametrize(
    "address",
    [
        f"{'l' * 64}@example.com",
        f"a@{HOST_63}.com",
        f"{'l' * 62}@{HOST_63}.{HOST_63}.{HOST_63[:59]}.com",
        f"{'.' * 64}@docomo.ne.jp",
    ],
)
def test_an_address_of_the_greatest_length_is_taken(address: str) -> None:
    assert len(normalise_email(address).address) <= 254


REFUSED = {
    "required": ["", "  ", "\u3000", "\u200b", "mailto:"],
    "too_long": [
        f"{'l' * 65}@example.com",
        f"{'.' * 65}@docomo.ne.jp",
        f"{'l' * 63}@{HOST_63}.{HOST_63}.{HOST_63[:59]}.com",
        "a" * 100_000 + "@example.com",
    ],
    "line_break": [
        *("a@example.com\nBcc: b@example.com", "a@example.com\rBcc:b@example.com"),
        *("a%0d%0aBcc:b@example.com", "a@example.com%0D%0ABcc:b@b.jp", "a\u2028b@example.com"),
        *("a\0b@example.com", "a@example.com\nb@example.com", "a <a@example.com\n>, b"),
    ],
    "no_at": ["a", "example.com", "mailto:a", "a at example.com"],
    "two_addresses": [
        *("a@b.jp,c@d.jp", "a@b.jp; c@d.jp", "a@b.jp、c@d.jp", "a@b.jp c@d.jp"),
        *("a@b.jp\u3000c@d.jp", "a@b.jp <c@d.jp>", "A <a@b.jp>, B <c@d.jp>"),
    ],
    "many_at": ["a@@b.com", "a@b@c.com"],
    "no_local": ["@example.com"],
    "no_domain": ["a@", "a＠"],
    "space": ["a b@c.jp", "a@c .jp", "a\u3000b@c.jp"],
    "comma": ["a@example,com", "a@docomo,ne.jp", "a，b@example.com"],
    "local_not_ascii": ["日本@example.com", "é@example.com", "あ@docomo.ne.jp"],
    "quoted": [
        '"a b"@example.com',
        "a(x)@example.com",
        '"a..b"@docomo.ne.jp',
        "a\\b@c.jp",
        "<a@c.jp",
    ],
    "dots": ["a..b@example.com", "a.@example.com"],
    "local_sign": ["a:b@example.com", "[a]@example.com", "a:b@docomo.ne.jp"],
    "domain_dots": ["a@example..com", "a@example.com.", "a@.example.com", "a@example。。com"],
    "domain": [
        *("a@-example.com", "a@example-.com", "a@ex_ample.com", "a@example.c", "a@example.c0m"),
        *(f"a@{'d' * 64}.com", "a@exa:mple.com", "a@☃.-jp", "a@_"),
    ],
    "number_domain": [
        *("a@[127.0.0.1]", "a@[IPv6:::1]", "a@10.0.0.1", "a@１２７.0.0.1", "a@2130706433"),
        *("a@0x7f000001", "a@0x7f.0x1"),
    ],
    "inside_domain": [
        "a@localhost",
        "a@internal",
        "a@mail.local",
        "a@db.internal",
        "a@x.LOCALHOST",
    ],
}


@pytest.mark.parametrize(
    ("code", "text"), [(code, text) for code, texts in REFUSED.items() for text in texts]
)
def test_what_is_not_one_reachable_address_is_refused_with_its_own_sentence(
    code: str, text: str
) -> None:
    problem = _refused(text)
    assert problem.code == code
    assert problem.message_ja.endswith("。")
    assert problem.message_en[-1] in ".?"


def test_a_comma_for_a_dot_is_refused_with_the_hint() -> None:
    assert "「.」（ドット）の打ち間違い" in _refused("a@example,com").message_ja


def test_a_problem_never_repeats_the_address() -> None:
    problem = _refused("hanako..y@example.com")
    assert "hanako" not in f"{problem} {problem.message_ja} {problem.message_en}"


NEARLY = st.lists(
    st.sampled_from([*'aA1.@@,-_ <>"\n%ー。＠', "example", ".com", "docomo.ne.jp", "xn--", "日本"])
).map("".join)


@given(st.one_of(st.text(), NEARLY, st.builds("{}@{}.jp".format, st.text(), st.text())))
def test_any_text_is_an_address_or_a_problem_and_an_address_stays_itself(text: str) -> None:
    try:
        email = normalise_email(text)
    except AddressProblem:
        return
    assert normalise_email(email.address) == email
    assert email.address.isascii()
    assert email.address.isprintable()
    assert " " not in email.address
    assert email.address.count("@") == 1
    assert len(email.address) <= 254


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        *(("gmail.co", "gmail.com"), ("gmial.com", "gmail.com"), ("gmail.con", "gmail.com")),
        *(("gmaill.com", "gmail.com"), ("gmail.co.jp", "gmail.com"), ("GMAI.com", "gmail.com")),
        *(("docomo.ne.jo", "docomo.ne.jp"), ("docomo.nejp", "docomo.ne.jp")),
        *(("docomo.co.jp", "docomo.ne.jp"), ("docmo.ne.jp", "docomo.ne.jp")),
        *(("ezweb.co.jp", "ezweb.ne.jp"), ("ezwed.ne.jp", "ezweb.ne.jp"), ("au.ne.jp", "au.com")),
        *(("yahoo.co.jo", "yahoo.co.jp"), ("yaho.co.jp", "yahoo.co.jp")),
        *(("icloud.co", "icloud.com"), ("i.softbank.ne.jp", "i.softbank.jp")),
    ],
)
def test_a_slip_in_a_well_known_domain_is_noticed(typed: str, meant: str) -> None:
    assert suggest(f"Aya@{typed}") == f"Aya@{meant}"


@pytest.mark.parametrize(
    "domain",
    [
        *("gmail.com", "yahoo.co.jp", "yahoo.com", "docomo.ne.jp", "au.com", "outlook.jp"),
        *("ymail.com", "mail.com", "t.vodafone.ne.jp", "city.nakano.lg.jp", "softbank.co.jp"),
        *("aol.com", "hotmail.co.jp", "example.com", ""),
    ],
)
def test_a_domain_that_exists_is_left_alone(domain: str) -> None:
    assert suggest(f"a@{domain}") is None


def test_a_suggestion_is_itself_an_address_without_a_suggestion() -> None:
    meant = suggest("a..b@docomo.co.jp")
    assert meant is not None
    assert normalise_email(meant).address == meant
    assert suggest(meant) is None


def test_a_line_user_id_is_a_u_and_thirty_two_hexadecimal_digits() -> None:
    assert is_line_user_id("U" + "0123456789abcdef" * 2)


@pytest.mark.parametrize(
    "text",
    [
        "",
        *("U" + "a" * 31, "U" + "a" * 33, "u" + "a" * 32, "C" + "a" * 32),
        *("U" + "A" * 32, "U" + "g" * 32, "U" + "a" * 32 + "\n", "U" + "１" * 32),
    ],
)
def test_anything_else_is_no_line_user_id(text: str) -> None:
    assert not is_line_user_id(text)
