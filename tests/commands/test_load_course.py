"""``load_course``: the content pack goes in whole or not at all."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from kizuna.lib import clock
from messages.models import BaseText, TextVersion
from messages.services.compose import shelf

pytestmark = pytest.mark.django_db

GOOD = """---
stage: d45
subject: おたより
sample: true
---
今日も一日おつかれさまです。
"""


def write(directory: Path, name: str, text: str) -> None:
    path = directory / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")


def load(directory: Path, *arguments: str) -> tuple[str, str]:
    out, err = StringIO(), StringIO()
    try:
        call_command("load_course", str(directory), *arguments, stdout=out, stderr=err)
    except CommandError as error:
        return out.getvalue(), f"{err.getvalue()}{error}"
    return out.getvalue(), err.getvalue()


def test_a_text_is_in_effect_from_today(tmp_path: Path) -> None:
    write(tmp_path, "life_day/d45.md", GOOD)
    out, _ = load(tmp_path)
    assert "新しい原稿1" in out
    assert [version.subject for version in shelf(clock.today()).values()] == ["おたより"]


def test_loading_the_same_again_publishes_nothing(tmp_path: Path) -> None:
    write(tmp_path, "life_day/d45.md", GOOD)
    load(tmp_path)
    out, _ = load(tmp_path)
    assert "変わりなし1" in out
    assert TextVersion.objects.count() == 1


def test_a_changed_text_becomes_a_new_version_and_the_old_one_stays(tmp_path: Path) -> None:
    write(tmp_path, "life_day/d45.md", GOOD)
    load(tmp_path)
    write(tmp_path, "life_day/d45.md", GOOD.replace("一日", "いちにち"))
    out, _ = load(tmp_path)
    assert "新しい版1" in out
    assert list(TextVersion.objects.order_by("number").values_list("number", flat=True)) == [1, 2]


def test_a_dry_run_publishes_nothing(tmp_path: Path) -> None:
    write(tmp_path, "life_day/d45.md", GOOD)
    out, _ = load(tmp_path, "--dry-run")
    assert "取り込んでいません" in out
    assert not BaseText.objects.exists()


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        ("life_day/d45.md", GOOD.replace("今日も", "{{おなまえ}}、今日も"), "おなまえ"),
        ("life_day/d45.md", GOOD.replace("今日も", "あ" * 6000), "LINE"),
        ("life_day/d45.md", "---\nstage: [d45\n---\n本文", "life_day/d45.md"),
        ("life_day/d46.md", GOOD, "life_day/d45.md"),
        ("life_day/d45.fr.md", GOOD.replace("subject", "variant: fr\nsubject"), "「fr」"),
    ],
)
def test_one_bad_file_keeps_all_of_them_out_and_is_named(
    tmp_path: Path, name: str, text: str, told: str
) -> None:
    write(tmp_path, "life_day/d7.md", GOOD.replace("d45", "d7"))
    write(tmp_path, name, text)
    _, err = load(tmp_path)
    assert told in err
    assert "まだ何も取り込んでいません" in err
    assert not BaseText.objects.exists()


def test_a_directory_that_is_not_there_is_named(tmp_path: Path) -> None:
    _, err = load(tmp_path / "nowhere")
    assert "フォルダーがありません" in err
