"""The lives that break simple systems, one family each, in the first municipality of the demo."""

from datetime import date, timedelta

from django.db.models import QuerySet

from kizuna.lib import clock
from municipalities.domain.words import EndpointKind, Relation
from municipalities.models import Endpoint, Municipality, Subscription
from municipalities.services.endpoints import address_key
from municipalities.services.enrol import Consent, Enrolment, enrol_many


def mail(name: str) -> str:
    return f"{name}@hard-case.example"


def line(number: int) -> str:
    return f"U{0xDE0 + number:032x}"


def _by(address: str) -> EndpointKind:
    return EndpointKind.LINE if address.startswith("U") else EndpointKind.EMAIL


def _one(
    address: str,
    *,
    due: date | None = None,
    birth: date | None = None,
    relation: Relation = Relation.MOTHER,
    children: int = 1,
    family: str = "",
) -> Enrolment:
    return Enrolment(
        channel=_by(address),
        address=address,
        compared=address,
        due_date=due,
        birth_date=birth,
        relation=relation,
        children=children,
        family=family,
    )


BLOCKED_LINE = line(1)  # blocked, and we know it: skipped with a reason
SILENTLY_BLOCKED_LINE = line(2)  # blocked, and nobody told us: LINE accepts and drops it
FRIENDS = (line(3), line(4))


def hard_cases(today: date) -> list[Enrolment]:
    """Every case has a text today, but for the overdue pregnancy, which holds silently."""
    week = today - timedelta(days=35)
    return [
        _one(mail("overdue"), due=today - timedelta(days=15)),
        _one(mail("twins"), birth=week, children=2),
        _one(mail("two-children"), birth=week),
        _one(mail("two-children"), due=today + timedelta(days=280 - 20 * 7)),
        _one(mail("mother"), birth=week, family="three-readers"),
        _one(FRIENDS[0], birth=week, relation=Relation.FATHER, family="three-readers"),
        _one(
            mail("grandmother"), birth=week, relation=Relation.GRANDPARENT, family="three-readers"
        ),
        _one(mail("paused"), birth=week),
        _one(mail("stopped"), birth=week),
        _one(BLOCKED_LINE, birth=week),
        _one(SILENTLY_BLOCKED_LINE, birth=week),
        _one(mail("bounce+gone"), birth=week),
        _one(mail("born-today"), birth=today),
        _one(mail("third-birthday"), birth=_years_before(today, 3)),
        _one(FRIENDS[1], due=today + timedelta(days=280 - 12 * 7)),  # registered yesterday
    ]


def _years_before(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year - years)
    except ValueError:  # 29 February
        return day.replace(year=day.year - years, day=28)


def add_hard_cases(municipality: Municipality, today: date) -> None:
    """Inside ``in_municipality`` only."""
    enrol_many(
        municipality,
        hard_cases(today),
        starts_on=today,
        consent=Consent(source="demo", text_version="demo-1"),
    )
    _subscriptions(municipality, mail("paused")).update(paused_at=clock.now())
    _subscriptions(municipality, mail("stopped")).update(stopped_at=clock.now())
    _endpoint(municipality, BLOCKED_LINE).update(blocked_at=clock.now(), blocked_reason="blocked")


def _endpoint(municipality: Municipality, address: str) -> QuerySet[Endpoint]:
    key = address_key(_by(address), address, municipality.pk)
    return Endpoint.objects.filter(address_key=key)


def _subscriptions(municipality: Municipality, address: str) -> QuerySet[Subscription]:
    return Subscription.objects.filter(endpoint__in=_endpoint(municipality, address))
