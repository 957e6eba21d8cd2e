"""What the supervisor says: Japanese first, English in the same line."""

import sys


class CannotStart(Exception):
    """Something outside of us is not as it must be. The sentence says what, and what helps."""


class ChildDied(Exception):
    """A process we started ended by itself. The text ends with the last lines of its log."""


def say(japanese: str, english: str) -> None:
    """One line for the person at the terminal."""
    show(f"{japanese} / {english}")


def show(text: str = "") -> None:
    """Lines whose wording is a promise and therefore is not translated."""
    sys.stdout.write(f"{text}\n")
    sys.stdout.flush()


def complain(error: Exception) -> None:
    """The sentence of an error, where errors belong."""
    sys.stderr.write(f"{error}\n")


def speak_any_encoding() -> None:
    """A terminal that cannot show Japanese gets question marks instead of a traceback."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure:
            reconfigure(errors="replace", line_buffering=True)
