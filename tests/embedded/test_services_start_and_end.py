"""PostgreSQL and Valkey come up, keep their data, and leave nothing running."""

import contextlib
import os
import signal
import subprocess
from pathlib import Path

import pytest

from kizuna.embedded import process
from tests.embedded.clones import PATIENCE, Clone, gone, wait_for_the_end_of

pytestmark = pytest.mark.slow

REMEMBER = (
    "import os, psycopg\n"
    "with psycopg.connect(os.environ['DATABASE_OWNER_URL']) as c:\n"
    "    c.execute('CREATE TABLE IF NOT EXISTS visit (n int)')\n"
    "    c.execute('INSERT INTO visit VALUES (1)')\n"
    "    print('visits', c.execute('SELECT count(*) FROM visit').fetchone()[0])\n"
)


def visits(clone: Clone, *, fresh: bool = False) -> int:
    """Write a row and count them all."""
    done = clone.python_line(REMEMBER, fresh=fresh)
    assert done.returncode == 0, done.stderr
    return int(done.stdout.split("visits ")[1])


HOME = "import os; print(os.environ['DATABASE_URL'])"


def test_a_second_start_finds_the_data_of_the_first(shared_clone: Clone) -> None:
    assert visits(shared_clone) + 1 == visits(shared_clone)


def test_the_keys_stay_the_same_and_only_their_owner_reads_them(shared_clone: Clone) -> None:
    code = "import os; print(os.environ['ENCRYPTION_KEYS'], os.environ['BLIND_INDEX_KEY'])"
    first, second = shared_clone.python_line(code), shared_clone.python_line(code)
    assert first.stdout.splitlines()[-1] == second.stdout.splitlines()[-1]
    assert (shared_clone.path / "var" / "keys.json").stat().st_mode & 0o777 == 0o600


def test_nothing_is_left_running_after_the_command(shared_clone: Clone) -> None:
    done = shared_clone.python_line(HOME)
    sockets = Path(done.stdout.splitlines()[-1].split("host=")[1])
    assert done.returncode == 0
    assert process.running(str(sockets)) == []


def test_a_killed_supervisor_takes_everything_with_it(shared_clone: Clone) -> None:
    supervisor, sockets = shared_clone.up()
    assert process.running("postgres", str(sockets))
    assert process.running("valkey-server", str(sockets))
    supervisor.kill()
    assert gone(sockets)


def test_a_start_right_after_the_kill_waits_for_the_old_ones(shared_clone: Clone) -> None:
    supervisor, _ = shared_clone.up()
    supervisor.kill()
    supervisor.wait()
    assert shared_clone.python_line("print('again')").returncode == 0


def test_a_killed_postgres_is_reported_and_recovers_at_the_next_start(
    shared_clone: Clone,
) -> None:
    before = visits(shared_clone)
    supervisor, sockets = shared_clone.up()
    killed = process.running("postgres", str(sockets))
    for pid in killed:
        with contextlib.suppress(ProcessLookupError):  # It went with one that was killed before.
            os.kill(pid, signal.SIGKILL)
    for pid in killed:
        wait_for_the_end_of(pid)
    supervisor.terminate()
    _, err = supervisor.communicate(timeout=PATIENCE)
    assert "PostgreSQL が終了しました" in err
    assert visits(shared_clone) == before + 1


def test_a_number_in_the_pid_file_that_is_another_program_by_now(shared_clone: Clone) -> None:
    sockets = shared_clone.python_line(HOME).stdout.splitlines()[-1].split("host=")[1]
    data = Path(sockets).with_name("postgres")
    owner = data.stat().st_uid
    stranger = subprocess.Popen(["sleep", "60"], user=owner if os.geteuid() == 0 else None)
    try:
        (data / "postmaster.pid").write_text(f"{stranger.pid}\n{data}\n", encoding="utf-8")
        os.chown(data / "postmaster.pid", owner, -1)
        assert shared_clone.python_line("print('again')").returncode == 0
        assert stranger.poll() is None
    finally:
        stranger.kill()
        stranger.wait()


def test_ending_the_supervisor_ends_the_command_and_the_services(shared_clone: Clone) -> None:
    supervisor, sockets = shared_clone.up()
    supervisor.terminate()
    supervisor.communicate(timeout=PATIENCE)
    assert supervisor.returncode == 128 + signal.SIGTERM
    assert gone(sockets, seconds=0)


def test_a_second_supervisor_in_the_same_clone_is_refused(shared_clone: Clone) -> None:
    supervisor, _ = shared_clone.up()
    second = shared_clone.run("run", "--", "true")
    assert second.returncode == 2
    assert "すでに動いています" in second.stderr
    assert "Already running" in second.stderr
    assert "Traceback" not in second.stderr
    supervisor.terminate()
    supervisor.communicate(timeout=PATIENCE)


def test_two_clones_run_at_once_with_data_of_their_own(
    shared_clone: Clone, other_clone: Clone
) -> None:
    supervisor, _ = shared_clone.up()
    assert visits(other_clone) == 1
    assert visits(other_clone) == 2
    supervisor.terminate()
    supervisor.communicate(timeout=PATIENCE)


@pytest.mark.parametrize(
    ("command", "status"),
    [
        (["sh", "-c", "exit 7"], 7),
        (["sh", "-c", "kill -9 $$"], 137),
        (["no-such-program"], 2),
    ],
)
def test_the_status_of_the_command_comes_back(
    shared_clone: Clone, command: list[str], status: int
) -> None:
    done = shared_clone.run("run", "--", *command)
    assert done.returncode == status
    assert "Traceback" not in done.stderr


def test_throwaway_data_are_gone_afterwards(clone: Clone) -> None:
    clone.extra["TMPDIR"] = str(clone.path.parent)
    assert visits(clone, fresh=True) == 1
    assert not list(clone.path.parent.glob("kizuna-throwaway-*"))
    assert not (clone.path / "var").exists()


def test_throwaway_data_of_a_killed_supervisor_are_swept_by_the_next(clone: Clone) -> None:
    clone.extra["TMPDIR"] = str(clone.path.parent)
    code = "import os; os.kill(os.getppid(), 9)"
    killed = clone.start("run", "--throwaway", "--", clone.python, "-c", code)
    killed.wait(PATIENCE)
    (left,) = clone.path.parent.glob("kizuna-throwaway-*")
    assert gone(left)
    assert clone.python_line("print('again')", fresh=True).returncode == 0
    assert not left.exists()


def test_the_cluster_of_another_major_version_is_named_and_left_alone(
    shared_clone: Clone,
) -> None:
    sockets = shared_clone.python_line(HOME).stdout.splitlines()[-1].split("host=")[1]
    version = Path(sockets).with_name("postgres") / "PG_VERSION"
    ours = version.read_text(encoding="ascii")
    version.write_text("14\n", encoding="ascii")
    refused = shared_clone.run("run", "--", "true")
    assert refused.returncode == 2
    assert "PostgreSQL 14" in refused.stderr
    assert version.read_text(encoding="ascii") == "14\n"
    version.write_text(ours, encoding="ascii")


def test_a_cluster_that_was_cut_off_while_being_made_is_made_again(clone: Clone) -> None:
    half_made = clone.path / "var" / "postgres.new"
    half_made.mkdir(parents=True)
    (half_made / "PG_VERSION").write_text("18\n", encoding="ascii")
    (clone.path / "var").chmod(0o711)
    assert visits(clone) == 1


def test_the_application_is_neither_owner_nor_superuser(shared_clone: Clone) -> None:
    code = (
        "import os, psycopg\n"
        "with psycopg.connect(os.environ['DATABASE_URL']) as c:\n"
        "    q = 'SELECT rolname, rolsuper, rolbypassrls, rolinherit, rolcreatedb'\n"
        "    print(c.execute(q + ' FROM pg_roles WHERE rolname = current_user').fetchone())\n"
        "    for role in ('kizuna_npo', 'kizuna_dispatch'):\n"
        "        c.execute('SET LOCAL ROLE ' + role)\n"
        "        c.execute('RESET ROLE')\n"
        "    try:\n"
        "        c.execute('CREATE TABLE mine (n int)')\n"
        "    except psycopg.errors.InsufficientPrivilege:\n"
        "        print('no table')\n"
    )
    done = shared_clone.python_line(code)
    assert "('kizuna_app', False, False, False, False)" in done.stdout
    assert "no table" in done.stdout


def test_the_cluster_speaks_utf8_and_compares_by_code_point(shared_clone: Clone) -> None:
    code = (
        "import os, psycopg\n"
        "with psycopg.connect(os.environ['DATABASE_URL']) as c:\n"
        "    print(c.execute(\"SELECT 'ぁ' < 'あ', lower('ＡÉ'), current_setting('server_encoding')\")"
        ".fetchone())\n"
    )
    assert "(True, 'ａé', 'UTF8')" in shared_clone.python_line(code).stdout


def test_variables_of_another_postgres_do_not_lead_astray(shared_clone: Clone) -> None:
    shared_clone.extra = {"PGHOST": "nowhere.invalid", "PGPORT": "1", "PGOPTIONS": "--nonsense"}
    done = shared_clone.python_line("import os; print([n for n in os.environ if n[:2] == 'PG'])")
    shared_clone.extra = {}
    assert done.stdout.splitlines()[-1:] == ["[]"], done.stderr


def test_the_supervisor_needs_no_django(shared_clone: Clone) -> None:
    code = (
        "import sys, kizuna.embedded.__main__\n"
        "print([m for m in sys.modules if m.split('.')[0] in ('django', 'celery', 'environ')])"
    )
    done = subprocess.run(
        [shared_clone.python, "-c", code],
        cwd=shared_clone.path,
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.strip() == "[]"
