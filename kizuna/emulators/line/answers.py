"""LINE's error texts, and how an answer reaches the client: whole, spoiled by a fault, or never."""

import json
import socket
import struct
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

UNAUTHORIZED = {
    "message": "Authentication failed. Confirm that the access token in the authorization header"
    " is valid."
}
RATE_LIMITED = {"message": "The API rate limit has been exceeded. Try again later."}
MONTHLY_LIMIT = {"message": "You have reached your monthly limit."}
FAILED_TO_SEND = {"message": "Failed to send messages"}
NOT_AVAILABLE = {"message": "Access to this API is not available for your account"}
NOT_FOUND = {"message": "Not found"}
TOO_LARGE = {"message": "Request entity too large"}
INTERNAL = {"message": "Internal server error"}
NO_JSON = {"message": "The request body could not be parsed as JSON (line: 1, column: 1)"}


@dataclass
class Answer:
    status: int = 200
    body: dict[str, Any] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)


def oauth_error(error: str, description: str) -> Answer:
    return Answer(400, {"error": error, "error_description": description})


# Faults that strike before anything was accepted.
EARLY = {
    "error_before": Answer(500, INTERNAL),
    "rate_limited": Answer(429, RATE_LIMITED),
    "unauthorized": Answer(401, UNAUTHORIZED),
    "forbidden": Answer(403, NOT_AVAILABLE),
}


def refusal(request: web.Request, request_id: str, fault: str) -> web.StreamResponse | None:
    """What a fault answers before the request is even looked at; None lets the request pass."""
    if fault in EARLY:
        return respond(request_id, EARLY[fault])
    if fault == "reset_before":
        return _reset(request)
    if fault == "bad_gateway":
        page = "<html><body><h1>502 Bad Gateway</h1></body></html>"
        return web.Response(status=502, text=page, content_type="text/html")
    return None


def spoil(request: web.Request, request_id: str, fault: str, answer: Answer) -> web.StreamResponse:
    """The answer itself, or what a fault makes of it after the request was accepted."""
    if fault == "error_after":
        return respond(request_id, Answer(500, INTERNAL))
    if fault == "reset_after":
        return _reset(request)
    response = respond(request_id, answer)
    if fault == "truncated":
        whole = response.body
        assert isinstance(whole, bytes)
        response.body = whole[: len(whole) // 2]
    return response


def respond(request_id: str, answer: Answer) -> web.Response:
    return web.Response(
        status=answer.status,
        body=json.dumps(answer.body, ensure_ascii=False).encode(),
        content_type="application/json",
        headers={"x-line-request-id": request_id, **answer.headers},
    )


def _reset(request: web.Request) -> web.Response:
    """Close with RST, as a broken line does; the response is never written."""
    transport = request.transport
    if transport is not None:
        raw = transport.get_extra_info("socket")
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        transport.abort()
    return web.Response()
