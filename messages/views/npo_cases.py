"""Cases of municipalities as the NPO reads them, with how often each was taken over."""

from django.core.paginator import Paginator
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from messages.services import cases
from messages.views.case_words import case_range, season_said, sort_said
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.http import NpoRequest

ON_A_PAGE = 50


@require_safe
@npo(NpoAct.MEET)
def listing(request: NpoRequest) -> HttpResponse:
    """What is offered, the newest first. The NPO changes nothing of it."""
    page = Paginator(cases.library(), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    taken = cases.times_adopted(rows)
    context = {
        "place": "meetings",
        "page": page,
        "rows": [
            (
                one,
                sort_said(one.sort),
                season_said(one.season),
                case_range(one),
                taken.get(one.pk, 0),
            )
            for one in rows
        ],
    }
    return TemplateResponse(request, "npo/meetings/cases.html", context)
