"""Wake-ups. A task names at most a channel; what to do is asked of the database."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any

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
from messages.services import version_use
from messages.services.graduation import forget_graduates
from municipalities.services import resting, tidying

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


@shared_task(name="delivery.work")
def work(channel: str) -> None:
    """Look for lanes of this channel and serve them."""
    if running.work(channel):
        wake_one(channel)


@shared_task(name="delivery.nightly")
def nightly() -> None:
    """Once a night: ask yesterday whether it contradicts itself, and tidy up."""
    running.forget_old_heartbeats()
    resting.ask_everywhere(clock.today())
    # Making a partition locks the whole ledger for a moment: not in the first morning of a month.
    ensure_month(clock.today() + timedelta(days=7))
    yesterday = clock.today() - timedelta(days=1)
    invariants.check_night(yesterday)
    forget_graduates(clock.today())
    tidying.tidy_the_door()
    version_use.note_uses(yesterday)
    facts.take_month_ends(clock.today())
    facts.count_yesterday(clock.today())
    count_benchmarks()
    watch.look_at_night()


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
