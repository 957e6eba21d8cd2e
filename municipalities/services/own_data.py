"""Everything that is stored about one reader, for that reader: one structure for page and file."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.db.models import QuerySet

from kizuna.lib import clock
from municipalities.models import (
    ConsentRecord,
    Endpoint,
    Invitation,
    Reader,
    Registration,
    ServiceMail,
    Subscription,
)
from municipalities.services.suppression import suppressed_among

Row = dict[str, Any]


def stored_about(reader: Reader) -> dict[str, Any]:
    """Plain values, ready for JSON: dates as ISO, moments in Japan's time. Nobody else is in it.

    Inside ``in_municipality``. Who else follows a child, and who came by an invitation, are other
    people's data.
    """
    return {
        "municipality": reader.municipality.name,
        "service": reader.municipality.service_name,
        "made_at": _moment(clock.now()),
        "reader": {
            "registered_at": _moment(reader.created_at),
            "language": reader.language,
            "wording": reader.variant,
            "area": reader.area,
            "without_broadcasts": reader.no_broadcasts,
        },
        "addresses": [_address(one) for one in _own(Endpoint, reader)],
        "children": [_child(one) for one in _own(Subscription, reader)],
        "consents": [_consent(one) for one in _own(ConsentRecord, reader)],
        "invitations": [_invitation(one) for one in _own(Invitation, reader)],
        "waiting": [_waiting(one) for one in _registrations(reader)],
        "service_mails": [_service_mail(one) for one in _own(ServiceMail, reader)],
    }


def _own(model: Any, reader: Reader) -> Iterable[Any]:
    found: QuerySet[Any] = model.objects.filter(reader=reader).order_by("pk")
    return found.select_related("course", "placement") if model is Subscription else found


def _registrations(reader: Reader) -> Iterable[Registration]:
    keys = Endpoint.objects.filter(reader=reader).values_list("address_key", flat=True)
    of_address = Registration.objects.filter(address_key__in=list(keys))
    return (of_address | Registration.objects.filter(reader=reader)).order_by("pk")


def _address(one: Endpoint) -> Row:
    return {
        "channel": one.kind,
        "address": one.address,
        "confirmed_at": _moment(one.verified_at),
        "unreachable_since": _moment(one.blocked_at),
        "unreachable_because": one.blocked_reason,
        "kept_out_of_files": bool(suppressed_among([bytes(one.address_key)])),
    }


def _child(one: Subscription) -> Row:
    course = one.course
    ends = [moment for moment in (one.stopped_at, course.closed_at) if moment]
    return {
        "due_date": _day(course.due_date),
        "birth_date": _day(course.birth_date),
        "children": course.children,
        "date_is_a_guess": course.is_provisional,
        "relation": one.relation,
        "texts_from": _day(one.starts_on),
        "paused_at": _moment(one.paused_at),
        "paused_until": _day(one.paused_until),
        "stopped_at": _moment(min(ends)) if ends else None,
        "registered_at": _moment(one.created_at),
        "found_by": one.placement.name if one.placement else "",
        "by_invitation": one.invitation_id is not None,
    }


def _consent(one: ConsentRecord) -> Row:
    return {
        "given": one.given,
        "wording": one.text_version,
        "by": one.source,
        "at": _moment(one.at),
    }


def _invitation(one: Invitation) -> Row:
    return {
        "made_at": _moment(one.created_at),
        "good_until": _moment(one.expires_at),
        "withdrawn_at": _moment(one.revoked_at),
    }


def _waiting(one: Registration) -> Row:
    return {
        "for": one.purpose,
        "address": one.address,
        "due_date": _day(one.due_date),
        "birth_date": _day(one.birth_date),
        "asked_at": _moment(one.created_at),
        "good_until": _moment(one.expires_at),
        "confirmed_at": _moment(one.confirmed_at),
    }


def _service_mail(one: ServiceMail) -> Row:
    return {"about": one.kind, "written_at": _moment(one.created_at), "state": one.state}


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _moment(moment: datetime | None) -> str | None:
    return moment.astimezone(clock.TOKYO).isoformat(timespec="seconds") if moment else None
