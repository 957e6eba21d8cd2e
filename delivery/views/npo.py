"""The NPO's first page: did every municipality's day go out? From facts and runs only."""

from dataclasses import dataclass
from datetime import datetime

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from delivery import queries
from delivery.queries import Counts, MunicipalityDay
from delivery.views import story
from delivery.views.story import Story, Tone
from kizuna.lib import clock
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import Service
from municipalities.http import NpoRequest
from municipalities.models import Municipality

_ORDER = {Tone.CARE: 0, Tone.WAIT: 1, Tone.GOOD: 2}


@dataclass(frozen=True, slots=True)
class Line:
    """One municipality's row."""

    municipality: Municipality
    story: Story
    counts: Counts


@require_safe
@npo(NpoAct.SEE_TODAY)
def today(request: NpoRequest) -> HttpResponse:
    """All municipalities, those that need somebody first."""
    now = clock.now()
    lines = [_line(day, now) for day in queries.every_municipality(now.date())]
    lines.sort(key=lambda line: _ORDER[line.story.tone])
    live = [line for line in lines if line.municipality.service == Service.LIVE]
    context = {
        "on": now.date(),
        "now": now,
        "lines": lines,
        "whole": queries.total(line.counts for line in lines),
        "live": len(live),
        "done": sum(line.story.tone is Tone.GOOD for line in live),
        "care": sum(line.story.tone is Tone.CARE for line in lines),
    }
    return TemplateResponse(request, "npo/today.html", context)


def _line(day: MunicipalityDay, now: datetime) -> Line:
    told = story.tell(
        story.Day(
            municipality=day.municipality,
            on=now.date(),
            now=now,
            run=day.run,
            channels={},
            whole=day.counts,
        )
    )
    return Line(day.municipality, told, day.counts)
