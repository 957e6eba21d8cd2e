"""One reader on the telephone: what comes today, and what became of the last thirty days' texts.

Opened by POST alone: no address and no reader's number ever stands in the address bar.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from delivery import reasons
from delivery.domain.states import PENDING, State
from delivery.reader_deliveries import DAYS, Due, lately
from delivery.views.words import channel_words, day_words
from kizuna.lib import clock
from messages.domain.schedule import pregnancy_day
from messages.domain.stage import LAST_PREGNANCY_DAY
from messages.views.day_in_words import stage_today
from messages.views.signup_form import sentences
from municipalities.access import console
from municipalities.domain.addresses import AddressProblem
from municipalities.domain.roles import Act
from municipalities.domain.signup import Mistake
from municipalities.domain.words import EndpointKind
from municipalities.http import ConsoleRequest
from municipalities.models import Reader, Subscription
from municipalities.services import lookup
from municipalities.views.lookup import LONGEST_PURPOSE, OTHER, page, purposes


@dataclass(frozen=True, slots=True)
class Followed:
    """One pregnancy or child as staff see it. ``runs``: it can be stopped and corrected."""

    subscription: int
    title: str
    stage: str
    state: str
    channel: str
    runs: bool


@dataclass(frozen=True, slots=True)
class Text:
    """One line of the last days. ``again``: the edition's number where it may be sent once more."""

    day: str
    channel: str
    subject: str
    became: str
    again: int | None


@require_POST
@console(Act.HELP_READERS)
def look(request: ConsoleRequest) -> HttpResponse:
    """Find the reader with exactly this address. Why it is asked is kept, then it is looked up."""
    mistakes: list[tuple[str, str]] = []
    asked = None
    try:
        asked = lookup.read_address(request.POST.get("address", ""))
    except AddressProblem as problem:
        mistakes += sentences([Mistake.of("address", problem)])
    purpose = _purpose(request, mistakes)
    if asked is None or mistakes:
        return page(request, mistakes, status=400)
    try:
        found = lookup.look_up(request.municipality, request.user, asked, purpose)
    except lookup.TooManyLookUps:
        many = _("That was %(most)s look-ups within an hour. Please wait a while.")
        told = [("address", many % {"most": lookup.MOST_AN_HOUR})]
        return page(request, told, status=429)
    if found is None:
        nobody = _("Nobody is registered with this address. Ask the caller to spell it once more.")
        return page(request, [("address", nobody)])
    return shown(request, found)


def shown(
    request: ConsoleRequest, reader: Reader, said: str = "", tone: str = "good"
) -> HttpResponse:
    """The page of one reader; ``said`` tells what has just been done, or (``care``) was not."""
    today = clock.today()
    everything = lookup.all_of(reader)
    by_mail = any(
        one.endpoint.kind == EndpointKind.EMAIL and one.endpoint.verified_at for one in everything
    )
    context = {
        "place": "readers",
        "reference": lookup.reference(request.municipality, request.user, reader),
        "followed": [_followed(one, today) for one in everything],
        "by_mail": by_mail,
        "days": DAYS,
        "deliveries": [
            Text(
                day=day_words(one.day),
                channel=channel_words(one.channel),
                subject=one.subject,
                became=became(one),
                again=one.edition if one.again else None,
            )
            for one in lately(reader)
        ],
        "said": said,
        "tone": tone,
    }
    return TemplateResponse(request, "console/readers/reader.html", context)


def became(one: Due) -> str:
    """How a text ended, in words to say on the telephone."""
    if one.state is State.SENT:
        return _("Arrived")
    if one.state is State.UNCLEAR:
        return _("Not clear: it may have arrived")
    why = reasons.words(one.reason) if one.reason else ""
    if one.state in PENDING:
        return _("Still to be sent: %(why)s") % {"why": why} if why else _("It will be sent")
    if one.state is State.SKIPPED:
        return _("Not sent: %(why)s") % {"why": why}
    if one.reason == "filtered":
        return _("Refused by the mail filter of the reader")
    return _("Did not arrive: %(why)s") % {"why": why}


def _purpose(request: ConsoleRequest, mistakes: list[tuple[str, str]]) -> str:
    """The chosen purpose in words; what is missing is added to the mistakes."""
    chosen = request.POST.get("purpose", "")
    words = dict(purposes()).get(chosen, "")
    if not words:
        mistakes.append(("purpose-call", _("Choose why you look this reader up.")))
    if chosen != OTHER:
        return words
    why = request.POST.get("why", "").strip()
    if not why or len(why) > LONGEST_PURPOSE:
        told = _("Write in at most %(most)s characters why you look this reader up.")
        mistakes.append(("why", told % {"most": LONGEST_PURPOSE}))
    return f"{words}: {why}"


def _followed(one: Subscription, today: date) -> Followed:
    course = one.course
    is_over = course.closed_at is not None
    born = course.birth_date is not None
    title = _("Child, born %(day)s") if born else _("Pregnancy, due %(day)s")
    return Followed(
        subscription=one.pk,
        title=title % {"day": date_format(course.anchor)},
        # An ended pregnancy does not grow older on anybody's screen.
        stage="" if is_over else stage_today(course.due_date, course.birth_date, today),
        state=_state(one, today),
        channel=channel_words(one.endpoint.kind),
        runs=not is_over and one.stopped_at is None,
    )


def _state(one: Subscription, today: date) -> str:
    """Why the texts come or do not; the strongest reason alone."""
    if one.course.closed_at is not None:
        return _("Ended")
    if one.stopped_at is not None:
        stopped = date_format(one.stopped_at.astimezone(clock.TOKYO))
        return _("Stopped on %(day)s") % {"day": stopped}
    return _held(one, today) or _("Running")


def _held(one: Subscription, today: date) -> str:
    """Why the texts do not come although nobody stopped them, or ""."""
    course, endpoint = one.course, one.endpoint
    if endpoint.verified_at is None:
        return _("Waits: the address is not confirmed yet")
    if endpoint.blocked_at is not None:
        return _("Held: %(why)s") % {"why": reasons.words(endpoint.blocked_reason)}
    until = one.paused_until
    if one.paused_at is not None and until is None:
        return _("Paused until the reader goes on")
    if until is not None and until > today:
        return _("Paused until %(day)s") % {"day": date_format(until - timedelta(days=1))}
    if not course.birth_date and pregnancy_day(course.due_date, today) > LAST_PREGNANCY_DAY:
        return _("Held: past 41 weeks and 6 days, no birth is reported")
    return ""
