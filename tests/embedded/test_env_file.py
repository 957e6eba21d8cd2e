"""The supervisor reads .env as the settings do: otherwise the two would use different databases."""

from pathlib import Path

import environ
import pytest

from kizuna.embedded.services import read_env_file

TEXT = """\
# a comment
PLAIN=value
export EXPORTED=value
QUOTED="with # and 'quotes'"
SINGLE='x y'
EMPTY=
URL=postgresql://a:b%23c@host:5432/db?x=1
SPACED = around
TRAILING=value # a remark
"""


def test_both_readers_find_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / ".env"
    path.write_text(TEXT, encoding="utf-8")
    ours = read_env_file(path)
    monkeypatch.setattr(environ.Env, "ENVIRON", {})
    environ.Env.read_env(path)
    assert len(ours) == 7
    assert ours == environ.Env.ENVIRON


def test_without_the_file_there_is_nothing(tmp_path: Path) -> None:
    assert read_env_file(tmp_path / ".env") == {}
