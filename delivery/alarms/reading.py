"""What the page shows of alarms. Inside ``across_for_npo``."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db.models import Count, Max, Q, QuerySet

from delivery.alarms.catalogue import CATALOGUE
from delivery.alarms.cause import Cause
from delivery.models import Alarm, AlarmCheck
from municipalities.models import Assignment, StaffUser

SILENT = timedelta(minutes=5)
KEPT_ON_PAGE = timedelta(days=7)


@dataclass(slots=True)
class Group:
    """The open alarms of one cause."""

    cause: Cause
    alarms: list[Alarm] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Asked:
    """One question of the catalogue: when it was asked and answered."""

    cause: Cause
    check: AlarmCheck | None


def open_groups(now: datetime, cause: str = "", user: StaffUser | None = None) -> list[Group]:
    """What needs somebody now, the most urgent cause first; ``user``: only what is in their hands."""
    groups = {code: Group(one) for code, one in CATALOGUE.items()}
    mine = _municipalities_of(user) if user else set()
    for alarm in _open(now, cause):
        group = groups.get(alarm.cause)
        if group is None or (user and not _is_mine(group.cause, alarm, user, mine)):
            continue
        group.alarms.append(alarm)
    return [group for group in groups.values() if group.alarms]


def handled(now: datetime) -> list[Alarm]:
    """Done, or quiet for a day, and still found."""
    return list(
        Alarm.objects.filter(closed_at=None)
        .filter(Q(done_at__isnull=False) | Q(quiet_until__gt=now))
        .select_related("municipality")
        .order_by("-opened_at", "-pk")[:200]
    )


def closed(now: datetime) -> list[Alarm]:
    """The last fifty that closed within a week."""
    rows = Alarm.objects.filter(closed_at__gte=now - KEPT_ON_PAGE)
    return list(rows.select_related("municipality").order_by("-closed_at", "-pk")[:50])


def asked() -> list[Asked]:
    """Every question with its last answer."""
    known = {check.cause: check for check in AlarmCheck.objects.all()}
    return [Asked(cause, known.get(code)) for code, cause in CATALOGUE.items()]


def silent_since(now: datetime) -> datetime | None:
    """When somebody last looked, if that is too long ago: then no alarm can come. None: all is well.

    A moment long past stands for never.
    """
    last = last_looked()
    if last is None:
        return datetime.fromtimestamp(0, tz=now.tzinfo)
    return last if now - last > SILENT else None


def silence(now: datetime) -> dict[str, datetime | bool | None]:
    """What ``npo/alarms/silent.html`` needs to say it, if there is anything to say."""
    since = silent_since(now)
    return {
        "silent": since is not None,
        "silent_since": since if since and since.year > 1970 else None,
    }


def last_looked() -> datetime | None:
    """When a question was asked last, by the database's clock; None: never."""
    found: datetime | None = AlarmCheck.objects.filter(cause__in=CATALOGUE).aggregate(
        last=Max("asked_at")
    )["last"]
    return found


def open_counts() -> list[tuple[str, str, int]]:
    """Cause, state and how many are not over, for the monitoring."""
    rows = Alarm.objects.filter(closed_at=None).values_list("cause", "state")
    return list(rows.annotate(count=Count("pk")).order_by("cause", "state"))


def may_handle(alarm: Alarm, user: StaffUser) -> bool:
    """Whether it is in the hands of this person's role."""
    cause = CATALOGUE.get(alarm.cause)
    return cause is not None and user.may_for_npo(cause.owner)


def _open(now: datetime, cause: str) -> QuerySet[Alarm]:
    rows = Alarm.objects.filter(closed_at=None, done_at=None)
    if cause:
        rows = rows.filter(cause=cause)
    return (
        rows.filter(Q(quiet_until=None) | Q(quiet_until__lte=now))
        .select_related("municipality")
        .order_by("opened_at", "municipality__name", "about")
    )


def _municipalities_of(user: StaffUser) -> set[int]:
    rows = Assignment.objects.filter(partner_id=user.pk, until=None)
    return set(rows.values_list("municipality_id", flat=True))


def _is_mine(cause: Cause, alarm: Alarm, user: StaffUser, mine: set[int]) -> bool:
    """In the hands of my role; of the municipalities I look after where I look after some."""
    if alarm.municipality_id is not None and alarm.municipality_id in mine:
        return True
    return not mine and user.may_for_npo(cause.owner)
