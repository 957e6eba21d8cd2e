"""The list of drills: a function, its id and its sentence; one file per drill or small group."""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass

from tests.drills.checker import Expected
from tests.drills.day import Day

Play = Callable[[Day], Expected]


@dataclass(frozen=True)
class Drill:
    """``short``: part of the round that CI runs. ``needs`` looks for a program that not everybody
    has; without it the drill is left out, and the round says so."""

    name: str
    sentence: str
    play: Play
    short: bool = False
    needs: Callable[[], str | None] | None = None


_found: dict[str, Drill] = {}


def drill(
    name: str,
    sentence: str,
    *,
    short: bool = False,
    needs: Callable[[], str | None] | None = None,
) -> Callable[[Play], Play]:
    """Enter a function into the catalogue under an id such as ``D05``."""

    def enter(play: Play) -> Play:
        if name in _found:
            raise ValueError(f"two drills are called {name}")
        _found[name] = Drill(name, sentence, play, short, needs)
        return play

    return enter


def drills() -> list[Drill]:
    """All of them, by id. Imports every module ``tests.drills.d…``."""
    package = importlib.import_module("tests.drills")
    for module in pkgutil.iter_modules(package.__path__):
        if module.name[0] == "d" and module.name[1:2].isdigit():
            importlib.import_module(f"tests.drills.{module.name}")
    return [_found[name] for name in sorted(_found)]
