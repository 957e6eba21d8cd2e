"""The console's first page: did today's texts go out?"""

from datetime import timedelta

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from delivery import queries
from delivery.reconciliation import reconcile
from delivery.views import figures, home, story
from delivery.views.words import channel_words
from kizuna.lib import clock
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest
from municipalities.models import LineChannel

DAYS_BACK = 6


@require_safe
@console(Act.SEE_RUN)
def today(request: ConsoleRequest) -> HttpResponse:
    """The day in words first, then what comes and what to do, then the figures."""
    now = clock.now()
    on = now.date()
    channels = reconcile(on)
    counts = {day.channel: figures.counts_of(day) for day in channels}
    whole = queries.total(counts.values())
    told = story.tell(
        story.Day(
            municipality=request.municipality,
            on=on,
            now=now,
            run=queries.run_of(on),
            channels=counts,
            whole=whole,
            held_up=queries.held_up(on) if whole.pending else {},
            unexplained=sum(day.unexplained for day in channels),
            per_minute=queries.tried_since(on, now - timedelta(minutes=1)) if whole.pending else 0,
            line_connected=LineChannel.objects.exists(),
        )
    )
    columns = [channel_words(day.channel) for day in channels]
    before = queries.days_before(on, DAYS_BACK)
    context = {
        "on": on,
        "now": now,
        "story": told,
        "whole": whole,
        "columns": columns,
        "rows": figures.rows(channels) if channels else [],
        "days": [(on, whole if whole.planned else None), *before],
        "has_history": any(counts for _, counts in before),
        "place": "today",
        **home.sections(request, now),
    }
    return TemplateResponse(request, "console/today.html", context)
