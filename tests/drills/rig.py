"""The machinery of the drills: one PostgreSQL and one Valkey for all, a fresh world for each.

Single-threaded on purpose: children are started between fork and exec with a parent-death signal.
"""

import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any
from urllib.request import Request

import psycopg
from psycopg import sql as sqltext

from kizuna.embedded import binaries, database, keys, postgres, valkey
from kizuna.embedded.places import CHECKOUT, Places
from kizuna.embedded.ports import open_directly
from kizuna.embedded.process import Child, die_with_parent
from kizuna.embedded.services import SWITCHES
from tests.drills.world import World

JAPAN = timezone(timedelta(hours=9))
SHORT = {"CLAIM_LEASE_SECONDS": "4", "SEND_LEASE_SECONDS": "12", "TICK_SECONDS": "2"}
KINDS = {"mail": "plan,email", "line": "plan,line"}
PENDING = ("planned", "claimed", "sending")
SETTLES_WITHIN = 90
MAIL_SECONDS, LINE_SECONDS = 0.02, 0.25
"""What a mail and a LINE call take, so that damage hits a running day."""
THREADS = 4
"""Of a worker's pool; its ticker sends too."""


def today() -> str:
    return datetime.now(JAPAN).date().isoformat()


def seconds_to_midnight() -> float:
    now = datetime.now(JAPAN)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - now).total_seconds()


class Rig:
    """The servers that outlive a drill. Ended by ``ending``."""

    def __init__(self, places: Places, ending: ExitStack, *, short: bool = False) -> None:
        """``short``: a round for CI; a drill may do its damage for a shorter while."""
        self.places, self.short = places, short
        # PGHOST and the like of another server would lead our children there.
        for name in [name for name in os.environ if name.startswith("PG") or name in SWITCHES]:
            del os.environ[name]
        self.environment = {**os.environ, **keys.load_or_make(places.base / "keys.json"), **SHORT}
        self.environment["DJANGO_SETTINGS_MODULE"] = "kizuna.settings"
        self.environment["PYTHONPATH"] = str(CHECKOUT)
        room = places.services / "programs"
        found = binaries.find_postgres()
        self._postgres_programs = binaries.reachable_postgres(found, places.account, room)
        self._valkey_program = binaries.reachable_valkey(
            binaries.find_valkey(), places.account, room
        )
        self.postgres = self.start_postgres()
        ending.callback(self.stop_postgres)
        with self.admin("postgres") as connection:
            database.prepare_roles(connection)
        self.valkey = self.start_redis()
        ending.callback(self.stop_redis)
        self._worlds: dict[tuple[str, int], World] = {}

    # --- PostgreSQL ---------------------------------------------------------------------------

    def start_postgres(self) -> Child:
        """Durable, unlike a test's: a crash may lose nothing that was committed."""
        self.postgres = postgres.start(self._postgres_programs, self.places, self.environment)
        return self.postgres

    def crash_postgres(self) -> None:
        """Immediate shutdown: what a crash of the machine's service leaves behind."""
        self.postgres.process.send_signal(signal.SIGQUIT)
        self.postgres.process.wait(30)

    def stop_postgres(self) -> None:
        self.postgres.end()

    def admin(self, name: str) -> psycopg.Connection:
        """As the superuser: row-level security is silent."""
        return psycopg.connect(
            postgres.url(self.places.sockets, "postgres", name), autocommit=True, connect_timeout=5
        )

    def url(self, role: str, name: str) -> str:
        return postgres.url(self.places.sockets, role, name)

    def clone(self, template: str, name: str) -> None:
        with self.admin("postgres") as connection:
            for text in (
                sqltext.SQL("DROP DATABASE IF EXISTS {0} WITH (FORCE)"),
                sqltext.SQL("CREATE DATABASE {0} OWNER {1} TEMPLATE {2}"),
            ):
                connection.execute(
                    text.format(
                        sqltext.Identifier(name),
                        sqltext.Identifier(database.OWNER),
                        sqltext.Identifier(template),
                    )
                )

    def drop(self, name: str) -> None:
        with self.admin("postgres") as connection:
            connection.execute(
                sqltext.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(
                    sqltext.Identifier(name)
                )
            )

    # --- Valkey -------------------------------------------------------------------------------

    def start_redis(self) -> Child:
        self.valkey = valkey.start(self._valkey_program, self.places, self.environment)
        return self.valkey

    def stop_redis(self) -> None:
        self.thaw_redis()
        self.valkey.end()

    def restart_redis(self) -> None:
        self.stop_redis()
        self.start_redis()

    def freeze_redis(self) -> None:
        self.valkey.process.send_signal(signal.SIGSTOP)

    def thaw_redis(self) -> None:
        with suppress(ProcessLookupError):
            self.valkey.process.send_signal(signal.SIGCONT)

    def redis(self, *words: str) -> bytes:
        """One command; the raw answer."""
        parts = [f"${len(word.encode())}\r\n{word}\r\n" for word in words]
        with socket.socket(socket.AF_UNIX) as client:
            client.settimeout(10)
            client.connect(str(self.places.sockets / valkey.SOCKET))
            client.sendall(f"*{len(words)}\r\n{''.join(parts)}".encode())
            return client.recv(65_536)

    # --- Worlds -------------------------------------------------------------------------------

    def environment_for(self, name: str, *, owner: bool = False) -> dict[str, str]:
        urls = {"DATABASE_URL": self.url(database.APP, name)}
        if owner:
            urls["DATABASE_OWNER_URL"] = self.url(database.OWNER, name)
        return {
            **self.environment,
            **urls,
            "REDIS_URL": valkey.url(self.places.sockets),
            "EMAIL_URL": "smtp://127.0.0.1:9",
            "LINE_API_BASE_URL": "http://127.0.0.1:9",
        }

    def world(self, seed: int) -> World:
        """The world of that seed and of today, as the template database ``world_…``."""
        key = today(), seed
        if key not in self._worlds:
            with self.admin("postgres") as connection:
                database.make_database(connection, "empty")
            self._desk("empty", "migrate")
            name = self.template(key)
            self.clone("empty", name)
            path = self.places.base / f"{name}.json"
            self._desk(name, "build", str(seed), str(path))
            with self.admin(name) as connection:
                connection.execute("ANALYZE")
            self._worlds[key] = World.read(path)
        return self._worlds[key]

    @staticmethod
    def template(key: tuple[str, int]) -> str:
        return f"world_{key[0].replace('-', '')}_{key[1]}"

    def _desk(self, name: str, command: str, *arguments: str) -> None:
        answer = self.places.base / "desk.json"
        subprocess.run(
            [sys.executable, "-m", "tests.drills.desk", command, str(answer), *arguments],
            env=self.environment_for(name, owner=True),
            cwd=CHECKOUT,
            check=True,
            stdout=subprocess.DEVNULL,
            preexec_fn=die_with_parent(signal.SIGTERM),
            timeout=300,
        )


class Hand:
    """One forked process: a worker, beat, or a desk command."""

    def __init__(
        self,
        nursery: "Nursery",
        kind: str,
        pid: int,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        self.kind, self.pid, self._nursery = kind, pid, nursery
        self.environment = dict(environment or {})

    @property
    def status(self) -> int | None:
        """None while it lives; negative is the signal that ended it."""
        return self._nursery.status(self.pid)

    @property
    def alive(self) -> bool:
        return self.status is None

    def ended_within(self, seconds: float) -> bool:
        """Whether it has ended by then."""
        deadline = time.monotonic() + seconds
        while self.alive and time.monotonic() < deadline:
            time.sleep(0.02)
        return not self.alive

    def signal(self, number: signal.Signals) -> None:
        with suppress(ProcessLookupError):
            if self.alive:
                os.kill(self.pid, number)

    def kill(self) -> None:
        self.signal(signal.SIGKILL)

    def freeze(self) -> None:
        self.signal(signal.SIGSTOP)

    def resume(self) -> None:
        self.signal(signal.SIGCONT)

    def end(self, patience: float = 15) -> None:
        """SIGTERM, a wait, SIGKILL."""
        self.signal(signal.SIGTERM)
        if not self.ended_within(patience):
            self.kill()


class Nursery:
    """Our end of ``nursery.py``."""

    def __init__(self, environment: Mapping[str, str], log: Path) -> None:
        with log.open("ab") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.drills.nursery"],
                env=dict(environment),
                cwd=CHECKOUT,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                text=True,
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGKILL),  # noqa: PLW1509  no threads here
            )
        self._log = log
        self._answer()

    def _answer(self) -> dict[str, Any]:
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError(f"the nursery is gone:\n{self._log.read_text()[-3000:]}")
        answer: dict[str, Any] = json.loads(line)
        return answer

    def _ask(self, order: Mapping[str, Any]) -> dict[str, Any]:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(order) + "\n")
        self._process.stdin.flush()
        return self._answer()

    def start(
        self, run: str, arguments: Sequence[str], log: Path, environment: Mapping[str, str]
    ) -> int:
        order = {"run": run, "args": list(arguments), "env": dict(environment), "log": str(log)}
        return int(self._ask(order)["pid"])

    def status(self, pid: int) -> int | None:
        found: int | None = self._ask({"poll": pid})["status"]
        return found

    def end(self) -> None:
        """With everything it started."""
        assert self._process.stdin is not None
        with suppress(OSError):
            self._process.stdin.close()
        try:
            self._process.wait(10)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Emulator:
    """The mail catcher or the LINE emulator: its own process, port and directory."""

    def __init__(self, module: str, rig: Rig, directory: Path, log: Path) -> None:
        self._module, self._rig, self.directory, self._log = module, rig, directory, log
        self.ports: dict[str, int] = {}
        self._child = self._start()

    def _start(self) -> Child:
        if self._module == "mail":
            wanted = {"smtp-port": self.ports.get("smtp_port", 0)}
            wanted["http-port"] = self.ports.get("http_port", 0)
        else:
            wanted = {"port": self.ports.get("http_port", 0)}
        command = [sys.executable, "-m", f"kizuna.emulators.{self._module}"]
        for name, port in wanted.items():
            command += [f"--{name}", str(port)]
        child = Child(
            f"{self._module} emulator",
            [*command, "--dir", str(self.directory)],
            log=self._log,
            environment=self._rig.environment,
            cwd=CHECKOUT,
        )
        child.wait_until(lambda: "ready {" in child.said(), 30)
        line = next(one for one in child.said().splitlines() if one.startswith("ready "))
        self.ports = json.loads(line.removeprefix("ready "))
        return child

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.ports['http_port']}"

    def order(self, path: str, body: Any) -> None:
        """POST an order of ours."""
        request = Request(
            self.page + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        open_directly(request, timeout=30).close()

    def freeze(self) -> None:
        """Connections are taken by the kernel and never answered: a black hole."""
        self._child.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        with suppress(ProcessLookupError):
            self._child.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Connections are refused from now on."""
        self.resume()
        self._child.end()

    def start_again(self) -> None:
        """On the same port, with everything it had received. Its plan of faults is gone."""
        self._child = self._start()

    def received(self) -> list[dict[str, Any]]:
        """Its journal: what it counted by itself, in order."""
        path = self.directory / f"{self._module}.jsonl"
        with path.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.endswith("\n")]


class Day:
    """One drill: a database of its own, emulators of its own, an emptied Valkey."""

    def __init__(self, rig: Rig, drill: str, seed: int, ending: ExitStack, app: str) -> None:
        self.rig, self.seed, self.name = rig, seed, drill
        self.rng = random.Random(f"{seed}-{drill}")
        self.world = rig.world(seed)
        self.today = self.world.today
        self.faults: Counter[str] = Counter()
        self.hands: list[Hand] = []
        self._names = 0
        self.began_at = time.time()
        self.last_damage = time.monotonic()
        self.database = f"day_{drill.lower()}"
        rig.redis("FLUSHALL")
        rig.clone(rig.template((self.today, seed)), self.database)
        ending.callback(rig.drop, self.database)
        self.directory = rig.places.base / "days" / f"{drill}-{seed}"
        self.directory.mkdir(parents=True)
        self.catcher = self._emulator("mail", ending)
        self.line = self._emulator("line", ending)
        self.environment = {
            **rig.environment_for(self.database),
            "EMAIL_URL": f"smtp://127.0.0.1:{self.catcher.ports['smtp_port']}",
            "LINE_API_BASE_URL": self.line.page,
            "DRILL_APP": app,
        }
        for channel in self.world.line:
            self.line.order("/_control/channels", channel)
        self.nursery = Nursery(self.environment, self.directory / "nursery.log")
        ending.callback(self.nursery.end)

    def _emulator(self, module: str, ending: ExitStack) -> Emulator:
        directory = self.directory / module
        directory.mkdir()
        made = Emulator(module, self.rig, directory, self.directory / f"{module}-emulator.log")
        ending.callback(made.stop)
        return made

    # --- Beginning ----------------------------------------------------------------------------

    def begin(
        self,
        *,
        mail: float = MAIL_SECONDS,
        line: float = LINE_SECONDS,
        hours: tuple[float, float] | None = None,
    ) -> None:
        """Providers that take their time. The workers open the runs, as every morning; ``hours``
        opens them here, with hours of their own in seconds from now."""
        self.mail_faults([], seconds=mail)
        self.line_faults([], seconds=line)
        if hours is not None:
            self.open_runs(self.today, *hours)
        self.began_at, self.last_damage = time.time(), time.monotonic()

    def open_runs(self, day: str, opens_in: float, closes_in: float) -> None:
        now = datetime.now(JAPAN)
        hours = [(now + timedelta(seconds=s)).isoformat() for s in (opens_in, closes_in)]
        self.desk("open_runs", day, *hours)

    # --- Processes ----------------------------------------------------------------------------

    def start(self, kind: str, **environment: str) -> Hand:
        """A worker of that kind, or beat. ``revive`` starts it again with the same environment."""
        if kind == "beat":
            run, arguments = "beat", ["-S", "redbeat.RedBeatScheduler", "--pidfile", ""]
        else:
            self._names += 1
            run, arguments = "worker", ["--pool", "threads", "--concurrency", str(THREADS)]
            arguments += ["-Q", KINDS[kind], "-n", f"{kind}{self._names}@drill"]
        log = self.directory / f"{kind}.log"
        pid = self.nursery.start(run, arguments, log, environment)
        hand = Hand(self.nursery, kind, pid, environment)
        self.hands.append(hand)
        return hand

    def start_workers(self, each: int = 1, *, beat: bool = False) -> list[Hand]:
        started = [self.start(kind) for _ in range(each) for kind in KINDS]
        return [*started, self.start("beat")] if beat else started

    def end_workers(self) -> None:
        living = [hand for hand in self.hands if hand.alive]
        for hand in living:
            hand.resume()
            hand.signal(signal.SIGTERM)
        for hand in living:
            hand.end()

    def desk_start(self, command: str, *arguments: str, number: int = 0) -> Hand:
        """A desk command that nobody waits for."""
        answer = str(self.directory / f"{command}-{number}.json")
        log = self.directory / "desk.log"
        pid = self.nursery.start("desk", [command, answer, *arguments], log, {})
        hand = Hand(self.nursery, f"desk {command}", pid)
        self.hands.append(hand)
        return hand

    def desk(self, command: str, *arguments: str, seconds: float = 60) -> Any:
        """Its answer. Raises RuntimeError when it fails."""
        answer = self.directory / f"{command}-0.json"
        answer.unlink(missing_ok=True)
        hand = self.desk_start(command, *arguments)
        if not self.until(lambda: not hand.alive, seconds) or hand.status != 0:
            hand.kill()
            log = self.directory / "desk.log"
            tail = log.read_text(encoding="utf-8")[-3000:] if log.exists() else ""
            raise RuntimeError(f"desk {command} failed: {hand.status}\n{tail}")
        return json.loads(answer.read_text(encoding="utf-8"))

    # --- Looking ------------------------------------------------------------------------------

    def sql(self, text: str, *values: Any) -> list[tuple[Any, ...]]:
        with self.rig.admin(self.database) as connection:
            cursor = connection.execute(text.encode(), values)
            return cursor.fetchall() if cursor.description else []

    def ended(self) -> int:
        """Rows of today that have ended, however."""
        return int(
            self.sql(
                "SELECT count(*) FROM delivery_delivery WHERE run_day = %s AND state <> ALL(%s)",
                self.today,
                list(PENDING),
            )[0][0]
        )

    def is_over(self) -> bool:
        """Every run of today planned and finished, nothing pending on any day."""
        rows, pending = self.sql(
            "SELECT count(*) FILTER (WHERE run_day = %s), count(*) FILTER (WHERE state = ANY(%s))"
            " FROM delivery_delivery",
            self.today,
            list(PENDING),
        )[0]
        done, open_runs = self.sql(
            "SELECT count(*) FILTER (WHERE run_day = %s AND finished_at IS NOT NULL),"
            " count(*) FILTER (WHERE finished_at IS NULL) FROM delivery_run",
            self.today,
        )[0]
        whole = rows >= self.world.total and done == len(self.world.slugs)
        return bool(whole and pending == 0 and open_runs == 0)

    # --- Waiting ------------------------------------------------------------------------------

    def until(self, what: Callable[[], bool], seconds: float) -> bool:
        """Ask ten times a second; False when the time is up. A database away is a no."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            with suppress(psycopg.OperationalError):
                if what():
                    return True
            time.sleep(0.1)
        return False

    def until_sent(self, share: float, seconds: float = 40) -> bool:
        wanted = int(share * self.world.total)
        return self.until(lambda: self.ended() >= wanted, seconds)

    def pause(self, seconds: float) -> None:
        time.sleep(seconds)

    def revive(self) -> int:
        """Start a worker for each one that died; how many."""
        dead = [hand for hand in self.hands if hand.kind in KINDS and not hand.alive]
        for hand in dead:
            self.hands.remove(hand)
            self.start(hand.kind, **hand.environment)
        return len(dead)

    def keep_alive(self, seconds: float) -> int:
        """What a supervisor does, until the day is over; how many workers had died."""
        deadline = time.monotonic() + seconds
        deaths = 0
        while time.monotonic() < deadline and not self.until(self.is_over, 0.3):
            deaths += self.revive()
        return deaths

    def settle(self, seconds: float = SETTLES_WITHIN) -> float | None:
        """Seconds from the last damage to the day's end; None when it does not come."""
        over = self.until(self.is_over, seconds)
        return round(time.monotonic() - self.last_damage, 1) if over else None

    # --- Damage -------------------------------------------------------------------------------

    def fault(self, name: str, times: int = 1) -> None:
        if times:
            self.faults[name] += times
        self.last_damage = time.monotonic()

    def redis(self, *words: str) -> bytes:
        return self.rig.redis(*words)

    def mail_faults(self, plan: list[dict[str, Any]], *, seconds: float = MAIL_SECONDS) -> None:
        """``seconds`` that every mail takes come after the planned ones."""
        slow = {"kind": "latency", "count": 10**9, "seconds": seconds}
        self.catcher.order("/_faults", [*plan, slow] if seconds else plan)

    def line_faults(self, plan: list[dict[str, Any]], *, seconds: float = LINE_SECONDS) -> None:
        slow = {"kind": "latency", "count": 10**9, "seconds": seconds}
        self.line.order("/_control/faults", [slow, *plan] if seconds else plan)


@contextmanager
def day(rig: Rig, drill: str, seed: int, app: str = "tests.drills.app") -> Iterator[Day]:
    """A drill's day; everything it started is gone afterwards. Waits over midnight in Japan."""
    left = seconds_to_midnight()
    if left < 300:
        print(f"waiting {left:.0f} s for midnight in Japan to pass", flush=True)
        time.sleep(left + 5)
    with ExitStack() as ending:
        yield Day(rig, drill, seed, ending, app)
