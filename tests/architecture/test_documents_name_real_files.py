"""What the documents name is there: files in backticks, links, decisions."""

import os
import re
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])
NAMES = [document.relative_to(ROOT).as_posix() for document in DOCUMENTS]

_CODE_BLOCK = re.compile(r"^```.*?^```", re.S | re.M)
_BACKTICKS = re.compile(r"`([^`\n]+)`")
_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
# `delivery/planning.py`, `docs/adr/`: begins with a directory of the repository.
_PATH = re.compile(r"[\w.-]+(?:/[\w.-]+)*/?")
# `pre_mark.sql`: a file wherever it is, named in full a line before.
MADE_HERE = frozenset({"var", "build"})
"""Directories of what is made by running: there or not, as it happens."""
_BARE = re.compile(r"[\w-]+\.(?:py|sql|md|html|yml)")


def _prose(name: str) -> str:
    return _CODE_BLOCK.sub("", (ROOT / name).read_text(encoding="utf-8"))


def _named_files(text: str) -> set[str]:
    """The names in backticks that mean a file or directory of the repository."""
    found = set()
    for name in _BACKTICKS.findall(text):
        first = name.split("/")[0]
        if not _PATH.fullmatch(name) or "/" not in name or first in MADE_HERE:
            continue
        if (ROOT / first).is_dir():
            found.add(name)
    return found


@cache
def _names_anywhere() -> frozenset[str]:
    names: set[str] = set()
    for _, directories, files in os.walk(ROOT):
        directories[:] = [one for one in directories if one[0] != "." and one not in MADE_HERE]
        names.update(files)
    return frozenset(names)


def _anchor(heading: str) -> str:
    kept = re.sub(r"[^\w\- ]", "", heading.strip().lower())
    return kept.replace(" ", "-")


def test_the_walk_finds_the_documents() -> None:
    assert {"README.md", "docs/journey.md", "docs/ja/import-readers.md"} <= set(NAMES)
    assert _named_files("`docs/no-such.md` and `docs/adr/`, not `sent/failed` or `a b/c.py`") == {
        "docs/no-such.md",
        "docs/adr/",
    }
    assert len(_named_files(_prose("docs/journey.md"))) > 30


@pytest.mark.parametrize("name", NAMES)
def test_every_file_a_document_names_exists(name: str) -> None:
    missing = {path for path in _named_files(_prose(name)) if not (ROOT / path).exists()}
    bare = set(filter(_BARE.fullmatch, _BACKTICKS.findall(_prose(name))))
    missing |= bare - _names_anywhere()
    assert not missing, f"{name} names files that are not there"


@pytest.mark.parametrize("name", NAMES)
def test_every_link_of_a_document_leads_somewhere(name: str) -> None:
    dead = set()
    for link in _LINK.findall(_prose(name)):
        path, _, anchor = link.partition("#")
        target = (ROOT / name).parent / path if path else ROOT / name
        if link.startswith(("http:", "https:")):
            continue
        if not target.exists():
            dead.add(link)
        elif anchor:
            headings = re.findall(r"^#+ (.+)$", target.read_text(encoding="utf-8"), re.M)
            if anchor not in map(_anchor, headings):
                dead.add(link)
    assert not dead, f"{name} links to what is not there"


def test_every_decision_is_in_the_index() -> None:
    index = ROOT / "docs" / "where-things-go.md"
    linked = set(_LINK.findall(index.read_text(encoding="utf-8")))
    decisions = {f"adr/{file.name}" for file in (ROOT / "docs" / "adr").glob("*.md")}
    assert len(decisions) >= 9
    assert decisions <= linked


def test_decisions_are_numbered_without_gaps() -> None:
    files = sorted((ROOT / "docs" / "adr").glob("*.md"))
    assert [int(file.name[:4]) for file in files] == list(range(1, len(files) + 1))


@pytest.mark.parametrize("name", NAMES)
def test_every_make_target_a_document_names_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    text = (ROOT / name).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:^|`)make ([a-z-]+)", text, re.M))
    assert named <= targets
