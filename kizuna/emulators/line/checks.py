"""What LINE refuses, in LINE's own words. Source: Messaging API reference, error responses."""

import re
from typing import Any

USER_ID = re.compile(r"U[0-9a-f]{32}")
RETRY_KEY = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
TEXT_UNITS = 5000
MESSAGES = 5
RECIPIENTS = 500
BODY_BYTES = 2 * 1024 * 1024
TYPES = (
    "text",
    "textV2",
    "sticker",
    "image",
    "video",
    "audio",
    "location",
    "imagemap",
    "template",
    "flex",
    "coupon",
)

Detail = dict[str, str]


def utf16_units(text: str) -> int:
    """LINE counts characters in UTF-16 code units: most emoji are two."""
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def invalid_property(name: str) -> dict[str, Any]:
    return {
        "message": f"The property, '{name}', in the request body is invalid (line: -, column: -)"
    }


def body_errors(details: list[Detail]) -> dict[str, Any]:
    return {"message": f"The request body has {len(details)} error(s)", "details": details}


def _detail(prop: str, message: str) -> Detail:
    return {"message": message, "property": prop}


def messages_errors(messages: Any) -> list[Detail]:
    """Everything wrong with the message objects; only text is looked into."""
    if not isinstance(messages, list) or not messages:
        return [_detail("messages", "May not be empty")]
    if len(messages) > MESSAGES:
        return [_detail("messages", f"Size must be between 1 and {MESSAGES}")]
    return [error for n, one in enumerate(messages) for error in _message_errors(n, one)]


def _message_errors(n: int, message: Any) -> list[Detail]:
    kind = message.get("type") if isinstance(message, dict) else None
    if kind not in TYPES:
        known = ", ".join(TYPES)
        return [_detail(f"messages[{n}].type", f"Must be one of the following values: [{known}]")]
    if kind not in {"text", "textV2"}:
        return []
    text = message.get("text")
    if not isinstance(text, str) or not text.strip():
        return [_detail(f"messages[{n}].text", "May not be empty")]
    if utf16_units(text) > TEXT_UNITS:
        return [_detail(f"messages[{n}].text", f"Length must be between 0 and {TEXT_UNITS}")]
    return []


def push_errors(body: dict[str, Any]) -> dict[str, Any] | None:
    """The body of a 400, or None."""
    to = body.get("to")
    if not isinstance(to, str) or not to:
        return body_errors([_detail("to", "May not be empty")])
    if not USER_ID.fullmatch(to):
        return invalid_property("to")
    details = messages_errors(body.get("messages"))
    return body_errors(details) if details else None


def multicast_errors(body: dict[str, Any]) -> dict[str, Any] | None:
    """The body of a 400, or None. The first malformed id is named by its index."""
    to = body.get("to")
    if not isinstance(to, list) or not to:
        return body_errors([_detail("to", "May not be empty")])
    if len(to) > RECIPIENTS:
        return body_errors([_detail("to", f"Size must be between 1 and {RECIPIENTS}")])
    match = USER_ID.fullmatch
    for n, user in enumerate(to):
        if not isinstance(user, str) or not match(user):
            return invalid_property(f"to[{n}]")
    details = messages_errors(body.get("messages"))
    return body_errors(details) if details else None
