"""A lane of today with so many planned."""

from delivery.models import Lane
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests.console.days import DAY, NOON


def make_lane(town: Municipality, channel: str, planned: int) -> None:
    with in_municipality(town.pk):
        Lane.objects.create(
            municipality=town, run_day=DAY, channel=channel, planned=planned, not_before=NOON
        )
