"""Nothing happens: the measure for all other drills, and the proof that the checker can be content."""

from tests.drills.catalogue import drill
from tests.drills.checker import Expected
from tests.drills.day import Day


@drill("D00", "a calm day")
def calm_day(day: Day) -> Expected:
    day.begin()
    day.start_workers(beat=True)
    return Expected(on_time=60)
