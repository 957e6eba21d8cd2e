"""What libraries say in the log: their sentence whole, with nothing in it that could be a person's.

A library fills data into its sentences: an address, a path that holds a token, a row. What is known
to be of nobody stays; "…" stands for everything else. So "Refused <%s> after %d tries" of an
address and 3 is logged as "Refused <…> after 3 tries".
"""

import re
from collections.abc import Mapping
from http import HTTPMethod, HTTPStatus
from typing import Any

HIDDEN = "…"

_OF_HTTP = {status.phrase for status in HTTPStatus} | {str(method) for method in HTTPMethod}
# A module or task of ours, or the number that a queue gives to a task.
_OF_OURS = re.compile(
    r"(?:kizuna|municipalities|messages|surveys|delivery)(?:\.[a-z_]+)+"
    r"|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}"
)
# An e-mail address, a LINE id, or a signed token in a text that a library put together itself.
_LOOKS_PERSONAL = re.compile(r"[^\s<>\"']+@[^\s<>\"']+|U[0-9a-f]{32}|[\w.-]+:[\w-]{43}")


def sentence(template: str, arguments: Any, request: Any = None) -> str:
    """The template with its arguments, or by itself where the two do not fit.

    Args:
        arguments: a tuple, or a mapping for ``%(name)s``, as in a ``logging.LogRecord``.
        request: of which the record tells; its path is replaced by the name of its route.
    """
    plain = _LOOKS_PERSONAL.sub(HIDDEN, template)
    if not arguments:
        return plain
    shown: Any
    if isinstance(arguments, Mapping):
        shown = {key: _shown(value, request) for key, value in arguments.items()}
    else:
        shown = tuple(_shown(value, request) for value in arguments)
    try:
        return str(plain % shown)
    except (TypeError, ValueError, KeyError):
        return plain


def _shown(value: Any, request: Any) -> Any:
    if value is None or isinstance(value, int | float):
        return value
    if isinstance(value, BaseException):
        return type(value).__name__
    if isinstance(value, str):
        if value in _OF_HTTP or _OF_OURS.fullmatch(value):
            return value
        # ``runserver`` calls its socket a request; it has no path.
        if value == _as_django_writes(getattr(request, "path", "")):
            match = request.resolver_match
            return match.view_name if match else "unmatched"
    return HIDDEN


def _as_django_writes(path: str) -> str:
    return path.encode("unicode_escape").decode("ascii")
