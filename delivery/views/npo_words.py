"""How a municipality's day stands, in words, and the filters that the NPO's page of today offers."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from delivery.domain.standing import Standing, Tone
from messages.domain.stage import Stage

STATES: Mapping[Standing, str | Promise] = {
    Standing.DIFFERENCE: _("Difference we cannot explain"),
    Standing.UNPLANNED: _("Planning is late"),
    Standing.OVERDUE: _("Open after the last hour"),
    Standing.NOTHING_SENT: _("Nothing could be sent"),
    Standing.STUCK: _("Sending has come to a halt"),
    Standing.FAILING: _("Many could not be sent"),
    Standing.SERVICE_PAUSED: _("Service paused"),
    Standing.STOP_ASKED: _("Stop waits for a second person"),
    Standing.RESUME_ASKED: _("Going on waits for a second person"),
    Standing.HELD: _("On hold"),
    Standing.SENDING: _("Sending"),
    Standing.PLANNING: _("Being planned"),
    Standing.READY: _("Ready to send"),
    Standing.NOT_BEGUN: _("Not begun yet"),
    Standing.PREPARING: _("Being prepared"),
    Standing.STOPPED: _("Stopped for today"),
    Standing.DONE: _("Finished"),
    Standing.NOTHING_DUE: _("Nothing due"),
}

# What somebody of the NPO does next about a state that needs care.
NEXT: Mapping[Standing, str | Promise] = {
    Standing.DIFFERENCE: _(
        "Rows are missing or doubled. Hold the sending and call the developers."
    ),
    Standing.UNPLANNED: _("Ask the operator whether the workers are running."),
    Standing.OVERDUE: _("Ask the operator whether the sweeper is running."),
    Standing.NOTHING_SENT: _("Look at the reasons, then at the sender's domain or LINE account."),
    Standing.STUCK: _(
        "Nothing was sent for a quarter of an hour. Look at the mail server and LINE."
    ),
    Standing.FAILING: _("Look at the reasons. Where it is the mail domain, hold the sending."),
    Standing.SERVICE_PAUSED: _("Nothing is sent until the service runs again."),
    Standing.STOP_ASKED: _("Somebody else agrees to the stop or takes it back."),
    Standing.RESUME_ASKED: _("Somebody else agrees that it goes on, or keeps it on hold."),
    Standing.HELD: _("Nothing is sent until somebody lets it go on."),
}

TONES: Mapping[Tone, str | Promise] = {
    Tone.CARE: _("Needs somebody"),
    Tone.WAIT: _("Under way or waiting"),
    Tone.GOOD: _("Settled"),
}


def state_words(standing: Standing) -> str:
    """The state in a word or two."""
    return str(STATES[standing])


def next_words(standing: Standing) -> str:
    """What to do about it, or ''."""
    return str(NEXT.get(standing, ""))


def stage_label(stage: Stage) -> str:
    """The stage in the language of the request: 妊娠12週3日."""
    return stage.label_en if (get_language() or "ja").startswith("en") else stage.label_ja
