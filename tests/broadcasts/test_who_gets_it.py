"""Who is counted is who gets it; whoever is left out is left out for a reason that is told."""

from datetime import timedelta

import pytest

from delivery import broadcast_reach, broadcasting
from delivery.models import Delivery, Lane, Run
from delivery.planning import plan_day
from delivery.reconciliation import reconcile
from delivery.sending import serve
from kizuna.lib import clock
from messages.domain.segment import GROUPS
from messages.models import Edition
from municipalities.models import Endpoint, Reader, Subscription
from municipalities.tenancy.scope import in_municipality
from tests.broadcasts.desk import Desk
from tests.world import give_line, line_id, make_family, make_text

SPANS = {
    group.key: {
        "kind": group.span.kind.value,
        "first_day": group.span.first_day,
        "last_day": group.span.last_day,
    }
    for group in GROUPS
}


def plan(desk: Desk, pk: int) -> dict[tuple[str, str], int]:
    return broadcasting.plan(desk.town.pk, pk, clock.now().replace(hour=12))


@pytest.fixture
def at_noon(desk: Desk) -> dict[str, object]:
    """Due whatever the hour of the test is."""
    noon = clock.now().replace(hour=12)
    return {"send_at": noon - timedelta(hours=1), "approved_at": noon - timedelta(hours=1)}


def test_everybody_gets_it_once_beside_the_text_of_the_day(
    desk: Desk, at_noon: dict[str, object]
) -> None:
    give_line(desk.town)
    today = clock.today()
    make_text("d45")
    family = make_family(desk.town, birth_date=today - timedelta(days=45), email="a@example.jp")
    make_family(desk.town, due_date=today + timedelta(days=90), line=line_id(1))
    with in_municipality(desk.town.pk):
        # A second child at the same address.
        second = family.course
        second.pk, second.birth_date = None, today - timedelta(days=800)
        second.save()
        Subscription.objects.create(
            municipality=desk.town, reader=family.reader, course=second,
            endpoint=family.endpoint, starts_on=today - timedelta(days=1),
        )  # fmt: skip
    one = desk.approved(**at_noon)
    with in_municipality(desk.town.pk):
        reach = broadcast_reach.count(one, clock.now())
    assert (reach.by_channel, reach.left_out) == ({"email": 1, "line": 1}, {})

    assert plan(desk, one.pk) == {("email", "planned"): 1, ("line", "planned"): 1}
    assert plan(desk, one.pk) == {}
    assert plan_day(desk.town.pk, today).added == {("email", "planned"): 1}
    serve(desk.town.pk, today, desk.email, "me")
    serve(desk.town.pk, today, desk.line, "me")

    assert [sent.address for sent in desk.email.sent] == ["a@example.jp"] * 2
    assert [sent.address for sent in desk.line.sent] == [line_id(1)]
    with in_municipality(desk.town.pk):
        assert {
            day.channel: (day.planned, day.sent, day.unexplained) for day in reconcile(today)
        } == {
            "email": (2, 2, 0),
            "line": (1, 1, 0),
        }
        assert desk.again(one).state == "sending"


def test_who_is_left_out_and_why(desk: Desk, at_noon: dict[str, object]) -> None:
    now = clock.now()
    families = {name: make_family(desk.town) for name in ("ok", "s", "p", "u", "b", "o", "e")}
    with in_municipality(desk.town.pk):
        subscriptions, endpoints = Subscription.objects, Endpoint.objects
        subscriptions.filter(pk=families["s"].subscription.pk).update(stopped_at=now)
        subscriptions.filter(pk=families["p"].subscription.pk).update(paused_at=now)
        endpoints.filter(pk=families["u"].endpoint.pk).update(verified_at=None)
        endpoints.filter(pk=families["b"].endpoint.pk).update(
            blocked_at=now, blocked_reason="unknown_mailbox"
        )
        Reader.objects.filter(pk=families["o"].reader.pk).update(no_broadcasts=True)
    make_family(desk.town, birth_date=clock.today() - timedelta(days=800))
    first = desk.approved(ranges=[SPANS["two"]], **at_noon)
    assert plan(desk, first.pk) == {("email", "planned"): 1}

    one = desk.approved(**at_noon)
    with in_municipality(desk.town.pk):
        reach = broadcast_reach.count(one, clock.now())
    assert reach.by_channel == {"email": 2}
    assert reach.left_out == {
        "stopped": 1,
        "paused": 1,
        "unverified": 1,
        "unknown_mailbox": 1,
        "opted_out": 1,
        "another_broadcast": 1,
    }
    assert plan(desk, one.pk) == {("email", "planned"): 2, ("email", "skipped"): 5}


@pytest.mark.parametrize(
    ("fields", "number"),
    [
        ({}, 4),
        ({"ranges": [SPANS["late"]]}, 1),
        ({"ranges": [SPANS["late"], SPANS["one"]]}, 2),
        ({"audiences": ["partner"]}, 1),
        ({"areas": ["南地区"]}, 1),
        ({"channel": "line"}, 1),
        ({"channel": "line", "areas": ["南地区"]}, 0),
    ],
)
def test_the_sentence_chooses(desk: Desk, fields: dict[str, object], number: int) -> None:
    today = clock.today()
    make_family(desk.town, due_date=today + timedelta(days=30))
    make_family(desk.town, birth_date=today - timedelta(days=400), relation="father")
    south = make_family(desk.town)
    make_family(desk.town, line=line_id(3))
    with in_municipality(desk.town.pk):
        Reader.objects.filter(pk=south.reader.pk).update(area="南地区")
        assert broadcast_reach.count(desk.write(**fields), clock.now()).total == number


def test_nothing_leaves_before_its_time_at_night_or_unapproved(desk: Desk) -> None:
    make_family(desk.town)
    noon = clock.now().replace(hour=12)
    early = desk.approved(send_at=noon + timedelta(minutes=1), approved_at=noon)
    waiting = desk.approved(send_at=noon, approved_at=noon - timedelta(minutes=9))
    draft = desk.write(send_at=noon)
    for one in (early, waiting, draft):
        assert broadcasting.plan(desk.town.pk, one.pk, noon) == {}
    night = noon.replace(hour=22)
    one = desk.approved(send_at=noon, approved_at=noon)
    assert broadcasting.plan(desk.town.pk, one.pk, night) == {}
    urgent = desk.approved(send_at=noon, approved_at=noon, is_urgent=True)
    assert broadcasting.plan(desk.town.pk, urgent.pk, night) == {("email", "planned"): 1}
    with in_municipality(desk.town.pk):
        run = Run.objects.get()
        assert run.planned_at is None  # the day's texts are planned as ever


def test_a_missed_day_is_not_made_up_for(desk: Desk) -> None:
    make_family(desk.town)
    yesterday = clock.now() - timedelta(days=1)
    one = desk.approved(send_at=yesterday, approved_at=yesterday)
    assert broadcasting.plan_due(clock.today()) == 0
    assert desk.again(one).state == "approved"


def test_the_frozen_words_name_who_speaks_and_the_way_to_stop(
    desk: Desk, at_noon: dict[str, object]
) -> None:
    from messages.models import Persona

    make_family(desk.town)
    with in_municipality(desk.town.pk):
        persona = Persona.objects.create(
            municipality=desk.town, name="さくら", duty="子育てコンシェルジュ"
        )
    one = desk.approved(persona=persona, **at_noon)
    plan(desk, one.pk)
    with in_municipality(desk.town.pk):
        edition = Edition.objects.get(broadcast=one)
        assert "【さくら（子育てコンシェルジュ）】" in edition.mail_text
        assert "%%STOP_URL%%" in edition.mail_text
        assert "青葉市本町1-1" in edition.mail_text
        row = Delivery.objects.get()
        assert (row.text_id, row.edition_id) == (-one.pk, edition.pk)
        assert Lane.objects.get().planned == 1
