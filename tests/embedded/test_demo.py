"""The demo's order, its verdict and its end, with stand-ins for everything but the services."""

import os
import shutil
import signal
import socket
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.clones import PATIENCE, SUPERVISOR, Clone, discard, gone, make_clone

pytestmark = pytest.mark.slow

STANDINS = {
    "manage.py": "manage",
    "celery.py": "celery",
    "gunicorn.py": "gunicorn",
    "kizuna/emulators/mail.py": "receiver",
    "kizuna/emulators/line.py": "receiver",
}
"""What is found under this name in the clone, and the stand-in it calls."""


@pytest.fixture(scope="module")
def cluster() -> Iterator[Clone]:
    """One clone for the whole file: its database is made once."""
    room = Path(tempfile.mkdtemp(prefix="kizuna-test-", dir="/tmp"))
    room.chmod(0o755)
    own = ("tests/__init__.py", "tests/embedded/__init__.py", "tests/embedded/standins")
    made = make_clone(room / "clone", (*SUPERVISOR, *own))
    for place, name in STANDINS.items():
        shim = f"from tests.embedded.standins import {name}\n\n{name}.main()\n"
        (made.path / place).parent.mkdir(exist_ok=True)
        (made.path / place).write_text(shim, encoding="utf-8")
    yield made
    discard(made)
    shutil.rmtree(room, ignore_errors=True)


@pytest.fixture
def demo(cluster: Clone, tmp_path: Path) -> Clone:
    cluster.extra = {"STANDIN_NOTES": str(tmp_path / "notes")}
    return cluster


def notes(demo: Clone) -> list[str]:
    return Path(demo.extra["STANDIN_NOTES"]).read_text(encoding="utf-8").splitlines()


def test_everything_is_started_and_ended_in_order(demo: Clone) -> None:
    done = demo.run("demo", "--once")
    assert done.returncode == 0, done.stdout + done.stderr
    day = next(line.split()[3] for line in notes(demo) if line.startswith("manage run_day"))
    lines = [line for line in notes(demo) if line.startswith("manage")]
    assert lines == [
        "manage migrate --database owner --verbosity 0 as owner",
        "manage load_demo",
        "manage collectstatic --noinput --verbosity 0",
        f"manage run_day --date {day} --watch",
        f"manage reconcile --date {day}",
        f"manage reconcile --date {day} --format json",
    ]
    ended = [line for line in notes(demo) if line.startswith("end")]
    assert ended[:2] == ["end web", "end beat"]
    assert set(ended[2:4]) == {"end mail", "end line"}
    assert ended[4:] == ["end line", "end email"]
    assert "a worker knows the owner" not in notes(demo)


def test_the_counts_of_the_receivers_stand_beside_the_ledgers(demo: Clone) -> None:
    lines = demo.run("demo", "--once").stdout.splitlines()
    assert "email: sent 3, the mail catcher counted 3, nobody twice" in lines
    assert "line: sent 3, the LINE emulator counted 3, nobody twice" in lines
    assert "pending=0 unexplained=0" in lines


@pytest.mark.parametrize(
    ("planned", "line"),
    [
        ({"STANDIN_EMAIL": "2,0"}, "email: sent 3, the mail catcher counted 2, nobody twice"),
        ({"STANDIN_LINE": "3,1"}, "line: sent 3, the LINE emulator counted 3, 1 twice"),
        ({"STANDIN_PENDING": "4"}, "pending=4 unexplained=0"),
    ],
)
def test_a_number_that_does_not_fit_ends_with_1(
    demo: Clone, planned: dict[str, str], line: str
) -> None:
    demo.extra |= planned
    done = demo.run("demo", "--once")
    assert line in done.stdout.splitlines()
    assert "数が合いません" in done.stdout
    assert done.returncode == 1


def test_a_receiver_that_is_not_ours_is_not_counted(demo: Clone) -> None:
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        demo.extra["EMAIL_URL"] = f"smtp://127.0.0.1:{server.getsockname()[1]}"
        done = demo.run("demo", "--once")
    assert "email: sent 3, the receiver is outside and was not counted" in done.stdout
    assert f"EMAIL_URL {demo.extra['EMAIL_URL']}\n" in done.stdout
    assert "start email" not in notes(demo)
    assert done.returncode == 0


def test_a_mail_server_that_does_not_answer_is_named(demo: Clone) -> None:
    demo.extra["EMAIL_URL"] = "smtp://127.0.0.1:1"
    done = demo.run("demo", "--once")
    assert done.returncode == 2
    assert "EMAIL_URL のサーバーにつながりません" in done.stderr


def test_a_taken_port_is_named_and_the_next_one_used(demo: Clone) -> None:
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            taken.bind(("127.0.0.1", 8000))
            taken.listen()
        except OSError:
            pass  # Somebody else has it: just as well.
        done = demo.run("demo", "--once")
    assert "ポート 8000 は使用中のため" in done.stdout
    assert "http://127.0.0.1:8000/" not in done.stdout
    assert done.returncode == 0


@pytest.mark.parametrize("name", ["mail", "beat"])
def test_a_process_that_dies_early_is_shown_with_its_last_words(demo: Clone, name: str) -> None:
    demo.extra["STANDIN_DIES"] = name
    done = demo.run("demo")
    assert done.returncode == 1
    assert f"{name} が終了しました" in done.stderr
    assert "  | cannot import name 'tasks'" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_command_that_fails_ends_the_demo(demo: Clone) -> None:
    demo.extra["STANDIN_FAILS"] = "load_demo"
    done = demo.run("demo")
    assert done.returncode == 1
    assert "CommandError: as planned" in done.stderr
    assert "`manage.py load_demo` が失敗しました" in done.stderr
    assert "start web" not in notes(demo)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_serves_until_it_is_told_to_end(demo: Clone, number: signal.Signals) -> None:
    started = demo.start("demo")
    assert started.stdout is not None
    for line in started.stdout:
        if "Ctrl-C" in line:
            break
    started.send_signal(number)
    _, err = started.communicate(timeout=PATIENCE)
    assert started.returncode == 0, err
    assert notes(demo)[-1] == "end email"
    assert gone(demo.path, seconds=0)


def test_ctrl_c_in_the_middle_of_the_day_ends_without_a_traceback(demo: Clone) -> None:
    demo.extra["STANDIN_SLEEPS"] = "run_day"
    started = demo.start("demo")
    assert started.stdout is not None
    for line in started.stdout:
        if "sleeping" in line:
            break
    os.killpg(started.pid, signal.SIGINT)  # As a terminal does: to everybody in front.
    out, err = started.communicate(timeout=PATIENCE)
    assert started.returncode == 130
    assert "中断しました" in out
    assert "Traceback" not in err
    assert gone(demo.path, seconds=0)


def test_a_killed_demo_leaves_nothing_running(demo: Clone) -> None:
    started = demo.start("demo")
    assert started.stdout is not None
    for line in started.stdout:
        if "Ctrl-C" in line:
            break
    started.kill()
    assert gone(demo.path)
