"""Done, or quiet for a day. Inside ``across_for_npo``."""

from datetime import datetime, timedelta

from delivery.alarms.reading import may_handle
from delivery.models import Alarm
from municipalities.models import StaffUser

QUIET = timedelta(days=1)


class NotYoursError(Exception):
    """It is in the hands of another role."""


def done(alarm_id: int, by: StaffUser, now: datetime) -> Alarm | None:
    """Somebody has seen to it. It closes by itself when it is over; None: it has closed already."""
    alarm = _locked(alarm_id, by)
    if alarm is not None:
        alarm.done_at, alarm.done_by = now, by
        alarm.save(update_fields=["done_at", "done_by"])
    return alarm


def quiet(alarm_id: int, by: StaffUser, now: datetime) -> Alarm | None:
    """Not told and not listed for a day; None: it has closed already."""
    alarm = _locked(alarm_id, by)
    if alarm is not None:
        alarm.quiet_until = now + QUIET
        alarm.save(update_fields=["quiet_until"])
    return alarm


def again(alarm_id: int, by: StaffUser, now: datetime) -> Alarm | None:
    """Take done or quiet back: it needs somebody after all."""
    del now
    alarm = _locked(alarm_id, by)
    if alarm is not None:
        alarm.done_at = alarm.done_by = alarm.quiet_until = None
        alarm.save(update_fields=["done_at", "done_by", "quiet_until"])
    return alarm


def _locked(alarm_id: int, by: StaffUser) -> Alarm | None:
    alarm = Alarm.objects.select_for_update().filter(pk=alarm_id, closed_at=None).first()
    if alarm is not None and not may_handle(alarm, by):
        raise NotYoursError
    return alarm
