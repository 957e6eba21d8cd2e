"""Holds as the NPO's pages list them: who asked for what, and what this person may do about it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import gettext as _

from delivery.holding import MANY, Obstacle
from delivery.models import Hold
from delivery.views.npo_hold_said import people, reason, said
from kizuna.lib import clock
from municipalities.domain.npo_roles import NpoAct
from municipalities.models import Municipality, StaffUser
from municipalities.services.npo_staff import names


@dataclass(frozen=True, slots=True)
class HoldLine:
    """``said``: who did what and when, in order; ``acts`` are what the reader of the page may press."""

    hold: Hold
    municipality: Municipality
    state: str
    tone: str
    reason: str
    said: tuple[str, ...]
    acts: tuple[str, ...]


def open_ones(today: date) -> QuerySet[Hold]:
    """Every one that somebody may still act upon: first what waits for a second person, then the newest."""
    waits = Q(kind="stop") | Q(resume_asked_by__isnull=False)
    rows = Hold.objects.filter(_is_open(today)).annotate(waits=Case(When(waits, then=0), default=1))
    return rows.order_by("waits", "-pk")


def past_ones(today: date, since: date) -> QuerySet[Hold]:
    """Those of the days since then that are over, newest first."""
    return Hold.objects.filter(run_day__gte=since).exclude(_is_open(today)).order_by("-pk")


def of_day(municipality: Municipality, on: date) -> QuerySet[Hold]:
    """Those of one municipality's day, newest first."""
    return Hold.objects.filter(run_day=on, municipality=municipality).order_by("-pk")


def hold_lines(user: StaffUser, some: Iterable[Hold]) -> list[HoldLine]:
    """Each as it is shown. Give it a page of them: the country after a restore is 1,741."""
    holds = list(some)
    who = names({number for one in holds for number in people(one)})
    return [
        HoldLine(one, one.municipality, *hold_state(one), reason(one), said(one, who), acts)
        for one in holds
        for acts in [possible(one, user)]
    ]


def _is_open(today: date) -> Q:
    return Q(run_day__gte=today, withdrawn_at=None, resumed_at=None, agreed_at=None)


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
        Obstacle.NOTHING_LEFT: _(
            "Nothing of this day is left to send, so there is nothing to hold."
        ),
        Obstacle.MOVED_ON: _("Somebody else was faster. This is how it stands now."),
        Obstacle.SOMEBODY_ELSE: _(
            "More than %(many)s are waiting: a second person has to say the same."
        )
        % {"many": f"{MANY:,}"},
        Obstacle.NO_REASON: _("Write a reason. The municipality reads it in its records."),
    }[obstacle]
