"""What the stand-ins did, in order, and how they are told to end."""

import os
import signal
import sys
from pathlib import Path


def note(line: str) -> None:
    with Path(os.environ["STANDIN_NOTES"]).open("a", encoding="utf-8") as notes:
        notes.write(line + "\n")


def note_the_end(name: str) -> None:
    """Note the start now and the end when SIGTERM comes."""

    def end(*_: object) -> None:
        note(f"end {name}")
        sys.exit(0)

    signal.signal(signal.SIGTERM, end)
    note(f"start {name}")
