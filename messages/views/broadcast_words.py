"""Broadcasts in words: states, people, hours, acts and obstacles, in the language of the page."""

from datetime import datetime

from django.utils import timezone
from django.utils.formats import date_format, time_format
from django.utils.translation import gettext as _

from kizuna.lib import clock
from messages.domain.review import BroadcastState
from messages.domain.segment import sentence_en, sentence_ja
from messages.models import Broadcast
from messages.services.broadcasts import MANY, Obstacle, segment_of
from messages.views.day_in_words import in_english
from municipalities.models import Municipality


def title_of(one: Broadcast) -> str:
    """Its subject, or that it has none yet."""
    return one.subject or _("(no subject yet)")


def people_words(one: Broadcast, municipality: Municipality) -> str:
    """青葉市の、妊娠中の人に."""
    if one.corrects is not None:
        return _("To exactly those who received “%(subject)s”") % {
            "subject": title_of(one.corrects)
        }
    say = sentence_en if in_english() else sentence_ja
    return say(segment_of(one), municipality.name)


def moment_words(moment: datetime) -> str:
    """12月3日 10:00, by the clocks of Japan."""
    local = timezone.localtime(moment, clock.TOKYO)
    return f"{date_format(local, 'MONTH_DAY_FORMAT')} {time_format(local)}"


def state_words(state: str, *, over: bool = False) -> str:
    """Where it stands. ``over``: nobody waits for it any more."""
    if state == BroadcastState.SENDING and over:
        return _("Ended")
    return {
        BroadcastState.DRAFT: _("Draft"),
        BroadcastState.ASKED: _("Waits for approval"),
        BroadcastState.CHECKED: _("Checked"),
        BroadcastState.APPROVED: _("Approved"),
        BroadcastState.SENDING: _("Sending"),
        BroadcastState.PAUSED: _("Paused for now"),
        BroadcastState.STOPPED: _("Stopped"),
        BroadcastState.WITHDRAWN: _("Withdrawn"),
    }[BroadcastState(state)]


def obstacle_words(obstacle: Obstacle) -> str:
    """Why a step was not taken, and what helps."""
    return {
        Obstacle.NOT_NOW: _("This is not possible any more: it has moved on in the meantime."),
        Obstacle.WRITER: _("You wrote these words yourself. Somebody else approves them."),
        Obstacle.CHECKER: _("You have checked it already. A further person approves it."),
        Obstacle.TWO_STEPS: _("It must be checked by one person before another approves it."),
        Obstacle.MANY: _(
            "It goes to more than %(many)s people: somebody who did not write it approves it."
        )
        % {"many": f"{MANY:,}"},
        Obstacle.NOBODY: _("Nobody is meant by these conditions. Widen the stages or the areas."),
        Obstacle.TEXT: _("Something in the text is still to be mended."),
        Obstacle.NO_TIME: _("Choose when it is to be sent."),
        Obstacle.PAST: _("The day for sending is over. Choose another one."),
        Obstacle.NIGHT: _("From 21:00 to 7:00 nothing is sent, except what is urgent."),
        Obstacle.AFTER_LAST_HOUR: _(
            "At that time the municipality's last hour for sending is over. Choose an earlier one."
        ),
        Obstacle.NO_REASON: _("Write a few words why."),
        Obstacle.NOT_LIVE: _("The service is not running: nothing is sent to anybody."),
    }[obstacle]


def moved_on_words() -> str:
    """Somebody saved while another person was reading."""
    return _("The text was changed while you were reading. Please read it once more.")
