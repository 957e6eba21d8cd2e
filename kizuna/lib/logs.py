"""JSON logs, one line an event, with an allow-list of fields.

A field that is not on the list is dropped: a new log call cannot leak an address by accident.
Tracebacks keep file, line and the error's class; its text may quote data and is dropped.
"""

import logging.config
import re
import sys
import traceback
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

FIELDS = frozenset(
    {
        "event",
        "level",
        "logger",
        "timestamp",
        "municipality_id",
        "run_day",
        "channel",
        "delivery_id",
        "edition_id",
        "state",
        "reason",
        "count",
        "seconds",
        "status",
        "method",
        "route",
        "request_id",
        "task",
        "invariant",
        "worker",
        "error",
        "where",
    }
)


def _drop_what_is_not_listed(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    return {key: value for key, value in event.items() if key in FIELDS}


def _name_the_error(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    info = event.pop("exc_info", None)
    if info is True:  # structlog's ``log.exception``: the error is the one being handled
        info = sys.exc_info()
    error = info[1] if isinstance(info, tuple) else info
    if isinstance(error, BaseException):
        event["error"] = type(error).__name__
        event["where"] = [
            f"{frame.filename}:{frame.lineno}"
            for frame in traceback.extract_tb(error.__traceback__)
        ][-8:]
    return event


# An e-mail address, a LINE id, or a signed token in a text that a library put together itself.
_LOOKS_PERSONAL = re.compile(r"[^\s<>\"']+@[^\s<>\"']+|U[0-9a-f]{32}|[\w.-]+:[\w-]{43}")


def _silence_foreign_texts(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Libraries format data into their text. Of ``Refused <%s>`` only the template is left
    (``use_get_message`` below); of a finished text, such as an exception's, what looks harmless."""
    if not event.get("_from_structlog"):
        event["event"] = _LOOKS_PERSONAL.sub("…", str(event.get("event", "")))
    return event


SHARED: list[Processor] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=False),
]


def logging_config(level: str) -> None:
    """Send structlog and the standard library's logging through the same door."""
    structlog.configure(
        processors=[*SHARED, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    formatter: dict[str, Any] = {
        "()": structlog.stdlib.ProcessorFormatter,
        "use_get_message": False,
        "foreign_pre_chain": [*SHARED, structlog.stdlib.ExtraAdder(allow=FIELDS)],
        "processors": [
            _silence_foreign_texts,
            _name_the_error,
            _drop_what_is_not_listed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
    }
    logging.config.dictConfig(
        {
            "version": 1,
            "disable_existing_loggers": False,
            "formatters": {"json": formatter},
            "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
            "root": {"handlers": ["stderr"], "level": level},
            "loggers": {
                "django": {"level": level, "propagate": True, "handlers": []},
                "celery": {"level": level, "propagate": True},
            },
        }
    )
