"""The NPO's first page: did every municipality's day go out? From facts and runs only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from urllib.parse import urlencode

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import SafeString
from django.views.decorators.http import require_safe

from delivery import today_around, today_facts
from delivery.alarms import reading
from delivery.domain.standing import ORDER, Standing, Tone, late_facts, standing, tone
from delivery.reasons import words as reason_words
from delivery.today_facts import Town
from delivery.views import npo_strip
from delivery.views.figure_words import flow_words
from delivery.views.npo_summary import summary
from delivery.views.npo_words import STATES, TONES, next_words, state_words
from kizuna.lib import clock
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import EndpointKind
from municipalities.http import NpoRequest

EACH_PAGE = 50
LONGEST_SEARCH = 60


@dataclass(frozen=True, slots=True)
class Filters:
    """What is asked for: '' and False mean everything. ``state``: a standing or a tone."""

    q: str = ""
    state: str = ""
    channel: str = ""
    reason: str = ""
    mine: bool = False

    def query(self, **changes: str) -> str:
        """The address of this choice with something changed: ``?q=…``."""
        chosen = {
            "q": self.q,
            "state": self.state,
            "channel": self.channel,
            "reason": self.reason,
            "mine": "1" if self.mine else "",
        }
        kept = {name: value for name, value in (chosen | changes).items() if value}
        return f"?{urlencode(kept)}"

    @property
    def narrows(self) -> bool:
        """Whether some municipalities are left out of the list."""
        return bool(self.q or self.state or self.reason or self.mine)


@dataclass(frozen=True, slots=True)
class Line:
    """One municipality's row."""

    town: Town
    standing: Standing
    tone: Tone
    state: str
    advice: str
    strip: SafeString


@require_safe
@npo(NpoAct.SEE_TODAY)
def today(request: NpoRequest) -> HttpResponse:
    """All municipalities, those that need somebody first."""
    now = clock.now()
    chosen = filters(request.GET)
    everybody = today_facts.towns(now, chosen.channel, chosen.reason)
    stands = {town.pk: standing(town.facts) for town in everybody}
    shown = _chosen(everybody, stands, chosen, request.user.pk)
    shown.sort(key=lambda town: ORDER[stands[town.pk]])
    page = Paginator(shown, EACH_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": "today",
        "on": now.date(),
        "now": now,
        "chosen": chosen,
        "any": bool(everybody),
        **_around(now),
        "summary": summary(everybody, stands, now, chosen.channel),
        "late_minutes": _late_minutes(everybody),
        "page": page,
        "lines": _lines(list(page.object_list), stands, now),
        "reasons": [
            (one, reason_words(one.code), chosen.query(reason=one.code, page=""))
            for one in today_facts.reasons(now.date(), chosen.channel)
        ],
        "reason_words": reason_words(chosen.reason) if chosen.reason else "",
        "marks": npo_strip.legend(),
        "may_hold": request.user.may_for_npo(NpoAct.HOLD_RUNS),
        "alarms": today_facts.open_alarms(now),
        **reading.silence(now),
        "channels": [kind.value for kind in EndpointKind],
        "states": _states(),
        "mine_possible": bool(today_facts.looked_after_by(request.user.pk)),
        **_pages(page.number, page.paginator.num_pages, chosen),
    }
    return TemplateResponse(request, "npo/today.html", context)


def _around(now: datetime) -> dict[str, object]:
    """Yesterday in sum and the days to come."""
    before = today_around.yesterday(now.date())
    return {
        "yesterday": before,
        "flows": [(flow_words(flow), count) for flow, count in before.flows.items()],
        "coming": today_around.coming(now.date()),
    }


def filters(asked: Mapping[str, str]) -> Filters:
    """What the address asks for; what is not on offer is everything."""
    state, channel = asked.get("state", ""), asked.get("channel", "")
    return Filters(
        q=asked.get("q", "").replace("\0", "").strip()[:LONGEST_SEARCH],
        state=state if state in {*Standing, *Tone} else "",
        channel=channel if channel in {*EndpointKind} else "",
        reason=asked.get("reason", "").replace("\0", "")[:30],
        mine=asked.get("mine") == "1",
    )


def _chosen(
    everybody: Sequence[Town], stands: Mapping[int, Standing], chosen: Filters, user_id: int
) -> list[Town]:
    mine = today_facts.looked_after_by(user_id) if chosen.mine else set()
    return [
        town
        for town in everybody
        if (not chosen.q or chosen.q in town.name or chosen.q.lower() in town.slug)
        and (not chosen.state or chosen.state in {stands[town.pk], tone(stands[town.pk])})
        and (not chosen.reason or town.because)
        and (not chosen.mine or town.pk in mine)
    ]


def _lines(towns: Sequence[Town], stands: Mapping[int, Standing], now: datetime) -> list[Line]:
    strips = today_facts.strips([town.pk for town in towns], now.date())
    return [
        Line(
            town,
            stands[town.pk],
            tone(stands[town.pk]),
            state_words(stands[town.pk]),
            next_words(stands[town.pk]),
            npo_strip.strip(strips[town.pk]),
        )
        for town in towns
    ]


def _late_minutes(towns: Sequence[Town]) -> int:
    """How old the oldest figures of a day under way are; 0 where they are as new as they should be."""
    late = max((late_facts(town.facts) for town in towns), default=timedelta(0))
    return int(late.total_seconds() // 60)


def _states() -> list[tuple[str, str]]:
    tones = [(one.value, str(words)) for one, words in TONES.items()]
    return tones + [(one.value, str(words)) for one, words in STATES.items()]


def _pages(number: int, last: int, chosen: Filters) -> dict[str, str]:
    return {
        "before": chosen.query(page=str(number - 1)) if number > 1 else "",
        "after": chosen.query(page=str(number + 1)) if number < last else "",
    }
