"""Japanese is complete, the compiled catalogue is the written one, and every reason has words.

Read with babel: nobody needs GNU gettext to run the suite.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.mofile import read_mo
from babel.messages.pofile import read_po
from django.utils.translation import override
from django.utils.translation.template import templatize

from delivery.domain.states import State
from delivery.reasons import ADVICE, WORDS, words

ROOT = Path(__file__).resolve().parents[2]
HOME = ROOT / "kizuna" / "locale" / "ja" / "LC_MESSAGES"
CODE = [
    path
    for app in ("kizuna", "municipalities", "messages", "surveys", "delivery")
    for path in (ROOT / app).rglob("*.py")
    if "migrations" not in path.parts
]
TEMPLATES = [path for path in (ROOT / "templates").rglob("*") if path.suffix in {".html", ".txt"}]
NAMES = {"_", "gettext", "gettext_lazy"}


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (HOME / "django.po").open("rb") as file:
        return read_po(file, locale="ja")


def marked(source: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in NAMES:
            first = node.args[0]
            assert isinstance(first, ast.Constant), "a msgid is written out, never computed"
            yield str(first.value)


def in_template(path: Path) -> Iterator[str]:
    # templatize turns a template into something with gettext(...) calls and noise around them.
    made = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    for found in re.finditer(
        r"(?<![a-zA-Z])(?:gettext|_)\(u?(\"\"\".*?\"\"\"|'(?:[^'\\]|\\.)*'|\"(?:[^\"\\]|\\.)*\")\)",
        made,
        re.S,
    ):
        yield str(ast.literal_eval(found[1]))


def used() -> dict[str, str]:
    found = {msgid: str(path) for path in CODE for msgid in marked(path.read_text("utf-8"))}
    return found | {msgid: str(path) for path in TEMPLATES for msgid in in_template(path)}


def test_every_string_of_code_and_templates_is_translated(catalogue: Catalog) -> None:
    strings = used()
    assert len(strings) > 150
    missing = {
        msgid: where
        for msgid, where in strings.items()
        if not getattr(catalogue.get(msgid), "string", "")
    }
    assert missing == {}


def test_nothing_is_fuzzy_and_nothing_is_left_over(catalogue: Catalog) -> None:
    assert [message.id for message in catalogue if message.id and message.fuzzy] == []
    assert {message.id for message in catalogue if message.id} - set(used()) == set()


def test_the_compiled_catalogue_is_the_written_one(catalogue: Catalog) -> None:
    with (HOME / "django.mo").open("rb") as file:
        compiled = read_mo(file)
    assert {m.id: m.string for m in compiled if m.id} == {m.id: m.string for m in catalogue if m.id}


def test_placeholders_are_the_same_in_both_languages(catalogue: Catalog) -> None:
    def names(text: str) -> set[str]:
        return set(re.findall(r"%\((\w+)\)s", text))

    for message in catalogue:
        if message.id:
            assert names(str(message.id)) == names(str(message.string)), message.id


def test_japanese_is_japanese(catalogue: Catalog) -> None:
    kept = {"NPO"}  # the same in both
    for message in catalogue:
        if message.id and message.id not in kept:
            assert re.search(r"[ぁ-んァ-ヶ一-龠]|%\(", str(message.string)), message.id


# --- Reasons -------------------------------------------------------------------------------------
SQL = ROOT / "delivery" / "sql"
# Quoted words of the SQL files that are no reasons.
OTHER_WORDS = {state.value for state in State} | {
    "live", "app", "pregnancy", "child", "email", "line", "month", "late_", "stopped_at",
}  # fmt: skip


def codes_in_sql() -> set[str]:
    text = "\n".join(
        re.sub(r"--.*", "", (SQL / f"{name}.sql").read_text("utf-8"))
        for name in ("plan_day", "pre_mark", "claim_batch", "sweep", "mark")
    )
    return set(re.findall(r"'([a-z_]+)'", text)) - OTHER_WORDS


def codes_in_channels() -> set[str]:
    """First strings of every outcome, rule and error that carries a reason."""
    carriers = {
        "Refused": 0,
        "TryLater": 0,
        "Unclear": 0,
        "NotSent": 0,
        "NoConnectionError": 0,
        "Rule": 1,
    }
    found: set[str] = set()
    for path in (*(ROOT / "delivery" / "channels").glob("*.py"), ROOT / "delivery" / "sending.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                place = carriers.get(node.func.id)
                if place is not None and len(node.args) > place:
                    found |= {
                        leaf.value
                        for leaf in ast.walk(node.args[place])
                        if isinstance(leaf, ast.Constant) and isinstance(leaf.value, str)
                    }
    return {code for code in found if code}


def test_the_collectors_see_what_they_should() -> None:
    assert {"paused", "stopped", "late", "worker_lost", "quarantined"} <= codes_in_sql()
    assert {"greylisted", "filtered", "quota_used_up", "not_entitled"} <= codes_in_channels()


def test_every_reason_has_words() -> None:
    assert (codes_in_sql() | codes_in_channels()) - set(WORDS) == set()


def test_advice_is_given_only_for_reasons_that_exist() -> None:
    assert set(ADVICE) <= set(WORDS)


@pytest.mark.parametrize("language", ["ja", "en"])
def test_words_of_different_reasons_differ(language: str) -> None:
    with override(language):
        said = [words(code) for code in WORDS]
    assert len(set(said)) == len(said)


def test_a_reason_that_was_still_waiting_at_the_end_says_both() -> None:
    with override("en"):
        assert words("late_mailbox_full") == "Not sent before the last hour: The mailbox is full"
        assert words("something_new") == "something_new"
