"""Does something that the NPO holds wait for a person who has not come?"""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta

from delivery.alarms.cause import Finding
from delivery.alarms.look import Look
from delivery.models import Hold
from municipalities.domain.words import EndpointKind

SECOND_LATE = timedelta(minutes=10)
LAST_HOUR_NEAR = timedelta(hours=2)

Wish = tuple[str, date, int]
"""A stop or a resume, of which day, and who asked for it."""


def second_person(look: Look) -> Iterator[Finding]:
    """A stop or a resume that one person asked for has waited ten minutes for the other.

    What one person asked for in many municipalities is one alarm.
    """
    for (wish, on, person), holds in _waiting(look).items():
        waited = look.now - min(since for _, since in holds)
        if waited <= SECOND_LATE:
            continue
        towns = {one.municipality_id for one, _ in holds}
        facts: dict[str, str | int | float] = {
            "wish": wish,
            "day": on.isoformat(),
            "count": sum(one.waiting for one, _ in holds),
            "municipalities": len(towns),
            "minutes": int(waited.total_seconds() // 60),
        }
        yield Finding(towns.pop() if len(towns) == 1 else None, f"{wish} {on} {person}", facts)


def _waiting(look: Look) -> dict[Wish, list[tuple[Hold, datetime]]]:
    """What waits for a second person, each with since when."""
    found: dict[Wish, list[tuple[Hold, datetime]]] = defaultdict(list)
    for one in Hold.objects.filter(run_day__gte=look.today, withdrawn_at=None, resumed_at=None):
        if one.kind == "stop" and one.agreed_at is None:
            found["stop", one.run_day, one.asked_by_id or 0].append((one, one.asked_at))
        elif one.kind == "pause" and one.resume_asked_by_id is not None:
            # Asked by a process of the version before, which kept no time: since it was held.
            since = one.resume_asked_at or one.asked_at
            found["resume", one.run_day, one.resume_asked_by_id].append((one, since))
    return found


def held_to_the_end(look: Look) -> Iterator[Finding]:
    """What is on hold ends unsent within two hours, unless somebody lets it go on."""
    for municipality, channels in _held(look).items():
        run = look.runs.get(municipality)
        if run is None or not look.now < run.closes_at <= look.now + LAST_HOUR_NEAR:
            continue
        sums = (look.sums.get((municipality, channel)) for channel in channels)
        left = sum(one.pending for one in sums if one)
        if left:
            ends = run.closes_at.astimezone(look.now.tzinfo)
            yield Finding(municipality, facts={"count": left, "time": f"{ends:%H:%M}"})


def _held(look: Look) -> dict[int, set[str]]:
    """The channels that are paused today, by municipality."""
    pauses = Hold.objects.filter(
        run_day=look.today, kind="pause", withdrawn_at=None, resumed_at=None
    )
    found: dict[int, set[str]] = defaultdict(set)
    for municipality, channel in pauses.values_list("municipality_id", "channel"):
        found[municipality] |= {channel} if channel else {kind.value for kind in EndpointKind}
    return found
