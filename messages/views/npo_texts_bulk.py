"""All base texts as an Excel file or as content files, out and in. What comes in becomes drafts."""

from django.contrib import messages as flash
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kizuna.lib import clock
from messages.domain.diff import Change as Mark
from messages.domain.diff import Piece, difference
from messages.services import library_bulk, library_files, library_sheet
from messages.services.desk import DeskRefused, SavedMeanwhile
from messages.services.library_bulk import Change
from messages.services.library_sheet import TextRow
from messages.services.sheet import MAX_BYTES, XLSX
from messages.views.calendar_words import variant_choices
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import Variant
from municipalities.http import NpoRequest
from municipalities.roster.problems import CellProblem

OPEN = 10
"""So many differences are unfolded on the page; the others open with a press."""


@require_http_methods(["GET", "HEAD", "POST"])
@npo(NpoAct.WRITE_TEXTS)
def page(request: NpoRequest) -> HttpResponse:
    """Download, upload, and what an upload would do. Nothing is written before it is confirmed."""
    if request.method != "POST":
        return _page(request)
    if "plan" in request.POST:
        return _commit(request, request.POST["plan"])
    return _look(request)


@require_safe
@npo(NpoAct.WRITE_TEXTS)
def excel(request: NpoRequest) -> HttpResponse:
    """Every place of one wording, or of all wordings, for Excel."""
    asked = request.GET.get("variant", "")
    variants = [Variant(asked)] if asked in set(Variant) else list(Variant)
    data = library_sheet.write(library_bulk.rows_of(variants), library_bulk.newest())
    name = f"texts-{asked if asked in set(Variant) else 'all'}"
    return _file(data, XLSX, f"{name}-{clock.today().isoformat()}.xlsx")


@require_safe
@npo(NpoAct.WRITE_TEXTS)
def files(request: NpoRequest) -> HttpResponse:
    """The newest version of every text as a content file, in one archive."""
    del request
    data = library_files.write(library_bulk.newest().values())
    return _file(data, "application/zip", f"texts-{clock.today().isoformat()}.zip")


def _file(data: bytes, kind: str, name: str) -> HttpResponse:
    disposition = f'attachment; filename="{name}"'
    return HttpResponse(data, content_type=kind, headers={"Content-Disposition": disposition})


def _look(request: NpoRequest) -> HttpResponse:
    file = request.FILES.get("file")
    if not isinstance(file, UploadedFile):
        return _page(request, missing=True)
    data = file.read(MAX_BYTES + 1)
    is_archive = (file.name or "").lower().endswith(".zip")
    reading = library_files.read(data) if is_archive else library_sheet.read(data)
    if reading.problems:
        return _page(request, problems=reading.problems)
    plan = library_bulk.plan(reading.rows)
    if plan.problems:
        return _page(request, problems=plan.problems)
    signed = library_bulk.sign(request.user, [change.row for change in plan.changes])
    if len(signed) > library_bulk.MOST_SIGNED:
        whole = CellProblem(0, "", "", "", "全体の文字数が多すぎます。ファイルを分けます。")
        return _page(request, problems=[whole])
    context = {
        "place": "base_texts",
        "changes": [(one.row, one.before, _differences(one)) for one in plan.changes],
        "new": sum(one.before is None for one in plan.changes),
        "same": plan.same,
        "signed": signed,
        "open": OPEN,
    }
    return TemplateResponse(request, "npo/texts/look.html", context)


def _commit(request: NpoRequest, signed: str) -> HttpResponse:
    rows: list[TextRow] | None = library_bulk.unsign(request.user, signed)
    if rows is None:
        return _page(request, stale=True)
    try:
        done = library_bulk.commit(request.user, rows)
    except (SavedMeanwhile, DeskRefused):
        return _page(request, stale=True)
    if done.problems:
        return _page(request, problems=done.problems)
    said = _("Kept as drafts: %(count)s. They are sent after a review and their publication.")
    flash.success(request, said % {"count": len(done.changes)})
    return redirect("npo:desk")


def _page(
    request: NpoRequest,
    *,
    problems: list[CellProblem] | None = None,
    missing: bool = False,
    stale: bool = False,
) -> HttpResponse:
    context = {
        "place": "base_texts",
        "tab": "bulk",
        "problems": problems or [],
        "missing": missing,
        "stale": stale,
        "rows": library_sheet.MAX_ROWS,
        "variants": [("", _("All wordings")), *variant_choices()],
        "words": "、".join(library_sheet.VARIANTS.values()),
    }
    return TemplateResponse(request, "npo/texts/bulk.html", context)


def _differences(change: Change) -> list[tuple[str, list[Piece]]]:
    row, before = change.row, change.before
    if before is None:
        added = ((_("Subject"), row.subject), (_("Body of the text"), row.body))
        return [(name, [Piece(Mark.ADDED, text)]) for name, text in added]
    pairs = (
        (_("Subject"), before.subject, row.subject),
        (_("Body of the text"), before.body, row.body),
    )
    return [(name, difference(old, new)) for name, old, new in pairs if old != new]
