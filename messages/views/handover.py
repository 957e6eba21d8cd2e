"""One page for who takes the work over."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from kizuna.lib import clock
from messages.services.handover import handover
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest


@require_safe
@console(Act.SEE_TEXTS)
def show(request: ConsoleRequest) -> HttpResponse:
    """Who works here, what runs and until when, and what to look after; made to be printed."""
    on = clock.today()
    context = {"place": "today", "on": on, "sheet": handover(on)}
    return TemplateResponse(request, "console/calendar/handover.html", context)
