"""A municipality's page of meetings: to which it is invited, its answer, papers, shared notes."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kizuna.lib import clock
from messages.domain.plain_text import tidy, tidy_line
from messages.models import MeetingInvitation
from messages.services import meeting_answers, meetings
from messages.services.meeting_answers import Answer, TooLate
from messages.services.meetings import NO, YES
from messages.views.meeting_form import Mistakes, when_said
from messages.views.npo_meeting_papers import pdf
from messages.views.npo_meetings import entry
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest

MOST_PEOPLE = 10
LONGEST_PERSON = 60
WISH_LIMIT = 200


@dataclass(frozen=True, slots=True)
class Typed:
    """As it stands in the form."""

    answer: str = ""
    people: str = ""
    wish: str = ""

    @classmethod
    def of(cls, post: Mapping[str, str]) -> "Typed":
        """From a form that was sent."""
        return cls(
            post.get("answer", "")[:10],
            tidy(post.get("people", "")[:4_000]),
            tidy_line(post.get("wish", "")[:1_000]),
        )


@require_safe
@console(Act.SEE_TEXTS)
def listing(request: ConsoleRequest) -> HttpResponse:
    """What is to come first, with what is to be answered."""
    rows = [
        (one, when_said(one.meeting), meeting_answers.is_open(one))
        for one in meeting_answers.invited_to()
    ]
    now = clock.now()
    context = {
        "place": "exchange",
        "tab": "meetings",
        "coming": [row for row in rows if row[0].meeting.ends_at > now][::-1],
        "past": [row for row in rows if row[0].meeting.ends_at <= now],
    }
    return TemplateResponse(request, "console/exchange/meetings.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@console(Act.SEE_TEXTS)
def one(request: ConsoleRequest, meeting: int) -> HttpResponse:
    """One meeting, and the answer of whoever may write."""
    here = _found(meeting)
    if request.method != "POST" or not request.seat.may(Act.WRITE_BLOCKS):
        return _page(request, here, Typed(here.answer, here.people, here.wish))
    typed = Typed.of(request.POST)
    given, mistakes = _judge(typed)
    if given is None:
        return _page(request, here, typed, mistakes)
    try:
        meeting_answers.answer(request.municipality, request.user, meeting, given)
    except TooLate:
        words = _("It has begun or was called off: the answer cannot be changed any more.")
        return _page(request, here, typed, [("answer", words)])
    flash.success(
        request, _("Thank you. Your answer is noted; you can change it until the meeting.")
    )
    return redirect("console:meeting", request.municipality.slug, meeting)


@require_safe
@console(Act.SEE_TEXTS)
def paper(request: ConsoleRequest, meeting: int, paper: int) -> HttpResponse:
    """A paper of a meeting to which the municipality is invited."""
    del request
    return pdf(_found(meeting).meeting, paper)


@require_safe
@console(Act.SEE_TEXTS)
def calendar_entry(request: ConsoleRequest, meeting: int) -> HttpResponse:
    """For the calendar of whoever goes."""
    del request
    return entry(_found(meeting).meeting)


def _page(
    request: ConsoleRequest, here: MeetingInvitation, typed: Typed, mistakes: Mistakes | None = None
) -> HttpResponse:
    told = mistakes or []
    meeting = here.meeting
    may_answer = request.seat.may(Act.WRITE_BLOCKS) and meeting_answers.is_open(here)
    late = meeting.answer_by is not None and meeting.answer_by < clock.today()
    context = {
        "place": "exchange",
        "one": here,
        "meeting": meeting,
        "when": when_said(meeting),
        "is_over": meeting.ends_at <= clock.now(),
        "may_answer": may_answer,
        "is_late": late and not here.answer,
        "typed": typed,
        "choices": [
            (YES, _("We come"), typed.answer == YES),
            (NO, _("We do not come"), typed.answer == NO),
        ],
        "persons": meetings.persons(here),
        "papers": meetings.papers(meeting),
        "notes": meeting.notes if meeting.notes_shared_at else "",
        "mistakes": told,
        "wrong": dict(told),
    }
    status = 400 if told else 200
    return TemplateResponse(request, "console/exchange/meeting.html", context, status=status)


def _judge(typed: Typed) -> tuple[Answer | None, Mistakes]:
    people = tuple(line.strip() for line in typed.people.splitlines() if line.strip())
    mistakes: Mistakes = []
    if typed.answer not in (YES, NO):
        mistakes.append(("answer", _("Choose whether somebody of you comes.")))
    if typed.answer == YES and not people:
        mistakes.append(("people", _("Write who comes, one person a line.")))
    if len(people) > MOST_PEOPLE or any(len(one) > LONGEST_PERSON for one in people):
        words = _("Up to %(count)s persons, one a line, each of up to %(most)s characters.")
        mistakes.append(("people", words % {"count": MOST_PEOPLE, "most": LONGEST_PERSON}))
    if len(typed.wish) > WISH_LIMIT:
        words = _("The wish is too long: up to %(most)s characters.") % {"most": WISH_LIMIT}
        mistakes.append(("wish", words))
    return (None, mistakes) if mistakes else (Answer(typed.answer, people, typed.wish), [])


def _found(meeting: int) -> MeetingInvitation:
    one = meeting_answers.invitation(meeting)
    if one is None:
        raise Http404
    return one
