"""A town with a desk: Alice writes, Bob and Carol approve."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from delivery.channels.memory import MemoryChannel
from kizuna.lib import clock
from messages.domain.review import BroadcastState
from messages.models import Broadcast
from municipalities.domain.roles import Role
from municipalities.models import Municipality, StaffUser
from municipalities.tenancy.scope import in_municipality
from tests import world


@dataclass
class Desk:
    """Everybody who has to do with a broadcast in Aoba."""

    town: Municipality
    alice: StaffUser
    bob: StaffUser
    carol: StaffUser
    email: MemoryChannel
    line: MemoryChannel

    def write(self, **fields: Any) -> Broadcast:
        """A whole draft, to everybody, for tomorrow at ten."""
        defaults: dict[str, Any] = {
            "subject": "秋の離乳食講座",
            "body": "10月3日に、こども館でひらきます。",
            "send_at": tomorrow_at(10),
            "written_by": self.alice,
        }
        with in_municipality(self.town.pk):
            return Broadcast.objects.create(municipality=self.town, **{**defaults, **fields})

    def approved(self, **fields: Any) -> Broadcast:
        """Approved by Bob so long ago that the waiting time is over, and due since a moment ago."""
        defaults: dict[str, Any] = {
            "state": BroadcastState.APPROVED,
            "approved_by": self.bob,
            "approved_at": clock.now() - timedelta(minutes=11),
            "send_at": clock.now() - timedelta(seconds=30),
        }
        return self.write(**{**defaults, **fields})

    def again(self, one: Broadcast) -> Broadcast:
        """As the database has it now."""
        with in_municipality(self.town.pk):
            return Broadcast.objects.get(pk=one.pk)


def tomorrow_at(hour: int) -> datetime:
    day = clock.today() + timedelta(days=1)
    return datetime(day.year, day.month, day.day, hour, tzinfo=clock.TOKYO)


def make_desk() -> Desk:
    town = world.make_municipality()
    return Desk(
        town,
        world.make_staff(town, Role.EDITOR),
        world.make_staff(town, Role.APPROVER, "bob@aoba.example.jp"),
        world.make_staff(town, Role.MANAGER, "carol@aoba.example.jp"),
        MemoryChannel("email"),
        MemoryChannel("line", safe_to_repeat=True, in_flight=8),
    )
