"""Month-end figures of other systems: a file is looked at, then kept, all of it or nothing."""

from datetime import timedelta

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kizuna.lib import clock
from kizuna.lib.csv_out import Coding, table
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.http import NpoRequest
from municipalities.roster.problems import CellProblem
from municipalities.services import external, external_file


@require_http_methods(["GET", "HEAD", "POST"])
@npo(NpoAct.ENTER_FIGURES)
def page(request: NpoRequest) -> HttpResponse:
    """What an upload would change; nothing is written before it is confirmed."""
    if request.method != "POST":
        return _page(request)
    if "plan" in request.POST:
        return _keep(request, request.POST["plan"])
    file = request.FILES.get("file")
    if file is None:
        return _page(request, missing=True)
    data = file.read(external_file.MAX_BYTES + 1)
    reading = external_file.read(data, external.places(), clock.today())
    if reading.problems:
        return _page(request, problems=reading.problems)
    changes, same = external.plan(reading.rows)
    context = {
        "place": "municipalities",
        "changes": changes,
        "same": same,
        "signed": external.sign(request.user, reading.rows),
    }
    return TemplateResponse(request, "npo/municipalities/external_look.html", context)


@require_safe
@npo(NpoAct.ENTER_FIGURES)
def template(request: NpoRequest) -> HttpResponse:
    """An empty table with a row for each external municipality, for the month that ended last."""
    ended = clock.today().replace(day=1) - timedelta(days=1)
    rows = [
        (one.code_id or one.name, ended.strftime("%Y-%m"), "", "", "", "")
        for one in external.municipalities()
    ]
    coding = Coding.CP932 if request.GET.get("coding") == "cp932" else Coding.UTF8
    data = table([[column.value for column in external_file.Column], *rows], coding)
    return HttpResponse(
        data,
        content_type=f"text/csv; charset={'shift_jis' if coding is Coding.CP932 else 'utf-8'}",
        headers={"Content-Disposition": 'attachment; filename="external-figures.csv"'},
    )


def _keep(request: NpoRequest, signed: str) -> HttpResponse:
    try:
        count = external.keep(request.user, signed)
    except external.Stale:
        return _page(request, stale=True)
    flash.success(request, _("Kept: %(count)s month ends.") % {"count": count})
    return redirect("npo:external")


def _page(
    request: NpoRequest,
    *,
    problems: list[CellProblem] | None = None,
    missing: bool = False,
    stale: bool = False,
) -> HttpResponse:
    wrong = bool(problems or missing or stale)
    context = {
        "place": "municipalities",
        "problems": problems or [],
        "missing": missing,
        "stale": stale,
        "municipalities": external.municipalities(),
        "rows": external_file.MAX_ROWS,
    }
    status = 400 if wrong else 200
    return TemplateResponse(request, "npo/municipalities/external.html", context, status=status)
