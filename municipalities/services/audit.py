"""The audit log: every act of staff that touches people, texts or rights leaves one row."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, time, timedelta

from django.db.models import QuerySet

from kizuna.lib import clock
from municipalities.models import Municipality, StaffAct, StaffUser


def note(
    municipality: Municipality,
    staff: StaffUser | None,
    act: str,
    *,
    about: str = "",
    purpose: str = "",
    **details: object,
) -> None:
    """Write down who did what. Inside ``in_municipality``, in the transaction of the act itself.

    ``about`` names a thing by kind and number ("subscription 12"), never by an address or a name.
    """
    StaffAct.objects.create(
        municipality=municipality,
        staff=staff,
        act=act,
        about=about,
        purpose=purpose,
        details=details,
    )


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which acts are asked for; nothing set means all."""

    staff: int | None = None
    act: str = ""
    since: date | None = None
    until: date | None = None


def acts(wanted: Wanted) -> QuerySet[StaffAct]:
    """Newest first, days counted in Japan. Inside ``in_municipality``."""
    found = StaffAct.objects.select_related("staff").order_by("-pk")
    if wanted.staff is not None:
        found = found.filter(staff_id=wanted.staff)
    if wanted.act:
        found = found.filter(act=wanted.act)
    if wanted.since:
        found = found.filter(at__gte=clock.at(wanted.since, time.min))
    if wanted.until and wanted.until < date.max:
        found = found.filter(at__lt=clock.at(wanted.until + timedelta(days=1), time.min))
    return found


def people() -> list[StaffUser]:
    """Everybody who ever did something here, by name; also who has left. Inside a municipality."""
    known = StaffAct.objects.filter(staff__isnull=False).values("staff")
    return list(StaffUser.objects.filter(pk__in=known).order_by("name", "pk"))


def names_of(numbers: Iterable[int]) -> dict[int, str]:
    """The names of these colleagues, also of those who have left."""
    return dict(StaffUser.objects.filter(pk__in=set(numbers)).values_list("pk", "name"))


def kinds() -> list[str]:
    """Every kind of act that occurs here. Inside a municipality."""
    return list(StaffAct.objects.order_by("act").values_list("act", flat=True).distinct())
