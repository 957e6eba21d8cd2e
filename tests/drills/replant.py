"""Another warm process for a day whose workers need an environment from their first import on."""

from tests.drills.day import Day
from tests.drills.hands import Nursery


def replant(day: Day, **environment: str) -> None:
    """End the day's nursery, with whatever it started, and put one with more environment in its
    place: the same object, so that the day still ends it."""
    day.nursery.end()
    day.hands.clear()
    day.environment |= environment
    fresh = Nursery(day.environment, day.directory / "nursery.log")
    vars(day.nursery).update(vars(fresh))
