"""Content packs: one text per file with front matter, read and judged before anything is kept.

``content/ja/<unit>/<key>[.<audience>][.<variant>].md``; the defaults, everyone and standard, are
not written into the name. A file's place and name must say what its front matter says, so that a
missing or doubled text shows in a directory listing.
"""

import re
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml

from messages.domain.stage import Stage
from messages.rendering.check import check_text

AUDIENCES = ("everyone", "birth_parent", "partner", "around")
_VARIANT = re.compile(r"standard|easy|[a-z]{2,3}(-[A-Za-z]{2,8})?")
_KEYS = (
    "stage", "audience", "variant", "subject", "supervisor", "reviewed_on", "review_by", "sample",
)  # fmt: skip
_REQUIRED = ("stage", "subject")
_FENCE = "---"
_LARGEST = 100_000
"""Bytes; a text of 400 characters has about 1,500."""


@dataclass(frozen=True, slots=True)
class ContentFile:
    """One text as its file says it. ``supervisor`` "" and ``reviewed_on`` None: unsupervised."""

    path: str
    stage: Stage
    audience: str
    variant: str
    subject: str
    body: str
    supervisor: str
    reviewed_on: date | None
    sample: bool
    review_by: date | None = None

    @property
    def place(self) -> str:
        """Where the file belongs below the pack's directory."""
        extras = [word for word in (self.audience, self.variant) if word not in _DEFAULTS]
        return f"{self.stage.unit}/{'.'.join([self.stage.key, *extras])}.md"


@dataclass(frozen=True, order=True, slots=True)
class FileProblem:
    """``line`` counts from 1; 0 where the whole file is meant."""

    path: str
    line: int
    message_ja: str

    @property
    def told(self) -> str:
        """One line in Japanese: the place, then the sentence."""
        place = f"{self.path} {self.line}行目" if self.line else self.path
        return f"{place}：{self.message_ja}"


@dataclass(frozen=True, slots=True)
class Course:
    """Everything read from a directory. With any problem, the caller takes none of the files."""

    files: tuple[ContentFile, ...]
    problems: tuple[FileProblem, ...]


_DEFAULTS = {"everyone", "standard"}


class _UnreadableError(Exception):
    """A file that cannot be taken apart; carries what to tell and the line."""

    def __init__(self, line: int, message_ja: str) -> None:
        super().__init__(message_ja)
        self.line = line
        self.message_ja = message_ja


@dataclass(frozen=True, slots=True)
class _Field:
    value: str
    line: int


def read_course(directory: Path) -> Course:
    """Read every text below ``directory`` (for example ``content/ja``). Never raises on content."""
    if not directory.is_dir():
        return Course((), (FileProblem(str(directory), 0, "フォルダーがありません。"),))
    files: list[ContentFile] = []
    problems: list[FileProblem] = []
    for path in sorted(directory.rglob("*")):
        name = path.relative_to(directory).as_posix()
        if path.is_dir() or name.startswith(".") or "/." in name or name == "README.md":
            continue
        if path.suffix != ".md":
            problems.append(FileProblem(name, 0, "原稿（.md）ではないファイルです。"))
            continue
        read = _read(path, name)
        if isinstance(read, ContentFile):
            files.append(read)
        else:
            problems += read
    if not files and not problems:
        problems.append(FileProblem(str(directory), 0, "原稿が1つもありません。"))
    return Course(tuple(files), tuple(sorted([*problems, *_doubled(files)])))


def parse_file(path: str, text: str) -> ContentFile | list[FileProblem]:
    """One file. ``path`` is its place below the pack's directory, with ``/``."""
    try:
        fields, body, first_line = _taken_apart(text)
    except _UnreadableError as error:
        return [FileProblem(path, error.line, error.message_ja)]
    problems = _field_problems(path, fields)
    file = None if problems else _content_file(path, fields, body)
    for found in check_text(fields["subject"].value if "subject" in fields else "-", body):
        if found.where == "subject":
            told = f"件名 {found.column}文字目：{found.message_ja}"
            problems.append(FileProblem(path, fields["subject"].line, told))
        else:
            told = f"{found.column}文字目：{found.message_ja}"
            problems.append(FileProblem(path, first_line + found.line - 1, told))
    if file and file.place != path:
        ja = f"置き場所かファイル名が中身と合いません。{file.place} にします。"
        problems.append(FileProblem(path, 0, ja))
    return sorted(problems) if problems or not file else file


def _read(path: Path, name: str) -> ContentFile | list[FileProblem]:
    try:
        raw = path.read_bytes()
    except OSError as error:
        return [FileProblem(name, 0, f"ファイルを読めません（{error.strerror}）。")]
    if len(raw) > _LARGEST:
        return [FileProblem(name, 0, f"大きすぎます（{_LARGEST:,} バイトまでです）。")]
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        return [FileProblem(name, line, "文字コードが UTF-8 ではありません。")]
    return parse_file(name, text)


def _taken_apart(text: str) -> tuple[dict[str, _Field], str, int]:
    """Front matter, body, and the body's first line."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    if lines[0].rstrip() != _FENCE:
        raise _UnreadableError(1, "1行目は --- で始めます（見出し情報がありません）。")
    ends = [number for number, line in enumerate(lines) if number and line.rstrip() == _FENCE]
    if not ends:
        raise _UnreadableError(1, "見出し情報が --- で閉じられていません。")
    end = ends[0]
    start = end + 1
    while start < len(lines) - 1 and not lines[start].strip():
        start += 1
    return _fields("\n".join(lines[1:end])), "\n".join(lines[start:]).rstrip(), start + 1


def _fields(front: str) -> dict[str, _Field]:
    """The front matter as written. Values stay text: YAML would read ``no`` as false."""
    try:
        node = yaml.compose(front, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 2 if mark else 1
        raise _UnreadableError(line, "見出し情報を YAML として読めません。") from error
    except (yaml.YAMLError, RecursionError) as error:
        raise _UnreadableError(1, "見出し情報に使えない文字があります。") from error
    if not isinstance(node, yaml.MappingNode):
        raise _UnreadableError(2, "見出し情報は「stage: p12w0d」のように1行に1つ書きます。")
    fields: dict[str, _Field] = {}
    for key, value in node.value:
        line = key.start_mark.line + 2
        if not isinstance(key, yaml.ScalarNode) or not isinstance(value, yaml.ScalarNode):
            raise _UnreadableError(line, "見出し情報の値は1つの言葉で書きます。")
        if key.value in fields:
            raise _UnreadableError(line, f"「{key.value}」が2回あります。")
        fields[key.value] = _Field(value.value.strip(), line)
    return fields


def _content_file(path: str, fields: dict[str, _Field], body: str) -> ContentFile:
    """The file's values; only for fields that ``_field_problems`` found nothing wrong with."""

    def value(key: str, default: str = "") -> str:
        return fields[key].value if key in fields else default

    reviewed_on, review_by = value("reviewed_on"), value("review_by")
    return ContentFile(
        path=path,
        stage=Stage.parse(value("stage")),
        audience=value("audience", "everyone"),
        variant=value("variant", "standard"),
        subject=value("subject"),
        body=body,
        supervisor=value("supervisor"),
        reviewed_on=date.fromisoformat(reviewed_on) if reviewed_on else None,
        sample=value("sample", "false") == "true",
        review_by=date.fromisoformat(review_by) if review_by else None,
    )


def _field_problems(path: str, fields: dict[str, _Field]) -> list[FileProblem]:
    known = "、".join(_KEYS)
    problems = [
        FileProblem(path, 1, f"「{key}」がありません。") for key in _REQUIRED if key not in fields
    ]
    for key, field in fields.items():
        if key not in _KEYS:
            said = f"「{key}」という項目はありません。使えるのは {known} です。"
        else:
            said = _RULES[key](field.value) if key in _RULES else ""
        if key in {"reviewed_on", "review_by"} and field.value and not _supervised(fields):
            name = "監修日" if key == "reviewed_on" else "監修の期限"
            said = said or f"{name}があるのに、監修者（supervisor）がありません。"
        if said:
            problems.append(FileProblem(path, field.line, said))
    return problems


def _supervised(fields: dict[str, _Field]) -> bool:
    return "supervisor" in fields and bool(fields["supervisor"].value)


def _stage_rule(value: str) -> str:
    try:
        Stage.parse(value)
    except ValueError as error:
        return str(error)
    return ""


def _date_rule(value: str) -> str:
    try:
        date.fromisoformat(value or "2000-01-01")
    except ValueError:
        return f"「{value}」は日付として読めません。2026-04-01 のように書きます。"
    return ""


def _one_of(key: str, *allowed: str) -> Callable[[str], str]:
    said = f"{key} は {'、'.join(allowed)} のどれかです。"
    return lambda value: "" if value in allowed else said


def _variant_rule(value: str) -> str:
    if _VARIANT.fullmatch(value):
        return ""
    return "variant は standard、easy、または en のような言語の記号です。"


# A rule says what is wrong with a value, or nothing.
_RULES: dict[str, Callable[[str], str]] = {
    "stage": _stage_rule,
    "audience": _one_of("audience", *AUDIENCES),
    "variant": _variant_rule,
    "reviewed_on": _date_rule,
    "review_by": _date_rule,
    "sample": _one_of("sample", "true", "false"),
}


def _doubled(files: list[ContentFile]) -> list[FileProblem]:
    """Texts for the same stage, audience and variant: only one could be sent."""
    by_place: dict[str, list[ContentFile]] = defaultdict(list)
    for file in files:
        by_place[file.place].append(file)
    return [
        FileProblem(file.path, 0, f"{same[0].path} と同じ時期・対象・版の原稿です。")
        for same in by_place.values()
        for file in same[1:]
    ]
