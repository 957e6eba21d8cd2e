"""A municipality's time here ends: told, closed on its day, its data taken along, then erased.

Inside ``in_municipality`` (the NPO steps in). Each step is noted in the municipality's records.
"""

from datetime import date

from django.db import transaction

from kizuna.lib import clock
from municipalities.domain.words import Service
from municipalities.models import ContractEnd, Municipality, StaffUser
from municipalities.services.audit import note
from municipalities.tenancy.scope import in_municipality


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
        _held(municipality)
        if end_of(municipality):
            raise Refused("told")
        if ends_on < clock.today():
            raise Refused("past")
        made = ContractEnd.objects.create(
            municipality=municipality, ends_on=ends_on, reason=reason, told_by=by
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
        _set(municipality, contract_until=None)
        note(municipality, by, "npo.contract_goes_on", purpose=reason)


def close(municipality: Municipality, today: date) -> bool:
    """After the last day nothing is sent and nobody can register. True when this call did it."""
    with transaction.atomic():
        place = _held(municipality)
        end = end_of(municipality)
        if end is None or end.ends_on >= today or place.service == Service.ENDED:
            return False
        _set(municipality, service=Service.ENDED)
        note(municipality, None, "npo.contract_closed", ends_on=end.ends_on.isoformat())
        return True


def close_due(today: date) -> int:
    """Close every contract whose last day is over; how many. Repeating it changes nothing."""
    over = Municipality.objects.filter(contract_until__lt=today).exclude(service=Service.ENDED)
    closed = 0
    for municipality in over:
        with in_municipality(municipality.pk):
            closed += close(municipality, today)
    return closed


def note_export(municipality: Municipality, by: StaffUser, digest: str, readers: int) -> None:
    """The data were taken along by this person; ``digest`` tells which file it was."""
    with transaction.atomic():
        ContractEnd.objects.filter(cancelled_at=None, erased_at=None).update(
            exported_at=clock.now(), exported_by=by, export_digest=digest
        )
        note(municipality, by, "data.exported", readers=readers, digest=digest[:16])


def may_erase(municipality: Municipality, by: StaffUser, typed: str) -> ContractEnd:
    """The end whose data this person may erase now.

    Raises:
        Refused: ``none``, ``open`` (the last day is not over), ``not_taken`` (the municipality has
            not taken its data), ``second`` (who told the end needs a second person), ``name``
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
    if end.exported_at is None:
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
