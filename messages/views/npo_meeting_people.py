"""Who is invited to a meeting, is told, sits in which group, and came."""

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kizuna.lib import clock
from kizuna.lib.text import fold_value
from messages.models import Meeting, MeetingInvitation
from messages.services import meeting_mails, meetings
from messages.services.meetings import Sought
from messages.views.meeting_form import Mistakes, size_said
from messages.views.npo_meetings import found
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.size_class import SIZE_CLASSES
from municipalities.http import NpoRequest
from municipalities.services.sizes import size_classes

ON_A_PAGE = 100
MOST_GROUPS = 40
MOST_PERSONS = 99
both = require_http_methods(["GET", "HEAD", "POST"])


@both
@npo(NpoAct.MEET)
def invite(request: NpoRequest, meeting: int) -> HttpResponse:
    """Choose municipalities one by one, or all that a search has found."""
    here = found(meeting)
    sought = _sought(request)
    choice = meetings.to_choose_from(here, sought, request.user)
    if request.method == "POST" and here.cancelled_at is None:
        if request.POST.get("act") == "all":
            chosen = list(choice.values_list("pk", flat=True))
        else:
            typed = {one for one in request.POST.getlist("municipality") if _is_number(one)}
            chosen = list(choice.filter(pk__in=typed).values_list("pk", flat=True))
        if chosen:
            count = meetings.invite(here, chosen)
            flash.success(request, _("Invited: %(count)s. Now send the mails.") % {"count": count})
            return redirect("npo:meeting", here.pk)
        flash.error(request, _("Nobody was chosen. Tick the municipalities that are to come."))
    sizes = size_classes(clock.today().year - 1)
    page = Paginator(choice, ON_A_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": "meetings",
        "one": here,
        "sought": sought,
        "is_sought": sought != Sought(),
        "sizes": [(size, size_said(size)) for size in SIZE_CLASSES],
        "page": page,
        "rows": [(one, size_said(sizes.get(one.pk, ""))) for one in page.object_list],
    }
    return TemplateResponse(request, "npo/meetings/invite.html", context)


@require_POST
@npo(NpoAct.MEET)
def tell(request: NpoRequest, meeting: int) -> HttpResponse:
    """Mail the managers of those who have not been told."""
    here = found(meeting)
    told = meeting_mails.tell(here, request.user)
    if told.sent:
        words = _("Mails are on their way to the managers of %(count)s municipalities.")
        flash.success(request, words % {"count": told.sent})
    if told.failed:
        flash.error(
            request,
            _("The mail server did not take a mail over. Try again later: nobody is told twice."),
        )
    elif told.left:
        words = _("%(count)s municipalities are still to be told. Press once more.")
        flash.warning(request, words % {"count": told.left})
    if told.alone:
        words = _("%(count)s municipalities have no manager yet and got no mail.")
        flash.warning(request, words % {"count": told.alone})
    return redirect("npo:meeting", here.pk)


@require_POST
@npo(NpoAct.MEET)
def groups(request: NpoRequest, meeting: int) -> HttpResponse:
    """Deal those who come out into groups, sizes mixed."""
    here = found(meeting)
    number, wrong = _number_in(request.POST.get("groups", ""), MOST_GROUPS)
    if wrong or not number:
        words = _("Write how many groups there are to be, from 1 to %(most)s.")
        return _page(request, here, [("groups", words % {"most": MOST_GROUPS})])
    made = meetings.deal_out(here, number)
    flash.success(request, _("Dealt out into groups: %(count)s") % {"count": made})
    return redirect("npo:meeting_people", here.pk)


@both
@npo(NpoAct.MEET)
def people(request: NpoRequest, meeting: int) -> HttpResponse:
    """Groups by hand, and who came."""
    here = found(meeting)
    if request.method != "POST":
        return _page(request, here)
    mistakes: Mistakes = []
    wanted: list[tuple[MeetingInvitation, int | None, int | None]] = []
    for one in _rows(here):
        boxes = (("group", one.group, MOST_GROUPS), ("attended", one.attended, MOST_PERSONS))
        numbers: list[int | None] = []
        for name, kept, most in boxes:
            # A box that was not on the page leaves what is kept.
            typed = request.POST.get(f"{name}-{one.pk}", _box(kept))
            number, is_wrong = _number_in(typed, most)
            numbers.append(number)
            if is_wrong:
                words = _("%(name)s: write a number up to %(most)s, or leave it empty.")
                said = words % {"name": one.municipality.name, "most": most}
                mistakes.append((f"{name}-{one.pk}", said))
        wanted.append((one, numbers[0], numbers[1]))
    if mistakes:
        return _page(request, here, mistakes)
    for one, group, attended in wanted:
        meetings.note_attendance(one, group, attended)
    _came_unasked(request, here)
    flash.success(request, _("Saved."))
    return redirect("npo:meeting_people", here.pk)


def _came_unasked(request: NpoRequest, here: Meeting) -> None:
    """Somebody who had not answered came all the same: one person, until it is changed."""
    number = request.POST.get("also", "")
    if _is_number(number):
        one = MeetingInvitation.objects.filter(meeting=here, pk=number).first()
        if one and one.attended is None:
            meetings.note_attendance(one, one.group, 1)


def _page(request: NpoRequest, here: Meeting, mistakes: Mistakes | None = None) -> HttpResponse:
    told = mistakes or []
    wrong = dict(told)
    sizes = size_classes(clock.today().year - 1)
    rows = [
        {
            "one": one,
            "persons": meetings.persons(one),
            "size": size_said(sizes.get(one.municipality_id, "")),
            "group": _again(request, f"group-{one.pk}", one.group),
            "attended": _again(request, f"attended-{one.pk}", one.attended),
            "wrong_group": wrong.get(f"group-{one.pk}", ""),
            "wrong_attended": wrong.get(f"attended-{one.pk}", ""),
        }
        for one in _rows(here)
    ]
    shown = {row["one"] for row in rows}
    coming = sum(one.answer == meetings.YES for one in _rows(here))
    context = {
        "place": "meetings",
        "one": here,
        "rows": rows,
        "others": [one for one in meetings.invitations(here) if one not in shown],
        "groups": request.POST.get("groups", "")[:20] or max(1, round(coming / 4)),
        "address": reverse("npo:meeting_people", args=[here.pk]),
        "mistakes": told,
        "wrong": wrong,
    }
    status = 400 if told else 200
    return TemplateResponse(request, "npo/meetings/people.html", context, status=status)


def _rows(here: Meeting) -> list[MeetingInvitation]:
    """Who said yes, or sits in a group or came; by group, then by name."""
    found_all = meetings.invitations(here)
    there = [one for one in found_all if one.answer == meetings.YES or one.group or one.attended]
    return sorted(there, key=lambda one: one.group or MOST_GROUPS + 1)


def _number_in(typed: str, most: int) -> tuple[int | None, bool]:
    text = fold_value(typed[:20])
    if not text:
        return None, False
    if not _is_number(text) or int(text) > most:
        return None, True
    return int(text), False


def _is_number(text: str) -> bool:
    return text.isascii() and text.isdecimal() and len(text) < 18


def _again(request: NpoRequest, name: str, kept: int | None) -> str:
    return request.POST.get(name, _box(kept))[:20]


def _box(kept: int | None) -> str:
    return "" if kept is None else str(kept)


def _sought(request: NpoRequest) -> Sought:
    size = request.GET.get("size", "")
    return Sought(
        words=request.GET.get("words", "")[:40].replace("\0", "").strip(),
        size=size if size in SIZE_CLASSES else "",
        mine=request.GET.get("mine") == "yes",
    )
