"""The day told in words first: what a clerk wants to know before any table. Pure; tested alone."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from django.utils.translation import gettext as _

from delivery.domain.retry import SENDER_WIDE
from delivery.models import Run
from delivery.queries import Counts
from delivery.reasons import advice, words
from delivery.views.words import channel_words, day_words, number, time_words
from kizuna.lib import clock
from municipalities.domain.words import EndpointKind, Service
from municipalities.models import Municipality

# Planning begins this long before the send time (delivery/sql/due_runs.sql); beat asks every
# minute, so after ten minutes of nothing something is wrong.
PLANNING_AHEAD = timedelta(hours=1)
PATIENCE = timedelta(minutes=10)
# What holds up a whole channel: a sender that is refused, or the NPO's wish to wait.
_FOR_ALL = SENDER_WIDE | {"held"}


class Tone(StrEnum):
    """How a state is shown; the words say the same, colour is never alone."""

    GOOD = "good"
    WAIT = "wait"
    CARE = "care"


@dataclass(slots=True)
class Story:
    """``state`` in a word or two, ``sentence`` with the figures, ``details`` one sentence each.

    ``problems`` are what somebody should do something about. ``moving``: look again soon.
    """

    tone: Tone
    state: str
    sentence: str
    details: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    moving: bool = False


@dataclass(frozen=True, slots=True)
class Day:
    """Everything the story is told from. ``held_up``: channel → reason of the last try → count."""

    municipality: Municipality
    on: date
    now: datetime
    run: Run | None
    channels: Mapping[str, Counts]
    whole: Counts
    held_up: Mapping[str, Mapping[str, int]] = field(default_factory=dict)
    unexplained: int = 0
    per_minute: int = 0
    line_connected: bool = False

    @property
    def opens_at(self) -> datetime:
        return self.run.opens_at if self.run else clock.at(self.on, self.municipality.send_time)

    @property
    def closes_at(self) -> datetime:
        return self.run.closes_at if self.run else clock.at(self.on, self.municipality.last_hour)


def tell(day: Day) -> Story:
    """The day's story. Says what is so, never more: "sent" is what a provider took over."""
    story = _not_live(day) or _not_planned(day) or _planned(day)
    story.problems += _problems(day)
    if story.problems:
        story.tone = Tone.CARE
    return story


def _not_live(day: Day) -> Story | None:
    service = Service(day.municipality.service)
    if service is Service.LIVE:
        return None
    told = {
        Service.PREPARING: Story(
            Tone.WAIT,
            _("Being prepared"),
            _("The service has not started: no text is sent to anybody yet."),
            _to_prepare(day),
        ),
        Service.PAUSED: Story(
            Tone.CARE,
            _("Paused"),
            _("Sending is paused: no text goes out until the service runs again."),
        ),
        Service.ENDED: Story(
            Tone.WAIT, _("Ended"), _("This service has ended: no text is sent any more.")
        ),
        Service.EXTERNAL: Story(
            Tone.WAIT, _("Elsewhere"), _("Another system sends this municipality's texts.")
        ),
    }[service]
    if day.whole.planned:
        told.details.append(_so_far(day))
    return told


def _to_prepare(day: Day) -> list[str]:
    steps = []
    if not day.municipality.mail_address:
        steps.append(_("Still missing for e-mail: the sender's address."))
    if not day.line_connected:
        steps.append(_("Still missing for LINE: the municipality's account."))
    return steps or [_("Sender address and LINE account are set. The operator can start it.")]


def _not_planned(day: Day) -> Story | None:
    if day.run is not None and day.run.planned_at is not None:
        return None
    begins = day.opens_at - PLANNING_AHEAD
    if day.run is not None or day.now >= begins:
        story = Story(
            Tone.WAIT,
            _("Being planned"),
            _("Today (%(day)s): the texts are being put together.") % {"day": day_words(day.on)},
            moving=True,
        )
        if day.now > begins + PATIENCE:
            story.problems.append(
                _(
                    "Planning should have been done since %(time)s and is not. Please tell the operator."
                )
                % {"time": time_words(begins)}
            )
        return story
    return Story(
        Tone.WAIT,
        _("Not begun yet"),
        _("Today (%(day)s) has not begun yet: planning starts at %(plan)s, sending at %(send)s.")
        % {
            "day": day_words(day.on),
            "plan": time_words(begins),
            "send": time_words(day.opens_at),
        },
    )


def _planned(day: Day) -> Story:
    counts = day.whole
    if not counts.planned:
        return Story(
            Tone.WAIT,
            _("Nothing due"),
            _("Today (%(day)s) no text is due for any reader.") % {"day": day_words(day.on)},
            [
                _(
                    "Either no reader is at a stage that has a text today, or there are no readers yet."
                )
            ],
        )
    if not counts.pending:
        return Story(Tone.GOOD, _("Finished"), _so_far(day), _endings(counts))
    if day.now < day.opens_at:
        sentence = _("Today (%(day)s) %(planned)s texts are ready; sending starts at %(send)s.")
        return Story(
            Tone.WAIT,
            _("Ready to send"),
            sentence
            % {
                "day": day_words(day.on),
                "planned": number(counts.pending),
                "send": time_words(day.opens_at),
            },
            _endings(counts),
        )
    waiting = [_("Still to be sent: %(count)s.") % {"count": number(counts.pending)}, *_pace(day)]
    return Story(Tone.WAIT, _("Sending"), _so_far(day), waiting + _endings(counts), moving=True)


def _so_far(day: Day) -> str:
    counts = day.whole
    if counts.sent == counts.planned:
        sentence = _("Today (%(day)s) all %(planned)s planned texts were sent.")
    else:
        sentence = _("Today (%(day)s) %(sent)s of %(planned)s planned texts were sent.")
    return sentence % {
        "day": day_words(day.on),
        "sent": number(counts.sent),
        "planned": number(counts.planned),
    }


def _endings(counts: Counts) -> list[str]:
    told = [
        (counts.failed, _("Could not be sent: %(count)s.")),
        (counts.skipped, _("Left out on purpose: %(count)s.")),
        (counts.unclear, _("Handed over without a clear answer: %(count)s.")),
    ]
    return [sentence % {"count": number(count)} for count, sentence in told if count]


def _pace(day: Day) -> list[str]:
    # What is on hold comes to no end at any pace.
    going = day.whole.pending - sum(reasons.get("held", 0) for reasons in day.held_up.values())
    if not day.per_minute or going <= 0:
        return []
    end = day.now + timedelta(minutes=going / day.per_minute)
    if end > day.closes_at:
        return [_("%(rate)s a minute at the moment.") % {"rate": number(day.per_minute)}]
    return [
        _("%(rate)s a minute; expected to be done at %(time)s.")
        % {"rate": number(day.per_minute), "time": time_words(end)}
    ]


def _problems(day: Day) -> list[str]:
    found = [*_closed_doors(day)]
    if day.unexplained:
        found.append(
            _(
                "There is a difference of %(count)s that we cannot explain. Please tell the operator."
            )
            % {"count": number(day.unexplained)}
        )
    if day.whole.pending and day.now >= day.closes_at + PATIENCE:
        found.append(
            _("The last hour is over and %(count)s are still open. Please tell the operator.")
            % {"count": number(day.whole.pending)}
        )
    if day.whole.failed and not day.whole.sent and not day.whole.pending:
        found.append(_("Not one text could be sent today. Please tell the operator."))
    return found


def _closed_doors(day: Day) -> Sequence[str]:
    """Channels in which everything stands still for one reason of our own."""
    if day.municipality.service != Service.LIVE:
        return []
    reasons = {(channel, reason) for channel in day.held_up for reason in _wide(day, channel)}
    email = day.channels.get(EndpointKind.EMAIL)
    if email and email.pending and not day.municipality.mail_address:
        reasons.add((EndpointKind.EMAIL, "no_sender_address"))
    return [
        _("%(channel)s is waiting: %(reason)s. %(advice)s")
        % {"channel": channel_words(channel), "reason": words(reason), "advice": advice(reason)}
        for channel, reason in sorted(reasons)
    ]


def _wide(day: Day, channel: str) -> list[str]:
    """Reasons that concern the whole channel and hold up at least half of what is waiting."""
    pending = day.channels[channel].pending if channel in day.channels else 0
    return [
        reason
        for reason, count in day.held_up[channel].items()
        if reason in _FOR_ALL and count * 2 >= pending
    ]
