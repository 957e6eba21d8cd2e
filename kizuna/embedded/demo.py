"""The whole service on one machine: today's delivery through the real workers, then serving.

Order: database, roles, tables; mail catcher and LINE emulator; demo data; workers, beat, web;
the day; the reconciliation; and the receivers' own counts beside it.
"""

import json
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from typing import Any

from kizuna.embedded import counting
from kizuna.embedded.places import CHECKOUT, Places
from kizuna.embedded.ports import answers, free_port
from kizuna.embedded.process import Child, die_with_parent, see_off
from kizuna.embedded.services import Services, require_answer, running_services
from kizuna.embedded.speech import ChildDied, say, show

JAPAN = timezone(timedelta(hours=9))
"""Japan has no daylight saving; a bare machine has no time zone table."""
WARM = 20
"""Seconds a worker may take to finish what it holds."""
WORKERS = {"mail": "plan,email", "line": "plan,line"}
"""One kind a channel: when LINE answers slowly, mail does not wait."""
BEAT = ("beat", "-S", "redbeat.RedBeatScheduler")
SMTP_PORT, MAIL_PORT, LINE_PORT, WEB_PORT = 1025, 8025, 8026, 8000


@dataclass
class Demo:
    """One run of the demo. ``services`` are up; everything else is started here."""

    places: Places
    services: Services
    ending: ExitStack
    day: str = field(default_factory=lambda: datetime.now(JAPAN).date().isoformat())
    mail_page: str = ""
    line_page: str = ""
    web_page: str = ""

    # --- Commands that end ------------------------------------------------------------------

    def manage(self, *arguments: str, owner: bool = False) -> None:
        """Run ``manage.py`` before the person's eyes.

        Raises:
            ChildDied: it ended with an error, or a service did meanwhile.
        """
        self._run(arguments, owner=owner)

    def ask(self, *arguments: str) -> dict[str, Any]:
        """What ``manage.py`` prints, as JSON."""
        answer = json.loads(self._run(arguments, capture=True))
        return dict(answer)

    def _run(self, arguments: Sequence[str], *, owner: bool = False, capture: bool = False) -> str:
        environment = self.services.environment if owner else self.services.without_owner()
        with tempfile.TemporaryFile() as answer:
            process = subprocess.Popen(
                [sys.executable, str(CHECKOUT / "manage.py"), *arguments],
                env=environment,
                cwd=CHECKOUT,
                stdout=answer if capture else None,
                # Ctrl-C is ours to pass on: it would end with a traceback between two lines.
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  no threads here
            )
            self._wait(process)
            if process.returncode:
                raise ChildDied(
                    f"`manage.py {' '.join(arguments)}` が失敗しました"
                    f"(状態 {process.returncode}) / the command failed, see its words above."
                )
            answer.seek(0)
            return answer.read().decode("utf-8")

    def _wait(self, process: subprocess.Popen[bytes]) -> None:
        """Until it ends, or a service does: then nothing good can come of it."""
        try:
            while process.poll() is None:
                self.services.require_alive()
                time.sleep(0.05)
        finally:
            if process.poll() is None:
                process.terminate()
                process.wait()

    # --- Processes that stay ----------------------------------------------------------------

    def start(
        self,
        name: str,
        log: str,
        command: Sequence[str],
        *,
        orphaned: signal.Signals = signal.SIGTERM,
        patience: float = 10,
    ) -> Child:
        """A process that is ended in the reverse order of the starts, and watched until then."""
        child = Child(
            name,
            [sys.executable, "-m", *command],
            log=self.places.logs / f"{log}.log",
            environment=self.services.without_owner(),
            cwd=CHECKOUT,
            orphaned=orphaned,
            patience=patience,
        )
        self.ending.callback(child.end)
        self.services.children.append(child)
        return child

    def start_emulator(self, name: str, module: str, options: Sequence[str]) -> dict[str, int]:
        """The ports it says it took, read from its ``ready {…}`` line."""
        directory = self.places.base / module
        directory.mkdir(mode=0o700, exist_ok=True)
        see_off(name, f"kizuna.emulators.{module}", str(directory), number=signal.SIGTERM)
        command = [f"kizuna.emulators.{module}", *options, "--dir", str(directory)]
        child = self.start(name, module, command)
        child.wait_until(lambda: _ready_line(child) is not None, 30)
        ports: dict[str, int] = json.loads(_ready_line(child) or "{}")
        return ports

    def start_mail_catcher(self) -> None:
        """Unless EMAIL_URL names a mail server."""
        if self.given("EMAIL_URL", 25):
            return
        ports = ["--smtp-port", str(SMTP_PORT), "--http-port", str(MAIL_PORT)]
        took = self.start_emulator("メールの受け皿 (mail catcher)", "mail", ports)
        _say_if_moved(SMTP_PORT, took["smtp_port"])
        _say_if_moved(MAIL_PORT, took["http_port"])
        self.services.environment["EMAIL_URL"] = f"smtp://127.0.0.1:{took['smtp_port']}"
        self.mail_page = f"http://127.0.0.1:{took['http_port']}"

    def start_line_emulator(self) -> None:
        """Unless LINE_API_BASE_URL names LINE's own."""
        if self.given("LINE_API_BASE_URL", 443):
            return
        took = self.start_emulator("LINE の代役 (emulator)", "line", ["--port", str(LINE_PORT)])
        _say_if_moved(LINE_PORT, took["http_port"])
        self.line_page = f"http://127.0.0.1:{took['http_port']}"
        self.services.environment["LINE_API_BASE_URL"] = self.line_page

    def given(self, variable: str, usual_port: int) -> bool:
        """Whether the caller named the other side; then somebody must listen there."""
        if variable not in self.services.given:
            return False
        require_answer(variable, self.services.environment[variable], usual_port)
        say(f"{variable} の相手を使います", f"using what {variable} names")
        return True

    def start_workers(self) -> None:
        """Both kinds, and the timetable."""
        workers = [
            self._start_celery(f"worker {name}", *worker_arguments(name)) for name in WORKERS
        ]
        # Called before the two `end`: both are asked before either is waited for.
        for worker in workers:
            self.ending.callback(worker.ask_to_end)
        self._start_celery("beat", *BEAT)

    def _start_celery(self, name: str, *arguments: str) -> Child:
        return self.start(
            name,
            name.replace(" ", "-"),
            ["celery", "-A", "kizuna", *arguments],
            # With us its broker has gone too: asked to leave, it would try to reconnect first.
            orphaned=signal.SIGKILL,
            patience=WARM,
        )

    def choose_web_port(self) -> int:
        """The pages' port; known before anything that writes links into mails is started."""
        port = free_port(WEB_PORT)
        _say_if_moved(WEB_PORT, port)
        self.web_page = f"http://127.0.0.1:{port}"
        self.services.environment.setdefault("PUBLIC_BASE_URL", self.web_page)
        self.services.environment["STATIC_ROOT"] = str(self.places.base / "static")
        return port

    def start_web(self, port: int) -> None:
        command = ["gunicorn", "kizuna.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2"]
        command += ["--worker-class", "gthread", "--threads", "4", "--graceful-timeout", "5"]
        child = self.start("web", "web", [*command, "--no-control-socket"])
        child.wait_until(lambda: answers(f"{self.web_page}/livez"), 60)

    # --- The end of the story ----------------------------------------------------------------

    def verdict(self) -> counting.Verdict:
        """The ledger against the receivers' own counts."""
        reconciled = self.ask("reconcile", "--date", self.day, "--format", "json")
        counted: dict[str, counting.Counted | None] = {"email": None, "line": None}
        try:
            if self.mail_page:
                counted["email"] = counting.ask(f"{self.mail_page}/_count?day={self.day}")
            if self.line_page:
                counted["line"] = counting.ask(f"{self.line_page}/_control/count?day={self.day}")
        except (OSError, ValueError, KeyError) as error:
            raise ChildDied(
                f"受け取り側に件数を聞けません: {error} / a receiver does not tell its count."
            ) from error
        return counting.compare(reconciled, counted)

    def tell_where_to_look(self) -> None:
        show()
        say(f"管理画面    {self.web_page}/console/", "console; its logins are printed above")
        if self.mail_page:
            say(f"届いたメール {self.mail_page}/", "what the mail catcher received")
        if self.line_page:
            say(f"届いた LINE  {self.line_page}/", "what the LINE emulator received")
        say(f"記録        {self.places.logs}", "logs")

    def serve(self) -> None:
        """Until Ctrl-C.

        Raises:
            ChildDied: a process ended by itself.
        """
        say("Ctrl-C で終了します", "serving until Ctrl-C")
        while True:
            self.services.require_alive()
            time.sleep(0.5)


def run(places: Places, *, once: bool) -> int:
    """0 when everything owed was delivered once and every count agrees, 1 when not."""
    with running_services(places) as services, ExitStack() as ending:
        demo = Demo(places, services, ending)
        port = demo.choose_web_port()
        say("表を用意しています", "preparing the tables")
        demo.manage("migrate", "--database", "owner", "--verbosity", "0", owner=True)
        demo.start_mail_catcher()
        demo.start_line_emulator()
        demo.manage("load_demo")
        demo.manage("collectstatic", "--noinput", "--verbosity", "0")
        demo.start_workers()
        demo.start_web(port)
        say(f"{demo.day} の配信を実行します", f"running the delivery of {demo.day}")
        demo.manage("run_day", "--date", demo.day, "--watch")
        demo.manage("reconcile", "--date", demo.day)
        verdict = demo.verdict()
        show("\n".join(verdict.lines))
        if not verdict.good:
            say("数が合いません", "the numbers do not agree, see the lines above")
        demo.tell_where_to_look()
        if not once:
            with suppress(KeyboardInterrupt):
                demo.serve()
        say("終了しています", "stopping")
    return 0 if verdict.good else 1


def worker_arguments(name: str) -> list[str]:
    """What stands after ``celery -A kizuna``; docker-compose.yml is tested against it."""
    command = ["worker", "--pool", "threads", "--concurrency", "4"]
    return [*command, "-Q", WORKERS[name], "-n", f"{name}@%h"]


def _ready_line(child: Child) -> str | None:
    for line in child.said().splitlines():
        if line.startswith("ready "):
            return line.removeprefix("ready ")
    return None


def _say_if_moved(wanted: int, taken: int) -> None:
    if taken != wanted:
        say(
            f"ポート {wanted} は使用中のため {taken} を使います",
            f"port {wanted} is taken, using {taken}",
        )
