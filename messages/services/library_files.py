"""The content files of the base texts as one zip archive, out and in."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import PurePosixPath

from messages.content_files import ContentFile, FileProblem, parse_file
from messages.domain.plain_text import tidy_line
from messages.models import TextVersion
from messages.services.library_sheet import Reading, TextRow
from municipalities.domain.words import Audience, Variant
from municipalities.roster.problems import CellProblem

MAX_BYTES = 5 * 1024 * 1024
MAX_FILES = 10_000
MAX_FILE_BYTES = 100_000
MAX_UNPACKED_BYTES = 40 * 1024 * 1024
_FENCE = "---"


def write(versions: Iterable[TextVersion]) -> bytes:
    """One file for each, where ``load_course`` looks for it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for version in versions:
            file = _file(version)
            archive.writestr(f"ja/{file.place}", written(file))
    return out.getvalue()


def read(data: bytes) -> Reading:
    """Every file's words, or everything to mend. Never raises for what somebody uploads.

    The archive may hold the folders of the pack, or a folder around them. Who reviewed a text is not
    taken in: what comes in is reviewed here.
    """
    rows: list[TextRow] = []
    problems: list[CellProblem] = []
    try:
        for path, text in _texts(data):
            file = parse_file(path, text)
            if isinstance(file, ContentFile):
                rows += _row(file, problems)
            else:
                problems += [_told(one) for one in file]
    except _UnreadableError as wrong:
        return Reading([], [CellProblem(0, "", "", "", str(wrong))])
    if not rows and not problems:
        problems.append(CellProblem(0, "", "", "", "原稿（.md）が1つもありません。"))
    return Reading(rows, problems + _twice(rows))


def written(file: ContentFile) -> str:
    """The file's text; ``parse_file`` reads the same from it again."""
    days = {"reviewed_on": file.reviewed_on, "review_by": file.review_by}
    fields = {
        "stage": file.stage.key,
        "audience": file.audience,
        "variant": file.variant,
        "subject": _quoted(file.subject),
        "supervisor": _quoted(file.supervisor),
        **{name: day.isoformat() if day else '""' for name, day in days.items()},
        "sample": "true" if file.sample else "false",
    }
    front = [f"{name}: {value}" for name, value in fields.items()]
    return "\n".join([_FENCE, *front, _FENCE, file.body, ""])


class _UnreadableError(Exception):
    """The archive as a whole cannot be read; the text is one Japanese sentence."""


def _texts(data: bytes) -> Iterator[tuple[str, str]]:
    """Path below the pack and text of every file; nothing is unpacked beyond what was measured."""
    if len(data) > MAX_BYTES:
        raise _UnreadableError(f"{MAX_BYTES // 1024 // 1024}MBを超えています。ファイルを分けます。")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = [one for one in archive.infolist() if _is_text(one.filename)]
            if len(files) > MAX_FILES:
                raise _UnreadableError(f"{MAX_FILES:,}ファイルを超えています。ファイルを分けます。")
            _measure(files)
            for one in files:
                yield _below_the_pack(one.filename), _text(archive, one)
    except _UnreadableError:
        raise
    except Exception:  # zipfile answers damage with a dozen different errors
        raise _UnreadableError("zipファイルが壊れているか、zipではないため、読めません。") from None


def _measure(files: Iterable[zipfile.ZipInfo]) -> None:
    total = 0
    for one in files:
        if one.file_size > MAX_FILE_BYTES:
            raise _UnreadableError(
                f"「{_shown(one.filename)}」が大きすぎます（{MAX_FILE_BYTES:,} バイトまでです）。"
            )
        total += one.file_size
    if total > MAX_UNPACKED_BYTES:
        limit = MAX_UNPACKED_BYTES // 1024 // 1024
        raise _UnreadableError(f"展開すると{limit}MBを超えます。ファイルを分けます。")


def _text(archive: zipfile.ZipFile, one: zipfile.ZipInfo) -> str:
    with archive.open(one) as file:
        raw = file.read(MAX_FILE_BYTES + 1)
    if len(raw) > MAX_FILE_BYTES:
        raise _UnreadableError(f"「{_shown(one.filename)}」の大きさが、目次と違います。")
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _UnreadableError(
            f"「{_shown(one.filename)}」の文字コードが UTF-8 ではありません。"
        ) from None


def _is_text(name: str) -> bool:
    parts = PurePosixPath(name).parts
    hidden = any(part.startswith((".", "__MACOSX")) for part in parts)
    return name.endswith(".md") and not hidden and parts[-1] != "README.md"


def _below_the_pack(name: str) -> str:
    return "/".join(PurePosixPath(name).parts[-2:])


def _row(file: ContentFile, problems: list[CellProblem]) -> list[TextRow]:
    if file.variant not in set(Variant):
        reason = f"「{file.variant}」ということばは使えません。{'、'.join(Variant)} のどれかです。"
        problems.append(CellProblem(0, "", file.path, file.variant, reason))
        return []
    return [
        TextRow(
            0,
            file.path,
            file.stage,
            Audience(file.audience),
            Variant(file.variant),
            tidy_line(file.subject),
            file.body,
        )
    ]


def _told(problem: FileProblem) -> CellProblem:
    return CellProblem(problem.line, "", problem.path, "", problem.message_ja)


def _twice(rows: Iterable[TextRow]) -> list[CellProblem]:
    seen: set[str] = set()
    problems = []
    for row in rows:
        if row.path in seen:
            reason = "同じ名前のファイルが2つあります。1つだけを残します。"
            problems.append(CellProblem(0, "", row.path, "", reason))
        seen.add(row.path)
    return problems


def _file(version: TextVersion) -> ContentFile:
    return ContentFile(
        path="",
        stage=version.base_text.stage,
        audience=version.base_text.audience,
        variant=version.variant,
        subject=version.subject,
        body=version.body,
        supervisor=version.supervisor,
        reviewed_on=version.reviewed_on,
        sample=version.is_sample,
        review_by=version.review_by,
    )


def _quoted(value: str) -> str:
    """A word of YAML that cannot be taken for a number, a date or a mark."""
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _shown(name: str) -> str:
    return tidy_line(name)[:80]
