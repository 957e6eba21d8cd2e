"""All of Japan in one morning, on this one machine. Runs only when asked for (``--nation``).

1.2 million deliveries, 1,741 municipalities with the sizes of Japan's, the full course's texts,
55 % LINE. ``--rows N`` runs a part of the country: fewer municipalities of the same sizes.
"""

from tests.bench import country, morning
from tests.bench.harness import Measured, Options, measure

DELIVERIES, PLACES = 1_200_000, 1_741
TEN_MINUTES = 600


@measure
def all_of_japan(options: Options) -> list[Measured]:
    """Wall time of the whole, and what each delivery costs in CPU and memory."""
    deliveries = options.rows or (12_000 if options.quick else DELIVERIES)
    places = max(3, round(PLACES * deliveries / DELIVERIES))
    whole = morning.run(country.sizes_like_japan(deliveries, places))
    beside = morning.alone(whole)
    took = whole.stages.seconds
    allowed = TEN_MINUTES * deliveries / DELIVERIES
    cpu = sum(one.cpu for one in whole.stages.used.values())
    return [
        Measured(
            "nation, whole", "s", whole.whole, beside, whole.whole / sum(beside.values()),
            f"≤ {allowed:.0f} s (ten minutes for 1.2 million); ratio to the sum of the three",
            whole.whole <= allowed, notes=whole.notes(),
        ),
        *(Measured(f"nation: {name}", "s", took[name]) for name in morning.STAGES),
        Measured("nation: while sending", "messages/s", deliveries / took["send"]),
        Measured("nation: CPU of all processes", "ms/delivery", 1e3 * cpu / deliveries),
        Measured(
            "nation: largest worker", "MiB", whole.largest_worker(),
            target=f"< {morning.LARGEST_WORKER_MIB}",
            met=whole.largest_worker() < morning.LARGEST_WORKER_MIB,
        ),
    ]  # fmt: skip
