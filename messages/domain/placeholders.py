"""Placeholders in staff texts: ``{{自治体名}}``. A fixed list of names, one pass, no evaluation.

Beside the list there is a municipality's own register: ``{{窓口:こころ}}``, in its own texts only.

Values are joined in as they are: a value that itself holds ``{{…}}`` is never expanded again. All
other template-like syntax (``{% %}``, ``${}``, ``{x.y}``) has no meaning here and stays text.
"""

import difflib
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType

from messages.domain.problems import Problem


@dataclass(frozen=True, slots=True)
class Meaning:
    """``longest`` bounds the value in characters; the longest LINE text is reckoned with it."""

    ja: str
    en: str
    longest: int


PLACEHOLDERS: Mapping[str, Meaning] = MappingProxyType(
    {
        "自治体名": Meaning("自治体の名前", "name of the municipality", 40),
        "サービス名": Meaning("配信サービスの名前", "name of the service", 60),
        "時期": Meaning("妊娠12週3日、生後45日など", "stage of the text", 20),
        "今日": Meaning("配信する日（10月3日）", "the day of sending", 20),
        "問い合わせ先": Meaning("自治体の問い合わせ先", "contact of the municipality", 200),
    }
)

# For translators without a Japanese keyboard.
ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "municipality": "自治体名",
        "service": "サービス名",
        "stage": "時期",
        "today": "今日",
        "contact": "問い合わせ先",
    }
)


CONTACT = "窓口:"
"""Before a name of the register. A full-width colon is read as the same."""

LONGEST_CONTACT = 200
"""Of a value of the register, in UTF-16 units."""

_SIGNS = r"<>&\"'`*_\\\[\](){}:：|｜｛｝%"
CONTACT_NAME = re.compile(rf"[^\s{_SIGNS}](?:[^\n{_SIGNS}]{{0,18}}[^\s{_SIGNS}])?")
"""What a name of the register may be: no sign with a meaning of its own, here or in HTML."""


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Placeholder:
    """``name`` is a key of ``PLACEHOLDERS``, or ``CONTACT`` and a name of the register."""

    name: str

    @property
    def contact(self) -> str:
        """The name in the register, or ""."""
        return self.name.removeprefix(CONTACT) if self.name.startswith(CONTACT) else ""

    @property
    def longest(self) -> int:
        """The bound of its value, in characters."""
        return LONGEST_CONTACT if self.contact else PLACEHOLDERS[self.name].longest


Piece = Text | Placeholder
Template = tuple[Piece, ...]

_SPACE = "[ \t\u3000]*"
_WHOLE = re.compile(rf"\{{\{{{_SPACE}(?P<name>[^{{}}\n]*?){_SPACE}\}}\}}")
_NESTED = re.compile(r"\{\{[^\n{}]*\{\{[^\n{}]*\}\}[^\n{}]*\}\}")
_CONTACT = re.compile(rf"窓口{_SPACE}[:：]{_SPACE}(?P<name>.+)")
_BRACES = re.compile(r"\{\{|\}\}|[｛{]｛|｛\{|[｝}]｝|｝\}")


@dataclass(frozen=True, slots=True)
class Parsed:
    """Whatever could not be read stays in ``pieces`` as the text that was typed."""

    pieces: Template
    problems: tuple[Problem, ...]


def placeholder_at(text: str, start: int, end: int | None = None) -> tuple[Placeholder, int] | None:
    """The known placeholder that begins at ``start`` and the index after it, or None."""
    found = _WHOLE.match(text, start, len(text) if end is None else end)
    name = _known(found["name"]) if found else None
    return (Placeholder(name), found.end()) if found and name else None


def parse(text: str, contacts: Collection[str] | None = None) -> Parsed:
    """Split a text into words and placeholders. Never raises; says what looks like a mistake.

    ``contacts`` are the names in the register; None: a text that may quote none.
    """
    pieces: list[Piece] = []
    problems: list[Problem] = []
    done = position = 0
    while found := _BRACES.search(text, position):
        start = found.start()
        if known := placeholder_at(text, start):
            pieces += [Text(text[done:start]), known[0]]
            done = position = known[1]
            if mistake := _not_in_register(known[0].contact, contacts):
                problems.append(_problem(text, start, *mistake))
        else:
            problem, position = _mistake(text, start, found.group())
            problems.append(problem)
    pieces.append(Text(text[done:]))
    return Parsed(joined(pieces), tuple(problems))


def joined(pieces: Iterable[Piece]) -> Template:
    """The same template with neighbouring texts joined and empty ones dropped."""
    out: list[Piece] = []
    words: list[str] = []
    for piece in pieces:
        if isinstance(piece, Text):
            words.append(piece.text)
        else:
            out += [Text("".join(words)), piece]
            words = []
    out.append(Text("".join(words)))
    return tuple(piece for piece in out if not isinstance(piece, Text) or piece.text)


def fill(template: Template, values: Mapping[str, str]) -> str:
    """The text with its values, which must already be escaped for the channel.

    A name without a value leaves nothing behind: a parent must never read a raw ``{{…}}``. Only one
    of the register stays as it was typed, for its author: checks keep it from being approved.
    """
    return "".join(
        piece.text if isinstance(piece, Text) else values.get(piece.name, _alone(piece))
        for piece in template
    )


def longest_values(template: Template) -> dict[str, str]:
    """The worst real value of every placeholder of a text, for length checks."""
    return {
        piece.name: "国" * piece.longest for piece in template if isinstance(piece, Placeholder)
    }


def contacts_in(text: str) -> frozenset[str]:
    """The names of the register that a tidied text quotes."""
    pieces = parse(text).pieces
    return frozenset(one.contact for one in pieces if isinstance(one, Placeholder) and one.contact)


def _alone(piece: Placeholder) -> str:
    return f"{{{{{piece.name}}}}}" if piece.contact else ""


def _known(name: str) -> str | None:
    if (found := _CONTACT.fullmatch(name)) and CONTACT_NAME.fullmatch(found["name"]):
        return CONTACT + found["name"]
    return name if name in PLACEHOLDERS else ALIASES.get(name)


def _not_in_register(name: str, contacts: Collection[str] | None) -> tuple[str, str] | None:
    if not name or (contacts is not None and name in contacts):
        return None
    if contacts is None:
        return (
            f"差し込み「{CONTACT}{name}」はありません。窓口は、自治体のお知らせと一斉配信だけで使えます。",
            f"There is no placeholder “{CONTACT}{name}”. Only a municipality's own texts have contacts.",
        )
    near = difflib.get_close_matches(name, contacts, n=1, cutoff=0.5)
    ja = f"「{name}」は、窓口・連絡先にありません。"
    en = f"“{name}” is not among the contacts."
    if near:
        known = f"{{{{{CONTACT}{near[0]}}}}}"
        return f"{ja}{known} でしょうか。", f"{en} Did you mean {known}?"
    return (
        f"{ja}「窓口・連絡先」のページで加えると、使えるようになります。",
        f"{en} Add it on the page “Contacts”, then it can be used.",
    )


def _mistake(text: str, start: int, braces: str) -> tuple[Problem, int]:
    """Name the mistake at ``start`` and where to read on."""
    end = start + len(braces)
    if "｛" in braces or "｝" in braces:
        ja = "差し込みのかっこが全角です。半角の {{ }} で書きます。"
        en = "The braces are full width. Write half-width {{ }}."
    elif braces == "}}":
        ja = "差し込みの閉じかっこ }} だけがあります。始めの {{ がありません。"
        en = "There is a closing }} without its {{."
    elif nested := _NESTED.match(text, start):
        ja = "差し込みの中に差し込みがあります。1つずつ分けて書きます。"
        en = "A placeholder stands inside another one. Write them one by one."
        end = nested.end()
    elif whole := _WHOLE.match(text, start):
        ja, en = _unknown(whole["name"])
        end = whole.end()
    else:
        ja = "差し込みが }} で閉じられていません。"
        en = "The placeholder is not closed with }}."
    return _problem(text, start, ja, en), end


def _problem(text: str, start: int, ja: str, en: str) -> Problem:
    line = text.count("\n", 0, start) + 1
    return Problem(line, start - text.rfind("\n", 0, start), ja, en)


def _unknown(name: str) -> tuple[str, str]:
    if not name:
        return "差し込みの名前がありません。", "The placeholder has no name."
    if name.startswith("窓口"):
        return (
            f"差し込み「{name}」は読めません。窓口は {{{{{CONTACT}名前}}}} のように書きます。",
            f"“{name}” cannot be read. A contact is written {{{{{CONTACT}name}}}}.",
        )
    near = difflib.get_close_matches(name, [*PLACEHOLDERS, *ALIASES], n=1, cutoff=0.5)
    if near:
        return (
            f"差し込み「{name}」はありません。{{{{{near[0]}}}}} でしょうか。",
            f"There is no placeholder “{name}”. Did you mean {{{{{near[0]}}}}}?",
        )
    return (
        f"差し込み「{name}」はありません。使えるのは {'、'.join(PLACEHOLDERS)} です。",
        f"There is no placeholder “{name}”. Known are {', '.join(ALIASES)}.",
    )
