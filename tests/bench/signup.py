"""A television programme names the page: 200 sign-ups a second for half a minute.

What is asked for is the last form's POST, each from a network of its own and for an address of its
own, through gunicorn as the supervisor starts it; the pages before it cost less. The confirmation
mails go out meanwhile. Requests begin by the clock, whether the ones before were answered or not.
"""

import threading
import time
from dataclasses import dataclass, field

import psycopg
import urllib3

from kizuna.lib import clock
from tests.bench import country, day, sink, web
from tests.bench.harness import Measured, Options, measure, percentile

A_SECOND, SECONDS = 200, 30
CALLERS = 48
TOWNS = 4
"""A municipality takes 5,000 an hour before it asks its operators."""
HASTE = 3
"""Seconds that a form must have been open."""


@dataclass
class Load:
    """Who is next, and what came of it: seconds from the planned moment to the answer."""

    url: str
    forms: list[tuple[str, dict[str, str], str]]
    count: int
    began: float = 0.0
    number: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)
    took: list[float] = field(default_factory=list)
    refused: list[str] = field(default_factory=list)

    def run(self) -> None:
        """Until all are sent. A connection of its own, as browsers have."""
        with urllib3.PoolManager(maxsize=1, retries=False, timeout=60) as pool:
            while (number := self._next()) < self.count:
                begins = self.began + number / A_SECOND
                time.sleep(max(0.0, begins - time.monotonic()))
                self._send(pool, number)
                self.took.append(time.monotonic() - begins)

    def _next(self) -> int:
        with self.lock:
            self.number += 1
            return self.number - 1

    def _send(self, pool: urllib3.PoolManager, number: int) -> None:
        slug, fields, cookie = self.forms[number % len(self.forms)]
        # A network is the first three parts of an address.
        network = f"10.{number // 62_500}.{number // 250 % 250}.{number % 250 + 1}"
        try:
            answer = pool.request(
                "POST",
                f"{self.url}/m/{slug}/register/",
                fields={**fields, "address": f"reader{number}@family.example", "step": "send"},
                encode_multipart=False,
                headers={"Cookie": cookie, "X-Forwarded-For": network},
                redirect=False,
            )
        except urllib3.exceptions.HTTPError as error:
            self.refused.append(type(error).__name__)
            return
        if answer.status != 200 or f"reader{number}@".encode() not in answer.data:
            self.refused.append(str(answer.status))


@measure
def sign_ups(options: Options) -> list[Measured]:
    """Answered without an error, how fast, and whether all of them are there afterwards."""
    seconds = 5 if options.quick else SECONDS
    country._publish(clock.today())
    towns = country._municipalities(TOWNS)
    with sink.running("smtp") as mail:
        env = {
            **day.environment(mail.url, "http://127.0.0.1:9"),
            "ALLOWED_HOSTS": "127.0.0.1",
            "TRUSTED_PROXY_COUNT": "1",
            "DEBUG": "true",
        }
        port = web.free_port()
        commands = {"web": web.command(port), "mail": day.worker_commands()["mail"]}
        with day.processes(commands, env):
            web.wait_for(port)
            url = f"http://127.0.0.1:{port}"
            load = Load(url, [_form(url, town.slug) for town in towns], A_SECOND * seconds)
            time.sleep(HASTE)
            whole = _play(load)
            mailed = _until_mailed(load.count, 120)
    return _results(load, whole, mailed)


def _form(url: str, slug: str) -> tuple[str, dict[str, str], str]:
    """The fields that a browser would send with the last form, and its cookie."""
    with urllib3.PoolManager() as pool:
        page = pool.request("GET", f"{url}/m/{slug}/")
    cookie = page.headers["Set-Cookie"].split(";")[0]
    text = page.data.decode()
    token, opened = web.TOKEN.search(text), web.OPENED.search(text)
    assert token, page.status
    assert opened, page.status
    fields = {
        "csrfmiddlewaretoken": token[1],
        "opened": opened[1],
        "state": "pregnant",
        "weeks": "12",
        "relation": "mother",
        "variant": "standard",
    }
    return slug, fields, cookie


def _play(load: Load) -> float:
    callers = [threading.Thread(target=load.run, daemon=True) for _ in range(CALLERS)]
    load.began = time.monotonic()
    for one in callers:
        one.start()
    for one in callers:
        one.join()
    return time.monotonic() - load.began


def _until_mailed(count: int, seconds: float) -> float:
    """Seconds until every confirmation was handed over, counted from now."""
    began = time.monotonic()
    asked = "SELECT count(*) FROM municipalities_servicemail WHERE state = 'sent'"
    with psycopg.connect(country.administrator(), autocommit=True) as connection:
        while (connection.execute(asked).fetchone() or (0,))[0] < count:
            if time.monotonic() - began > seconds:
                raise TimeoutError("not every confirmation mail was handed over")
            time.sleep(0.2)
    return time.monotonic() - began


def _results(load: Load, whole: float, mailed: float) -> list[Measured]:
    with psycopg.connect(country.administrator()) as connection:
        row = connection.execute("SELECT count(*) FROM municipalities_registration").fetchone()
    kept = row[0] if row else 0
    fine = not load.refused and kept == load.count
    found = {f"p{share}": percentile(load.took, share / 100) for share in (50, 95, 99)}
    return [
        Measured(
            f"sign-ups, {A_SECOND} a second asked for", "a second answered", load.count / whole,
            target="every one without an error", met=fine, runs=load.count,
            notes=(
                f"{len(load.refused)} errors {sorted(set(load.refused))}, {kept:,} of"
                f" {load.count:,} kept; the last confirmation mail {mailed:.1f} s after the last",
            ),
        ),
        *(Measured(f"sign-up answered: {name}", "s", value) for name, value in found.items()),
    ]  # fmt: skip
