"""One drill's day: its database, its providers, its processes, its damage, and how it looks at them."""

import json
import random
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any

import psycopg

from tests.drills.hands import Hand, Nursery
from tests.drills.providers import Emulator
from tests.drills.rig import JAPAN, Rig

KINDS = {"mail": "plan,email", "line": "plan,line"}
PENDING = ("planned", "claimed", "sending")
SETTLES_WITHIN = 90
MAIL_SECONDS, LINE_SECONDS = 0.02, 0.25
"""What a mail and a LINE call take, so that damage hits a running day."""
THREADS = 4
"""Of a worker's pool; its ticker sends too."""


def seconds_to_midnight() -> float:
    now = datetime.now(JAPAN)
    midnight = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - now).total_seconds()


class Day:
    """One drill: a database of its own, emulators of its own, an emptied Valkey."""

    def __init__(self, rig: Rig, drill: str, seed: int, ending: ExitStack, app: str) -> None:
        self.rig, self.seed, self.name, self.ending = rig, seed, drill, ending
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
        made = Emulator(
            module, self.rig.environment, directory, self.directory / f"{module}-emulator.log"
        )
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
