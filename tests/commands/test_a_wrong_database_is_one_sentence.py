"""``manage.py`` with a wrong ``DATABASE_URL`` says so in a sentence; a traceback helps no clerk."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("postgresql://kizuna_app:secret@127.0.0.1:1/kizuna", "データベースにつながりません"),
        ("mysql://root@127.0.0.1/kizuna", "DATABASE_URL is not a PostgreSQL address"),
        ("", "DATABASE_URL is not set"),
    ],
)
def test_it_names_the_setting_and_nothing_secret(url: str, told: str) -> None:
    done = subprocess.run(
        [sys.executable, "manage.py", "reconcile", "--date", "today", "--skip-checks"],
        cwd=REPOSITORY,
        env={
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "kizuna.settings",
            "DATABASE_URL": url,
            "DATABASE_OWNER_URL": "",
        },
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert "secret" not in done.stderr
