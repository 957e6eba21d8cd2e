"""A municipality begins: found in the state's register, written down, its first manager invited.

From the NPO's door. It begins ``preparing``: nothing is sent before ``messages.services.starting``
finds everything in its place. One that sends from another system begins, and stays, ``external``.
"""

from dataclasses import dataclass
from datetime import date

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from kizuna.lib.text import fold_value
from municipalities.domain.roles import Role
from municipalities.domain.romaji import hiragana, romanised, without_ending
from municipalities.domain.words import MunicipalityKind, Service
from municipalities.models import LocalGovernment, Municipality, StaffUser
from municipalities.services import staff
from municipalities.services.audit import note
from municipalities.tenancy.scope import stepping_into, stepping_out

MOST_FOUND = 30

_KINDS = {"prefecture": MunicipalityKind.PREFECTURE, "ward": MunicipalityKind.WARD}


class SlugTaken(Exception):
    """Another municipality has that address already."""


@dataclass(frozen=True, slots=True)
class Manager:
    """Whom to invite as the first one who manages."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class Founding:
    """What the form says, judged. ``manager`` None: nobody is invited yet."""

    slug: str
    kind: MunicipalityKind
    name: str
    service_name: str
    contact: str
    postal_address: str
    is_external: bool = False
    code: str = ""
    programme: Municipality | None = None
    contract_from: date | None = None
    contract_until: date | None = None
    manager: Manager | None = None


def search(asked: str) -> list[LocalGovernment]:
    """Rows of the register whose name, reading, prefecture or code hold every word that was asked."""
    words = hiragana(fold_value(asked)).split()[:5]
    if not words:
        return []
    found = LocalGovernment.objects.order_by("code")
    for word in words:
        found = found.filter(_about(word))
    return list(found[: MOST_FOUND + 1])


def _about(word: str) -> Q:
    if word.isdecimal():
        # Five digits are the code without its check digit.
        return Q(code__startswith=word)
    named = Q()
    for column in ("name", "kana", "prefecture", "city_of_ward"):
        named |= Q(**{f"{column}__contains": word})
    return named


def register_is_empty() -> bool:
    """Whether the operator has yet to run ``load_codes``."""
    return not LocalGovernment.objects.exists()


def already_there(codes: list[str]) -> dict[str, Municipality]:
    """Code → the municipality that was founded from it."""
    found = Municipality.objects.filter(code_id__in=codes).exclude(service=Service.ENDED)
    return {str(one.code_id): one for one in found}


def kind_of(row: LocalGovernment) -> MunicipalityKind:
    """A special ward of Tokyo is a city of its own; a ward of a designated city is a ward."""
    return _KINDS.get(row.kind, MunicipalityKind.CITY)


def full_name(row: LocalGovernment) -> str:
    """As it stands at the head of pages: 札幌市中央区."""
    return f"{row.city_of_ward}{row.name}"


def proposed_slug(row: LocalGovernment) -> str:
    """An address of its own in Latin letters, not taken yet."""
    own = romanised(without_ending(row.name, row.kana))
    if row.kind == "prefecture":
        return _free(f"{own}-pref", row.code)
    if row.city_of_ward:
        city = _row(row.prefecture, row.city_of_ward)
        own = f"{romanised(without_ending(city.name, city.kana))}-{own}" if city else own
    prefecture = LocalGovernment.objects.filter(kind="prefecture", name=row.prefecture).first()
    wider = (
        f"{own}-{romanised(without_ending(prefecture.name, prefecture.kana))}"
        if prefecture
        else own
    )
    return own if own and not _is_taken(own) else _free(wider, row.code)


def found(said: Founding, by: StaffUser) -> Municipality:
    """Write it down and invite the manager, both or nothing.

    Raises:
        SlugTaken: the address belongs to somebody else by now.
        OSError, SMTPException: the invitation could not be handed over.
    """
    with transaction.atomic():
        made = _written(said)
        with stepping_into(made.pk):
            note(made, by, "npo.founded", after=made.service)
            if said.manager:
                staff.invite(
                    made,
                    by,
                    email=said.manager.email,
                    name=said.manager.name,
                    role=Role.MANAGER,
                    duties="",
                )
    return made


def _written(said: Founding) -> Municipality:
    try:
        with stepping_out():
            return Municipality.objects.create(
                slug=said.slug,
                kind=said.kind,
                code_id=said.code or None,
                programme=said.programme,
                name=said.name,
                service_name=said.service_name,
                contact=said.contact,
                postal_address=said.postal_address,
                service=Service.EXTERNAL if said.is_external else Service.PREPARING,
                mail_name=said.service_name,
                contract_from=said.contract_from,
                contract_until=said.contract_until,
            )
    except IntegrityError:
        raise SlugTaken from None


def _row(prefecture: str, name: str) -> LocalGovernment | None:
    found: QuerySet[LocalGovernment] = LocalGovernment.objects.filter(
        prefecture=prefecture, name=name, kind="city"
    )
    return found.first()


def _free(slug: str, code: str) -> str:
    return f"{slug}-{code}" if _is_taken(slug) else slug


def _is_taken(slug: str) -> bool:
    return Municipality.objects.filter(slug=slug).exists()
