"""E-mail addresses and LINE user ids as they are typed, stored and compared.

Follows RFC 5321 and 5322 without quoted local parts and comments, with one exception that lives in
parents' pockets: Japanese carriers once issued addresses with dots anywhere (``a..b@``, ``a.@``).
Only the mail that asks for confirmation proves that an address works.
"""

import re
from dataclasses import dataclass
from typing import NoReturn

from kizuna.lib.text import fold_value
from municipalities.domain.problem import ValueProblem


class AddressProblem(ValueProblem):
    """A text that is not one e-mail address."""


@dataclass(frozen=True, slots=True)
class Email:
    """``address`` is what is sealed and sent to; ``key`` is compared, and never sent to."""

    address: str
    key: str


_CARRIERS = frozenset(
    {"docomo.ne.jp", "ezweb.ne.jp", "au.com", "softbank.ne.jp", "i.softbank.jp", "disney.ne.jp"}
    | {f"{area}.vodafone.ne.jp" for area in "cdhknqrst"}
)
_CARRIER_LOCAL = re.compile(r"[A-Za-z0-9._/?+-]+")
_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL = re.compile(rf"{_ATOM}(?:\.{_ATOM})*")
_LABEL = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_WRAPPED = re.compile(r"[^<>@]*<([^<>]+)>")
_NO_PUBLIC_NAME = {"localhost", "localdomain", "local", "internal", "invalid", "onion"}

_LONGEST = 1000
"""Characters; a longer text is not folded at all."""

_SUGGESTED = (
    "gmail.com",
    "yahoo.co.jp",
    "docomo.ne.jp",
    "ezweb.ne.jp",
    "softbank.ne.jp",
    "i.softbank.jp",
    "ymobile.ne.jp",
    "icloud.com",
    "outlook.com",
    "outlook.jp",
    "hotmail.com",
    "hotmail.co.jp",
)
_REAL_NEIGHBOURS = {"ymail.com", "email.com", "mail.com", "hotmail.co.uk", "cloud.com"}
_MISTAKES = {
    "docomo.co.jp": "docomo.ne.jp",
    "docomo.jp": "docomo.ne.jp",
    "docomo.com": "docomo.ne.jp",
    "docomo.ne": "docomo.ne.jp",
    "ezweb.co.jp": "ezweb.ne.jp",
    "ezweb.jp": "ezweb.ne.jp",
    "au.ne.jp": "au.com",
    "au.co.jp": "au.com",
    "i.softbank.ne.jp": "i.softbank.jp",
    "gmail.co.jp": "gmail.com",
    "gmail.ne.jp": "gmail.com",
    "gmail.jp": "gmail.com",
    "yahoo.co": "yahoo.co.jp",
    "yahoo.ne.jp": "yahoo.co.jp",
    "yahoo.jp": "yahoo.co.jp",
    "icloud.co.jp": "icloud.com",
    "icloud.jp": "icloud.com",
}

_SENTENCES: dict[str, tuple[str, str]] = {
    "required": ("メールアドレスを入れてください。", "Enter an e-mail address."),
    "too_long": (
        "メールアドレスが長すぎます。@の前は64文字まで、全体で254文字までです。",
        "The address is too long: 64 characters before the @ and 254 in all.",
    ),
    "line_break": (
        "途中に改行などの見えない文字が入っています。アドレスだけを1行で入れてください。",
        "There is a line break or control character inside. Enter the address alone on one line.",
    ),
    "two_addresses": (
        "メールアドレスが2つ入っています。1つだけにしてください。",
        "There are two addresses. Leave one.",
    ),
    "no_at": (
        "「@」がありません。「名前@example.com」の形で入れてください。",
        "The @ is missing. An address looks like name@example.com.",
    ),
    "many_at": ("「@」が2つ以上あります。1つだけにしてください。", "There is more than one @."),
    "no_local": ("「@」の前が空です。", "There is nothing before the @."),
    "no_domain": ("「@」の後ろが空です。", "There is nothing after the @."),
    "space": (
        "メールアドレスの途中に空白があります。空白を消してください。",
        "There is a space inside the address. Remove it.",
    ),
    "comma": (
        "「,」（コンマ）が入っています。「.」（ドット）の打ち間違いではありませんか。",
        "There is a comma. Did you mean a dot?",
    ),
    "local_not_ascii": (
        "「@」の前に、日本語など、メールでは使えない文字があります。英数字のアドレスが使えます。",
        "Before the @ there are letters that cannot be used in mail here. Use letters and digits.",
    ),
    "quoted": (
        '「"」やかっこは使えません。記号を外したアドレスを入れてください。',
        "Quotation marks and brackets cannot be used. Enter the address without them.",
    ),
    "dots": (
        "「@」の前で「.」が続いているか、端にあります。アドレスを確かめてください。",
        "Before the @ a dot is doubled or stands at an end. Check the address.",
    ),
    "local_sign": (
        "「@」の前に、使えない記号があります。アドレスを確かめてください。",
        "Before the @ there is a sign that cannot be used. Check the address.",
    ),
    "domain_dots": (
        "「@」の後ろで「.」が続いているか、端にあります。アドレスを確かめてください。",
        "After the @ a dot is doubled or stands at an end. Check the address.",
    ),
    "domain": (
        "「@」の後ろが、メールの届く形ではありません。「example.com」のような形か確かめてください。",
        "What follows the @ is not a mail domain. It looks like example.com.",
    ),
    "number_domain": (
        "「@」の後ろに、数字の番地は使えません。「example.com」のような名前で入れてください。",
        "A numeric address cannot follow the @. Use a name such as example.com.",
    ),
    "inside_domain": (
        "「@」の後ろが、インターネットの名前ではありません。外から届くアドレスを入れてください。",
        "What follows the @ is not a name on the internet. Enter an address that mail can reach.",
    ),
}


def normalise_email(text: str) -> Email:
    """One address from what was typed or pasted; show the result back to the person.

    The local part keeps its letters as typed, the domain becomes lower-case A-labels.

    Raises:
        AddressProblem: not exactly one address that mail can reach.
    """
    if len(text) > _LONGEST:
        _refuse("too_long")
    written = _unwrapped(fold_value(text))
    _check_one(written)
    local, _, domain = written.rpartition("@")
    domain = _a_labels(domain)
    _check_local(local, domain)
    address = f"{local}@{domain}"
    if len(local) > 64 or len(address) > 254:
        _refuse("too_long")
    return Email(address, address.lower())


def suggest(address: str) -> str | None:
    """The address that was probably meant when the domain is a known slip; else None."""
    local, _, domain = address.rpartition("@")
    domain = domain.lower()
    if domain in _CARRIERS or domain in _SUGGESTED or domain in _REAL_NEIGHBOURS:
        return None
    meant = _MISTAKES.get(domain) or next(
        (known for known in _SUGGESTED if _one_slip(domain, known)), None
    )
    return f"{local}@{meant}" if meant else None


def is_line_user_id(text: str) -> bool:
    """``U`` and 32 lower-case hexadecimal digits, as LINE's webhooks deliver them."""
    return re.fullmatch("U[0-9a-f]{32}", text) is not None


def _refuse(code: str) -> NoReturn:
    raise AddressProblem(code, *_SENTENCES[code])


def _unwrapped(written: str) -> str:
    """Without ``Name <…>`` and ``mailto:``, which mail programs put around when copying."""
    if found := _WRAPPED.fullmatch(written):
        written = found[1].strip()
    return written[7:].lstrip() if written[:7].lower() == "mailto:" else written


def _check_one(written: str) -> None:
    """Refuse what holds no address, several, or something that is no part of an address."""
    found = (
        ("required", not written),
        ("line_break", not written.isprintable() or "%0d" in written.lower()),
        ("line_break", "%0a" in written.lower()),
        ("no_at", "@" not in written),
        ("two_addresses", written.count("@") > 1 and bool(re.search("[,;、\\s]", written))),
        ("quoted", any(sign in written for sign in '"()<>\\')),
        ("many_at", written.count("@") > 1),
        ("no_local", written.startswith("@")),
        ("no_domain", written.endswith("@")),
        ("space", " " in written),
        ("comma", "," in written or "、" in written),
    )
    for code, met in found:
        if met:
            _refuse(code)


def _check_local(local: str, domain: str) -> None:
    if not local.isascii():
        _refuse("local_not_ascii")
    if domain in _CARRIERS and _CARRIER_LOCAL.fullmatch(local):
        return
    if not _LOCAL.fullmatch(local):
        dotted = ".." in local or local.startswith(".") or local.endswith(".")
        _refuse("dots" if dotted else "local_sign")


def _a_labels(domain: str) -> str:
    """The domain in the form of the DNS; refuses what names no host on the internet."""
    domain = domain.replace("。", ".").lower()
    labels = domain.split(".")
    if not all(labels):
        _refuse("domain_dots")
    if domain.startswith("[") or labels[-1].isdecimal() or labels[-1].startswith("0x"):
        _refuse("number_domain")
    try:
        labels = domain.encode("idna").decode("ascii").lower().split(".")
    except UnicodeError:
        _refuse("domain")
    if len(labels) == 1 or labels[-1] in _NO_PUBLIC_NAME:
        _refuse("inside_domain" if _LABEL.fullmatch(labels[-1]) else "domain")
    # No top-level domain has one letter or a digit in it, except the A-labels.
    top = labels[-1]
    real_top = top.startswith("xn--") or (len(top) > 1 and top.isalpha())
    if not (real_top and all(_LABEL.fullmatch(label) for label in labels)):
        _refuse("domain")
    return ".".join(labels)


def _one_slip(typed: str, known: str) -> bool:
    """Whether one letter was left out, added, changed, or two neighbours were swapped."""
    if abs(len(typed) - len(known)) > 1:
        return False
    start = 0
    while start < min(len(typed), len(known)) and typed[start] == known[start]:
        start += 1
    a, b = typed[start:], known[start:]
    return a[1:] == b[1:] or a[1:] == b or a == b[1:] or (a[1::-1] + a[2:] == b)
