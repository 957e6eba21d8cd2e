"""Placeholders in staff texts: ``{{自治体名}}``. A fixed list of names, one pass, no evaluation.

Values are joined in as they are: a value that itself holds ``{{…}}`` is never expanded again. All
other template-like syntax (``{% %}``, ``${}``, ``{x.y}``) has no meaning here and stays text.
"""

import difflib
import re
from collections.abc import Iterable, Mapping
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
        "自治体名": Meaning("自治体の名前", "name of the municipality", 50),
        "サービス名": Meaning("配信サービスの名前", "name of the service", 50),
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


@dataclass(frozen=True, slots=True)
class Text:
    text: str


@dataclass(frozen=True, slots=True)
class Placeholder:
    """``name`` is a key of ``PLACEHOLDERS``."""

    name: str


Piece = Text | Placeholder
Template = tuple[Piece, ...]

_SPACE = "[ \t\u3000]*"
_WHOLE = re.compile(rf"\{{\{{{_SPACE}(?P<name>[^{{}}\n]*?){_SPACE}\}}\}}")
_NESTED = re.compile(r"\{\{[^\n{}]*\{\{[^\n{}]*\}\}[^\n{}]*\}\}")
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


def parse(text: str) -> Parsed:
    """Split a text into words and placeholders. Never raises; says what looks like a mistake."""
    pieces: list[Piece] = []
    problems: list[Problem] = []
    done = position = 0
    while found := _BRACES.search(text, position):
        start = found.start()
        if known := placeholder_at(text, start):
            pieces += [Text(text[done:start]), known[0]]
            done = position = known[1]
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

    A name without a value leaves nothing behind: a parent must never read a raw ``{{…}}``.
    """
    return "".join(
        piece.text if isinstance(piece, Text) else values.get(piece.name, "") for piece in template
    )


def longest_values() -> dict[str, str]:
    """The worst real value of every placeholder, for length checks."""
    return {name: "国" * meaning.longest for name, meaning in PLACEHOLDERS.items()}


def _known(name: str) -> str | None:
    return name if name in PLACEHOLDERS else ALIASES.get(name)


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
    line = text.count("\n", 0, start) + 1
    column = start - text.rfind("\n", 0, start)
    return Problem(line, column, ja, en), end


def _unknown(name: str) -> tuple[str, str]:
    if not name:
        return "差し込みの名前がありません。", "The placeholder has no name."
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
