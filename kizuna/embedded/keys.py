"""The demo's own secrets: random, made once, kept where only their owner reads them."""

import base64
import json
import os
import secrets
from pathlib import Path

from kizuna.embedded.speech import CannotStart


def load_or_make(path: Path) -> dict[str, str]:
    """SECRET_KEY, ENCRYPTION_KEYS and BLIND_INDEX_KEY of this data directory.

    They live as long as the data they encrypt: a new key would make the addresses unreadable.

    Raises:
        CannotStart: the file is there and damaged.
    """
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        return {name: str(kept[name]) for name in _make()}
    except FileNotFoundError:
        return _keep(path, _make())
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotStart(
            f"鍵のファイル {path} を読めません。データごと作り直すには `make clean` を実行してください。 / "
            f"Cannot read the keys in {path} ({error}). `make clean` starts over, without the data."
        ) from error


def _make() -> dict[str, str]:
    def key() -> str:
        return base64.b64encode(secrets.token_bytes(32)).decode()

    return {
        "SECRET_KEY": secrets.token_urlsafe(50),
        "ENCRYPTION_KEYS": f"k1:{key()}",
        "BLIND_INDEX_KEY": key(),
    }


def _keep(path: Path, made: dict[str, str]) -> dict[str, str]:
    new = path.with_suffix(".new")
    new.unlink(missing_ok=True)
    descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as stream:
        json.dump(made, stream, indent=1)
        stream.flush()
        os.fsync(stream.fileno())
    new.replace(path)  # Whole or not at all: half a key file would lose the data.
    return made
