"""JSON logs, one line an event, with an allow-list of fields.

A field that is not on the list is dropped: a new log call cannot leak an address by accident.
Tracebacks keep file, line and the error's class; its text may quote data and is dropped.
"""

import logging.config
import os
import sys
import traceback
from pathlib import Path
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from kizuna.lib import foreign

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
        event["where"] = _places(traceback.extract_tb(error.__traceback__))
    return event


DEEPEST = 8
"""So many places of a traceback are told, the deepest last."""


def _places(frames: list[traceback.FrameSummary]) -> list[str]:
    """Where it broke. An error deep inside a library also names the line of ours that went there."""
    told = frames[-DEEPEST:]
    if not any(map(_is_ours, told)):
        told = [frame for frame in frames if _is_ours(frame)][-1:] + told
    return [f"{frame.filename}:{frame.lineno}" for frame in told]


_ROOT = str(Path(__file__).resolve().parents[2]) + os.sep


def _is_ours(frame: traceback.FrameSummary) -> bool:
    return frame.filename.startswith(_ROOT) and "site-packages" not in frame.filename


def _silence_foreign_texts(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """Libraries format data into their text. Of what they fill in, only what is known to be of nobody
    is left; of a text they finished themselves, such as an exception's, what looks harmless."""
    arguments = event.pop("positional_args", None)
    if not event.get("_from_structlog"):
        request = getattr(event.get("_record"), "request", None)
        event["event"] = foreign.sentence(str(event.get("event", "")), arguments, request)
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
        "pass_foreign_args": True,
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
