"""The Celery app and the timetable. Redis only wakes workers up: PostgreSQL holds what is due.

Losing every message costs one poll interval, getting one ten times costs ten cheap look-ups.
"""

import os
from typing import Any

from celery import Celery
from celery.schedules import crontab
from django.conf import settings

from kizuna.queues import Queue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kizuna.settings")

# A web request or the planner waits this many seconds for Redis, then goes on without the wake-up:
# connecting and each answer. Without ``max_retries`` kombu tries again for 6 s (measured).
PUBLISHING = {"socket_timeout": 0.8, "socket_connect_timeout": 0.8, "max_retries": 0}


class ImpatientPublisher(Celery):
    """Consumers wait in BRPOP and need long timeouts; who publishes gets its own, short ones.

    A frozen Redis cost a publisher 30.5 s with the consumers' options, and costs 0.8 s with these.
    """

    def connection_for_write(self, url: str | None = None, **options: Any) -> Any:
        """The connection behind every publishing pool: web, tasks, commands, beat."""
        given = options.pop("transport_options", None) or {}
        return super().connection_for_write(
            url, transport_options={**PUBLISHING, **given}, **options
        )


app = ImpatientPublisher("kizuna")
app.conf.update(
    broker_url=settings.CELERY_BROKER_URL,
    redbeat_redis_url=settings.REDIS_URL,
    task_ignore_result=True,
    result_backend=None,
    task_serializer="json",
    accept_content=["json"],
    task_default_queue=Queue.PLAN.value,
    # Early acknowledgement: a task is a wake-up, and the row in PostgreSQL survives its loss.
    task_acks_late=False,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_transport_options={
        "visibility_timeout": 900,
        "socket_timeout": 30,
        "socket_connect_timeout": 5,
        "socket_keepalive": True,
        "health_check_interval": 15,
    },
    timezone="Asia/Tokyo",
    worker_hijack_root_logger=False,
    beat_max_loop_interval=5,
    redbeat_lock_timeout=25,
    beat_schedule={
        "tick": {"task": "delivery.tick", "schedule": 60.0, "options": {"expires": 55}},
        "nightly": {"task": "delivery.nightly", "schedule": crontab(hour="2", minute="30")},
    },
)
app.autodiscover_tasks(["delivery"])
app.autodiscover_tasks(["delivery"], related_name="ticker")
