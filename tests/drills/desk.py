"""What a drill does inside Django, each in a process of its own: ``desk.main([command, answer, …])``.

The first argument after the command is the file that gets the JSON answer.
"""

import json
import sys
from dataclasses import asdict
from datetime import date, datetime
from pathlib import Path
from typing import Any


def _migrate() -> None:
    from django.core.management import call_command

    call_command("migrate", database="owner", verbosity=0)


def _build(seed: str, path: str) -> None:
    from kizuna.lib import clock
    from tests.drills.world import build

    build(clock.today(), int(seed)).keep(Path(path))


def _open_runs(day: str, opens_at: str, closes_at: str) -> None:
    """A run of that day, with hours of its own, in every municipality that has none."""
    from delivery.planning import open_run
    from municipalities.models import Municipality
    from municipalities.tenancy.scope import in_municipality

    window = datetime.fromisoformat(opens_at), datetime.fromisoformat(closes_at)
    for one in Municipality.objects.order_by("pk"):
        with in_municipality(one.pk):
            open_run(one, date.fromisoformat(day), window)


def _plan(day: str = "") -> int:
    """What is due today; or another day as it was planned then."""
    from delivery import running
    from delivery.planning import plan_day
    from kizuna.lib import clock
    from municipalities.models import Municipality

    if not day:
        return running.plan_due(clock.today())
    everybody = Municipality.objects.order_by("pk")
    return sum(plan_day(one.pk, date.fromisoformat(day)).total for one in everybody)


def _tick() -> None:
    """What a cron or a button would do instead of beat."""
    from delivery.tasks import tick

    tick()


def _wake(times: str) -> None:
    """The same wake-ups over and over, as a broker that redelivers would."""
    from delivery.tasks import tick, wake

    for number in range(int(times)):
        wake(each=4)
        if number % 5 == 0:
            tick.apply_async(retry=False)


def _examine(day: str, witness: str) -> dict[str, Any]:
    """The reconciliation and the invariants of a day, with what the providers' journals say."""
    from delivery.invariants import Seen, check_all
    from delivery.reconciliation import missing, reconcile
    from municipalities.models import Municipality
    from municipalities.tenancy.scope import in_municipality

    on = date.fromisoformat(day)
    seen = [
        Seen(one["channel"], one["key"], datetime.fromisoformat(one["at"]))
        for one in json.loads(Path(witness).read_text(encoding="utf-8"))
    ]
    days, lost = [], 0
    for municipality in Municipality.objects.order_by("pk"):
        with in_municipality(municipality.pk):
            days += [{**asdict(one), "unexplained": one.unexplained} for one in reconcile(on)]
            lost += sum(missing(on).values())
    findings = check_all(on, Municipality.objects.order_by("pk"), seen)
    return {
        "pending": sum(one["pending"] for one in days),
        "sent": sum(one["sent"] for one in days),
        "unexplained": sum(one["unexplained"] for one in days),
        "missing_groups": lost,
        "broken": [f"{one.invariant}×{one.count}" for one in findings],
    }


COMMANDS: dict[str, Any] = {
    "migrate": _migrate,
    "build": _build,
    "open_runs": _open_runs,
    "plan": _plan,
    "tick": _tick,
    "wake": _wake,
    "examine": _examine,
}


def main(arguments: list[str]) -> int:
    """Run one command in a process that has Django's settings; 0 when it is done."""
    import django

    django.setup()
    command, answer, *rest = arguments
    print(f"desk {command} begins", flush=True)
    result = COMMANDS[command](*rest)
    Path(answer).write_text(json.dumps(result), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
