"""A broadcast on paper, for the file of the decision."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from delivery.views.broadcasts import figures, preview, reach_words
from kizuna.lib import clock
from messages.models import BroadcastEvent
from messages.views.block_said import act_said
from messages.views.broadcast_drafts import found
from messages.views.broadcast_words import (
    moment_words,
    people_words,
    state_words,
    title_of,
)
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest


@require_safe
@console(Act.SEE_TEXTS)
def sheet(request: ConsoleRequest, broadcast: int) -> HttpResponse:
    """To whom, when, how many, every form of the words, who agreed, room for the number."""
    one = found(broadcast)
    reach, counts, over = figures(one, clock.now())
    events = BroadcastEvent.objects.filter(broadcast=one).select_related("by").order_by("pk")
    context = {
        "place": "broadcasts",
        "one": one,
        "title": title_of(one),
        "state": state_words(one.state, over=over),
        "people": people_words(one, request.municipality),
        "when": moment_words(one.send_at) if one.send_at else "",
        "reach": reach and reach_words(reach),
        "counts": counts,
        "printed_on": clock.today(),
        "events": [(event, act_said(event.act), moment_words(event.at)) for event in events],
        **preview(request, one),
    }
    return TemplateResponse(request, "console/broadcasts/sheet.html", context)
