"""What readers say is wrong in a text, until somebody has looked into it."""

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from messages.models import TextReport
from messages.services import text_reports
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.http import NpoRequest
from municipalities.services import npo_staff

DONE_SHOWN = 30


@require_safe
@npo(NpoAct.SEE_TEXTS)
def reports(request: NpoRequest) -> HttpResponse:
    """Those that wait, the oldest first; and the last that were dealt with."""
    done = text_reports.dealt_with(DONE_SHOWN)
    names = npo_staff.names([one.done_by_id for one in done])
    context = {
        "place": "desk",
        "waiting": text_reports.still_open(),
        "done": [(one, names.get(one.done_by_id or 0, "—")) for one in done],
        "longest": text_reports.LONGEST_ANSWER,
        "may_write": request.user.may_for_npo(NpoAct.WRITE_TEXTS),
    }
    return TemplateResponse(request, "npo/desk/reports.html", context)


@require_POST
@npo(NpoAct.WRITE_TEXTS)
def report(request: NpoRequest, report: int) -> HttpResponse:
    """Note what was found; it leaves the list."""
    try:
        text_reports.deal_with(request.user, report, request.POST.get("answer", ""))
    except TextReport.DoesNotExist as error:
        raise Http404 from error
    flash.success(request, _("Noted as done."))
    return redirect("npo:desk_reports")
