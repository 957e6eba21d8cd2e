"""Meetings of municipalities behind the NPO's door: the list, one of them, writing, calling it off."""

from collections import Counter

from django.contrib import messages as flash
from django.db.models import Count
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from kizuna.lib import clock
from messages.models import Meeting, MeetingInvitation
from messages.services import meeting_mails, meetings
from messages.views.meeting_form import Mistakes, Typed, judge, when_said
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.http import NpoRequest
from municipalities.services import npo_staff

both = require_http_methods(["GET", "HEAD", "POST"])


def found(meeting: int) -> Meeting:
    """The meeting of that number, or 404."""
    one = Meeting.objects.filter(pk=meeting).first()
    if one is None:
        raise Http404
    return one


@require_safe
@npo(NpoAct.MEET)
def listing(request: NpoRequest) -> HttpResponse:
    """What is to come, the nearest first; then what has been."""
    counts: dict[int, Counter[str]] = {}
    answers = MeetingInvitation.objects.order_by().values_list("meeting", "answer")
    for meeting, answer, count in answers.annotate(Count("pk")):
        counts.setdefault(meeting, Counter())[answer] = count
    now = clock.now()
    coming: list[dict[str, object]] = []
    past: list[dict[str, object]] = []
    for one in Meeting.objects.order_by("starts_at", "pk"):
        given = counts.get(one.pk, Counter())
        line = {"one": one, "when": when_said(one)}
        line |= {"invited": given.total(), "coming": given[meetings.YES]}
        (coming if one.ends_at > now else past).append(line)
    context = {"place": "meetings", "coming": coming, "past": past[::-1]}
    return TemplateResponse(request, "npo/meetings/list.html", context)


@require_safe
@npo(NpoAct.MEET)
def one(request: NpoRequest, meeting: int) -> HttpResponse:
    """One meeting: who is invited and who comes, what is to be done next, papers, notes."""
    return shown(request, found(meeting))


def shown(
    request: NpoRequest, here: Meeting, mistakes: Mistakes | None = None, title: str = ""
) -> HttpResponse:
    """Its page; after a paper that was refused with the sentence and the title that was typed."""
    told = mistakes or []
    invited = meetings.invitations(here)
    coming = [one for one in invited if one.answer == meetings.YES]
    context = {
        "place": "meetings",
        "one": here,
        "when": when_said(here),
        "by": npo_staff.names([here.created_by_id]).get(here.created_by_id or 0, "—"),
        "is_over": here.ends_at <= clock.now(),
        "invited": len(invited),
        "coming": coming,
        "persons": sum(len(meetings.persons(one)) for one in coming),
        "declined": [one for one in invited if one.answer == meetings.NO],
        "waiting": [one for one in invited if not one.answer],
        "untold": sum(one.told_at is None for one in invited),
        "at_once": meeting_mails.AT_ONCE,
        "wishes": [one for one in invited if one.wish],
        "grouped": any(one.group for one in invited),
        "attended": sum(one.attended or 0 for one in invited),
        "papers": meetings.papers(here),
        "paper_title": title,
        "mistakes": told,
        "wrong": dict(told),
    }
    status = 400 if told else 200
    return TemplateResponse(request, "npo/meetings/one.html", context, status=status)


@both
@npo(NpoAct.MEET)
def new(request: NpoRequest) -> HttpResponse:
    """Write a meeting down. Nobody hears of it yet."""
    if request.method != "POST":
        return _form(request, None, Typed())
    typed = Typed.of(request.POST)
    details, mistakes = judge(typed)
    if details and details.starts_at < clock.now():
        mistakes.append(("day", _("Choose a day and an hour that are still to come.")))
    if details is None or mistakes:
        return _form(request, None, typed, mistakes)
    made = meetings.create(request.user, details)
    flash.success(request, _("Saved. Now choose whom to invite."))
    return redirect("npo:meeting", made.pk)


@both
@npo(NpoAct.MEET)
def edit(request: NpoRequest, meeting: int) -> HttpResponse:
    """Other details; with another time or place everybody invited is to be told again."""
    here = found(meeting)
    if request.method != "POST":
        return _form(request, here, Typed.known(here))
    typed = Typed.of(request.POST)
    details, mistakes = judge(typed)
    if details is None:
        return _form(request, here, typed, mistakes)
    moved = meetings.change(here, details)
    if moved and MeetingInvitation.objects.filter(meeting=here).exists():
        words = _("Saved. Time or place are others now: tell those who are invited.")
        flash.warning(request, words)
    else:
        flash.success(request, _("Saved."))
    return redirect("npo:meeting", here.pk)


@require_POST
@npo(NpoAct.MEET)
def cancel(request: NpoRequest, meeting: int) -> HttpResponse:
    """It does not take place."""
    here = found(meeting)
    meetings.cancel(here)
    flash.warning(request, _("Called off. Tell those who are invited."))
    return redirect("npo:meeting", here.pk)


@require_safe
@npo(NpoAct.MEET)
def calendar_entry(request: NpoRequest, meeting: int) -> HttpResponse:
    """For the own calendar."""
    del request
    return entry(found(meeting))


def entry(one: Meeting) -> HttpResponse:
    """The file that office programs take into their calendar."""
    return HttpResponse(
        meeting_mails.appointment(one),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="meeting-{one.pk}.ics"'},
    )


def _form(
    request: NpoRequest, one: Meeting | None, typed: Typed, mistakes: Mistakes | None = None
) -> HttpResponse:
    told = mistakes or []
    context = {
        "place": "meetings",
        "one": one,
        "typed": typed,
        "mistakes": told,
        "wrong": dict(reversed(told)),
    }
    status = 400 if told else 200
    return TemplateResponse(request, "npo/meetings/form.html", context, status=status)
