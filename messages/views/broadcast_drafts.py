"""Writing a broadcast in small steps: who, what, when. Each page saves, and a draft waits for ever."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, time

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST

from kizuna.lib import clock
from messages.domain.diff import difference
from messages.domain.plain_text import tidy_line
from messages.domain.segment import Segment
from messages.domain.sending_hours import EVENING, MORNING
from messages.models import Broadcast, Persona
from messages.rendering.check import SUBJECT_LIMIT
from messages.services import broadcast_drafts as drafts
from messages.services.broadcasts import Refused, Stale, segment_of
from messages.views import broadcast_stages
from messages.views.broadcast_words import obstacle_words, people_words, title_of
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.domain.words import Audience
from municipalities.http import ConsoleRequest

AUDIENCES = [
    (Audience.BIRTH_PARENT.value, gettext_lazy("The birth parent")),
    (Audience.PARTNER.value, gettext_lazy("The partner")),
    (Audience.AROUND.value, gettext_lazy("Grandparents and people around")),
    (Audience.EVERYONE.value, gettext_lazy("People who did not say who they are")),
]
CHANNELS = [
    ("", gettext_lazy("E-mail and LINE")),
    ("email", gettext_lazy("E-mail only")),
    ("line", gettext_lazy("LINE only")),
]
both = require_http_methods(["GET", "HEAD", "POST"])


FIRST_FIELD = {"who": "stages", "what": "subject", "when": "day"}


@dataclass(frozen=True, slots=True)
class Outcome:
    """Why a form comes again: a sentence about it, or that somebody else saved meanwhile."""

    mistake: str = ""
    stale: bool = False


def found(pk: int) -> Broadcast:
    """The municipality's own broadcast of that number, or 404."""
    one = Broadcast.objects.select_related("persona", "corrects").filter(pk=pk).first()
    if one is None:
        raise Http404
    return one


@require_POST
@console(Act.WRITE_BLOCKS)
def new(request: ConsoleRequest) -> HttpResponse:
    """An empty draft, saved at once: a browser that closes loses nothing."""
    one = drafts.begin(request.municipality, request.user)
    return redirect("console:broadcast_who", request.municipality.slug, one.pk)


@require_POST
@console(Act.WRITE_BLOCKS)
def copy(request: ConsoleRequest, broadcast: int) -> HttpResponse:
    """Last year's words as this year's draft."""
    one = drafts.copy(request.municipality, found(broadcast).pk, request.user)
    return redirect("console:broadcast", request.municipality.slug, one.pk)


@both
@console(Act.WRITE_BLOCKS)
def who(request: ConsoleRequest, broadcast: int) -> HttpResponse:
    """Stages, areas, who they are, and by which channel; nothing chosen means everybody."""
    one = found(broadcast)
    if request.method != "POST":
        return _who(request, one, segment_of(one))
    segment, mistake = _typed_segment(request)
    if mistake:
        return _who(request, one, segment, Outcome(mistake))
    revision = _revision(request)

    def save() -> Broadcast:
        return drafts.save_people(one.pk, revision, segment, request.user)

    return _saved(request, save, lambda outcome: _who(request, found(broadcast), segment, outcome))


@both
@console(Act.WRITE_BLOCKS)
def what(request: ConsoleRequest, broadcast: int) -> HttpResponse:
    """Who speaks, subject and text."""
    one = found(broadcast)
    if request.method != "POST":
        return _what(request, one, _words(one))
    typed = {name: request.POST.get(name, "") for name in ("subject", "body", "persona")}
    typed["body"] = typed["body"].replace("\r\n", "\n").replace("\0", "")
    typed["subject"] = tidy_line(typed["subject"])
    if len(typed["subject"]) > SUBJECT_LIMIT:
        return _what(request, one, typed, Outcome(_("The subject has more than 60 characters.")))
    chosen = Persona.objects.filter(pk=_number(typed["persona"])).first()
    revision = _revision(request)

    def save() -> Broadcast:
        return drafts.save_words(
            one.pk,
            revision,
            request.user,
            subject=typed["subject"],
            body=typed["body"],
            persona_id=chosen.pk if chosen else None,
        )

    return _saved(request, save, lambda outcome: _what(request, found(broadcast), typed, outcome))


@both
@console(Act.WRITE_BLOCKS)
def when(request: ConsoleRequest, broadcast: int) -> HttpResponse:
    """Day and hour; never at night."""
    one = found(broadcast)
    local = one.send_at.astimezone(clock.TOKYO) if one.send_at else None
    if request.method != "POST":
        typed = {
            "day": f"{local:%Y-%m-%d}" if local else "",
            "hour": f"{local:%H:%M}" if local else "10:00",
        }
        return _when(request, one, typed)
    typed = {name: request.POST.get(name, "") for name in ("day", "hour")}
    moment = _moment(typed)
    if moment is None or moment < clock.now():
        sentence = _("Choose a day and an hour that are still to come.")
        return _when(request, one, typed, Outcome(sentence))
    revision = _revision(request)

    def save() -> Broadcast:
        return drafts.save_time(one.pk, revision, request.user, moment)

    return _saved(request, save, lambda outcome: _when(request, found(broadcast), typed, outcome))


def _saved(
    request: ConsoleRequest,
    save: Callable[[], Broadcast],
    again: Callable[[Outcome], HttpResponse],
) -> HttpResponse:
    """Off to the broadcast's page, or the form again with what was typed and why it was not saved."""
    try:
        one = save()
    except Stale:
        return again(Outcome(stale=True))
    except Refused as error:
        return again(Outcome(obstacle_words(error.obstacle)))
    flash.success(request, _("Saved."))
    return redirect("console:broadcast", request.municipality.slug, one.pk)


def _who(
    request: ConsoleRequest, one: Broadcast, chosen: Segment, outcome: Outcome = Outcome()
) -> TemplateResponse:
    context = {
        "groups": broadcast_stages.choices(chosen.spans),
        "typed": broadcast_stages.boxes(request.POST) if outcome.mistake else {},
        "areas": [(area, area, area in chosen.areas) for area in request.municipality.areas],
        "audiences": [(value, label, value in chosen.audiences) for value, label in AUDIENCES],
        "channels": [(value, label, value == chosen.channel) for value, label in CHANNELS],
    }
    return _page(request, "who", one, context, outcome)


def _what(
    request: ConsoleRequest, one: Broadcast, typed: dict[str, str], outcome: Outcome = Outcome()
) -> TemplateResponse:
    theirs = _words(one)
    context = {
        "typed": typed,
        "mark": "{{窓口:名前}}",
        "personas": Persona.objects.filter(is_active=True).defer("picture").order_by("name", "pk"),
        "differences": [
            difference(theirs[name], typed[name])
            for name in ("subject", "body")
            if outcome.stale and theirs[name] != typed[name]
        ],
    }
    return _page(request, "what", one, context, outcome)


def _when(
    request: ConsoleRequest, one: Broadcast, typed: dict[str, str], outcome: Outcome = Outcome()
) -> TemplateResponse:
    context = {
        "typed": typed,
        "morning": _hour_words(MORNING),
        "evening": _hour_words(EVENING),
        "daily": _hour_words(request.municipality.send_time),
    }
    return _page(request, "when", one, context, outcome)


def _page(
    request: ConsoleRequest,
    step: str,
    one: Broadcast,
    context: Mapping[str, object],
    outcome: Outcome,
) -> TemplateResponse:
    context = {
        **context,
        "place": "broadcasts",
        "one": one,
        "title": title_of(one),
        "people": people_words(one, request.municipality),
        "stale": outcome.stale,
        "mistakes": [(FIRST_FIELD[step], outcome.mistake)] if outcome.mistake else [],
    }
    status = 409 if outcome.stale else 400 if outcome.mistake else 200
    return TemplateResponse(request, f"console/broadcasts/{step}.html", context, status=status)


def _words(one: Broadcast) -> dict[str, str]:
    return {"subject": one.subject, "body": one.body, "persona": str(one.persona_id or "")}


def _typed_segment(request: ConsoleRequest) -> tuple[Segment, str]:
    """What was chosen, and what is wrong with the range of one's own."""
    own, mistake = broadcast_stages.typed_range(broadcast_stages.boxes(request.POST))
    spans = broadcast_stages.ticked(request.POST)
    areas = request.POST.getlist("area")
    audiences, channel = request.POST.getlist("audience"), request.POST.get("channel", "")
    segment = Segment(
        tuple(dict.fromkeys([*spans, own])) if own else spans,
        tuple(Audience(value) for value, _label in AUDIENCES if value in audiences),
        tuple(area for area in request.municipality.areas if area in areas),
        channel if channel in dict(CHANNELS) else "",
    )
    return segment, mistake


def _revision(request: ConsoleRequest) -> int:
    return _number(request.POST.get("revision", ""))


def _number(typed: str) -> int:
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0


def _hour_words(moment: time) -> str:
    return f"{moment.hour}:{moment:%M}"


def _moment(typed: dict[str, str]) -> datetime | None:
    try:
        return clock.at(date.fromisoformat(typed["day"]), time.fromisoformat(typed["hour"]))
    except ValueError:
        return None
