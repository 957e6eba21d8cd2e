"""Dates on the own page: the birth, a better date, one more child. Two screens each.

The first asks, the second says back what was understood; only the second one's button saves.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from kizuna.lib import clock
from messages.views.signup_form import sentences
from messages.views.typed_dates import (
    Typed,
    already,
    judge,
    numbers,
    said_back,
    state_of,
)
from municipalities.access import reader
from municipalities.domain.dates import DateProblem
from municipalities.domain.plausible import check_due_date
from municipalities.domain.signup import BORN, PREGNANT, Mistake
from municipalities.domain.words import Relation
from municipalities.http import ReaderRequest
from municipalities.models import Subscription
from municipalities.services.courses import (
    MOST_COURSES,
    Dates,
    NowhereToSend,
    TooMany,
    add_course,
    is_followed,
    set_dates,
)
from municipalities.services.following import followed, following, present_endpoint
from municipalities.views.leave_forms import RELATIONS

both = require_http_methods(["GET", "HEAD", "POST"])


@dataclass(frozen=True, slots=True)
class Sheet:
    """One of the forms: its title, what it begins with, and what saving it means.

    ``asks_state`` and ``asks_relation``: whether the form asks for them, or they are known.
    """

    title: str
    begins: Typed
    judge: Callable[[Typed], Dates | list[Mistake]]
    save: Callable[[Typed, Dates], str]
    asks_state: bool = False
    asks_relation: bool = False
    subscription: Subscription | None = None
    back: bool = False
    may_go_back: bool = False


@both
@reader
def birth(request: ReaderRequest, subscription: int) -> HttpResponse:
    """The child is born: from now on its own days count."""
    one = _own(request, subscription)
    if one.course.birth_date and request.method != "POST":
        return redirect("parent:my_date", request.municipality.slug, one.pk)
    return _answer(
        request,
        Sheet(
            title=_("My baby was born"),
            begins=Typed(state=BORN, children=str(one.course.children)),
            judge=lambda typed: _judged(request, typed, one),
            save=lambda _typed, dates: _saved(one, dates),
            subscription=one,
        ),
    )


@both
@reader
def change(request: ReaderRequest, subscription: int) -> HttpResponse:
    """A better due date or birth date, or that a birth was reported too early (``back``)."""
    one = _own(request, subscription)
    course = one.course
    asked_back = (request.POST if request.method == "POST" else request.GET).get("back") == "1"
    may_go_back = _may_go_back(one, clock.today())
    back = asked_back and may_go_back
    state = PREGNANT if back else state_of(course)
    return _answer(
        request,
        Sheet(
            title=_("Change the due date") if state == PREGNANT else _("Change the date of birth"),
            begins=Typed.known(
                state, course.due_date if state == PREGNANT else course.birth_date, course.children
            ),
            judge=lambda typed: _judged(request, typed, one),
            save=lambda _typed, dates: _saved(one, dates),
            subscription=one,
            back=back,
            may_go_back=may_go_back and not back,
        ),
    )


@both
@reader
def child(request: ReaderRequest) -> HttpResponse:
    """One more pregnancy or child; twins are one."""
    mine = following(request.reader)
    endpoint = present_endpoint(request.reader)
    if len(mine) >= MOST_COURSES or endpoint is None or endpoint.verified_at is None:
        context = {"most": MOST_COURSES, "is_full": len(mine) >= MOST_COURSES}
        return TemplateResponse(request, "parent/my/no_more_children.html", context)
    return _answer(
        request,
        Sheet(
            title=_("Add a child or a pregnancy"),
            begins=Typed(relation=mine[-1].relation if mine else Relation.UNDISCLOSED),
            judge=lambda typed: _judged_new(request, typed),
            save=lambda typed, dates: _added(request, typed, dates),
            asks_state=True,
            asks_relation=True,
        ),
    )


def _own(request: ReaderRequest, subscription: int) -> Subscription:
    one = followed(request.reader, subscription)
    if one is None:
        raise Http404
    return one


def _answer(request: ReaderRequest, sheet: Sheet) -> HttpResponse:
    """First screen, second screen, or saved and back to the own page."""
    if request.method != "POST":
        return _form(request, sheet, sheet.begins)
    typed = Typed.of(request.POST, "" if sheet.asks_state else sheet.begins.state)
    step = request.POST.get("step", "")
    if step == "again":
        return _form(request, sheet, typed)
    posted = request.POST.get("state", typed.state)
    if posted != typed.state:
        # Another tab reported the birth meanwhile: this date was meant for something else.
        return _form(request, sheet, sheet.begins, [_changed_meanwhile()])
    judged = sheet.judge(typed)
    if isinstance(judged, list):
        return _form(request, sheet, typed, judged)
    if step != "save":
        context = {
            "sheet": sheet,
            "hidden": typed.hidden() | ({"back": "1"} if sheet.back else {}),
            "lines": said_back(judged, clock.today()),
        }
        return TemplateResponse(request, "parent/my/echo.html", context)
    flash.success(request, sheet.save(typed, judged))
    return redirect("parent:my", request.municipality.slug)


def _form(
    request: ReaderRequest, sheet: Sheet, typed: Typed, mistakes: list[Mistake] | None = None
) -> TemplateResponse:
    told = sentences(mistakes or ())
    wrong = dict(told)
    context = {
        "sheet": sheet,
        "typed": typed,
        "mistakes": told,
        "wrong": wrong,
        "wrong_date": next((wrong[box] for box in ("year", "month", "day") if box in wrong), ""),
        "wrong_state": wrong.get("state-pregnant", ""),
        "numbers": [str(number) for number in numbers()],
        "relations": RELATIONS,
    }
    status = 400 if told else 200
    return TemplateResponse(request, "parent/my/dates.html", context, status=status)


def _judged(request: ReaderRequest, typed: Typed, one: Subscription) -> Dates | list[Mistake]:
    return judge(
        typed,
        on=clock.today(),
        last_birthday=request.municipality.last_birthday,
        course=one.course,
    )


def _judged_new(request: ReaderRequest, typed: Typed) -> Dates | list[Mistake]:
    judged = judge(typed, on=clock.today(), last_birthday=request.municipality.last_birthday)
    # At the second screen it may be there by a double press: that is no mistake any more.
    seen_before = request.POST.get("step") == "save"
    if isinstance(judged, Dates) and not seen_before and is_followed(request.reader, judged):
        return [already()]
    return judged


def _saved(one: Subscription, dates: Dates) -> str:
    set_dates(one, dates, on=clock.today())
    return _("Changed. From the next text on, the texts follow this date.")


def _added(request: ReaderRequest, typed: Typed, dates: Dates) -> str:
    try:
        add_course(request.reader, dates, Relation(typed.relation), on=clock.today())
    except (TooMany, NowhereToSend):
        return _("This could not be added: another window changed something in between.")
    return _("Added. The texts begin tomorrow.")


def _may_go_back(one: Subscription, on: date) -> bool:
    """Whether a birth that was reported may have been a slip of the thumb."""
    if not one.course.birth_date or not one.course.due_date:
        return False
    try:
        check_due_date(one.course.due_date, on)
    except DateProblem:
        return False
    return True


def _changed_meanwhile() -> Mistake:
    return Mistake(
        "year",
        "changed_meanwhile",
        "ほかの画面で登録が変わりました。いまの登録はこのとおりです。もう一度入力してください。",
        "Another window changed this in between. This is what is registered now. Enter it again.",
    )
