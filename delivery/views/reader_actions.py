"""What staff do for the reader on the telephone. Each act is a POST and leaves a line in the log.

The reader is named by a signed reference that is good for half an hour, for this person alone.
"""

from collections.abc import Callable
from dataclasses import replace
from functools import wraps

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from delivery.resending import Resent, send_again
from delivery.views.reader_history import shown
from kizuna.lib import clock
from messages.views.signup_form import sentences
from messages.views.typed_dates import Typed, judge, numbers, said_back, state_of
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.domain.signup import BORN, PREGNANT, Mistake
from municipalities.http import ConsoleRequest
from municipalities.models import Reader, Subscription
from municipalities.services import audit, lookup
from municipalities.services.asking import TooManyAsk
from municipalities.services.by_phone import SOURCE
from municipalities.services.courses import set_dates
from municipalities.services.following import followed
from municipalities.services.withdraw import stop_subscription
from municipalities.views.lookup import page

About = Callable[[ConsoleRequest, Reader], HttpResponse]


def about_the_reader(view: About) -> Callable[[ConsoleRequest], HttpResponse]:
    """Give the view the reader of the reference; an old one leads back to the look-up."""

    @wraps(view)
    def inside(request: ConsoleRequest) -> HttpResponse:
        reference = request.POST.get("reference", "")[:200]
        try:
            reader = lookup.referred(request.municipality, request.user, reference)
        except lookup.ReferenceRefused:
            old = _(
                "The page was open for more than half an hour. Please look the reader up again."
            )
            return page(request, said=old, status=400)
        return view(request, reader)

    return inside


@require_POST
@console(Act.HELP_READERS)
@about_the_reader
def stop(request: ConsoleRequest, reader: Reader) -> HttpResponse:
    """Stop one of the reader's pregnancies or children. What was stopped meanwhile stays so."""
    one = _named(request, reader)
    if one is not None:
        stop_subscription(one.pk, SOURCE)
        _note(request, "reader.stopped", f"subscription {one.pk}")
    return shown(request, reader, _("The texts are stopped. Nothing more is sent for it."))


@require_POST
@console(Act.HELP_READERS)
@about_the_reader
def link(request: ConsoleRequest, reader: Reader) -> HttpResponse:
    """Mail the way into the own page, where every text can be read again."""
    try:
        sent = lookup.send_link(request.municipality, reader)
    except TooManyAsk:
        sent = False
    if not sent:
        many = _("No mail was sent: too many went to this address lately. Please try again later.")
        return shown(request, reader, many, "care")
    _note(request, "reader.link_sent", f"reader {reader.pk}")
    said = _("A mail with the link is on its way. It shows all texts that arrived before.")
    return shown(request, reader, said)


@require_POST
@console(Act.HELP_READERS)
@about_the_reader
def again(request: ConsoleRequest, reader: Reader) -> HttpResponse:
    """Mail one of the last days' texts once more, word for word. Its number is all that is noted."""
    edition = _number(request, "edition")
    try:
        done = send_again(request.municipality, reader, edition)
    except TooManyAsk:
        done = Resent.TOO_MANY
    if done is Resent.NOT_THEIRS:
        raise Http404
    if done is Resent.NOT_NOW:
        ended = _("Nothing was sent: this is stopped or ended, or has no confirmed mail address.")
        return shown(request, reader, ended, "care")
    if done is Resent.TOO_MANY:
        many = _("No mail was sent: too many went to this address lately. Please try again later.")
        return shown(request, reader, many, "care")
    _note(request, "reader.text_sent_again", f"edition {edition}")
    return shown(request, reader, _("The text is on its way once more, by e-mail."))


@require_POST
@console(Act.HELP_READERS)
@about_the_reader
def correct(request: ConsoleRequest, reader: Reader) -> HttpResponse:
    """A better date, in two screens: the second says back what was understood, then it is saved."""
    one = _named(request, reader)
    if one is None:
        return shown(request, reader, _("This is stopped or ended: its date stays as it is."))
    step = request.POST.get("step", "")
    typed = _typed(request, one)
    if step not in {"echo", "save"}:
        return _form(request, reader, one, typed)
    judged = judge(
        typed, on=clock.today(), last_birthday=request.municipality.last_birthday, course=one.course
    )
    if isinstance(judged, list):
        return _form(request, reader, one, typed, judged)
    if step == "echo":
        context = _context(request, reader, one) | {
            "hidden": typed.hidden(),
            "lines": said_back(judged, clock.today()),
        }
        return TemplateResponse(request, "console/readers/echo.html", context)
    if set_dates(one, judged, on=clock.today()):
        _note(request, "reader.date_corrected", f"subscription {one.pk}")
    return shown(request, reader, _("Changed. From the next text on, the texts follow this date."))


def _named(request: ConsoleRequest, reader: Reader) -> Subscription | None:
    """The subscription of the form, which must be this reader's; None where it runs no more."""
    number = _number(request, "subscription")
    if not Subscription.objects.filter(pk=number, reader=reader).exists():
        raise Http404
    return followed(reader, number)


def _number(request: ConsoleRequest, name: str) -> int:
    """A number of ours that a form carries; anything else was not written by our pages."""
    number = request.POST.get(name, "")
    if not (number.isascii() and number.isdecimal() and len(number) < 18):
        raise Http404
    return int(number)


def _typed(request: ConsoleRequest, one: Subscription) -> Typed:
    """What was typed; at first, what is registered. A child is not made unborn here."""
    course = one.course
    registered = state_of(course)
    if "year" not in request.POST:
        return Typed.known(registered, course.anchor, course.children)
    typed = Typed.of(request.POST, BORN if registered == BORN else "")
    # Neither weeks nor who the reader is are asked for here.
    return replace(typed, weeks="", relation=one.relation)


def _form(
    request: ConsoleRequest,
    reader: Reader,
    one: Subscription,
    typed: Typed,
    mistakes: list[Mistake] | None = None,
) -> HttpResponse:
    told = sentences(mistakes or ())
    wrong = dict(told)
    context = _context(request, reader, one) | {
        "typed": typed,
        "mistakes": told,
        "wrong": wrong,
        "wrong_date": next((wrong[box] for box in ("year", "month", "day") if box in wrong), ""),
        "numbers": [str(number) for number in numbers()],
        "may_be_born": state_of(one.course) == PREGNANT,
    }
    status = 400 if told else 200
    return TemplateResponse(request, "console/readers/date.html", context, status=status)


def _context(request: ConsoleRequest, reader: Reader, one: Subscription) -> dict[str, object]:
    return {
        "place": "readers",
        "reference": lookup.reference(request.municipality, request.user, reader),
        "subscription": one.pk,
    }


def _note(request: ConsoleRequest, act: str, about: str) -> None:
    audit.note(request.municipality, request.user, act, about=about)
