"""The queues of the workers. docker-compose.yml and the supervisor are tested against this list.

One queue a channel: when LINE answers slowly, its workers wait and those of e-mail do not.
"""

from enum import StrEnum


class Queue(StrEnum):
    PLAN = "plan"
    EMAIL = "email"
    LINE = "line"
