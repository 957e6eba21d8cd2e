"""Agreeing to an announcement: the buttons, the difference between versions, the sheet to print."""

from django.contrib import messages as flash
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kizuna.lib import clock
from messages.domain.announcement import Content
from messages.domain.approval import Refusal
from messages.domain.plain_text import tidy
from messages.domain.review import ReviewAct
from messages.models import BlockEvent, LocalBlock
from messages.queries import history
from messages.services import cases, review
from messages.services.review import ReviewRefused, content_of
from messages.views import block_preview
from messages.views.block_edit import found, hand_of
from messages.views.block_said import differences, fields_of, refused
from messages.views.blocks import phase_of, shown
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest

LONGEST_NOTE = 1000
OFFERED = frozenset(ReviewAct) - {ReviewAct.SAVED}


@require_POST
@console(Act.WRITE_BLOCKS)
def act(request: ConsoleRequest, block: int) -> HttpResponse:
    """One button of one announcement. What is refused changes nothing and keeps the note."""
    one = found(block)
    wish, typed = request.POST.get("act", ""), request.POST.get("revision", "")
    if wish not in OFFERED or not (typed.isascii() and typed.isdecimal() and len(typed) < 9):
        raise Http404
    note = tidy(request.POST.get("note", "")[:LONGEST_NOTE])
    wrong = block_preview.all_troubles(request.municipality, content_of(one), one)
    try:
        review.act(
            hand_of(request), one.pk, ReviewAct(wish), revision=int(typed), note=note,
            is_ready=not wrong,
        )  # fmt: skip
    except ReviewRefused as why:
        if note.strip() or why.refusal is Refusal.NO_REASON:
            mistakes = [("note", refused(why.refusal))]
            return shown(request, found(block), note, mistakes, status=409)
        flash.error(request, refused(why.refusal))
    else:
        flash.success(request, _("Done. It is in the history."))
    return HttpResponseRedirect(reverse("console:block", args=[request.municipality.slug, one.pk]))


@require_safe
@console(Act.SEE_TEXTS)
def changes(request: ConsoleRequest, block: int, event: int) -> HttpResponse:
    """What one version changed of the one before it; for the first of a copy, of what is in force."""
    one = found(block)
    later = BlockEvent.objects.select_related("by").filter(block=one, pk=event).first()
    if later is None:
        raise Http404
    after = Content.of(later.content)
    before = _before(one, later)
    context = {
        "place": "blocks",
        "one": one,
        "event": later,
        "first": before is None,
        "differences": differences(before, after) if before else [],
        "fields": fields_of(after).items(),
        "is_newest": content_of(one) == after,
        "may_write": request.seat.may(Act.WRITE_BLOCKS),
    }
    return TemplateResponse(request, "console/blocks/changes.html", context)


@require_safe
@console(Act.SEE_TEXTS)
def sheet(request: ConsoleRequest, block: int) -> HttpResponse:
    """For the paper file: the words, to whom, every form, who agreed, room for the number."""
    one = found(block)
    look = block_preview.context(request, request.GET, content_of(one), one)
    context = look | {
        "place": "blocks",
        "one": one,
        "phase": phase_of(one, clock.today()),
        "fields": fields_of(content_of(one)).items(),
        "origin": cases.origin(one),
        "events": [event for event in history(one) if event.act != ReviewAct.COMMENTED],
        "printed_on": clock.today(),
    }
    return TemplateResponse(request, "console/blocks/sheet.html", context)


def _before(block: LocalBlock, event: BlockEvent) -> Content | None:
    earlier = (
        BlockEvent.objects.filter(block=block, pk__lt=event.pk)
        .exclude(revision=event.revision)
        .order_by("-pk")
        .first()
    )
    if earlier:
        return Content.of(earlier.content)
    return content_of(block.replaces) if block.replaces else None
