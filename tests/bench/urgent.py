"""While a city's morning runs: somebody stops, somebody resets a password, a village has its time.

There is no confirmation mail yet. Measured are what exists: the stop (one POST, recorded when it
is answered) and the password mail, which is handed to the mail server inside the request. Both
from the first byte of the request to the answer, through gunicorn as the supervisor starts it.
"""

import re
import socket
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

import psycopg
import requests

from kizuna.lib import clock
from kizuna.lib.tokens import sign
from municipalities.models import Municipality, StaffUser
from tests.bench import country, day, sink
from tests.bench.harness import Measured, Options, measure, percentile

BIG, SMALL = 40_000, 300
"""A large city has 300,000. This one is as large as keeps both workers busy for longer than a
village may take; the lanes take turns by batches of 500, so the city's size beyond that adds
nothing to the village's wait."""
VILLAGE_BEGINS = 12
"""Seconds after the city."""
PAUSE = 0.25
LONGEST = 30 * 60
RESETS = 300
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@dataclass(eq=False)
class Caller(threading.Thread):
    """Does one thing again and again; ``took`` are the seconds of each."""

    act: Callable[[int], None]
    over: threading.Event
    took: list[float] = field(default_factory=list)
    failed: list[Exception] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(daemon=True)

    def run(self) -> None:
        number = 0
        while not self.over.wait(PAUSE):
            number += 1
            began = time.perf_counter()
            try:
                self.act(number)
            except Exception as error:
                self.failed.append(error)
                return
            self.took.append(time.perf_counter() - began)


@measure
def while_a_morning_runs(options: Options) -> list[Measured]:
    """Stops, password mails, and the village's last delivery."""
    big = 4_000 if options.quick else (options.rows or BIG)
    today = clock.today()
    loaded = country.load([big, SMALL], today)
    city, village = loaded.ids
    over = threading.Event()
    with sink.running("smtp") as mail, sink.running("line") as phones:
        env = {
            **day.environment(mail.url, phones.url),
            "ALLOWED_HOSTS": "127.0.0.1",
            # Each password request comes from an address of its own: their limit is for strangers.
            "TRUSTED_PROXY_COUNT": "1",
            "DEBUG": "true",
        }
        day.plan(env)
        _let_the_village_wait(village, today)
        port = _free_port()
        staff = [f"staff{n}@example.jp" for n in range(RESETS)]
        StaffUser.objects.bulk_create(StaffUser(email=one, name="職員") for one in staff)
        commands = {**day.worker_commands(), "web": _web(port)}
        with day.processes(commands, env):
            _wait_for(port)
            callers = [
                Caller(_stop(port, city), over),
                Caller(_reset(port, staff), over),
            ]
            for one in callers:
                one.start()
            day.wait_until_sent(today, LONGEST)
            over.set()
            for one in callers:
                one.join()
    for one in callers:
        if one.failed:
            raise one.failed[0]
    stops, resets = (one.took for one in callers)
    return [
        *_percentiles("stop while a morning runs", stops, "recorded", 30),
        *_percentiles("password mail while a morning runs", resets, "handed over", 30),
        _village(village, city, today, big),
    ]


def _percentiles(name: str, took: list[float], what: str, limit: float) -> list[Measured]:
    found = {f"p{share}": percentile(took, share / 100) for share in (50, 95, 99)}
    return [
        Measured(
            f"{name}: {label}",
            "s",
            value,
            target=f"≤ {limit:.0f} s" if label == "p99" else "",
            met=value <= limit if label == "p99" else None,
            runs=len(took),
            notes=(f"from the request until it is {what}",) if label == "p99" else (),
        )
        for label, value in found.items()
    ]


def _village(village: int, city: int, today: date, big: int) -> Measured:
    asked = (
        "SELECT extract(epoch FROM max(d.settled_at) - min(d.not_before)), count(*)"
        " FROM delivery_delivery d WHERE d.run_day = %s AND d.municipality_id = %s"
        " AND d.state = 'sent'"
    )
    with psycopg.connect(country.administrator()) as connection:
        took, sent = connection.execute(asked, [today, village]).fetchone() or (0, 0)
        whole, _ = connection.execute(asked, [today, city]).fetchone() or (0, 0)
    assert sent == SMALL
    note = f"{SMALL} readers beside {big:,}; the city was done {float(whole):.0f} s after its time"
    return Measured(
        "a village's last delivery after its send time", "s", float(took),
        target="≤ 60 s", met=float(took) <= 60, notes=(note,),
    )  # fmt: skip


def _let_the_village_wait(village: int, today: date) -> None:
    begins = f"now() + interval '{VILLAGE_BEGINS} seconds'"
    with psycopg.connect(country.administrator()) as connection:
        for table, column in (
            ("delivery_run", "opens_at"),
            ("delivery_lane", "not_before"),
            ("delivery_delivery", "not_before"),
        ):
            connection.execute(
                f"UPDATE {table} SET {column} = {begins}"
                " WHERE municipality_id = %s AND run_day = %s",
                [village, today],
            )


def _stop(port: int, city: int) -> Callable[[int], None]:
    """Another reader of the city each time, from the end: their texts may still be waiting."""
    slug = Municipality.objects.get(pk=city).slug
    session = requests.Session()

    def act(number: int) -> None:
        token = sign("stop", city, country.FIRST_ID + number)
        answer = session.post(
            f"http://127.0.0.1:{port}/m/{slug}/stop/{token}/",
            data={"List-Unsubscribe": "One-Click"},
            timeout=60,
        )
        answer.raise_for_status()

    return act


def _reset(port: int, staff: list[str]) -> Callable[[int], None]:
    url = f"http://127.0.0.1:{port}/accounts/password/reset/"

    def act(number: int) -> None:
        session = requests.Session()
        address = f"10.0.{number // 250}.{number % 250 + 1}"
        session.headers["X-Forwarded-For"] = address
        page = session.get(url, timeout=60)
        found = TOKEN.search(page.text)
        assert found, page.status_code
        answer = session.post(
            url,
            data={"csrfmiddlewaretoken": found[1], "email": staff[number % len(staff)]},
            timeout=60,
            allow_redirects=False,
        )
        assert answer.status_code == 302, answer.status_code

    return act


def _web(port: int) -> list[str]:
    return [
        "gunicorn", "kizuna.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
        "--worker-class", "gthread", "--threads", "4", "--no-control-socket",
    ]  # fmt: skip


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _wait_for(port: int) -> None:
    for _ in range(300):
        try:
            if requests.get(f"http://127.0.0.1:{port}/livez", timeout=10).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise TimeoutError("the web does not answer")
