"""The mail catcher as a process of its own, and the few things tests ask of it."""

import json
import signal
import smtplib
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import NamedTuple

import pytest


class Page(NamedTuple):
    status: int
    text: str
    policy: str


class MailServer:
    """One running catcher. ``stop`` and ``start`` keep its directory."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.start()

    def start(self, smtp_port: int = 0, http_port: int = 0) -> None:
        command = [sys.executable, "-m", "kizuna.emulators.mail", "--dir", str(self.directory)]
        command += ["--smtp-port", str(smtp_port), "--http-port", str(http_port)]
        self.process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        assert self.process.stdout is not None
        ready = self.process.stdout.readline()
        assert ready.startswith("ready "), "the catcher did not start"
        ports = json.loads(ready.removeprefix("ready "))
        self.smtp_port, self.http_port = int(ports["smtp_port"]), int(ports["http_port"])

    def stop(self, how: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(how)
        status = self.process.wait(10)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status

    @property
    def email_url(self) -> str:
        return f"smtp://127.0.0.1:{self.smtp_port}"

    def get(self, path: str) -> Page:
        url = f"http://127.0.0.1:{self.http_port}{path}"
        try:
            answer = urllib.request.urlopen(url, timeout=10)
        except urllib.error.HTTPError as error:
            answer = error
        with answer:
            policy = answer.headers.get("Content-Security-Policy", "")
            return Page(answer.status, answer.read().decode(), policy)

    def count(self, day: str = "") -> dict[str, int]:
        counts: dict[str, int] = json.loads(
            self.get(f"/_count?day={day}" if day else "/_count").text
        )
        return counts

    def message(self, number: int) -> EmailMessage:
        """A kept mail, read by the standard library's parser."""
        with urllib.request.urlopen(
            f"http://127.0.0.1:{self.http_port}/messages/{number}.eml", timeout=10
        ) as answer:
            return message_from_bytes(answer.read(), policy=policy.default)

    def deliver(self, to: str, **fields: str) -> tuple[int, bytes]:
        """Send one plain mail as a foreign client; the code and text that decided it."""
        mail = "".join(f"{name.replace('_', '-')}: {value}\r\n" for name, value in fields.items())
        with smtplib.SMTP("127.0.0.1", self.smtp_port, local_hostname="test") as client:
            client.ehlo()
            client.mail("stage@kosodate.example.jp")
            code, text = client.rcpt(to)
            return client.data(f"{mail}\r\nHello\r\n") if code == 250 else (code, text)


@pytest.fixture(scope="module")
def catcher(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MailServer]:
    """One catcher for a file's tests; each test takes a day of its own."""
    server = MailServer(tmp_path_factory.mktemp("mail"))
    yield server
    if server.process.poll() is None:
        server.stop()
