"""Writing an announcement: a form, the preview beside it, and the other one's words if two write."""

from collections.abc import Mapping

from django.contrib import messages as flash
from django.http import Http404, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from messages.domain.announcement import Content
from messages.domain.review import ReviewAct, ReviewState
from messages.domain.stage import Kind
from messages.models import BlockEvent, LocalBlock
from messages.services import blocks, cases, contacts, review
from messages.services.blocks import SavedMeanwhile
from messages.services.review import Hand, ReviewRefused, content_of
from messages.views import block_preview
from messages.views.block_autosave import kept_by_itself, number
from messages.views.block_form import Mistakes, Typed, judge
from messages.views.block_said import differences, refused
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.domain.words import Audience
from municipalities.http import ConsoleRequest

SAVE, LOOK, ASK = "save", "look", "ask"
FRAGMENT = "preview"
KEPT = "kept"
"""Tells the script of the next page that the browser need not keep the words any more."""


def hand_of(request: ConsoleRequest) -> Hand:
    """Who acts, with what the seat allows."""
    return Hand(
        request.municipality,
        request.user,
        request.seat.may(Act.WRITE_BLOCKS),
        request.seat.may(Act.APPROVE_BLOCKS),
    )


def found(block_id: int) -> LocalBlock:
    """This municipality's announcement of that number."""
    rows = LocalBlock.objects.select_related("written_by", "approved_by", "replaces")
    block = rows.filter(pk=block_id).first()
    if block is None:
        raise Http404
    return block


@require_http_methods(["GET", "HEAD", "POST"])
@console(Act.WRITE_BLOCKS)
def new(request: ConsoleRequest) -> HttpResponse:
    """An empty sheet, or one for the stage that a calendar's cell leads here from."""
    if request.method == "POST":
        return _sent(request, None)
    typed = _begun(request.GET)
    return _page(request, None, typed)


def _begun(asked: Mapping[str, str]) -> Typed:
    """An empty form, or one for the stage of the calendar's cell that led here."""
    kind, first, last = (asked.get(name, "") for name in ("kind", "first_day", "last_day"))
    days = all(one.isascii() and one.isdecimal() and len(one) < 5 for one in (first, last))
    if not days or kind not in set(Kind):
        return Typed(kind=Kind.PREGNANCY)
    return Typed.known(Content("", "", Kind(kind), int(first), int(last)))


@require_http_methods(["GET", "HEAD", "POST"])
@console(Act.WRITE_BLOCKS)
def edit(request: ConsoleRequest, block: int) -> HttpResponse:
    """Change a draft. What is in force is changed in a copy, which ``revise`` opens."""
    one = found(block)
    if request.method == "POST":
        return _sent(request, one)
    if one.state == ReviewState.APPROVED:
        return HttpResponseRedirect(_at(request, one))
    version = request.GET.get("from", "")
    content = _earlier(one, version) if version.isascii() and version.isdecimal() else None
    return _page(request, one, Typed.known(content or content_of(one)))


@require_POST
@console(Act.WRITE_BLOCKS)
def revise(request: ConsoleRequest, block: int) -> HttpResponse:
    """Open the copy in which what is in force is changed."""
    try:
        copy = blocks.revise(hand_of(request), found(block).pk)
    except ReviewRefused as why:
        flash.error(request, refused(why.refusal))
        return HttpResponseRedirect(_at(request, found(block)))
    return HttpResponseRedirect(
        reverse("console:block_edit", args=[request.municipality.slug, copy.pk])
    )


def _sent(request: ConsoleRequest, block: LocalBlock | None) -> HttpResponse:
    typed = Typed.of(request.POST)
    content, mistakes = judge(typed)
    if "autosave" in request.POST:
        return kept_by_itself(hand_of(request), block, content, request.POST.get("revision", ""))
    wish = request.POST.get("act", LOOK)
    if content is None or wish not in (SAVE, ASK):
        return _page(request, block, typed, mistakes, content)
    try:
        saved = _keep(request, block, content)
    except SavedMeanwhile as conflict:
        return _conflict(request, conflict.theirs, typed, content)
    except ReviewRefused as why:
        return _page(request, block, typed, [("title", refused(why.refusal))], content)
    if wish == ASK and block_preview.all_troubles(request.municipality, content, saved):
        words = _("Saved as a draft. Nobody was asked yet: see below.")
        flash.warning(request, words, extra_tags=KEPT)
        edit_again = reverse("console:block_edit", args=[request.municipality.slug, saved.pk])
        return HttpResponseRedirect(edit_again)
    if wish == ASK and saved.state == ReviewState.DRAFT:
        review.act(hand_of(request), saved.pk, ReviewAct.ASKED, revision=saved.revision)
        flash.success(request, _("Saved, and others are asked to look at it."), extra_tags=KEPT)
    else:
        flash.success(request, _("Saved."), extra_tags=KEPT)
    return HttpResponseRedirect(_at(request, saved))


def _keep(request: ConsoleRequest, block: LocalBlock | None, content: Content) -> LocalBlock:
    if block is None:
        return blocks.create(hand_of(request), content)
    revision = number(request.POST.get("revision", ""))
    if block.state != ReviewState.APPROVED:
        return blocks.save(hand_of(request), block.pk, content, revision=revision)
    # Approved while this was being written: the words go into a copy, and nothing typed is lost.
    copy = blocks.revise(hand_of(request), block.pk)
    if revision != block.revision or content_of(copy) != content_of(block):
        raise SavedMeanwhile(copy)
    return blocks.save(hand_of(request), copy.pk, content, revision=copy.revision)


def _page(
    request: ConsoleRequest,
    block: LocalBlock | None,
    typed: Typed,
    mistakes: Mistakes | None = None,
    content: Content | None = None,
) -> HttpResponse:
    if content is None and not mistakes:
        content, _unseen = judge(typed)
    # A form that comes back keeps the number it was opened with: what others saved since is found.
    opened = request.POST.get("revision") if request.method == "POST" else None
    context: dict[str, object] = {
        "place": "blocks",
        "one": block,
        "origin": cases.origin(block) if block else None,
        "typed": typed,
        "revision": opened or (block and block.revision),
        "mistakes": mistakes or [],
        "areas": _areas(request, typed),
        "audience_choices": list(Audience),
        "contact_marks": [
            (f"{{{{窓口:{name}}}}}", value) for name, value in contacts.values().items()
        ],
    }
    if content is not None:
        context |= block_preview.context(request, request.POST, content, block)
    # The first sentence of each field; a mistake before what is merely unfinished.
    wrong = dict(reversed([*(mistakes or []), *_list(context.get("troubles"))]))
    context["wrong"] = wrong
    context["wrong_range"] = next(
        (
            wrong[one]
            for one in ("first_big", "first_days", "last_big", "last_days")
            if one in wrong
        ),
        wrong.get("range", ""),
    )
    if request.headers.get("X-Fragment") == FRAGMENT:
        return TemplateResponse(request, "console/blocks/preview.html", context)
    return TemplateResponse(request, "console/blocks/edit.html", context)


def _list(found_wrong: object) -> Mistakes:
    return found_wrong if isinstance(found_wrong, list) else []


def _areas(request: ConsoleRequest, typed: Typed) -> list[str]:
    """Those of the municipality, and what is chosen though it is none of them any more."""
    return list(dict.fromkeys([*request.municipality.areas, *typed.areas]))


def _conflict(
    request: ConsoleRequest, theirs: LocalBlock, typed: Typed, mine: Content
) -> HttpResponse:
    context = {
        "place": "blocks",
        "one": theirs,
        "by": theirs.written_by,
        "pairs": typed.pairs(),
        "differences": differences(content_of(theirs), mine),
    }
    return TemplateResponse(request, "console/blocks/conflict.html", context, status=409)


def _earlier(block: LocalBlock, event_id: str) -> Content | None:
    event = BlockEvent.objects.filter(block=block, pk=int(event_id[:18])).first()
    return Content.of(event.content) if event else None


def _at(request: ConsoleRequest, block: LocalBlock) -> str:
    return reverse("console:block", args=[request.municipality.slug, block.pk])
