"""One warm process for both versions: a worker with ``NEWER`` set is the newer one."""

import os

from kizuna.lib import sqlfile
from tests.drills.app import app

__all__ = ["app"]

_load = sqlfile.load


def _of_this_version(package_file: str, name: str) -> str:
    text: str = _load(package_file, name)
    if name == "mark" and os.environ.get("NEWER"):
        return text.replace("    reason = o.reason,", "    reason = o.reason, marked_by = 'newer',")
    return text


setattr(sqlfile, "load", _of_this_version)  # noqa: B010  cached there
