"""A municipality's time here ends: told, closed on its day, its data taken along, then erased.

Inside ``in_municipality`` (the NPO steps in). Each step is noted in the municipality's records.
"""

from datetime import date, time, timedelta

import structlog
from django.db import transaction

from kizuna.lib import clock
from municipalities.domain.words import Service
from municipalities.models import ContractEnd, Municipality, StaffUser
from municipalities.services.audit import note
from municipalities.tenancy.scope import across_for_npo, in_municipality

log = structlog.get_logger("municipalities.contract_end")


class Refused(Exception):
    """Not possible as things are; ``code`` says why, the page has the words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def end_of(municipality: Municipality) -> ContractEnd | None:
    """The end that was told and not cancelled."""
    return ContractEnd.objects.filter(municipality=municipality, cancelled_at=None).first()


def tell(municipality: Municipality, by: StaffUser, ends_on: date, reason: str) -> ContractEnd:
    """Write down the last day on which texts go out.

    Raises:
        Refused: ``told`` already, ``past``.
    """
    with transaction.atomic():
        before = _held(municipality).contract_until
        if end_of(municipality):
            raise Refused("told")
        if ends_on < clock.today():
            raise Refused("past")
        made = ContractEnd.objects.create(
            municipality=municipality,
            ends_on=ends_on,
            until_before=before,
            reason=reason,
            told_by=by,
        )
        _set(municipality, contract_until=ends_on)
        note(municipality, by, "npo.contract_told", purpose=reason, ends_on=ends_on.isoformat())
        return made


def cancel(municipality: Municipality, by: StaffUser, reason: str) -> None:
    """The contract goes on. Not any more once its day is over.

    Raises:
        Refused: ``none``, ``closed``.
    """
    with transaction.atomic():
        place = _held(municipality)
        end = end_of(municipality)
        if end is None:
            raise Refused("none")
        if place.service == Service.ENDED:
            raise Refused("closed")
        end.cancelled_at = clock.now()
        end.save(update_fields=["cancelled_at"])
        _set(municipality, contract_until=end.until_before)
        note(municipality, by, "npo.contract_goes_on", purpose=reason)


def close(municipality: Municipality, today: date) -> bool:
    """After the last day nothing is sent and nobody can register. True when this call did it.

    Somebody who works on the municipality's row is not waited for: whoever asks next does it.
    """
    with transaction.atomic():
        place = (
            Municipality.objects.select_for_update(skip_locked=True, no_key=True)
            .filter(pk=municipality.pk)
            .first()
        )
        end = end_of(municipality)
        if place is None or end is None or end.ends_on >= today or place.service == Service.ENDED:
            return False
        _set(municipality, service=Service.ENDED)
        note(municipality, None, "npo.contract_closed", ends_on=end.ends_on.isoformat())
        return True


def close_due(today: date) -> int:
    """Close every contract whose last day is over; how many. Repeating it changes nothing.

    A fault in one is logged and keeps neither the next nor the planning of the day.
    """
    with across_for_npo():
        ends = ContractEnd.objects.filter(cancelled_at=None, erased_at=None, ends_on__lt=today)
        over = list(ends.exclude(municipality__service=Service.ENDED).values_list("municipality"))
    closed = 0
    for (municipality_id,) in over:
        try:
            with in_municipality(municipality_id):
                closed += close(Municipality.objects.get(pk=municipality_id), today)
        except Exception:
            log.exception("contract not closed", municipality_id=municipality_id)
    return closed


def note_export(municipality: Municipality, by: StaffUser, digest: str, readers: int) -> None:
    """The data were taken along by this person; ``digest`` tells which file it was."""
    with transaction.atomic():
        ContractEnd.objects.filter(cancelled_at=None, erased_at=None).update(
            exported_at=clock.now(), exported_by=by, export_digest=digest
        )
        note(municipality, by, "data.exported", readers=readers, digest=digest[:16])


def has_taken(end: ContractEnd) -> bool:
    """Whether the data were taken along after the last day: before it readers still came."""
    over = clock.at(end.ends_on + timedelta(days=1), time.min)
    return end.exported_at is not None and end.exported_at >= over


def may_erase(municipality: Municipality, by: StaffUser, typed: str) -> ContractEnd:
    """The end whose data this person may erase now.

    Raises:
        Refused: ``none``, ``open`` (the last day is not over), ``not_taken`` (the municipality has
            not taken its data since its last day), ``second`` (who told the end needs a second person), ``name``
            (the municipality's name was typed otherwise), ``erased``.
    """
    place = _held(municipality)
    end = end_of(municipality)
    if end is None:
        raise Refused("none")
    if end.erased_at:
        raise Refused("erased")
    if place.service != Service.ENDED:
        raise Refused("open")
    if not has_taken(end):
        raise Refused("not_taken")
    if end.told_by_id == by.pk:
        raise Refused("second")
    if typed.strip() != place.name:
        raise Refused("name")
    return end


def _held(municipality: Municipality) -> Municipality:
    return Municipality.objects.select_for_update().get(pk=municipality.pk)


def _set(municipality: Municipality, **fields: object) -> None:
    Municipality.objects.filter(pk=municipality.pk).update(**fields)
