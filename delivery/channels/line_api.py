"""LINE's transport: one kept client for all municipalities, a token with every call.

The SDK's own client carries the calls, below its models: they cost 2 ms for 500 people, and a
model that cannot read the answer of an accepted push raises as if it had failed. The layer used
here adds no ``Authorization`` of its own, so a forgotten token is a 401 and never another account.
"""

import logging
import os
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from delivery.domain.outcome import TryLater

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0


class NotSent(Exception):
    """LINE has seen nothing of the message; ``outcome`` is everybody's, and says why."""

    def __init__(self, reason: str, after: int = 0) -> None:
        super().__init__(reason)
        self.outcome = TryLater(reason, after)


class NoAnswer(Exception):
    """The request may have reached LINE; its answer did not reach us."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``request_id`` is LINE's name of this attempt; of the accepted one when it was a repeat."""

    status: int
    body: bytes
    request_id: str


class LineApi:
    """Thread-safe, and safe to build before a fork: connections begin with the first call."""

    def __init__(
        self,
        base_url: str,
        connections: int,
        read_seconds: float = READ_SECONDS,
        connect_seconds: float = CONNECT_SECONDS,
    ) -> None:
        if urlsplit(base_url).scheme not in {"http", "https"}:
            raise ValueError(f"LINE's address must begin with https:// (or http://): {base_url!r}")
        self._base_url = base_url.rstrip("/")
        self._connections = connections
        self._timeout = (connect_seconds, read_seconds)
        self._lock = threading.Lock()
        self._made: tuple[int, Any] = (0, None)

    def post(self, path: str, body: Mapping[str, Any], token: str, retry_key: str = "") -> Answer:
        """Raises NotSent or NoAnswer; every status is an answer."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        if retry_key:
            headers["X-Line-Retry-Key"] = retry_key
        return self._call("POST", path, headers=headers, body=body)

    def get(self, path: str, token: str) -> Answer:
        """Raises NotSent or NoAnswer; every status is an answer."""
        return self._call("GET", path, headers={"Authorization": f"Bearer {token}"})

    def post_form(self, path: str, fields: Mapping[str, str]) -> Answer:
        """Raises NotSent or NoAnswer; every status is an answer."""
        headers = {"Content-Type": "application/x-www-form-urlencoded"}
        return self._call("POST", path, headers=headers, post_params=list(fields.items()))

    def _call(self, method: str, path: str, **parts: Any) -> Answer:
        client, sdk, urllib3 = self._client()
        try:
            answer = client.rest_client.request(
                method, self._base_url + path, _request_timeout=self._timeout, **parts
            )
        except sdk.ApiException as error:
            if not error.status:  # the SDK's name for a TLS failure
                if "CERTIFICATE_VERIFY_FAILED" in str(error.reason):
                    raise NotSent("unreachable") from None
                raise NoAnswer("SSLError") from None
            return _answer(error.status, error.body, error.headers)
        except (urllib3.NewConnectionError, urllib3.ConnectTimeoutError):
            raise NotSent("unreachable") from None
        except (urllib3.HTTPError, OSError) as error:
            raise NoAnswer(type(error).__name__) from None
        return _answer(answer.status, answer.data, answer.getheaders())

    def _client(self) -> tuple[Any, Any, Any]:
        """Imported with the first call: 1.5 s and 70 MB that the web process need not pay."""
        from linebot.v3 import messaging
        from urllib3 import exceptions

        with self._lock:
            pid, client = self._made
            if pid != os.getpid():
                # It writes every answer's body to its debug log: tokens too.
                logging.getLogger("linebot.v3.messaging.rest").setLevel(logging.INFO)
                settings = messaging.Configuration(
                    host=self._base_url,
                    access_token="none",  # noqa: S106  it insists on one, and does not use it here
                )
                settings.retries = False  # urllib3 would repeat on its own, without a key's rules
                settings.connection_pool_maxsize = self._connections
                client = messaging.ApiClient(settings)
                self._made = os.getpid(), client
        return client, messaging, exceptions


def _answer(status: int, body: bytes | None, headers: Mapping[str, str]) -> Answer:
    request_id = headers.get("x-line-accepted-request-id") or headers.get("x-line-request-id")
    return Answer(status, body or b"", request_id or "")
