"""The whole country's day in one line, and what stands behind it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from delivery import today_facts
from delivery.domain.standing import FINISHED, Standing, Tone, tone
from delivery.queries import Counts
from delivery.today_facts import Town


@dataclass(frozen=True, slots=True)
class Summary:
    """``whole`` counts what is in the ledger, ``planned`` is what planning counted; ``rate`` is per minute, 0 where nothing goes out now;
    ``ends_at`` is told while something goes out, ``ended_at`` when nothing is open any more."""

    whole: Counts
    planned: int
    tone: Tone
    percent: int
    rate: int
    ends_at: datetime | None
    ended_at: datetime | None
    unexplained: int
    live: int
    done: int
    care: int
    later: int
    last_opens_at: datetime | None
    held: int
    expected: int
    stands: list[tuple[Standing, int]]

    @property
    def moving(self) -> bool:
        """Whether the page looks again by itself."""
        return bool(self.whole.pending) or self.done < self.live


def summary(
    towns: Sequence[Town], stands: Mapping[int, Standing], now: datetime, channel: str
) -> Summary:
    """Of all municipalities, whatever the list below is narrowed to."""
    whole = today_facts.total(towns)
    planned = sum(town.planned for town in towns)
    rate = today_facts.per_minute(now, channel) if whole.pending else 0.0
    live = [town for town in towns if town.facts.service == "live"]
    going = [town for town in live if _is_going(town, now)]
    later = [town for town in live if now < town.facts.opens_at]
    counted = Counter(stands[town.pk] for town in towns)
    care = sum(tone(stands[town.pk]) is Tone.CARE for town in towns)
    done = sum(stands[town.pk] in FINISHED for town in live)
    return Summary(
        whole=whole,
        planned=planned,
        tone=_tone(care, done, len(live)),
        percent=_percent(whole.sent, planned),
        rate=round(rate),
        ends_at=_ends_at(going, rate, now),
        ended_at=None if whole.pending else _ended_at(towns),
        unexplained=sum(town.facts.unexplained for town in towns),
        live=len(live),
        done=done,
        care=care,
        later=len(later),
        last_opens_at=max((town.facts.opens_at for town in later), default=None),
        held=sum(town.facts.pending for town in towns if town.facts.held),
        expected=sum(town.expected or 0 for town in towns),
        stands=[(one, counted[one]) for one in Standing if counted[one]],
    )


def _is_going(town: Town, now: datetime) -> bool:
    facts = town.facts
    return bool(facts.pending) and not facts.held and now >= facts.opens_at


def _tone(care: int, done: int, live: int) -> Tone:
    if care:
        return Tone.CARE
    return Tone.GOOD if done == live else Tone.WAIT


def _percent(sent: int, planned: int) -> int:
    """Rounded down: a hundred means all."""
    return sent * 100 // planned if planned else 0


def _ends_at(going: Sequence[Town], rate: float, now: datetime) -> datetime | None:
    """At this pace; None where nothing moves, or where the last hour comes first."""
    waiting = sum(town.facts.pending for town in going)
    if not waiting or not rate:
        return None
    end = now + timedelta(minutes=waiting / rate)
    return end if end <= max(town.facts.closes_at for town in going) else None


def _ended_at(towns: Sequence[Town]) -> datetime | None:
    return max((town.finished_at for town in towns if town.finished_at), default=None)
