"""All announcements as an Excel file, out and in. What comes in is looked at before it counts."""

from django.contrib import messages as flash
from django.http import HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kizuna.lib import clock
from messages.domain.announcement import phase
from messages.services import bulk, bulk_file
from messages.services.blocks import SavedMeanwhile
from messages.services.review import Hand, ReviewRefused, content_of
from messages.views.block_said import differences, phase_said, range_words
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest
from municipalities.roster.problems import CellProblem

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@require_http_methods(["GET", "HEAD", "POST"])
@console(Act.WRITE_BLOCKS)
def page(request: ConsoleRequest) -> HttpResponse:
    """Download, upload, and what an upload would do. Nothing is written before it is confirmed."""
    if request.method != "POST":
        return _page(request)
    if "plan" in request.POST:
        return _commit(request, request.POST["plan"])
    return _look(request)


@require_safe
@console(Act.WRITE_BLOCKS)
def download(request: ConsoleRequest) -> HttpResponse:
    """Everything that is not withdrawn, for Excel."""
    on = clock.today()
    rows = [
        (
            block.pk,
            block.revision,
            phase_said(phase(block.state, block.shown_from, block.shown_until, on)),
            content_of(block),
        )
        for block in bulk.everything()
    ]
    name = f"announcements-{request.municipality.slug}-{on.isoformat()}.xlsx"
    return HttpResponse(
        bulk_file.write(rows),
        content_type=XLSX,
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _look(request: ConsoleRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if file is None:
        return _page(request, missing=True)
    data = file.read(bulk_file.MAX_BYTES + 1)
    reading = bulk_file.read(data, bulk.areas(request.municipality))
    if reading.problems:
        return _page(request, problems=reading.problems)
    plan = bulk.plan(reading.rows)
    if plan.problems:
        return _page(request, problems=plan.problems)
    signed = bulk.sign(_hand(request), reading.rows)
    if len(signed) > bulk.MOST_SIGNED:
        whole = CellProblem(0, "", "", "", "全体の文字数が多すぎます。ファイルを分けます。")
        return _page(request, problems=[whole])
    context = {
        "place": "blocks",
        "added": [(one.row, _range(one)) for one in plan.added],
        "changed": [
            (one.row, differences(one.before, one.row.content))
            for one in plan.changed
            if one.before
        ],
        "same": plan.same,
        "signed": signed,
    }
    return TemplateResponse(request, "console/bulk/look.html", context)


def _commit(request: ConsoleRequest, signed: str) -> HttpResponse:
    hand = _hand(request)
    rows = bulk.unsign(hand, signed)
    if rows is None:
        return _page(request, stale=True)
    try:
        done = bulk.commit(hand, rows)
    except (SavedMeanwhile, ReviewRefused):
        return _page(request, stale=True)
    if done.problems:
        return _page(request, problems=done.problems)
    said = _(
        "Kept as drafts: %(added)s added, %(changed)s changed. Nothing is sent before approval."
    )
    flash.success(request, said % {"added": len(done.added), "changed": len(done.changed)})
    return HttpResponseRedirect(reverse("console:bulk", args=[request.municipality.slug]))


def _page(
    request: ConsoleRequest,
    *,
    problems: list[CellProblem] | None = None,
    missing: bool = False,
    stale: bool = False,
) -> HttpResponse:
    context = {
        "place": "blocks",
        "problems": problems or [],
        "missing": missing,
        "stale": stale,
        "rows": bulk_file.MAX_ROWS,
        "areas": request.municipality.areas,
    }
    return TemplateResponse(request, "console/bulk/page.html", context)


def _range(change: bulk.Change) -> str:
    content = change.row.content
    return range_words(content.kind, content.first_day, content.last_day)


def _hand(request: ConsoleRequest) -> Hand:
    seat = request.seat
    return Hand(
        request.municipality,
        request.user,
        may_write=seat.may(Act.WRITE_BLOCKS),
        may_approve=seat.may(Act.APPROVE_BLOCKS),
    )
