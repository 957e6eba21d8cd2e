"""Papers and notes of a meeting, behind the NPO's door."""

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from messages.domain.plain_text import tidy, tidy_line
from messages.models import Meeting
from messages.services import meetings
from messages.services.meetings import MOST_PAPER, NotAPaper
from messages.views.meeting_form import TITLE_LIMIT
from messages.views.npo_meetings import found, shown
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.http import NpoRequest

NOTES_LIMIT = 40_000


@require_POST
@npo(NpoAct.MEET)
def add(request: NpoRequest, meeting: int) -> HttpResponse:
    """Keep a PDF for those who are invited."""
    here = found(meeting)
    title = tidy_line(request.POST.get("title", "")[:1_000])
    file = request.FILES.get("file")
    if file is None:
        return shown(request, here, [("file", _("Choose a PDF file."))], title)
    title = title or tidy_line(str(file.name or "").removesuffix(".pdf"))
    if not title or len(title) > TITLE_LIMIT:
        words = _("Write a title of up to %(most)s characters.") % {"most": TITLE_LIMIT}
        return shown(request, here, [("title", words)], title)
    try:
        meetings.add_paper(here, title, file.read(MOST_PAPER + 1))
    except NotAPaper as problem:
        words = {
            "size": _("The file is larger than 5 MB. Make it smaller, or split it."),
            "kind": _("This is no PDF. Save it as a PDF and choose it again."),
        }[problem.code]
        return shown(request, here, [("file", words)], title)
    flash.success(request, _("Added. Everybody invited can open it."))
    return redirect("npo:meeting", here.pk)


@require_safe
@npo(NpoAct.MEET)
def paper(request: NpoRequest, meeting: int, paper: int) -> HttpResponse:
    """One paper."""
    del request
    return pdf(found(meeting), paper)


@require_POST
@npo(NpoAct.MEET)
def remove(request: NpoRequest, meeting: int, paper: int) -> HttpResponse:
    """Nobody can open it any more."""
    here = found(meeting)
    one = meetings.paper(here, paper)
    if one:
        one.delete()
        flash.success(request, _("Removed: %(name)s") % {"name": one.title})
    return redirect("npo:meeting", here.pk)


@require_http_methods(["GET", "HEAD", "POST"])
@npo(NpoAct.MEET)
def notes(request: NpoRequest, meeting: int) -> HttpResponse:
    """What was talked about: kept for the NPO, or shared with everybody invited.

    Who saves over what a colleague wrote meanwhile sees it first.
    """
    here = found(meeting)
    if request.method != "POST":
        return _notes(request, here, here.notes)
    typed, seen = (
        tidy(request.POST.get(name, "")[: NOTES_LIMIT * 2]) for name in ("notes", "seen")
    )
    shared = request.POST.get("act") == "share"
    if len(typed) > NOTES_LIMIT:
        words = _("The notes are too long: up to %(most)s characters.") % {"most": NOTES_LIMIT}
        return _notes(request, here, typed, wrong=words)
    if seen.strip() != here.notes.strip() and typed.strip() != here.notes.strip():
        return _notes(request, here, typed, theirs=True)
    if shared and not typed.strip():
        return _notes(request, here, typed, wrong=_("There is nothing to share yet."))
    meetings.write_notes(here, typed.strip(), shared=shared)
    if shared:
        flash.success(request, _("Saved and shared with everybody invited."))
    else:
        flash.success(request, _("Saved. Only the NPO sees the notes."))
    return redirect("npo:meeting", here.pk)


def pdf(meeting: Meeting, number: int) -> HttpResponse:
    """A paper as what it is and never anything else; 404 where the meeting has none of that number."""
    one = meetings.paper(meeting, number)
    if one is None:
        raise Http404
    return HttpResponse(
        bytes(one.content),
        content_type="application/pdf",
        headers={
            "X-Content-Type-Options": "nosniff",
            "Content-Disposition": f'attachment; filename="meeting-{meeting.pk}-{one.pk}.pdf"',
        },
    )


def _notes(
    request: NpoRequest, here: Meeting, typed: str, wrong: str = "", *, theirs: bool = False
) -> HttpResponse:
    context = {
        "place": "meetings",
        "one": here,
        "typed": typed,
        "theirs": here.notes if theirs else "",
        "is_stale": theirs,
        "wrong": wrong,
        "mistakes": [("notes", wrong)] if wrong else [],
    }
    status = 409 if theirs else 400 if wrong else 200
    return TemplateResponse(request, "npo/meetings/notes.html", context, status=status)
