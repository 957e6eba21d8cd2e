"""Holds as the NPO's pages list them: who asked for what, and what this person may do about it."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from delivery.holding import MANY, Obstacle
from delivery.models import Hold
from kizuna.lib import clock
from municipalities.domain.npo_roles import NpoAct
from municipalities.models import Municipality, StaffUser
from municipalities.services.npo_staff import names

MOST_LINES = 200


@dataclass(frozen=True, slots=True)
class HoldLine:
    """``acts`` are what the reader of the page may press."""

    hold: Hold
    municipality: Municipality
    asked_by: str
    state: str
    tone: str
    agreed_by: str
    resume_asked_by: str
    resumed_by: str
    acts: tuple[str, ...]


def hold_lines(
    user: StaffUser, since: date, municipality: Municipality | None = None
) -> list[HoldLine]:
    """Of one municipality's day, or of all municipalities since that day, newest first."""
    rows = Hold.objects.select_related("municipality").order_by("-pk")
    if municipality is None:
        rows = rows.filter(run_day__gte=since)
    else:
        rows = rows.filter(run_day=since, municipality=municipality)
    holds = list(rows[:MOST_LINES])
    who = names(
        {
            number
            for one in holds
            for number in (
                one.asked_by_id, one.agreed_by_id, one.resume_asked_by_id, one.resumed_by_id,
            )
        }
    )  # fmt: skip
    return [_line(one, user, who) for one in holds]


def _line(one: Hold, user: StaffUser, who: dict[int, str]) -> HoldLine:
    state, tone = hold_state(one)
    return HoldLine(
        one,
        one.municipality,
        asked_by=who.get(one.asked_by_id or 0, ""),
        state=state,
        tone=tone,
        agreed_by=who.get(one.agreed_by_id or 0, ""),
        resume_asked_by=who.get(one.resume_asked_by_id or 0, ""),
        resumed_by=who.get(one.resumed_by_id or 0, ""),
        acts=possible(one, user),
    )


def hold_state(one: Hold) -> tuple[str, str]:
    """In a few words, and how it is shown."""
    is_stop = one.kind == "stop"
    told = (
        (one.resumed_at, _("Went on"), "good"),
        (is_stop and one.agreed_at, _("Stopped for the day"), "wait"),
        (one.ended_by == "service", _("Ended by the pause of the service"), "wait"),
        (is_stop and one.withdrawn_at, _("Taken back"), "wait"),
        (one.withdrawn_at, _("Ended by the stop"), "wait"),
        (one.run_day < clock.today(), _("The day is over"), "wait"),
        (is_stop, _("Stop waits for a second person"), "care"),
        (one.resume_asked_by_id, _("Going on waits for a second person"), "care"),
        (True, _("On hold"), "care"),
    )
    return next((words, tone) for is_so, words, tone in told if is_so)


def possible(one: Hold, user: StaffUser) -> tuple[str, ...]:
    """agree, withdraw, resume, agree_resume, keep: what this person may press."""
    over = one.resumed_at or one.withdrawn_at or one.run_day < clock.today()
    if over or not user.may_for_npo(NpoAct.HOLD_RUNS):
        return ()
    if one.kind == "stop":
        if one.agreed_at:
            return ()
        return ("withdraw",) if one.asked_by_id == user.pk else ("agree", "withdraw")
    if one.resume_asked_by_id is None:
        return ("resume",)
    return ("keep",) if one.resume_asked_by_id == user.pk else ("agree_resume", "keep")


def obstacle_words(obstacle: Obstacle) -> str:
    """Why nothing was done, and what to do."""
    return {
        Obstacle.NOT_THAT_DAY: _("Only today and tomorrow can be held. Choose one of these days."),
        Obstacle.ALREADY: _("That is asked for already. The list below shows by whom."),
        Obstacle.MOVED_ON: _("Somebody else was faster. This is how it stands now."),
        Obstacle.SOMEBODY_ELSE: _(
            "More than %(many)s are waiting: a second person has to say the same."
        )
        % {"many": f"{MANY:,}"},
        Obstacle.NO_REASON: _("Write a reason. The municipality reads it in its records."),
    }[obstacle]
