"""The NPO's own staff, for pages behind its door: names and addresses of colleagues.

The NPO's database role sees no accounts at all; these steps go out of it and see no municipality.
"""

from collections.abc import Collection

from municipalities.domain.npo_roles import NpoAct, NpoRole
from municipalities.models import StaffUser
from municipalities.tenancy.scope import stepping_out


def names(ids: Collection[int | None]) -> dict[int, str]:
    """The names of these accounts, by number; also of people who have left."""
    wanted = {one for one in ids if one is not None}
    with stepping_out():
        return dict(StaffUser.objects.filter(pk__in=wanted).values_list("pk", "name"))


def who_may(act: NpoAct) -> list[StaffUser]:
    """Everybody of the NPO, still active, whose role covers that act, by name."""
    with stepping_out():
        found = list(StaffUser.objects.filter(is_active=True).exclude(npo_role="").order_by("name"))
    return [one for one in found if one.may_for_npo(act)]


def with_role(*roles: NpoRole) -> list[StaffUser]:
    """Everybody of the NPO with one of these roles, by name."""
    with stepping_out():
        return list(StaffUser.objects.filter(is_active=True, npo_role__in=roles).order_by("name"))
