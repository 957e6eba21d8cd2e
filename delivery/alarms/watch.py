"""Asks the questions and keeps the rows: opens, refreshes and closes alarms.

Level-triggered: beat's tick and every worker's tick come here; over all processes each question is
asked once a minute (or an hour). An alarm closes by itself when its question finds it no more.
"""

from collections.abc import Collection, Iterable
from datetime import datetime, timedelta
from typing import Any

import structlog
from django.db import connection
from django.db.models.functions import Now

from delivery.alarms import telling
from delivery.alarms.catalogue import CATALOGUE
from delivery.alarms.cause import WHOLE, Cause, Finding, NoDataError, State
from delivery.alarms.look import Look
from delivery.models import Alarm, AlarmCheck
from kizuna.lib import clock, sqlfile
from municipalities.tenancy.scope import across_for_npo

log = structlog.get_logger("delivery.alarms")

NIGHT_MISSED = timedelta(hours=30)
DONE_HOLDS = timedelta(days=3)
"""After so long "done" is taken back: it is still so."""

Key = tuple[int | None, str]


def look(now: datetime | None = None) -> None:
    """Ask whatever nobody has asked lately, and tell whoever must know. Never raises."""
    try:
        due = _claim([cause for cause in CATALOGUE.values() if not cause.nightly])
        if due:
            ask(due, now)
            _missed_nights(Look(now or clock.now()))
            telling.tell(now or clock.now())
    except Exception:
        # Whoever calls sends the morning's texts: nothing here may stop that.
        log.exception("looking for alarms failed")


def look_at_night(now: datetime | None = None) -> None:
    """Ask the questions that step into every municipality. Never raises."""
    try:
        nightly = [cause for cause in CATALOGUE.values() if cause.nightly]
        ask(_claim(nightly), now)
    except Exception:
        log.exception("looking for alarms failed")


def look_at_domains(**_: Any) -> None:
    """Somebody has just had a sender's domain checked: an answer of an hour ago is not waited out."""
    ask([CATALOGUE["sender_domain"]])


def ask(causes: Iterable[Cause], now: datetime | None = None) -> None:
    """Ask these at once, whoever asked them last. One that breaks is an alarm of its own."""
    shared = Look(now or clock.now())
    for cause in causes:
        try:
            found, outcome = _answer(cause, shared), "ok"
        except NoDataError:
            found, outcome = [Finding(about=WHOLE, state=State.NO_DATA)], State.NO_DATA.value
        except Exception:
            log.exception("check failed", task=cause.code)
            found, outcome = [Finding(about=WHOLE, state=State.ERROR)], State.ERROR.value
        with across_for_npo():
            settle(cause, found, shared.now, is_answered=outcome == "ok")
            note(cause, outcome)


def settle(cause: Cause, found: Iterable[Finding], now: datetime, *, is_answered: bool) -> None:
    """Make the rows of one cause say what was found. Inside ``across_for_npo``.

    A question without an answer closes nothing: what was found before may still be so.
    """
    wanted = {(one.municipality, one.about): one for one in found}
    rows = Alarm.objects.select_for_update().filter(cause=cause.code, closed_at=None)
    open_ones: dict[Key, Alarm] = {(one.municipality_id, one.about): one for one in rows}
    _refresh([(open_ones[key], wanted[key]) for key in wanted.keys() & open_ones.keys()], now)
    _open(cause, [wanted[key] for key in wanted.keys() - open_ones.keys()], now)
    if is_answered:
        over = [open_ones[key].pk for key in open_ones.keys() - wanted.keys()]
        Alarm.objects.filter(pk__in=over).update(closed_at=now)


def _answer(cause: Cause, shared: Look) -> list[Finding]:
    if cause.nightly:
        with across_for_npo():
            shared.live  # noqa: B018  read before stepping into any of them
        return list(cause.check(shared))
    with across_for_npo():
        return list(cause.check(shared))


def _refresh(pairs: Collection[tuple[Alarm, Finding]], now: datetime) -> None:
    changed = []
    for alarm, finding in pairs:
        facts = dict(finding.facts)
        worn_out = alarm.done_at is not None and alarm.done_at < now - DONE_HOLDS
        if alarm.facts != facts or alarm.state != finding.state or worn_out:
            alarm.facts, alarm.state = facts, finding.state
            if worn_out:
                alarm.done_at, alarm.done_by, alarm.told_at = None, None, None
            changed.append(alarm)
    Alarm.objects.filter(pk__in=[alarm.pk for alarm, _ in pairs]).update(seen_at=now)
    fields = ["facts", "state", "done_at", "done_by", "told_at"]
    Alarm.objects.bulk_update(changed, fields, batch_size=200)


def _open(cause: Cause, found: Collection[Finding], now: datetime) -> None:
    """A new row; or today's row once more, where it had closed. What comes back within an hour was
    told; after that it is another standstill, and somebody must hear of it."""
    back = {(one.municipality, one.about) for one in found}
    rested = Alarm.objects.filter(
        cause=cause.code, opened_on=now.date(), closed_at__lt=now - telling.AGAIN
    ).values_list("pk", "municipality_id", "about")
    again = [pk for pk, municipality, about in rested if (municipality, about) in back]
    Alarm.objects.filter(pk__in=again).update(told_at=None, hooked_at=None)
    Alarm.objects.bulk_create(
        [
            Alarm(
                cause=cause.code,
                municipality_id=one.municipality,
                about=one.about,
                opened_on=now.date(),
                state=one.state,
                facts=dict(one.facts),
                opened_at=now,
                seen_at=now,
            )
            for one in found
        ],
        batch_size=500,
        update_conflicts=True,
        unique_fields=["cause", "municipality", "about", "opened_on"],
        update_fields=["state", "facts", "seen_at", "closed_at", "done_at", "done_by"],
    )


def _claim(causes: Collection[Cause]) -> list[Cause]:
    with across_for_npo(), connection.cursor() as cursor:
        cursor.execute(
            sqlfile.load(__file__, "claim"),
            {
                "causes": [cause.code for cause in causes],
                "seconds": [int(cause.every.total_seconds()) for cause in causes],
            },
        )
        due = {code for (code,) in cursor.fetchall()}
    return [cause for cause in causes if cause.code in due]


def note(cause: Cause, outcome: str) -> None:
    """Keep how the question was answered: ok, no_data, error. Inside ``across_for_npo``."""
    answered = {"answered_at": Now()} if outcome == "ok" else {}
    noted = {"outcome": outcome, **answered}
    AlarmCheck.objects.update_or_create(
        cause=cause.code, defaults=noted, create_defaults={"asked_at": Now(), **noted}
    )


def _missed_nights(shared: Look) -> None:
    """A nightly question that nobody has asked for thirty hours has no answer, and that is told.

    One that was never asked waits for its first night from the first look on that knows it.
    """
    asked = last_asked()
    nightly = [cause for cause in CATALOGUE.values() if cause.nightly]
    _await([cause for cause in nightly if cause.code not in asked])
    for cause in nightly:
        at = asked.get(cause.code)
        if at is not None and shared.now - at > NIGHT_MISSED:
            with across_for_npo():
                lost = [Finding(about=WHOLE, state=State.NO_DATA)]
                settle(cause, lost, shared.now, is_answered=False)


def _await(causes: Collection[Cause]) -> None:
    if causes:
        with across_for_npo():
            AlarmCheck.objects.bulk_create(
                [AlarmCheck(cause=one.code, asked_at=Now(), outcome="never") for one in causes],
                ignore_conflicts=True,
            )


def last_asked() -> dict[str, datetime]:
    """When each question was asked last, by the database's clock."""
    with across_for_npo():
        return dict(AlarmCheck.objects.values_list("cause", "asked_at"))
