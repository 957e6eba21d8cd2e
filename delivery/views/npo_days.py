"""The next seven days: what the evening's simulation expects, and what should be looked at before."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from delivery.days_ahead import days_ahead
from delivery.views.npo_hold_lines import hold_state
from delivery.views.npo_words import stage_label
from kizuna.lib import clock
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.http import NpoRequest


@require_safe
@npo(NpoAct.SEE_TODAY)
def days(request: NpoRequest) -> HttpResponse:
    """One section a day, each number with the list behind it."""
    today = clock.today()
    context = {
        "place": "today",
        "days": [
            (
                ahead,
                [(hold_state(one), one) for one in ahead.held],
                [(stage_label(stage), count) for stage, count in ahead.stages],
                [(stage_label(one.base_text.stage), one) for one in ahead.overdue],
                [(stage_label(one.base_text.stage), one) for one in ahead.beginning],
            )
            for ahead in days_ahead(today)
        ],
    }
    return TemplateResponse(request, "npo/days/list.html", context)
