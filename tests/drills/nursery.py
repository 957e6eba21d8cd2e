"""A warm process that has imported Django and Celery, and forks workers and desk commands from it.

One JSON object a line: ``{"run": "worker" | "beat" | "desk", "args": […], "env": {…}, "log": path}``
gives ``{"pid": n}``; ``{"poll": n}`` gives ``{"status": null | n}`` (negative: the signal's number).
It has no threads and no connections, so a fork is as good as a start. At the end of its input, or
of whoever started it, everything that it started is killed.
"""

import importlib
import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from typing import Any

import django

from kizuna.embedded.process import die_with_parent

APP = os.environ.get("DRILL_APP", "tests.drills.app")


def main() -> int:
    django.setup()
    app = importlib.import_module(APP).app
    importlib.import_module("tests.drills.desk")
    for module in ("celery.bin.celery", "celery.apps.worker", "celery.concurrency.thread"):
        importlib.import_module(module)
    app.loader.import_default_modules()
    arm = die_with_parent(signal.SIGKILL)
    ended: dict[int, int] = {}
    started: set[int] = set()
    print(json.dumps({"pid": os.getpid()}), flush=True)
    for line in sys.stdin:
        order: dict[str, Any] = json.loads(line)
        if "poll" in order:
            _reap(started, ended)
            print(json.dumps({"status": ended.get(order["poll"])}), flush=True)
            continue
        pid = os.fork()
        if pid == 0:
            _live(app, order, arm)
        started.add(pid)
        print(json.dumps({"pid": pid}), flush=True)
    _reap(started, ended)
    for pid in started:
        os.kill(pid, signal.SIGKILL)
    return 0


def _reap(started: set[int], ended: dict[int, int]) -> None:
    for pid in list(started):
        found, status = os.waitpid(pid, os.WNOHANG)
        if found:
            ended[pid] = os.waitstatus_to_exitcode(status)
            started.discard(pid)


def _live(app: Any, order: dict[str, Any], arm: Callable[[], None] | None) -> None:
    """The child: its own session, its own log, and never back to the caller."""
    status = 1
    try:
        os.setsid()
        if arm is not None:
            arm()
        os.environ.update(order["env"])
        output = os.open(order["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        nothing = os.open(os.devnull, os.O_RDONLY)
        for source, target in ((nothing, 0), (output, 1), (output, 2)):
            os.dup2(source, target)
        status = _work(app, order["run"], order["args"])
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _work(app: Any, what: str, arguments: list[str]) -> int:
    if what == "desk":
        from tests.drills import desk

        return desk.main(arguments)
    from tests.drills import crash

    crash.arm()
    app.start(argv=[what, *arguments])
    return 0


if __name__ == "__main__":
    sys.exit(main())
