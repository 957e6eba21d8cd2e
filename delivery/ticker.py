"""Every worker also looks by itself. An emptied, frozen or deaf Redis costs one interval, no more.

A daemon thread beside Celery's threads: it sweeps, plans what is due and serves the channels whose
queues this worker listens to. Celery stops it before the worker ends, and it finishes its batch.
"""

import random
import socket
import threading
from typing import Any

import structlog
from celery import signals
from django.conf import settings
from django.db import close_old_connections, connection

from delivery import forecasting, running
from delivery.alarms import watch
from delivery.due import oldest_due_seconds
from delivery.tasks import SENDING, wake
from kizuna.lib import clock
from kizuna.queues import Queue
from messages.services import desk_mails

log = structlog.get_logger("delivery.ticker")


class Ticker(threading.Thread):
    """``queues`` are the names this worker consumes."""

    def __init__(self, name: str, queues: set[str]) -> None:
        super().__init__(name="ticker", daemon=True)
        self.worker = name
        self.queues = queues
        self.stopping = threading.Event()

    def run(self) -> None:
        while not self.stopping.is_set():
            worked = 0
            try:
                close_old_connections()
                worked = self.tick()
            except Exception:
                # A database that restarts: the next tick finds it again.
                log.exception("tick failed", worker=self.worker)
            if worked:
                continue  # a morning is under way: half of it must not be slept through
            # Spread, so that a hundred workers do not ask in the same second.
            self.stopping.wait(settings.TICK_SECONDS * random.uniform(0.8, 1.2))  # noqa: S311
        connection.close()

    def tick(self) -> int:
        """One look at everything this worker can do; how many deliveries it handled."""
        running.beat(f"worker:{self.worker}")
        if Queue.PLAN in self.queues:
            running.plan_due(clock.today())
            running.sweep(every=settings.TICK_SECONDS)
            forecasting.look(clock.now())
        handled = 0
        waiting = oldest_due_seconds()
        for channel in SENDING:
            if channel in self.queues and not self.stopping.is_set():
                if channel in waiting:
                    # Beat may be a minute away: until then this thread would work alone.
                    wake([channel])
                handled += running.work(channel, seconds=settings.TICK_SECONDS)
        # After the sending: a mail server that is away must not hold the morning up.
        if not self.stopping.is_set():
            watch.look()
            desk_mails.look()
        return handled

    def stop(self) -> None:
        """Ask to end and wait for the batch in hand: a mail cut off would stay unclear."""
        self.stopping.set()
        self.join(timeout=60)


_tickers: list[Ticker] = []


@signals.worker_ready.connect
def _start(sender: Any, **_: Any) -> None:
    queues = set(sender.app.amqp.queues.consume_from)
    ticker = Ticker(sender.hostname or socket.gethostname(), queues)
    _tickers.append(ticker)
    ticker.start()


@signals.worker_shutting_down.connect
def _ask_to_stop(**_: Any) -> None:
    running.stopping.set()
    for ticker in _tickers:
        ticker.stopping.set()


@signals.worker_shutdown.connect
def _stop(**_: Any) -> None:
    for ticker in _tickers:
        ticker.stop()
