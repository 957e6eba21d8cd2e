"""AU of a small named world, counted one reader after the other from the readers' own tables.

Nothing of the history, its triggers or the statement of AU is used on this side: the definition is
written out in plain Python, and what the night counts is held against it.
"""

from datetime import date, timedelta

import pytest
from django.db.models import QuerySet

from delivery.facts import audience
from kizuna.lib import clock
from municipalities.models import Course, Endpoint, Municipality, Reader, Subscription
from municipalities.services import changing
from municipalities.services.ending import end_course
from municipalities.services.withdraw import stop_subscription
from municipalities.tenancy.scope import in_municipality
from tests.world import Family, line_id, make_endpoint, make_family, make_minato, make_municipality

pytestmark = pytest.mark.django_db(transaction=True)

TODAY = clock.today()
LONG_AGO = TODAY - timedelta(days=90)
COUNTED = {"hana", "ken", "mei", "sora", "toru", "yuki"}


def is_active(subscription: Subscription, on: date, last_birthday: int) -> bool:
    """Is sent to, has begun, does not rest, and its child or pregnancy is of an age there are texts
    for: 4w0d to 41w6d, birth to the last birthday."""
    endpoint, course = subscription.endpoint, subscription.course
    if subscription.stopped_at or course.closed_at or subscription.starts_on > on:
        return False
    if endpoint.verified_at is None or endpoint.blocked_at is not None:
        return False
    paused = subscription.paused_at
    if paused and paused.astimezone(clock.TOKYO).date() <= on:
        until = subscription.paused_until
        if until is None or until > on:
            return False
    born: date | None = course.birth_date
    due: date | None = course.due_date
    if born is not None:
        return born <= on <= _birthday(born, last_birthday)
    return due is not None and 28 <= 280 - (due - on).days <= 293


def _birthday(born: date, years: int) -> date:
    """The last day on which a text is sent. Born on a 29 February: the 28th, where there is none."""
    try:
        return born.replace(year=born.year + years)
    except ValueError:
        return born.replace(year=born.year + years, day=28)


def _days_around(on: date, years: int) -> list[date]:
    near = on + timedelta(days=365 * years)
    return [near + timedelta(days=number) for number in range(-3, 4)]


def name_them(**families: Family) -> dict[int, str]:
    return {family.reader.pk: name for name, family in families.items()}


def build(aoba: Municipality) -> dict[int, str]:
    """Everybody by name; who counts is in ``COUNTED``."""
    early, born = TODAY + timedelta(days=150), TODAY - timedelta(days=100)
    eldest = next(day for day in _days_around(TODAY, -3) if _birthday(day, 3) >= TODAY)
    mei = make_family(aoba, due_date=early, starts_on=LONG_AGO)
    hana = make_family(aoba, birth_date=born, starts_on=LONG_AGO)
    people = {
        "hana": hana,
        "ken": make_family(aoba, course=hana.course, relation="father", line=line_id(1)),
        "mei": mei,
        "sora": make_family(aoba, birth_date=TODAY, starts_on=LONG_AGO),
        "toru": make_family(aoba, birth_date=eldest, starts_on=LONG_AGO),
        "yuki": make_family(aoba, due_date=TODAY - timedelta(days=13), starts_on=LONG_AGO),
        "aki_stopped": make_family(aoba, due_date=early, starts_on=LONG_AGO),
        "rei_rests": make_family(aoba, due_date=early, starts_on=LONG_AGO),
        "nao_blocked": make_family(aoba, due_date=early, starts_on=LONG_AGO),
        "jun_unverified": make_family(aoba, due_date=early, starts_on=LONG_AGO),
        "emi_ended": make_family(aoba, due_date=early, starts_on=LONG_AGO),
        "dai_tomorrow": make_family(aoba, due_date=early, starts_on=TODAY + timedelta(days=1)),
        "ryo_grown": make_family(aoba, birth_date=eldest - timedelta(days=1), starts_on=LONG_AGO),
        "mio_too_early": make_family(
            aoba, due_date=TODAY + timedelta(days=253), starts_on=LONG_AGO
        ),
        "kai_overdue": make_family(aoba, due_date=TODAY - timedelta(days=14), starts_on=LONG_AGO),
        "iku_unborn": make_family(aoba, birth_date=TODAY + timedelta(days=1), starts_on=LONG_AGO),
    }
    with in_municipality(aoba.pk):
        stop_subscription(people["aki_stopped"].subscription.pk)
        changing.rest(people["rei_rests"].reader, None)
        _endpoint(people["nao_blocked"]).update(blocked_at=clock.now(), blocked_reason="gone")
        _endpoint(people["jun_unverified"]).update(verified_at=None)
        end_course(people["emi_ended"].course.pk)
        # Mei expects one child and follows another; she changes to LINE. One reader all the same.
        second = Course.objects.create(municipality=aoba, birth_date=born, children=2)
        line = make_endpoint(aoba, mei.reader, line=line_id(2))
        Subscription.objects.create(
            municipality=aoba, reader=mei.reader, course=second, endpoint=line,
            relation="mother", starts_on=LONG_AGO,
        )  # fmt: skip
        Subscription.objects.filter(pk=mei.subscription.pk).update(endpoint=line)
    return name_them(**people)


def _endpoint(family: Family) -> QuerySet[Endpoint]:
    return Endpoint.objects.filter(pk=family.endpoint.pk)


def test_what_the_night_counts_is_what_a_clerk_counts_one_by_one() -> None:
    aoba, minato = make_municipality(), make_minato()
    make_family(minato)
    names = build(aoba)
    with in_municipality(aoba.pk):
        everybody = Subscription.objects.select_related("course", "endpoint", "reader")
        active = [one for one in everybody if is_active(one, TODAY, aoba.last_birthday)]
        assert {names[one.reader_id] for one in active} == COUNTED
        assert Reader.objects.count() == len(names) == 16
        courses = {one.course_id: one.course.children for one in active}
        counted = {(one.dimension, one.value): one for one in audience.count(aoba, TODAY)}
    whole = counted["all", ""]
    assert whole[2:] == (len(COUNTED), len(active), len(courses), sum(courses.values()))
    for channel in ("email", "line"):
        readers = {one.reader_id for one in active if one.endpoint.kind == channel}
        assert counted["channel", channel].readers == len(readers)
    for relation in ("mother", "father"):
        readers = {one.reader_id for one in active if one.relation == relation}
        assert counted["relation", relation].readers == len(readers)
