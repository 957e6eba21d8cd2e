"""One municipality's day as the NPO sees it: the reconciliation, the reasons, the holds."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from delivery import holding, today_facts
from delivery.domain.standing import Standing, standing, tone
from delivery.models import DayFact, Forecast, Run
from delivery.reconciliation import ChannelDay, remembered
from delivery.today_facts import Town
from delivery.views import figures
from delivery.views.npo_hold_lines import hold_lines, of_day
from delivery.views.npo_words import next_words, stage_label, state_words
from delivery.views.words import channel_words
from kizuna.lib import clock
from messages.domain.stage import Stage
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import EndpointKind
from municipalities.http import NpoRequest
from municipalities.models import Municipality


@dataclass(frozen=True, slots=True)
class Comparison:
    """A channel's forecast beside what was planned; ``planned`` None before the planning.

    ``broadcasts``: how many more of those were planned than expected, for each leaves in its hour.
    """

    channel: str
    expected: int
    planned: int | None
    broadcasts: int
    without_text: int
    gaps: list[tuple[str, int]]

    @property
    def difference(self) -> int:
        """How many more texts of the day were planned than expected."""
        return (self.planned or 0) - self.expected - self.broadcasts


@require_safe
@npo(NpoAct.SEE_TODAY)
def day(request: NpoRequest, slug: str, on: date) -> HttpResponse:
    """Every figure of that day, from its facts; for days to come the forecast."""
    return day_page(request, found(slug), on)


@dataclass(frozen=True, slots=True)
class Undone:
    """What somebody pressed and was not done: why, about which hold, and the reason they wrote."""

    why: str
    hold: int
    reason: str


def day_page(
    request: NpoRequest, municipality: Municipality, on: date, undone: Undone | None = None
) -> HttpResponse:
    """The same page under two addresses: the day's own, and that of an act that was not done."""
    now = clock.now()
    channels = remembered(municipality.pk, on)
    run = Run.objects.filter(municipality=municipality, run_day=on).first()
    town = _town(municipality) if on == now.date() else None
    stands = standing(town.facts) if town else None
    context = {
        "place": "today",
        "municipality": municipality,
        "on": on,
        "now": now,
        "today": now.date(),
        "before": on - timedelta(days=1),
        "after": on + timedelta(days=1),
        "run": run,
        "town": town,
        "columns": [channel_words(one.channel) for one in channels],
        "rows": figures.rows(channels) if channels else [],
        "compared": compared(municipality.pk, on, channels if run and run.planned_at else None),
        "may_try_line": request.user.may_for_npo(NpoAct.MANAGE_MUNICIPALITIES)
        and any(one.channel == EndpointKind.LINE for one in channels),
        "may_hold": request.user.may_for_npo(NpoAct.HOLD_RUNS)
        and on in {now.date(), now.date() + timedelta(days=1)}
        and stands is not Standing.STOPPED
        and (town is None or _has_something_left(town, municipality, on)),
        **_holds(request, municipality, on, undone),
        **_told(stands),
    }
    status = 409 if undone else 200
    return TemplateResponse(request, "npo/today/day.html", context, status=status)


def _holds(
    request: NpoRequest, municipality: Municipality, on: date, undone: Undone | None
) -> dict[str, object]:
    """The day's holds; a reason that was typed is back in its field, or shown where it has none."""
    lines = hold_lines(request.user, of_day(municipality, on))
    if undone is None:
        return {"holds": lines}
    is_offered = any("resume" in line.acts for line in lines if line.hold.pk == undone.hold)
    mistakes = [(f"reason-{undone.hold}", undone.why)] if is_offered else []
    return {"holds": lines, "undone": undone, "mistakes": mistakes}


def _has_something_left(town: Town, municipality: Municipality, on: date) -> bool:
    facts = town.facts
    waits = facts.pending > 0 or facts.planned_at is None
    return waits or holding.has_broadcast(municipality, on)


def found(slug: str) -> Municipality:
    """The municipality of that address; none is no such page."""
    municipality = Municipality.objects.filter(slug=slug).first()
    if municipality is None:
        raise Http404
    return municipality


def compared(pk: int, on: date, channels: list[ChannelDay] | None) -> list[Comparison]:
    """The forecast against the plan; ``channels`` None: nothing is planned yet."""
    planned = {one.channel: one.planned for one in channels or []}
    facts = DayFact.objects.filter(municipality_id=pk, run_day=on)
    broadcasts = dict(facts.values_list("channel", "broadcasts"))
    return [
        Comparison(
            one.channel,
            one.expected,
            None if channels is None else planned.get(one.channel, 0),
            broadcasts.get(one.channel, 0) - one.broadcasts,
            one.without_text,
            [(stage_label(Stage.parse(key)), count) for key, count in sorted(one.gaps.items())],
        )
        for one in Forecast.objects.filter(municipality_id=pk, run_day=on).order_by("channel")
    ]


def _town(municipality: Municipality) -> Town | None:
    towns = today_facts.towns(clock.now(), only=municipality.pk)
    return towns[0] if towns else None


def _told(stands: Standing | None) -> dict[str, str]:
    if stands is None:
        return {}
    return {
        "state": state_words(stands),
        "tone": tone(stands).value,
        "advice": next_words(stands),
    }
