"""``python -m tests.drills``: run the drills, print a table, write ``build/drill.json``."""

import argparse
import json
import random
import signal
import sys
import time
import traceback
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import FrameType

from kizuna.embedded.places import CHECKOUT, throwaway
from tests.drills import control
from tests.drills.catalogue import Drill, drills
from tests.drills.checker import Verdict, judge
from tests.drills.day import day
from tests.drills.rig import Rig

ROW = "{:<8} {:<52} {:>10} {:>5} {:>7} {:>7} {:>7} {:>11} {:>6}"
HEAD = ("drill", "faults", "deliveries", "lost", "doubled", "unclear", "pending", "recovered_s")
RESULT = CHECKOUT / "build" / "drill.json"


def main(arguments: Sequence[str]) -> int:
    """0 when every drill holds and the control shows doubles."""
    options = _options(arguments)
    for ending_signal in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(ending_signal, _interrupt)
    seed = options.seed if options.seed is not None else random.SystemRandom().randrange(10**6)
    chosen = _chosen(options)
    print(f"seed {seed}: python -m tests.drills --seed {seed} repeats this", flush=True)
    verdicts: list[Verdict] = []
    try:
        with throwaway() as places, ExitStack() as ending:
            rig = Rig(places, ending, short=options.short)
            print(ROW.format(*HEAD, "holds"), flush=True)
            for number in range(seed, seed + options.rounds):
                for one in chosen:
                    verdicts.append(play(rig, one, number))
                    _tell(verdicts[-1], one.sentence)
                if not options.only or "control" in options.only:
                    verdicts.append(control_run(rig, number))
                    _tell(verdicts[-1], "no pre-mark, no retry key: must show doubles")
            if options.keep:
                _keep(places.base, options.keep)
    except KeyboardInterrupt:
        print("interrupted; everything that was started is gone", flush=True)
        return 130
    finally:
        if verdicts:
            RESULT.parent.mkdir(exist_ok=True)
            told = [one.as_json() for one in verdicts]
            RESULT.write_text(json.dumps(told, indent=1, ensure_ascii=False), encoding="utf-8")
    bad = [one.drill for one in verdicts if not one.holds]
    print(f"{len(verdicts)} drills, {len(bad)} do not hold {' '.join(bad)}", flush=True)
    return 1 if bad else 0


def play(rig: Rig, one: Drill, seed: int) -> Verdict:
    """One drill; a fault of the drill itself is a drill that does not hold."""
    try:
        with day(rig, one.name, seed) as its:
            expected = one.play(its)
            return judge(its, expected, its.settle())
    except Exception as error:
        traceback.print_exc()
        return Verdict(one.name, seed, {}, 0, 0, 0, 0, 0, None, False, [f"{error!r}"])


def control_run(rig: Rig, seed: int) -> Verdict:
    """The same kills against workers without the protections. Holds when it shows doubles."""
    from tests.drills.checker import Expected
    from tests.drills.d08_workers_killed import workers_killed

    with day(rig, "control", seed, app=f"{control.__name__}.app") as its:
        workers_killed(its)
        verdict = judge(its, Expected(unclear=10**6), its.settle())
    verdict.lost = 0  # without frozen requests a LINE call cannot be traced back to its rows
    verdict.holds = verdict.doubled > 0
    verdict.problems = (
        [] if verdict.holds else ["the control shows no double: the drills are blind"]
    )
    return verdict


def _tell(verdict: Verdict, sentence: str) -> None:
    faults = ", ".join(f"{n} × {what}" for what, n in verdict.faults.items()) or sentence
    figures = (verdict.lost, verdict.doubled, verdict.unclear, verdict.pending)
    recovered = "-" if verdict.recovered_s is None else verdict.recovered_s
    holds = "yes" if verdict.holds else "NO"
    row = (verdict.drill, faults, verdict.deliveries, *figures, recovered, holds)
    print(ROW.format(*row), flush=True)
    for problem in verdict.problems:
        print(f"         ! {problem}", flush=True)


def _chosen(options: argparse.Namespace) -> list[Drill]:
    wanted = {name.upper() for name in options.only}
    chosen = [
        one
        for one in drills()
        if (one.name in wanted if wanted else one.short or not options.short)
    ]
    missing = wanted - {one.name for one in chosen} - {"CONTROL"}
    if missing:
        raise SystemExit(f"no drill is called {', '.join(sorted(missing))}")
    absent = [one for one in chosen if one.needs is not None and one.needs() is None]
    for one in absent:
        print(f"{one.name} is left out, its program is not here: {one.sentence}", flush=True)
    return [one for one in chosen if one not in absent]


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.drills")
    parser.add_argument("--seed", type=int, help="repeats a round; a random one is printed")
    parser.add_argument("--rounds", type=int, default=1, help="so many seeds in a row")
    parser.add_argument("--short", action="store_true", help="the few that CI runs")
    parser.add_argument(
        "--only", type=lambda text: text.split(","), default=[], help="D05,D08,control"
    )
    parser.add_argument("--keep", type=Path, help="copy the logs of the days here")
    return parser.parse_args(arguments)


def _keep(base: Path, target: Path) -> None:
    import shutil

    shutil.copytree(base / "days", target / time.strftime("%H%M%S"), dirs_exist_ok=True)


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
