"""Which links a text may hold: https pages, telephone numbers, mail addresses. Nothing else."""

import ipaddress
import re
from urllib.parse import unquote, urlsplit

BARE_URL = re.compile(r"https?://[!#$%&'()*+,\-./0-9:;=?@A-Z\[\]_a-z~]+")
_TRAILING = ".,:;!?'"
_TELEPHONE = re.compile(r"[+]?[0-9*#]{2,20}")
_MAIL = re.compile(r"[A-Za-z0-9.!#$&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]+\.[A-Za-z]{2,}")
_HOST = re.compile(r"([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z][a-z0-9-]*[a-z0-9]")

_NO_TELEPHONE = ("電話番号の形になっていません。", "This is not a telephone number.")
_NO_MAIL = ("メールアドレスの形になっていません。", "This is not a mail address.")
_NOT_SECURE = (
    "http: のリンクは使えません。https: のページを指定します。",
    "Links with http: are refused. Use the https: page.",
)
_OTHER_SCHEME = (
    "リンクは https:、tel:、mailto: のどれかで始めます。",
    "A link begins with https:, tel: or mailto:.",
)


def target(url: str) -> str | None:
    """The address as it is sent, or None where the text may not link to it. Never raises."""
    return None if refusal(url) else _normal(url)


def refusal(url: str) -> tuple[str, str] | None:
    """Why a link is refused, in Japanese and English; None if it is fine."""
    scheme, _, rest = url.partition(":")
    match scheme.lower():
        case "https":
            return _page_refusal(url)
        case "tel":
            return None if _TELEPHONE.fullmatch(_digits(rest)) else _NO_TELEPHONE
        case "mailto":
            return None if _MAIL.fullmatch(unquote(rest)) else _NO_MAIL
        case "http":
            return _NOT_SECURE
        case _:
            return _OTHER_SCHEME


def bare_url(text: str, start: int = 0) -> tuple[int, int] | None:
    """Where the next written-out address begins and ends, without the punctuation behind it."""
    found = BARE_URL.search(text, start)
    if not found:
        return None
    url = found.group().rstrip(_TRAILING)
    while url.endswith(")") and url.count(")") > url.count("("):
        url = url[:-1].rstrip(_TRAILING)
    return found.start(), found.start() + len(url)


def shown(link: str) -> str:
    """The address as a reader of plain text needs it: the page, the number, the mail address."""
    scheme, _, rest = link.partition(":")
    return link if scheme == "https" else unquote(rest)


def says_itself(label: str, link: str) -> bool:
    """Whether the label already is the address, so that plain text need not repeat it."""
    if link.startswith("tel:"):
        return _digits(label) == _digits(link.removeprefix("tel:"))
    return label.strip() == shown(link)


def _page_refusal(url: str) -> tuple[str, str] | None:
    try:
        parts = urlsplit(url)
        host, _ = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return "アドレスとして読めません。", "This address cannot be read."
    if "@" in parts.netloc:
        return "利用者名の入ったアドレスは使えません。", "An address with a user name is refused."
    if _is_ip(host) or not _HOST.fullmatch(host):
        return (
            "公開されたページのアドレスではありません。",
            "This is not the address of a public page.",
        )
    if "%7B%7B" in url.upper() or "{{" in url:
        return "リンク先に差し込みは使えません。", "A placeholder cannot stand in an address."
    if not url.isascii() or re.search(r"[\x00-\x20\"<>\\^`{|}\x7f]", url):
        return "アドレスに使えない文字があります。", "The address holds a character it may not."
    return None


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def _normal(url: str) -> str:
    scheme, _, rest = url.partition(":")
    if scheme.lower() == "tel":  # a bare # would start a fragment, and #8000 is called often
        return "tel:" + _digits(rest).replace("#", "%23")
    return f"{scheme.lower()}:{rest}"


def _digits(number: str) -> str:
    return re.sub(r"[\s().-]", "", unquote(number)).replace("＃", "#")
