"""``python -m tests.bench [--only planning,email] [--nation] [--quick] [--rows N] [--runs N]``.

Starts its own PostgreSQL and Valkey, gives each module of measures a process and a database,
prints a table, writes build/bench.json, and leaves nothing running. Status 1 when a measure failed
to run; a target that is missed is printed and is not a failure.
"""

import argparse
import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

from kizuna.embedded.places import CHECKOUT
from kizuna.embedded.process import die_with_parent
from tests.bench import servers
from tests.bench.harness import MODULES, Measured, Options, table, write

OUT = CHECKOUT / "build" / "bench.json"
LONGEST = 45 * 60
"""Seconds for one module; then it is ended and the next one begins."""


def main(arguments: Sequence[str]) -> int:
    """The status: 0 when every measure ran."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    modules, options, out = _read(arguments)
    results: list[Measured] = []
    failed: list[str] = []
    with servers.running() as running:
        _migrate(running)
        for module in modules:
            print(f"--- {module}", flush=True)
            with running.fresh_database(f"bench_{module}") as environment:
                found = _measure(module, options, environment, running.places.base)
            if found is None:
                failed.append(module)
                continue
            results += found
            print(table(found), flush=True)
            write(out, results)
    print(f"=== {out}\n{table(results)}")
    print(f"{os.cpu_count()} cores; PostgreSQL: {servers.TUNED}")
    if failed:
        print(f"did not run to the end: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _read(arguments: Sequence[str]) -> tuple[list[str], Options, Path]:
    parser = argparse.ArgumentParser(prog="python -m tests.bench")
    parser.add_argument("--only", default="", help=f"of: {','.join(MODULES)}")
    parser.add_argument("--nation", action="store_true", help="all of Japan in one morning too")
    parser.add_argument("--quick", action="store_true", help="small numbers, to see that it runs")
    parser.add_argument("--rows", type=int)
    parser.add_argument("--runs", type=int)
    parser.add_argument("--out", type=Path, default=OUT)
    said = parser.parse_args(arguments)
    wanted = said.only.split(",") if said.only else [one for one in MODULES if one != "nation"]
    if said.nation and "nation" not in wanted:
        wanted.append("nation")
    if unknown := set(wanted) - set(MODULES):
        parser.error(f"no such measure: {', '.join(sorted(unknown))}")
    return wanted, Options(said.quick, "nation" in wanted, said.rows, said.runs), said.out


def _migrate(running: servers.Servers) -> None:
    subprocess.run(
        [sys.executable, "manage.py", "migrate", "--database", "owner", "--verbosity", "0"],
        env=running.with_database(servers.MIGRATED),
        cwd=CHECKOUT,
        check=True,
    )


def _measure(
    module: str, options: Options, environment: dict[str, str], room: Path
) -> list[Measured] | None:
    """The module's results; None when it failed or did not end in time."""
    out = room / f"{module}.json"
    words = [sys.executable, "-m", "tests.bench.one", module, json.dumps(asdict(options)), str(out)]
    child = subprocess.Popen(
        words,
        env=environment,
        cwd=CHECKOUT,
        start_new_session=True,
        preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  no threads here
    )
    try:
        status = child.wait(LONGEST)
    except subprocess.TimeoutExpired:
        status = -1
    finally:
        _end_all_of(child)
    if status:
        return None
    return [Measured(**one) for one in json.loads(out.read_text(encoding="utf-8"))]


def _end_all_of(child: subprocess.Popen[bytes]) -> None:
    """Whatever a measure started in its session goes with it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(child.pid, signal.SIGKILL)
    child.wait()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
