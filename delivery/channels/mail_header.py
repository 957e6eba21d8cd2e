"""Header lines of a mail: addresses as carriers hand them out, words in Japanese, folding.

Written by hand because Python's own folding writes encoded words longer than the 75 octets
RFC 2047 allows in about a quarter of Japanese subjects, and costs more than the rest of the mail.
"""

import re
import unicodedata
from base64 import b64encode
from dataclasses import dataclass

_LINE = 76
"""RFC 2047 section 2: no line that holds an encoded word is longer."""

_ATEXT = "A-Za-z0-9!#$%&'*+/=?^_`{|}~-"
_DOT_ATOM = re.compile(rf"[{_ATEXT}]+(\.[{_ATEXT}]+)*")
_ATOMS_AND_DOTS = re.compile(rf"[.{_ATEXT}]+")
_PLAIN_WORDS = re.compile(rf"[{_ATEXT}]+( [{_ATEXT}]+)*")
_LABEL = "[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?"
_DOMAIN = re.compile(rf"{_LABEL}(\.{_LABEL})*")

_EXTENDS = (
    "[\u0300-\u036f\u3099\u309a\ufe00-\ufe0f\uff9e\uff9f\u20e3"
    "\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f\U000e0100-\U000e01ef]"
)
_CLUSTER = re.compile(
    rf"(?:[\U0001f1e6-\U0001f1ff]{{2}}|.){_EXTENDS}*(?:\u200d.{_EXTENDS}*)*", re.DOTALL
)
"""What a reader sees as one character: voiced kana, flags, joined emoji."""


class BadAddressError(ValueError):
    """Not an address that mail can be sent to. The message never quotes it."""


@dataclass(frozen=True, slots=True)
class Mailbox:
    """One address in its two spellings; they differ for old carrier addresses.

    ``a..b@docomo.ne.jp`` breaks RFC 5322: in a header its local part stands in quotes, in the
    envelope it goes bare, as carriers and Postfix expect it.
    """

    envelope: str
    header: str
    domain: str


def mailbox(address: str) -> Mailbox:
    """Read an address as the reader typed it. Raises ``BadAddressError``.

    An international domain becomes its A-label (IDNA 2003, the standard library's). A local part
    outside ASCII is refused: it would need SMTPUTF8 on every hop, and no carrier in Japan has it.
    """
    local, at, domain = address.rpartition("@")
    if len(local) > 2 and local[0] == local[-1] == '"':
        local = re.sub(r"\\(.)", r"\1", local[1:-1])
    if not at or not 1 <= len(local) <= 64 or not local.isascii() or not local.isprintable():
        raise BadAddressError("an address needs a local part of 1 to 64 printable ASCII characters")
    try:
        domain = domain.encode("idna").decode("ascii").lower()
    except UnicodeError as error:
        raise BadAddressError(
            "the domain of the address cannot be written as a host name"
        ) from error
    if len(domain) > 253 or not _DOMAIN.fullmatch(domain):
        raise BadAddressError("the domain of the address is not a host name")
    quoted = '"' + re.sub(r'(["\\])', r"\\\1", local) + '"'
    bare = _ATOMS_AND_DOTS.fullmatch(local)
    proper = _DOT_ATOM.fullmatch(local)
    return Mailbox(
        envelope=f"{local if bare else quoted}@{domain}",
        header=f"{local if proper else quoted}@{domain}",
        domain=domain,
    )


def encoded_words(text: str, room: int) -> str:
    """RFC 2047 words of at most 75 octets, joined by folds; the first fits into ``room``.

    Raises ``ValueError`` for a lone surrogate. Never splits inside a visible character of up to
    36 bytes, which every emoji in Unicode 15 keeps below.
    """
    words: list[str] = []
    chunk = b""
    limit = (min(room, 75) - 12) // 4 * 3
    for cluster in _CLUSTER.findall(text):
        whole = cluster.encode()
        for piece in [whole] if len(whole) <= 36 else [one.encode() for one in cluster]:
            if chunk and len(chunk) + len(piece) > limit:
                words.append(_word(chunk))
                chunk, limit = b"", 45
            chunk += piece
    words.append(_word(chunk))
    return "\r\n ".join(words)


def _word(chunk: bytes) -> str:
    return f"=?utf-8?b?{b64encode(chunk).decode()}?="


def text_field(name: str, text: str) -> bytes:
    """A field of free text, such as Subject. Raises ``ValueError`` for control characters."""
    _refuse_control(name, text)
    room = _LINE - len(name) - 2
    plain = text.isascii() and "=?" not in text and text == " ".join(text.split())
    value = text if plain and len(text) <= room else encoded_words(text, room)
    return f"{name}: {value}\r\n".encode("ascii")


def named_field(name: str, phrase: str, angle: str) -> bytes:
    """A field of a name and something in angle brackets, such as From or List-Id."""
    _refuse_control(name, phrase)
    if not phrase:
        return token_field(name, f"<{angle}>")
    room = _LINE - len(name) - 2
    plain = _PLAIN_WORDS.fullmatch(phrase) and "=?" not in phrase and len(phrase) <= room
    words = phrase if plain else encoded_words(phrase, room)
    used = len(words.rsplit("\r\n", 1)[-1]) + (0 if "\r\n" in words else len(name) + 2)
    fold = " " if used + len(angle) + 3 <= _LINE else "\r\n "
    return f"{name}: {words}{fold}<{_token(name, angle)}>\r\n".encode("ascii")


def token_field(name: str, value: str) -> bytes:
    """A field whose value is written as it is, on one line however long.

    A stop link cannot be folded inside, and readers of List-Unsubscribe stumble over a first line
    that is empty more often than over one beyond 78.
    """
    return f"{name}: {_token(name, value)}\r\n".encode("ascii")


def _token(name: str, value: str) -> str:
    if not value.isascii() or not value.isprintable() or not value or len(value) > 900:
        raise ValueError(f"{name} needs 1 to 900 printable ASCII characters")
    return value


def _refuse_control(name: str, text: str) -> None:
    """A line break here would let a subject write header lines of its own."""
    if any(unicodedata.category(each) in ("Cc", "Zl", "Zp") for each in text):
        raise ValueError(f"{name} holds a control character or a line break")
