"""Who the services run as. PostgreSQL refuses to run as root, so root hands them to ``nobody``."""

import os
import pwd
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from kizuna.embedded.speech import CannotStart

NOBODY = 65534
"""The customary number, for systems that list no such name."""


@dataclass(frozen=True)
class Account:
    """A user to step down to before a program starts."""

    uid: int
    gid: int

    def own(self, path: Path) -> None:
        os.chown(path, self.uid, self.gid)


def service_account() -> Account | None:
    """``nobody`` for root; None for everyone else, who run the services themselves."""
    if os.geteuid() != 0:
        return None
    try:
        entry = pwd.getpwnam("nobody")
    except KeyError:
        return Account(NOBODY, NOBODY)
    return Account(entry.pw_uid, entry.pw_gid)


def succeeds(command: Sequence[str], account: Account | None) -> bool:
    """Whether the command ends with 0 when run by the account; a refusal of the system is a no."""
    try:
        done = subprocess.run(
            command,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.SubprocessError):
        return False
    return done.returncode == 0


def can_enter(directory: Path, account: Account | None) -> bool:
    """Whether the account may walk into the directory. Asked of the kernel, not of mode bits."""
    return succeeds(["/bin/sh", "-c", 'cd -- "$1"', "sh", str(directory)], account)


def require_stepping_down(account: Account | None) -> None:
    """Ends with a sentence where root may not become anybody else (some containers).

    Raises:
        CannotStart: the system refuses the change of user.
    """
    if account and not succeeds(["/bin/sh", "-c", "true"], account):
        raise CannotStart(
            "root から一般ユーザー nobody に切り替えられないため、PostgreSQL を起動できません。"
            "一般ユーザーで実行するか、DATABASE_URL と REDIS_URL を設定してください。 / "
            "PostgreSQL does not run as root and this system does not let root become `nobody`: "
            "run as an ordinary user, or set DATABASE_URL and REDIS_URL."
        )
