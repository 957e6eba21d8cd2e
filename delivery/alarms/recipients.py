"""Who hears of an alarm. Inside ``across_for_npo``."""

from collections.abc import Iterable

from delivery.alarms.cause import ACT_OF, Cause, Told
from delivery.models import Alarm
from municipalities.domain.npo_roles import NpoAct, NpoRole
from municipalities.domain.roles import Role
from municipalities.models import Assignment, Membership, StaffUser
from municipalities.services.npo_staff import who_may
from municipalities.tenancy.scope import stepping_into


class Recipients:
    """Looks everybody up once for all alarms of one round."""

    def __init__(self) -> None:
        self._who: dict[NpoAct, list[StaffUser]] = {}
        self._managers: dict[int, list[str]] = {}
        self._partner = dict(
            Assignment.objects.filter(until=None).values_list("municipality_id", "partner_id")
        )

    def of(self, alarm: Alarm, cause: Cause) -> dict[str, bool]:
        """Mail address → whether it is one of the municipality's managers, who come in by its console.

        Never empty while the NPO has anybody who runs it.
        """
        found = {
            address: told is Told.MANAGERS
            for told in sorted(cause.told, key=lambda one: one is not Told.MANAGERS)
            for address in self._by(told, alarm)
        }
        return found or dict.fromkeys((one.email for one in self.who(NpoAct.HOLD_RUNS)), False)

    def who(self, act: NpoAct) -> list[StaffUser]:
        """Everybody of the NPO whose role covers that act."""
        if act not in self._who:
            self._who[act] = who_may(act)
        return self._who[act]

    def _by(self, told: Told, alarm: Alarm) -> Iterable[str]:
        if told is Told.MANAGERS:
            return self._managers_of(alarm.municipality_id)
        people = self.who(ACT_OF[told])
        if told is Told.PARTNER:
            mine = self._partner.get(alarm.municipality_id or 0)
            assigned = [one for one in people if one.pk == mine]
            return [one.email for one in assigned or _partners(people)]
        return [one.email for one in people]

    def _managers_of(self, municipality: int | None) -> list[str]:
        if municipality is None:
            return []
        if municipality not in self._managers:
            with stepping_into(municipality):
                self._managers[municipality] = list(
                    Membership.objects.filter(role=Role.MANAGER, user__is_active=True).values_list(
                        "user__email", flat=True
                    )
                )
        return self._managers[municipality]


def _partners(people: list[StaffUser]) -> list[StaffUser]:
    """Those whose daily work it is; where there are none, everybody who may."""
    return [one for one in people if one.npo_role == NpoRole.PARTNER] or people
