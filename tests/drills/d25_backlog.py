"""Half of everything belongs to one municipality, and two workers carry it: the small ones do not
stand behind it."""

import random
import subprocess
import sys
from dataclasses import replace
from datetime import date

from kizuna.embedded.places import CHECKOUT
from tests.drills.catalogue import drill
from tests.drills.checker import Expected
from tests.drills.day import Day

GIANT, MORE = "nishi", 1_300
SMALL = ("kita", "hama", "yama", "shima", "mura")


def enrol_more(slug: str, readers: int, seed: int, today: date) -> None:
    """So many more families of that municipality, by e-mail. Runs inside Django."""
    from messages.domain.stage import Kind
    from municipalities.models import Course, Municipality
    from municipalities.tenancy.scope import in_municipality
    from tests.drills import world

    municipality = Municipality.objects.get(slug=slug)
    with in_municipality(municipality.pk):
        pairs = Course.objects.values_list("kind", "anchor").distinct().order_by("kind", "anchor")
        due = [(Kind(kind), anchor) for kind, anchor in pairs]
        people = world._people(random.Random(seed), f"{slug}-more", readers, 0, due)
        world._enrol(municipality, people, today)


@drill("D25", "one municipality has half of all deliveries, two workers carry everything")
def backlog(day: Day) -> Expected:
    code = (
        "import django; django.setup(); from datetime import date;"
        " from tests.drills.d25_backlog import enrol_more;"
        f" enrol_more({GIANT!r}, {MORE}, {day.seed}, date.fromisoformat({day.today!r}))"
    )
    subprocess.run(
        [sys.executable, "-c", code], cwd=CHECKOUT, env=day.environment, check=True, timeout=120
    )
    rows = {slug: dict(by) for slug, by in day.world.rows.items()}
    rows[GIANT]["email"] += MORE
    day.world = replace(day.world, rows=rows)
    day.begin(mail=0.02)
    day.start_workers(1)
    day.fault(f"{sum(rows[GIANT].values()):,} of {day.world.total:,} rows are {GIANT}'s")
    day.settle()
    expected = Expected(hit=(GIANT, "higashi", "minami"), on_time=60)
    ends = dict(
        day.sql(
            "SELECT m.slug, max(d.settled_at) FROM delivery_delivery d"
            " JOIN municipalities_municipality m ON m.id = d.municipality_id"
            " WHERE d.run_day = %s GROUP BY 1",
            day.today,
        )
    )
    for slug in SMALL:
        share = day.sql(
            "SELECT count(*) FILTER (WHERE settled_at <= %s)::float / count(*)"
            " FROM delivery_delivery d JOIN municipalities_municipality m"
            " ON m.id = d.municipality_id WHERE m.slug = %s AND d.run_day = %s",
            ends[slug],
            GIANT,
            day.today,
        )[0][0]
        expected.demand(share < 0.75, f"{slug} ended when {share:.0%} of {GIANT} had ended")
    whole = sum(rows[GIANT].values()) / day.world.total
    expected.demand(whole >= 0.45, f"{GIANT} has only {whole:.0%} of the rows")
    return expected
