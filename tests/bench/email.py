"""E-mail: how fast one thread of one worker hands mails over, beside what is the limit here.

Every sender hands the same kind of mail (Japanese text and HTML, one recipient, one-click headers)
to the same receiver: Postfix's ``smtp-sink`` where it is installed, else the sink beside this file.
"""

import contextlib
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from django.core.mail import EmailMultiAlternatives, get_connection

from delivery.channels.protocol import Content, MailSender, Outgoing, Sender
from delivery.channels.smtp import SmtpChannel
from tests.bench import sink
from tests.bench.harness import Measured, Options, measure, median, seconds

SENDER = Sender(
    1, "aoba", "あおば子育てメール", MailSender("あおば市", "kosodate@aoba.example.jp", ""), None
)
SENTENCE = "赤ちゃんの首がすわるころです。抱っこのときは、まだ手を添えてあげましょう。"
TEXT = "\n".join([SENTENCE] * 16) + "\n配信をやめる %%STOP_URL%%\n"
HTML = f"<html><body>{''.join(f'<p>{SENTENCE}</p>' for _ in range(20))}<p>%%STOP_URL%%</p></body>"
EDITION = 50
"""Mails of one edition, one after the other: a middling city's morning."""
AHEAD = 0.5
NAMES = (
    "smtp-source of Postfix",
    "send_mail, one message each",
    "send_mail, connection kept",
    "django-post_office, queued and sent",
)


@dataclass(frozen=True)
class Server:
    port: int
    kind: str


@measure
def messages_per_second(options: Options) -> Measured:
    """Ours, the limit, and Django's two ways; each several times, in turn."""
    ours, django = (1_000, 100) if options.quick else (10_000, 500)
    runs = options.runs or (2 if options.quick else 5)
    rates: dict[str, list[float]] = {}
    with _receiver() as server:
        size = len(_mail())
        ways: dict[str, tuple[int, Callable[[int], float]]] = {
            "ours": (ours, lambda count: seconds(lambda: _ours(server, count))),
            NAMES[1]: (django, lambda count: seconds(lambda: _django(server, count, keep=False))),
            NAMES[2]: (django, lambda count: seconds(lambda: _django(server, count, keep=True))),
            NAMES[3]: (django, lambda count: _post_office(server, count)),
        }
        if program := _postfix("smtp-source"):
            ways[NAMES[0]] = (
                ours,
                lambda count: seconds(lambda: _source(program, server, count, size)),
            )
        for _ in range(runs):
            for name, (count, way) in ways.items():
                rates.setdefault(name, []).append(count / way(count))
    found = {name: median(some) for name, some in rates.items()}
    per_message = found.pop("ours")
    beside = {name: found[name] for name in NAMES if name in found}
    limit, plain = beside.get(NAMES[0]), beside[NAMES[1]]
    notes = [
        f"mails of {size:,} bytes to {server.kind}",
        f"{per_message / plain:.1f} times send_mail per message",
    ]
    if limit is None:
        notes.append("smtp-source is not installed (Debian: postfix); its column is empty")
    return Measured(
        "e-mail from one thread of a worker", "mails/s", per_message, beside,
        None if limit is None else per_message / limit,
        "≥ 0.5 × smtp-source and ≥ 10 × send_mail",
        per_message >= 10 * plain and (limit is None or per_message >= AHEAD * limit),
        runs, tuple(notes),
    )  # fmt: skip


def _outgoing(number: int) -> Outgoing:
    content = Content(number // EDITION, "生後45日のおたより", TEXT, HTML, "")
    stop = f"https://kizuna.example.jp/m/aoba/stop/1.{number}:Xw3k2f5Yd0pQ1rVb7mZc9aHj4tLsGuNe/"
    return Outgoing(number, f"20261125-{number}", f"reader{number}@family.example", stop, content)


def _mail() -> bytes:
    from delivery.channels.mail_message import skeleton

    one = _outgoing(1)
    return skeleton(SENDER, one.content).mail(one, time.time()).data


def _ours(server: Server, count: int) -> None:
    """As a worker does it: the batch of one claim, in parts of what may be in flight."""
    channel = SmtpChannel(f"smtp://127.0.0.1:{server.port}")
    for start in range(0, count, channel.in_flight):
        batch = [_outgoing(n) for n in range(start, min(start + channel.in_flight, count))]
        outcomes = channel.send(SENDER, channel.requests(SENDER, batch))
        assert len(outcomes) == len(batch)
    channel.close()


def _django(server: Server, count: int, *, keep: bool) -> None:
    connection = get_connection(
        "django.core.mail.backends.smtp.EmailBackend", host="127.0.0.1", port=server.port,
        use_tls=False, use_ssl=False, username="", password="",
    )  # fmt: skip
    if keep:
        connection.open()
    for number in range(count):
        one = _outgoing(number)
        message = EmailMultiAlternatives(
            one.content.subject,
            TEXT.replace("%%STOP_URL%%", one.stop_url),
            "あおば市 <kosodate@aoba.example.jp>",
            [one.address],
            headers={
                "List-Unsubscribe": f"<{one.stop_url}>",
                "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
                "Message-ID": f"<d.{one.message_key}@aoba.example.jp>",
            },
            connection=connection,
        )
        message.attach_alternative(HTML.replace("%%STOP_URL%%", one.stop_url), "text/html")
        message.send()
    connection.close()


def _post_office(server: Server, count: int) -> float:
    """In a process of its own: it wants tables and settings that are not ours."""
    words = [sys.executable, "-m", "tests.bench.post_office", str(server.port), str(count)]
    said = subprocess.run(words, check=True, timeout=300, capture_output=True, text=True)
    return float(said.stdout.split()[-1])


def _source(program: str, server: Server, count: int, size: int) -> None:
    """One session kept, as ours; ``-d`` keeps it for all messages."""
    subprocess.run(
        [program, "-s", "1", "-d", "-m", str(count), "-l", str(size), "-f", "a@b.example",
         "-t", "reader@family.example", f"127.0.0.1:{server.port}"],
        check=True, timeout=120, capture_output=True,
    )  # fmt: skip


def _postfix(name: str) -> str | None:
    return shutil.which(name, path="/usr/sbin:/usr/libexec/postfix:/usr/bin")


@contextlib.contextmanager
def _receiver() -> Iterator[Server]:
    program = _postfix("smtp-sink")
    if program is None:
        with sink.running("smtp") as ours:
            yield Server(ours.port, "the benchmark's own sink")
        return
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = int(free.getsockname()[1])
    # smtp-sink gives up root only where it is told whom to become.
    child = subprocess.Popen([program, "-u", "nobody", f"127.0.0.1:{port}", "512"])
    try:
        _wait_for(port)
        yield Server(port, "smtp-sink of Postfix")
    finally:
        child.terminate()
        child.wait(10)


def _wait_for(port: int) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise TimeoutError("smtp-sink does not answer")
