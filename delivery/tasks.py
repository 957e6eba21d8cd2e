"""Wake-ups. A task names at most a channel; what to do is asked of the database."""

from collections.abc import Callable, Iterable
from datetime import date, timedelta
from typing import Any

import structlog
from celery import shared_task
from django.conf import settings
from kombu.exceptions import OperationalError

from delivery import facts, forecasting, invariants, running
from delivery.alarms import watch
from delivery.due import oldest_due_seconds
from delivery.facts.benchmarks import count_benchmarks
from delivery.planning import ensure_month
from kizuna.lib import clock
from kizuna.queues import Queue
from messages.services import desk_mails, version_use
from messages.services.graduation import forget_graduates
from municipalities.services import resting, tidying

log = structlog.get_logger("delivery.tasks")

SENDING = (Queue.EMAIL.value, Queue.LINE.value)


@shared_task(name="delivery.tick")
def tick() -> None:
    """Beat's minute: plan what is due, free what is stuck, wake the senders."""
    running.beat("beat")
    # Planning ends an hour before the send time: at that time nobody else calls the senders.
    if running.plan_due(clock.today()) or oldest_due_seconds():
        wake()
    running.sweep(every=settings.TICK_SECONDS)
    forecasting.look(clock.now())
    watch.look()
    desk_mails.look()


@shared_task(name="delivery.work")
def work(channel: str) -> None:
    """Look for lanes of this channel and serve them."""
    if running.work(channel):
        wake_one(channel)


@shared_task(name="delivery.nightly")
def nightly() -> None:
    """Once a night: ask yesterday whether it contradicts itself, count it, and tidy up.

    A step that fails is logged by its name, and the next ones are taken all the same.
    """
    for name, step in _steps(clock.today()).items():
        try:
            step()
        except Exception:
            log.exception("step of the night failed", task=name)


def _steps(today: date) -> dict[str, Callable[[], object]]:
    """The night's work in its order."""
    yesterday = today - timedelta(days=1)
    return {
        "forget_old_heartbeats": running.forget_old_heartbeats,
        "ask_who_rests": lambda: resting.ask_everywhere(today),
        # Making a partition locks the whole ledger for a moment: not in the first morning of a month.
        "ensure_month": lambda: ensure_month(today + timedelta(days=7)),
        "check_night": lambda: invariants.check_night(yesterday),
        "forget_graduates": lambda: forget_graduates(today),
        "tidy_the_door": tidying.tidy_the_door,
        "note_uses": lambda: version_use.note_uses(yesterday),
        "take_month_ends": lambda: facts.take_month_ends(today),
        "count_yesterday": lambda: facts.count_yesterday(today),
        "count_benchmarks": count_benchmarks,
        "look_at_night": watch.look_at_night,
    }


def wake(channels: Iterable[str] = SENDING, each: int = 4) -> None:
    """Call the senders; ``each`` is how many threads of a worker may answer on one channel."""
    for channel in channels:
        for _ in range(each):
            if not wake_one(channel):
                return


def wake_one(channel: str) -> bool:
    """One wake-up. False when the broker is away: every worker looks by itself soon."""
    try:
        work.apply_async(args=(channel,), queue=channel, expires=settings.TICK_SECONDS, retry=False)
    except (OperationalError, OSError):
        return False
    return True


def wake_for_service_mail(**_: Any) -> None:
    """A reader waits for a mail, phone in hand: one sender looks at once."""
    wake_one(Queue.EMAIL.value)
