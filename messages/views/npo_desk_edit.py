"""Writing a base text: the form, the preview beside it, and the other one's words if two write."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus

from django.contrib import messages as flash
from django.http import Http404, HttpResponse, HttpResponseRedirect, JsonResponse
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kizuna.lib import clock
from messages.domain.desk import DraftState
from messages.domain.plain_text import tidy_line, unify_lines
from messages.models import BaseText, TextDraft, TextEvent, TextVersion
from messages.rendering.check import SOURCE_LIMIT
from messages.services import desk, desk_signing
from messages.services.desk import DeskRefused, Refusal, SavedMeanwhile
from messages.views import npo_desk_look
from messages.views.block_autosave import number
from messages.views.npo_desk_look import Words
from messages.views.npo_desk_said import differences, refused, text_said, words_of
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import Variant
from municipalities.http import NpoRequest
from municipalities.services import npo_staff

LONGEST_LINE = 200
LONGEST_BODY = SOURCE_LIMIT * 5
SAVE, LOOK, ASK = "save", "look", "ask"
FRAGMENT = "preview"
KEPT = "kept"
"""Tells the script of the next page that the browser need not keep the words any more."""


@dataclass(frozen=True, slots=True)
class Typed:
    """As it stands in the boxes."""

    subject: str = ""
    body: str = ""
    occasion: str = ""

    @classmethod
    def of(cls, post: Mapping[str, str]) -> "Typed":
        """From a form that was sent. Nothing typed is dropped below what a version could hold."""
        return cls(
            post.get("subject", "")[:LONGEST_LINE],
            unify_lines(post.get("body", "")[:LONGEST_BODY]),
            tidy_line(post.get("occasion", ""))[:LONGEST_LINE],
        )

    def pairs(self) -> list[tuple[str, str]]:
        """Every field once more, for a page that carries it hidden."""
        return [("subject", self.subject), ("body", self.body), ("occasion", self.occasion)]


@dataclass(frozen=True, slots=True)
class Place:
    """Where the words belong: a text, a wording, and the draft that lies there."""

    text: BaseText
    variant: Variant
    draft: TextDraft | None

    @property
    def address(self) -> str:
        """The editor's own."""
        return reverse("npo:desk_write", args=[self.text.pk, self.variant.value])


def place_of(text_id: int, variant: str) -> Place:
    """The place that an address names."""
    text = BaseText.objects.filter(pk=text_id).first()
    if text is None or variant not in set(Variant):
        raise Http404
    return Place(text, Variant(variant), desk.open_draft(text, variant))


@require_http_methods(["GET", "HEAD", "POST"])
@npo(NpoAct.WRITE_TEXTS)
def write(request: NpoRequest, text: int, variant: str) -> HttpResponse:
    """The open draft of that text and wording; where there is none, what is in effect to begin with."""
    place = place_of(text, variant)
    if request.method != "POST":
        return _page(request, place, _begun(place, request.GET))
    typed = Typed.of(request.POST)
    if "autosave" in request.POST:
        return _kept_by_itself(request, place, typed)
    wish = request.POST.get("act", LOOK)
    if wish not in (SAVE, ASK):
        return _page(request, place, typed)
    try:
        return _sent(request, place, typed, and_ask=wish == ASK)
    except SavedMeanwhile as meanwhile:
        return _conflict(request, place, meanwhile.theirs, typed)
    except DeskRefused as why:
        field = "subject" if why.refusal is Refusal.TOO_LONG else "body"
        return _page(request, place, typed, [(field, refused(why.refusal))])


def _sent(request: NpoRequest, place: Place, typed: Typed, *, and_ask: bool) -> HttpResponse:
    draft = _saved(request, place, typed)
    was_draft = draft.state == DraftState.DRAFT
    asked = and_ask and was_draft and _asked(request, draft)
    if and_ask and was_draft and not asked:
        words = _("Saved as a draft. Nobody was asked yet: see below.")
        flash.warning(request, words, extra_tags=KEPT)
        return HttpResponseRedirect(place.address)
    told = _("Saved. The reviewers find it on their desk and are told by mail.")
    words = told if asked else _("Saved.")
    flash.success(request, words, extra_tags=KEPT)
    return HttpResponseRedirect(reverse("npo:desk_draft", args=[draft.pk]))


def _saved(
    request: NpoRequest, place: Place, typed: Typed, *, by_itself: bool = False
) -> TextDraft:
    return desk.write_draft(
        request.user,
        place.text,
        place.variant,
        typed.subject,
        typed.body,
        occasion=typed.occasion,
        revision=number(request.POST.get("revision", "")),
        by_itself=by_itself,
    )


def _asked(request: NpoRequest, draft: TextDraft) -> bool:
    """Whether the reviewers are asked; not with mistakes in the text, which stays a draft then."""
    try:
        desk_signing.ask(request.user, draft.pk, draft.revision)
    except DeskRefused:
        return False
    return True


def _begun(place: Place, asked: Mapping[str, str]) -> Typed:
    """What the boxes hold: the draft, or an earlier wording of it, or the version in effect."""
    occasion = place.draft.occasion if place.draft else asked.get("occasion", "")[:LONGEST_LINE]
    chosen = asked.get("from", "")
    if chosen.isascii() and chosen.isdecimal() and len(chosen) < 18:
        event = TextEvent.objects.filter(
            pk=int(chosen), draft__base_text=place.text, draft__variant=place.variant
        ).first()
        if event:
            return Typed(event.content["subject"], event.content["body"], occasion)
    wanted = asked.get("version", "")
    if wanted.isascii() and wanted.isdecimal() and len(wanted) < 6:
        version = TextVersion.objects.filter(
            base_text=place.text, variant=place.variant, number=int(wanted)
        ).first()
        if version:
            return Typed(version.subject, version.body, occasion)
    found = place.draft or desk.newest(place.text, place.variant)
    return Typed(found.subject, found.body, occasion) if found else Typed(occasion=occasion)


def _page(
    request: NpoRequest,
    place: Place,
    typed: Typed,
    mistakes: list[tuple[str, str]] | None = None,
) -> HttpResponse:
    # A form that comes back keeps the number it was opened with: what others saved since is found.
    opened = request.POST.get("revision") if request.method == "POST" else None
    words = Words(place.text.stage, place.variant, typed.subject, typed.body)
    look = npo_desk_look.context(request, request.POST, words)
    standard = None
    if place.variant != Variant.STANDARD:
        standard = desk.newest(place.text, Variant.STANDARD)
    context = look | {
        "place": "desk",
        "where": place,
        "title": text_said(place.text, place.variant),
        "draft": place.draft,
        "in_effect": desk.newest(place.text, place.variant),
        "standard": standard,
        "typed": typed,
        "revision": number(opened) if opened else (place.draft.revision if place.draft else 0),
        "mistakes": mistakes or [],
        "wrong": dict(mistakes or []),
    }
    if request.headers.get("X-Fragment") == FRAGMENT:
        return TemplateResponse(request, "npo/desk/beside.html", context)
    return TemplateResponse(request, "npo/desk/edit.html", context)


def _conflict(request: NpoRequest, place: Place, theirs: TextDraft, typed: Typed) -> HttpResponse:
    names = npo_staff.names([theirs.written_by_id])
    context = {
        "place": "desk",
        "title": text_said(place.text, place.variant),
        "one": theirs,
        "by": {"name": names.get(theirs.written_by_id or 0, "")},
        "pairs": typed.pairs(),
        "edit_at": place.address,
        "differences": differences(words_of(theirs), words_of(typed)),
        "reasons": _reasons(theirs, typed),
    }
    return TemplateResponse(request, "npo/desk/conflict.html", context, status=HTTPStatus.CONFLICT)


def _reasons(theirs: TextDraft, typed: Typed) -> list[tuple[str, str]]:
    """Both reasons side by side, where there are two: the saved one is replaced by what was typed."""
    if theirs.occasion in ("", typed.occasion):
        return []
    mine = typed.occasion or _("none was typed, so theirs stays")
    return [(_("Their reason"), theirs.occasion), (_("Your reason"), mine)]


def _kept_by_itself(request: NpoRequest, place: Place, typed: Typed) -> JsonResponse:
    """Where the draft is now, with its revision; a sentence and 409 where the form must stop."""
    if not (typed.subject.strip() or typed.body.strip()):
        return JsonResponse({"words": ""})
    try:
        draft = _saved(request, place, typed, by_itself=True)
    except SavedMeanwhile:
        words = _(
            "Somebody else saved in the meantime. Press “Save” to see both versions side by side."
        )
        return JsonResponse({"words": words}, status=HTTPStatus.CONFLICT)
    except DeskRefused as why:
        if why.refusal is Refusal.STATE:
            said = _("This is not a draft any more. Press “Save” to keep what you have typed.")
        else:
            said = refused(why.refusal)
        return JsonResponse({"words": said}, status=HTTPStatus.CONFLICT)
    at = date_format(timezone.localtime(clock.now()), "H:i")
    return JsonResponse(
        {
            "words": _("Draft kept at %(time)s.") % {"time": at},
            "revision": draft.revision,
            "block": draft.pk,
            "edit": place.address,
        }
    )
