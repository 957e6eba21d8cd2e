"""A morning in Aoba: today, and channels that keep what they were given."""

from dataclasses import dataclass, field
from datetime import date

import pytest

from delivery.channels.memory import MemoryChannel
from delivery.domain.outcome import Outcome
from delivery.models import Delivery
from delivery.planning import Planned, plan_day
from delivery.sending import Served, serve
from kizuna.lib import clock
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests.world import give_line, make_municipality


@dataclass
class Morning:
    """One municipality's day: plan it, send it, look at its ledger."""

    municipality: Municipality
    on: date
    email: MemoryChannel = field(default_factory=lambda: MemoryChannel("email"))
    line: MemoryChannel = field(
        default_factory=lambda: MemoryChannel("line", safe_to_repeat=True, in_flight=8)
    )

    def plan(self) -> Planned:
        return plan_day(self.municipality.pk, self.on)

    def send(self, channel: MemoryChannel | None = None, owner: str = "me") -> Served:
        return serve(self.municipality.pk, self.on, channel or self.email, owner)

    def answers(self, **outcomes: Outcome) -> None:
        """From now on the mail server says this, by the part of the address before the @."""
        self.email.outcomes = {f"{name}@example.jp": said for name, said in outcomes.items()}

    def rows(self) -> list[Delivery]:
        with in_municipality(self.municipality.pk):
            return list(Delivery.objects.order_by("id"))

    def states(self) -> list[tuple[str, str]]:
        return [(row.state, row.reason) for row in self.rows()]


@pytest.fixture
def morning(db: None) -> Morning:
    aoba = make_municipality()
    give_line(aoba)
    return Morning(aoba, clock.today())
