"""Where things are kept: our own files, the services' data, and their sockets.

Nobody's directory changes its mode or owner. Where one does not fit, another is chosen and named.
"""

import fcntl
import hashlib
import os
import re
import shutil
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from kizuna.embedded.account import Account, can_enter, require_stepping_down, service_account
from kizuna.embedded.speech import CannotStart, say

CHECKOUT = Path(__file__).resolve().parents[2]
LONGEST_SOCKET_DIRECTORY = 70
"""Bytes. A socket's whole path must stay under 104 (macOS) and carries up to 20 more."""
THROWAWAY = "kizuna-throwaway-"


@dataclass(frozen=True)
class Places:
    """The directories of one supervisor."""

    base: Path
    """Keys, logs, and what the emulators received: the caller's own."""
    services: Path
    """Data of PostgreSQL and Valkey: every parent can be entered by the account they run as."""
    sockets: Path
    """Short, plain ASCII, 0700: being able to enter it is the permission to connect."""
    account: Account | None

    @property
    def logs(self) -> Path:
        return self.base / "logs"

    def for_service(self, name: str) -> Path:
        """The private directory of one service, made when missing."""
        return private(self.services / name, self.account)

    def mark(self) -> str:
        """A word by which our processes are recognised in the process table."""
        return f"kizuna-{digest(self.services)}"


def digest(path: Path) -> str:
    return hashlib.sha256(os.fsencode(path)).hexdigest()[:12]


def private(path: Path, account: Account | None) -> Path:
    """The directory, 0700 and owned by the account, made when missing.

    Raises:
        CannotStart: it is there already and belongs to somebody else.
    """
    owner = account.uid if account else os.geteuid()
    try:
        path.mkdir(mode=0o700)
        if account:
            account.own(path)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != owner:
            raise CannotStart(
                f"{path} は別の利用者のものです。KIZUNA_DATA で別の場所を指定してください。 / "
                f"{path} belongs to another user: name another place with KIZUNA_DATA."
            ) from None
    return path


def _ours(path: Path) -> Path:
    """Our directory, made when missing. Root lets others pass through, never list or read."""
    try:
        path.mkdir(mode=0o700, parents=True)
        path.chmod(0o711 if os.geteuid() == 0 else 0o700)
    except FileExistsError:
        found = path.lstat()
        if not stat.S_ISDIR(found.st_mode) or found.st_uid != os.geteuid():
            raise PermissionError(f"{path} is not ours") from None
    if not os.access(path, os.W_OK | os.X_OK):
        raise PermissionError(f"{path} is not writable")
    return path


def _elsewhere(directory: str) -> Path:
    """The place we take outside of the checkout, the same one every time.

    Raises:
        CannotStart: somebody else sits there.
    """
    path = Path(directory) / _elsewhere_name()
    try:
        return _ours(path)
    except OSError as error:
        raise CannotStart(
            f"データの置き場所 {path} を使えません。KIZUNA_DATA で別の場所を指定してください。 / "
            f"Cannot use {path} for data ({error}): name another place with KIZUNA_DATA."
        ) from error


def _elsewhere_name() -> str:
    return f"kizuna-{os.geteuid()}-{digest(CHECKOUT)}"


def _base(environment: Mapping[str, str]) -> Path:
    named = environment.get("KIZUNA_DATA", "")
    if named:
        path = Path(named).expanduser().absolute()
        try:
            if not path.exists():
                path.mkdir(mode=0o700, parents=True)
                path.chmod(0o711 if os.geteuid() == 0 else 0o700)
        except OSError as error:
            raise CannotStart(
                f"KIZUNA_DATA の {path} を作れません。 / "
                f"Cannot make {path}, named by KIZUNA_DATA: {error.strerror}."
            ) from error
        if not os.access(path, os.W_OK | os.X_OK):
            raise CannotStart(
                f"KIZUNA_DATA の {path} に書き込めません。 / "
                f"Cannot write to {path}, named by KIZUNA_DATA."
            )
        return path
    try:
        return _ours(CHECKOUT / "var")
    except OSError:
        path = _elsewhere("/var/tmp")  # owner is checked, see _ours
        say(
            f"ここには書き込めないため、データは {path} に置きます",
            f"data goes to {path}, because {CHECKOUT / 'var'} is not ours to write",
        )
        return path


def _sockets(services: Path, account: Account | None) -> Path:
    path = services / "run"
    plain = re.fullmatch(r"[A-Za-z0-9/._-]+", str(path))
    if plain and len(os.fsencode(path)) <= LONGEST_SOCKET_DIRECTORY:
        return private(path, account)
    return private(_elsewhere("/tmp") / digest(services), account)  # same


def lasting(environment: Mapping[str, str]) -> Places:
    """The places of this checkout, kept between starts.

    Raises:
        CannotStart: no place can be written, with what to do.
    """
    account = service_account()
    require_stepping_down(account)
    base = services = _base(environment)
    if not can_enter(base, account):
        services = _elsewhere("/var/tmp")  # owner is checked, see _ours
        say(
            f"{base} には nobody が入れないため、PostgreSQL と Valkey のデータは {services} に置きます",
            f"PostgreSQL and Valkey keep their data in {services}: `nobody` cannot enter {base}",
        )
    (base / "logs").mkdir(mode=0o700, exist_ok=True)
    return Places(base, services, _sockets(services, account), account)


@contextmanager
def throwaway() -> Iterator[Places]:
    """Fresh places in a temporary directory, removed afterwards; also those a kill left behind."""
    account = service_account()
    require_stepping_down(account)
    parent = Path(tempfile.gettempdir())
    if not can_enter(parent, account):
        parent = Path("/var/tmp")  # mkdtemp makes a fresh one
    _sweep(parent)
    base = Path(tempfile.mkdtemp(prefix=THROWAWAY, dir=parent))
    base.chmod(0o711 if account else 0o700)
    held = _hold(base / "lock")
    try:
        (base / "logs").mkdir(mode=0o700)
        sockets = _sockets(base, account)
        try:
            yield Places(base, base, sockets, account)
        finally:
            _remove_sockets(sockets)
    finally:
        shutil.rmtree(base, ignore_errors=True)
        if held is not None:
            os.close(held)


def _remove_sockets(sockets: Path) -> None:
    """The directory, and the one we made around it when it had to lie elsewhere."""
    shutil.rmtree(sockets, ignore_errors=True)
    if sockets.parent.name == _elsewhere_name():
        with suppress(OSError):
            sockets.parent.rmdir()


def _sweep(parent: Path) -> None:
    """Remove what killed supervisors of ours left: a directory whose lock nobody holds."""
    for path in parent.glob(f"{THROWAWAY}*"):
        try:
            if path.lstat().st_uid != os.geteuid() or not (path / "lock").exists():
                continue
            held = _hold(path / "lock")
        except OSError:
            continue
        if held is not None:
            shutil.rmtree(path, ignore_errors=True)
            os.close(held)


def _hold(path: Path) -> int | None:
    """Lock the file for as long as this process lives; None when another one has it."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


@contextmanager
def alone(places: Places) -> Iterator[None]:
    """One supervisor at a time in these places. A killed one's hold ends with it.

    Raises:
        CannotStart: another one runs here.
    """
    held = _hold(places.base / "lock")
    if held is None:
        raise CannotStart(
            f"この場所ではすでに動いています({places.base})。そちらを Ctrl-C で終えてから、もう一度実行してください。 / "
            f"Already running in {places.base}: end that one with Ctrl-C first."
        )
    try:
        yield
    finally:
        os.close(held)


def forget(places: Places) -> None:
    """Remove what we keep here, by name: the directory itself may be the caller's."""
    ours = ("postgres", "postgres.new", "valkey", "programs", "run", "logs", "mail", "line")
    for parent in {places.base, places.services}:
        for name in (*ours, "static"):
            shutil.rmtree(parent / name, ignore_errors=True)
    _remove_sockets(places.sockets)
    (places.base / "keys.json").unlink(missing_ok=True)
    (places.base / "lock").unlink(missing_ok=True)
    for parent in {places.services, places.base}:
        with suppress(OSError):
            parent.rmdir()  # Unless something of the caller's is in it.
