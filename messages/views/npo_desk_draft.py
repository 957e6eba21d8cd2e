"""One draft: where it stands, what it says and changes, who may do what, what was done."""

from collections.abc import Mapping
from datetime import date, timedelta
from http import HTTPStatus

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kizuna.lib import clock
from messages.domain.desk import DeskAct, DraftState
from messages.domain.plain_text import tidy, tidy_line
from messages.models import TextDraft, TextEvent, TextVersion
from messages.services import desk, desk_lists, desk_signing
from messages.services.desk import DeskRefused, Refusal
from messages.services.desk_signing import Signature
from messages.views import npo_desk_look
from messages.views.block_autosave import number
from messages.views.block_form import date_near
from messages.views.day_in_words import in_english
from messages.views.npo_desk_look import Words
from messages.views.npo_desk_said import differences, field_said, refused, text_said, words_of
from municipalities.access import npo
from municipalities.domain.dates import DateProblem
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import Variant
from municipalities.http import NpoRequest
from municipalities.services import npo_staff

LONGEST_NOTE = 1000
LONGEST_LINE = 100
A_YEAR = timedelta(days=365)
FIELDS = ("note", "supervisor", "reviewed_on", "review_by", "effective_from")
Mistakes = list[tuple[str, str]]

# The field beside which a refusal is told. What is not in it is no slip of typing.
_BESIDE = {
    Refusal.NO_REASON: "note",
    Refusal.NO_SUPERVISOR: "supervisor",
    Refusal.REVIEW_AHEAD: "reviewed_on",
    Refusal.REVIEW_BY_OVER: "review_by",
    Refusal.BEGINS_BEFORE_TODAY: "effective_from",
}


def found(draft_id: int) -> TextDraft:
    """The draft of that number, with its text. Its people are numbers: see ``npo_staff``."""
    one = TextDraft.objects.select_related("base_text", "published").filter(pk=draft_id).first()
    if one is None:
        raise Http404
    return one


@require_safe
@npo(NpoAct.SEE_TEXTS)
def draft(request: NpoRequest, draft: int) -> HttpResponse:
    """Its page."""
    one = found(draft)
    return _page(request, one, _proposed(one))


@require_POST
@npo(NpoAct.SEE_TEXTS)
def act(request: NpoRequest, draft: int) -> HttpResponse:
    """One button. What is refused changes nothing and keeps what was typed."""
    one = found(draft)
    wish = request.POST.get("act", "")
    if wish not in set(DeskAct) - {DeskAct.SAVED, DeskAct.WITHDRAWN}:
        raise Http404
    sent = {name: request.POST[name][:LONGEST_NOTE] for name in FIELDS if name in request.POST}
    # The page has several forms; the boxes of those that were not sent keep what they proposed.
    typed = dict.fromkeys(FIELDS, "") | sent
    days, mistakes = _days(DeskAct(wish), typed)
    status = HTTPStatus.BAD_REQUEST
    if not mistakes:
        try:
            _done(request, one, DeskAct(wish), typed, days)
        except DeskRefused as why:
            mistakes = [(_beside(why.refusal, DeskAct(wish)), refused(why.refusal))]
            if why.refusal not in _BESIDE:
                status = HTTPStatus.CONFLICT
        else:
            flash.success(request, _said(DeskAct(wish), days))
            return redirect("npo:desk_draft", one.pk)
    now = found(draft)
    return _page(request, now, _proposed(now) | sent, mistakes, status=status)


def _done(
    request: NpoRequest,
    one: TextDraft,
    wish: DeskAct,
    typed: Mapping[str, str],
    days: Mapping[str, date],
) -> None:
    revision, note = number(request.POST.get("revision", "")), tidy(typed["note"])
    match wish:
        case DeskAct.ASKED:
            desk_signing.ask(request.user, one.pk, revision, note)
        case DeskAct.RETURNED:
            desk_signing.give_back(request.user, one.pk, revision, note)
        case DeskAct.REVIEWED:
            signature = Signature(
                tidy_line(typed["supervisor"])[:LONGEST_LINE],
                days["reviewed_on"],
                days.get("review_by"),
            )
            desk_signing.sign(request.user, one.pk, revision, signature, note)
        case DeskAct.PUBLISHED:
            desk_signing.publish(request.user, one.pk, revision, days["effective_from"])
        case _:
            desk_signing.drop(request.user, one.pk, revision, note)


def _days(wish: DeskAct, typed: Mapping[str, str]) -> tuple[dict[str, date], Mistakes]:
    """The dates that this act needs; only the day of the next review may be left empty."""
    needed = {
        DeskAct.REVIEWED: ("reviewed_on", "review_by"),
        DeskAct.PUBLISHED: ("effective_from",),
    }.get(wish, ())
    days: dict[str, date] = {}
    mistakes: Mistakes = []
    for name in needed:
        if name == "review_by" and not typed[name].strip():
            continue
        try:
            days[name] = date_near(typed[name])
        except DateProblem as problem:
            said = problem.message_en if in_english() else problem.message_ja
            mistakes.append((name, field_said(_labels()[name], said)))
    return days, mistakes


def _labels() -> dict[str, str]:
    """The boxes for dates, as the page names them."""
    return {
        "reviewed_on": _("Reviewed on"),
        "review_by": _("Next review by"),
        "effective_from": _("First day of sending"),
    }


def _beside(why: Refusal, wish: DeskAct) -> str:
    if why is Refusal.REVIEW_BY_OVER and wish is not DeskAct.REVIEWED:
        return "effective_from"
    return _BESIDE.get(why, "note")


def _said(wish: DeskAct, days: Mapping[str, date]) -> str:
    if wish is DeskAct.PUBLISHED and days["effective_from"] > clock.today():
        return _("Published. It is sent from its first day on; until then it can be withdrawn.")
    return {
        DeskAct.ASKED: _("The reviewers find it on their desk and are told by mail."),
        DeskAct.RETURNED: _(
            "Returned. Its writer finds your note on the desk and is told by mail."
        ),
        DeskAct.REVIEWED: _("Signed. An editor publishes it."),
        DeskAct.PUBLISHED: _(
            "Published. Every municipality gets it with the next text that is put together."
        ),
        DeskAct.DROPPED: _("Given up. Its history stays."),
    }[wish]


def _proposed(one: TextDraft) -> dict[str, str]:
    """What the boxes hold before anybody types."""
    today = clock.today()
    last = desk.newest(one.base_text, one.variant)
    return {
        "note": "",
        "supervisor": one.supervisor or (last.supervisor if last else ""),
        "reviewed_on": _typed(today),
        "review_by": _typed(today + A_YEAR),
        "effective_from": _typed(today),
    }


def _typed(day: date) -> str:
    return f"{day.year}/{day.month}/{day.day}"


def _page(
    request: NpoRequest,
    one: TextDraft,
    typed: Mapping[str, str],
    mistakes: Mistakes | None = None,
    *,
    status: int = HTTPStatus.OK,
) -> HttpResponse:
    events = desk_lists.events_of(one)
    words = Words(one.base_text.stage, Variant(one.variant), one.subject, one.body)
    look = npo_desk_look.context(request, request.GET, words)
    over = one.state == DraftState.PUBLISHED
    before = one.based_on if over else desk.newest(one.base_text, one.variant)
    names = npo_staff.names(
        [one.written_by_id, one.reviewed_by_id, *(event.by_id for event in events)]
    )
    context = look | {
        "place": "desk",
        "one": one,
        "title": text_said(one.base_text, one.variant),
        "able": {able.value for able in desk_signing.possible(request.user, one)},
        "own_words": one.state == DraftState.ASKED
        and request.user.may_for_npo(NpoAct.REVIEW_TEXTS)
        and desk.wrote(request.user, one),
        "reviewers": _reviewers(one),
        "before": before,
        "differences": differences(words_of(before), words_of(one)) if before else [],
        "scheduled": _overtaken(one),
        "events": [(event, names.get(event.by_id or 0, "—")) for event in events],
        "writer": names.get(one.written_by_id or 0, "—"),
        "reviewer": names.get(one.reviewed_by_id or 0, ""),
        "typed": typed,
        "mistakes": mistakes or [],
        "wrong": dict(mistakes or []),
    }
    return TemplateResponse(request, "npo/desk/draft.html", context, status=status)


def _reviewers(one: TextDraft) -> list[str]:
    """Who may sign it, by name: whoever is away has these as deputies."""
    if one.state not in (DraftState.DRAFT, DraftState.ASKED):
        return []
    wrote = {one.written_by_id} | set(
        TextEvent.objects.filter(draft=one, act=DeskAct.SAVED).values_list("by_id", flat=True)
    )
    return [
        person.name for person in npo_staff.who_may(NpoAct.REVIEW_TEXTS) if person.pk not in wrote
    ]


def _overtaken(one: TextDraft) -> TextVersion | None:
    """A version that is published and not sent yet: the next number goes before it for ever."""
    last = desk.newest(one.base_text, one.variant)
    waits = last is not None and last.effective_from > clock.today()
    return last if waits and one.state == DraftState.REVIEWED else None
