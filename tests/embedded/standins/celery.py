"""Stands in for ``python -m celery``: waits to be told to end, or dies early when planned."""

import os
import sys
import time

from tests.embedded.standins.notes import note, note_the_end


def main() -> None:
    name = "beat" if "beat" in sys.argv else sys.argv[-1].split("@", maxsplit=1)[0]
    if "DATABASE_OWNER_URL" in os.environ:
        note("a worker knows the owner")
    if os.environ.get("STANDIN_DIES") == name:
        sys.exit("cannot import name 'tasks'")
    note_the_end(name)
    time.sleep(300)
