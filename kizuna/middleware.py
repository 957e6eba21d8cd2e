"""One log line a request: method, route name, status, seconds. Never the path, which holds tokens."""

import time
import uuid
from collections.abc import Callable

import structlog
from django.http import HttpRequest, HttpResponse

log = structlog.get_logger("kizuna.request")


class RequestLogMiddleware:
    """Gives each request an id that every log line below it carries."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        started = time.perf_counter()
        request_id = uuid.uuid4().hex
        with structlog.contextvars.bound_contextvars(request_id=request_id):
            response = self.get_response(request)
            match = request.resolver_match
            log.info(
                "request",
                method=request.method,
                route=match.view_name if match else "unmatched",
                status=response.status_code,
                seconds=round(time.perf_counter() - started, 4),
            )
        response["X-Request-Id"] = request_id
        return response
