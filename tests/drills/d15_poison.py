"""One text that cannot be prepared: by an error every time, or by the death of its process."""

from tests.drills.catalogue import drill
from tests.drills.checker import Expected, unclear_after
from tests.drills.day import Day

BROKEN = {"nishi": "email", "higashi": "line"}
KILLER = "kita"


@drill("D15", "poison: two addresses that raise, one text that kills its worker")
def poison(day: Day) -> Expected:
    for slug, channel in BROKEN.items():
        day.sql(
            "UPDATE municipalities_endpoint SET address_sealed = '\\x00' WHERE id ="
            " (SELECT e.id FROM municipalities_endpoint e JOIN municipalities_municipality m"
            "  ON m.id = e.municipality_id WHERE m.slug = %s AND e.kind = %s"
            "  ORDER BY e.id OFFSET %s LIMIT 1)",
            slug,
            channel,
            day.rng.randrange(300),
        )
        day.fault(f"{channel} address damaged")
    day.fault("killing text")
    day.begin()
    # The town of mail only: reader 0 to 499 have these addresses.
    deadly = f"r{day.rng.randrange(500)}@{KILLER}-family.example"
    for kind in ("mail", "mail", "line"):
        day.start(kind, POISON_KILLS=deadly)
    day.start("beat")
    deaths = day.keep_alive(120)
    # One is put aside, two cannot be opened; everybody who was claimed with them is served.
    expected = Expected(endings={"failed/quarantined": 1, "skipped/unreadable": 2})
    # Its other threads die with a worker.
    expected.unclear = unclear_after(deaths)
    expected.hit = (*BROKEN, KILLER)
    expected.on_time = 60
    expected.demand(deaths > 0, "the killing text killed nobody")
    return expected
