"""What was said before: the savings of a draft, the versions of a text, and taking one back."""

from dataclasses import dataclass

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kizuna.lib import clock
from messages.domain.diff import Piece
from messages.domain.plain_text import tidy
from messages.models import TextEvent, TextVersion
from messages.services import desk, desk_lists, library
from messages.services.desk import DeskRefused
from messages.services.withdrawal import consequence, withdraw
from messages.views.npo_desk_draft import LONGEST_NOTE, found
from messages.views.npo_desk_edit import place_of
from messages.views.npo_desk_said import differences, refused, text_said, words_of
from messages.views.npo_texts_words import phase_label, tone
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.http import NpoRequest
from municipalities.services import npo_staff

COMPARED = ("subject", "body", "supervisor")


@dataclass(frozen=True, slots=True)
class Told:
    """A version with what it changed of the one before, and what became of it."""

    version: TextVersion
    state: str
    tone: str
    reviewer: str
    publisher: str
    differences: list[tuple[str, list[Piece]]]
    withdrawn: TextEvent | None
    withdrawn_by: str


@require_safe
@npo(NpoAct.SEE_TEXTS)
def changes(request: NpoRequest, draft: int, event: int) -> HttpResponse:
    """What one saving changed of the one before it; for the first, of the version it began with."""
    one = found(draft)
    later = TextEvent.objects.filter(draft=one, pk=event).first()
    if later is None:
        raise Http404
    earlier = desk_lists.event_before(later)
    before = earlier.content if earlier else words_of(one.based_on) if one.based_on else None
    context = {
        "place": "desk",
        "one": one,
        "title": text_said(one.base_text, one.variant),
        "event": later,
        "by": npo_staff.names([later.by_id]).get(later.by_id or 0, "—"),
        "first": before is None,
        "differences": differences(before, later.content) if before else [],
        "fields": [(_("Subject"), later.content["subject"]), (_("Body"), later.content["body"])],
        "is_newest": (one.subject, one.body) == (later.content["subject"], later.content["body"]),
        "may_write": request.user.may_for_npo(NpoAct.WRITE_TEXTS),
    }
    return TemplateResponse(request, "npo/desk/changes.html", context)


@require_safe
@npo(NpoAct.SEE_TEXTS)
def versions(request: NpoRequest, text: int, variant: str) -> HttpResponse:
    """Every version of one text and wording, the newest first, each with what it changed."""
    place = place_of(text, variant)
    rows = desk_lists.versions(place.text, place.variant)
    context = {
        "place": "desk",
        "where": place,
        "title": text_said(place.text, place.variant),
        "rows": _told(rows),
        "may_write": request.user.may_for_npo(NpoAct.WRITE_TEXTS),
    }
    return TemplateResponse(request, "npo/desk/versions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@npo(NpoAct.WRITE_TEXTS)
def take_back(request: NpoRequest, version: int) -> HttpResponse:
    """Ask once, with what readers get instead; then it is withdrawn for all municipalities."""
    one = TextVersion.objects.select_related("base_text").filter(pk=version).first()
    if one is None:
        raise Http404
    back = redirect("npo:desk_versions", one.base_text_id, one.variant)
    if one.withdrawn_at:
        flash.error(request, _("This version is withdrawn already."))
        return back
    mistakes: list[tuple[str, str]] = []
    reason = tidy(request.POST.get("reason", "")[:LONGEST_NOTE])
    if request.method == "POST":
        twice = request.POST.get("twice") == "yes"
        try:
            withdraw(request.user, one.pk, reason, said_twice=twice)
        except DeskRefused as why:
            field = "twice" if why.refusal is desk.Refusal.LEAVES_NOTHING else "reason"
            mistakes = [(field, refused(why.refusal))]
        else:
            flash.success(
                request, _("Withdrawn. The next text that is put together goes without it.")
            )
            return back
    today = clock.today()
    context = {
        "place": "desk",
        "one": one,
        "may_hold": request.user.may_for_npo(NpoAct.HOLD_RUNS),
        "is_scheduled": one.effective_from > today,
        "title": text_said(one.base_text, one.variant),
        "then": consequence(one, today),
        "reason": reason,
        "mistakes": mistakes,
        "wrong": dict(mistakes),
    }
    return TemplateResponse(
        request, "npo/desk/withdraw.html", context, status=409 if mistakes else 200
    )


def _told(rows: list[TextVersion]) -> list[Told]:
    gone = desk_lists.withdrawals(rows)
    people = [one.reviewed_by_id for one in rows] + [one.published_by_id for one in rows]
    names = npo_staff.names([*people, *(event.by_id for event in gone.values())])
    today = clock.today()
    begun = [one for one in rows if one.effective_from <= today and not one.withdrawn_at]
    told = []
    for place, one in enumerate(rows):
        before = rows[place + 1] if place + 1 < len(rows) else None
        phase = library.phase_of(one, begun[0] if begun else None, today)
        event = gone.get(one.pk)
        told.append(
            Told(
                one,
                phase_label(phase),
                tone(phase),
                names.get(one.reviewed_by_id or 0, ""),
                names.get(one.published_by_id or 0, ""),
                differences(words_of(before, *COMPARED), words_of(one, *COMPARED))
                if before
                else [],
                event,
                names.get(event.by_id or 0, "—") if event else "",
            )
        )
    return told
