"""A prefecture's programme and the municipalities that take part in it. From the NPO's door.

One level: a programme is a prefecture's, its members are cities and wards.
"""

from django.db.models import Case, IntegerField, QuerySet, Value, When

from municipalities.domain.words import MunicipalityKind, Service
from municipalities.models import Municipality, StaffUser
from municipalities.services.audit import note
from municipalities.tenancy.scope import stepping_into

MOST_OFFERED = 200


class Refused(Exception):
    """``code`` says why: ``no_programme``, ``not_a_member``, ``elsewhere``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def programmes() -> list[Municipality]:
    """Every prefecture's programme that has not ended, by code and name."""
    running = Municipality.objects.filter(kind=MunicipalityKind.PREFECTURE)
    return list(running.exclude(service=Service.ENDED).order_by("code_id", "name"))


def programme(number: str) -> Municipality | None:
    """The running programme of that number; None for "" and for what is none."""
    return next((one for one in programmes() if str(one.pk) == number), None)


def members(programme: Municipality) -> list[Municipality]:
    """Who takes part, by code and name; also who has ended since."""
    return list(Municipality.objects.filter(programme=programme).order_by("code_id", "name"))


def candidates(programme: Municipality) -> list[Municipality]:
    """Who takes part in none yet, those of the same prefecture first."""
    return list(_free().order_by(_near(programme), "code_id", "name")[:MOST_OFFERED])


def _free() -> QuerySet[Municipality]:
    return Municipality.objects.filter(
        programme=None, kind__in=[MunicipalityKind.CITY, MunicipalityKind.WARD]
    ).exclude(service=Service.ENDED)


def _near(programme: Municipality) -> Case:
    # The first two digits of a code are its prefecture.
    prefix = (programme.code_id or "")[:2]
    same = When(code__code__startswith=prefix, then=Value(0)) if prefix else None
    return Case(*([same] if same else []), default=Value(1), output_field=IntegerField())


def add(programme: Municipality, member_id: int, by: StaffUser) -> Municipality:
    """From now on it takes part.

    Raises:
        Refused: ``no_programme``, ``elsewhere`` (gone, or in another one meanwhile).
    """
    if programme.kind != MunicipalityKind.PREFECTURE:
        raise Refused("no_programme")
    with stepping_into(member_id):
        one = _free().select_for_update(of=("self",)).filter(pk=member_id).first()
        if one is None:
            raise Refused("elsewhere")
        one.programme = programme
        one.save(update_fields=["programme"])
        note(one, by, "npo.programme_joined", about=f"municipality {programme.pk}")
        return one


def take_out(programme: Municipality, member_id: int, by: StaffUser) -> Municipality:
    """It goes on by itself. Raises Refused("not_a_member")."""
    with stepping_into(member_id):
        taking_part = Municipality.objects.select_for_update(of=("self",))
        one = taking_part.filter(pk=member_id, programme=programme).first()
        if one is None:
            raise Refused("not_a_member")
        one.programme = None
        one.save(update_fields=["programme"])
        note(one, by, "npo.programme_left", about=f"municipality {programme.pk}")
        return one
