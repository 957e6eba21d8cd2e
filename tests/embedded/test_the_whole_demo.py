"""The newcomer's command with nothing stood in for: database, workers, mail and LINE are real."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
GIVEN = {"DATABASE_URL", "DATABASE_OWNER_URL", "REDIS_URL", "EMAIL_URL", "LINE_API_BASE_URL"}


def demo(data: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in GIVEN}
    environment.pop("DJANGO_SETTINGS_MODULE", None)
    return subprocess.run(
        [sys.executable, "-m", "kizuna.embedded", "demo", "--once"],
        cwd=REPOSITORY,
        env={**environment, "KIZUNA_DATA": str(data)},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


def counted(said: str) -> dict[str, tuple[int, int]]:
    lines = re.findall(r"^(email|line): sent (\d+), .* counted (\d+), nobody twice$", said, re.M)
    return {channel: (int(sent), int(seen)) for channel, sent, seen in lines}


@pytest.mark.slow
def test_every_family_gets_today_s_text_once_and_a_second_run_sends_nothing(
    room: Path,
) -> None:
    first = demo(room)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "pending=0 unexplained=0" in first.stdout.splitlines()
    figures = counted(first.stdout)
    assert set(figures) == {"email", "line"}
    assert all(sent == seen and sent > 500 for sent, seen in figures.values())

    second = demo(room)
    assert second.returncode == 0, second.stdout + second.stderr
    assert counted(second.stdout) == figures
