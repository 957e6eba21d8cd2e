"""SIGKILL of oneself at the n-th pass of a named point: ``CRASH_AT=after_pre_mark:3:email``.

The points are put around the product's functions here, in the test tree; the product knows nothing
of them. A point is passed by a whole batch or chunk, except ``mid_send`` and ``answer_lost``, which
are passed by each mail or LINE call.
"""

import functools
import os
import signal
import threading
from collections.abc import Callable
from typing import Any

from delivery import ledger, sending
from delivery.channels.line import LineChannel
from delivery.channels.line_api import LineApi
from delivery.channels.smtp import SmtpChannel
from delivery.channels.smtp_socket import Phase, SmtpSocket
from delivery.channels.smtp_wire import Connection


def arm() -> None:
    """Set the traps that the environment asks for."""
    if os.environ.get("POISON_KILLS"):
        _arm_poison(os.environ["POISON_KILLS"])
    asked = os.environ.get("CRASH_AT", "")
    if asked:
        point, passes, channel = asked.split(":")
        _PLACES[point](_Trap(int(passes)), channel)


class _Trap:
    def __init__(self, passes: int) -> None:
        self._left = passes
        self._lock = threading.Lock()

    def __call__(self) -> None:
        with self._lock:
            self._left -= 1
            if self._left == 0:
                os.kill(os.getpid(), signal.SIGKILL)


def _around(
    owner: Any,
    name: str,
    trap: _Trap,
    *,
    after: bool = False,
    only: Callable[..., bool] = lambda *_, **__: True,
) -> None:
    inner = getattr(owner, name)

    @functools.wraps(inner)
    def wrapped(*args: Any, **kwargs: Any) -> Any:
        concerned = only(*args, **kwargs)
        if concerned and not after:
            trap()
        result = inner(*args, **kwargs)
        if concerned and after:
            trap()
        return result

    setattr(owner, name, wrapped)


def _ledger(name: str, *, after: bool) -> Callable[[_Trap, str], None]:
    def place(trap: _Trap, channel: str) -> None:
        def only(shift: Any, things: Any, *_: Any, **__: Any) -> bool:
            return bool(shift.channel == channel and things)

        _around(ledger, name, trap, after=after, only=only)

    return place


def _batch(trap: _Trap, channel: str) -> None:
    _around(sending, "_send_batch", trap, only=lambda _, shift, *__: shift.channel == channel)


def _send(*, after: bool) -> Callable[[_Trap, str], None]:
    def place(trap: _Trap, channel: str) -> None:
        _around(SmtpChannel if channel == "email" else LineChannel, "send", trap, after=after)

    return place


def _mid_send(trap: _Trap, channel: str) -> None:
    if channel == "line":
        _around(LineApi, "post", trap, only=_is_sending)
        return
    inner = SmtpSocket.write

    def write(self: SmtpSocket, data: bytes, doubtful_from: int | None = None) -> None:
        if doubtful_from is not None and trap._left == 1:
            self._socket.send(data[: doubtful_from // 2])
        if doubtful_from is not None:
            trap()
        inner(self, data, doubtful_from)

    setattr(SmtpSocket, "write", write)  # noqa: B010


def _answer_lost(trap: _Trap, channel: str) -> None:
    if channel == "line":
        _around(LineApi, "post", trap, after=True, only=_is_sending)
    else:
        _around(Connection, "_reply", trap, only=lambda _, phase: phase is Phase.DOT)


def _is_sending(_: Any, path: str, *__: Any, **___: Any) -> bool:
    return path.endswith(("/push", "/multicast"))


def _after_mark(trap: _Trap, channel: str) -> None:
    del channel  # the worker has one
    _around(sending, "_closed_door", trap)


_PLACES: dict[str, Callable[[_Trap, str], None]] = {
    "in_claim": _ledger("claim", after=True),
    "after_claim": _batch,
    "before_pre_mark": _ledger("pre_mark", after=False),
    "in_pre_mark": _ledger("pre_mark", after=True),
    "after_pre_mark": _send(after=False),
    "mid_send": _mid_send,
    "answer_lost": _answer_lost,
    "after_send": _send(after=True),
    "in_mark": _ledger("mark", after=True),
    "after_mark": _after_mark,
}


def _arm_poison(address: str) -> None:
    """The mail to that address kills whoever prepares the mail, every time: a segfault."""
    inner = SmtpChannel.requests

    def requests(self: SmtpChannel, sender: Any, outgoing: Any) -> Any:
        if any(one.address == address for one in outgoing):
            os.kill(os.getpid(), signal.SIGKILL)
        return inner(self, sender, outgoing)

    setattr(SmtpChannel, "requests", requests)  # noqa: B010
