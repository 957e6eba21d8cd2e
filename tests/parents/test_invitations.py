"""An invitation: the invited types no date, both stay strangers, and every link has an end."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.utils.timezone import localdate

from kizuna.lib import clock
from municipalities.models import Course, Invitation, Municipality, Registration, Subscription
from municipalities.services.entrance import confirm_url
from municipalities.services.inviting import invite
from municipalities.services.withdraw import stop_subscription
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.leaving import inside, page, second_child
from tests.world import Family

JOINING = {"address": "papa@example.jp", "relation": "father", "agree": "on"}


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def family(aoba: Municipality) -> Family:
    return world.make_family(aoba, due_date=clock.today() + timedelta(days=193))


def link_of(family: Family, **typed: str) -> str:
    answer = inside(family).post("/m/aoba/my/invite/", {"agree": "on", **typed})
    found = re.search(r"http[^\s<]+(/m/aoba/join/[^\s<]+)", answer.content.decode())
    assert found
    return found[1]


def only_invitation(aoba: Municipality) -> Invitation:
    with in_municipality(aoba.pk):
        return Invitation.objects.get()


def change(aoba: Municipality, **fields: object) -> None:
    with in_municipality(aoba.pk):
        Invitation.objects.update(**fields)


def test_the_link_is_shown_once_with_a_text_to_forward(aoba: Municipality, family: Family) -> None:
    client = inside(family)
    shown = client.post("/m/aoba/my/invite/", {"agree": "on"}).content.decode()
    assert "赤ちゃんの今が1日30秒でわかるよ" in shown
    code = re.search(r"/join/([^/]+)/", shown)
    assert code
    assert len(code[1]) >= 22  # 128 bits
    assert code[1] not in page(client, "/m/aoba/my/invite/")
    made = only_invitation(aoba)
    assert code[1].encode() not in bytes(made.code_key)
    assert made.uses_left == 5
    assert localdate(made.expires_at) == clock.today() + timedelta(days=30)


def test_without_agreeing_to_use_the_date_there_is_no_link(
    aoba: Municipality, family: Family
) -> None:
    answer = inside(family).post("/m/aoba/my/invite/", {})
    assert answer.status_code == 400
    assert 'role="alert"' in answer.content.decode()
    with in_municipality(aoba.pk):
        assert not Invitation.objects.exists()


def test_with_two_children_one_is_chosen(aoba: Municipality, family: Family) -> None:
    elder = second_child(aoba, family, birth_date=clock.today() - timedelta(days=900))
    assert inside(family).post("/m/aoba/my/invite/", {"agree": "on"}).status_code == 400
    link_of(family, course=str(elder.course.pk))
    assert only_invitation(aoba).course_id == elder.course.pk


def test_nobody_invites_to_somebody_elses_child(aoba: Municipality, family: Family) -> None:
    second_child(aoba, family, birth_date=clock.today() - timedelta(days=900))
    other = world.make_family(aoba)
    answer = inside(family).post(
        "/m/aoba/my/invite/", {"agree": "on", "course": str(other.course.pk)}
    )
    assert answer.status_code == 400


def test_the_invited_sees_the_stage_and_types_no_date(aoba: Municipality, family: Family) -> None:
    shown = page(Client(), link_of(family))
    assert "きょうは<strong>妊娠12週3日</strong>です" in shown
    names = set(re.findall(r'<input[^>]* name="([^"]+)"', shown))
    assert names == {"csrfmiddlewaretoken", "address", "relation", "agree"}
    assert family.endpoint.address not in shown


def test_confirming_puts_both_on_one_course(aoba: Municipality, family: Family) -> None:
    shown = Client().post(link_of(family), JOINING).content.decode()
    assert "メールをお送りしました" in shown
    with in_municipality(aoba.pk):
        url = confirm_url(aoba, Registration.objects.get())
        assert Subscription.objects.count() == 1
    Client().post(url[url.index("/m/") :])
    with in_municipality(aoba.pk):
        joined = Subscription.objects.exclude(reader=family.reader).get()
        assert joined.course_id == family.course.pk
        assert joined.relation == "father"
        assert joined.invitation_id == Invitation.objects.get().pk
        assert Course.objects.count() == 1
    assert only_invitation(aoba).uses_left == 4


def test_what_is_wrong_is_said_and_kept(aoba: Municipality, family: Family) -> None:
    answer = Client().post(link_of(family), {**JOINING, "address": "papa@@example"})
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert 'value="papa@@example"' in shown
    assert 'href="#id_address"' in shown


def test_links_that_do_not_hold_lead_to_ordinary_registration(
    aoba: Municipality, family: Family
) -> None:
    link = link_of(family)
    answers = [Client().get("/m/aoba/join/strange/")]
    for fields in (
        {"revoked_at": clock.now()},
        {"revoked_at": None, "expires_at": clock.now() - timedelta(minutes=1)},
        {"expires_at": clock.now() + timedelta(days=1), "uses_left": 0},
    ):
        change(aoba, **fields)
        answers += [Client().get(link), Client().post(link, JOINING)]
    world.make_minato()
    change(aoba, uses_left=5)
    answers.append(Client().get(link.replace("aoba", "minato")))
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers[:-1]}) == 1
    assert "登録のページへ" in answers[0].content.decode()
    assert Client().get(link).status_code == 200


def test_who_stops_reading_invites_nobody_any_more(aoba: Municipality, family: Family) -> None:
    link = link_of(family)
    with in_municipality(aoba.pk):
        stop_subscription(family.subscription.pk)
    assert Client().get(link).status_code == 404


def test_the_own_list_tells_nobody_who_came(aoba: Municipality, family: Family) -> None:
    client = inside(family)
    link_of(family)
    before = page(client, "/m/aoba/my/invite/")
    world.make_family(aoba, course=family.course, invitation=only_invitation(aoba))
    change(aoba, uses_left=0)
    after = page(client, "/m/aoba/my/invite/")
    without = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    assert without.sub("", before) == without.sub("", after)


def test_a_link_is_withdrawn_by_its_owner_alone(aoba: Municipality, family: Family) -> None:
    link = link_of(family)
    path = f"/m/aoba/my/invite/{only_invitation(aoba).pk}/withdraw/"
    stranger = world.make_family(aoba)
    assert inside(family).get(path).status_code == 405
    inside(stranger).post(path)
    assert Client().get(link).status_code == 200
    inside(family).post(path)
    assert Client().get(link).status_code == 404


def test_ten_links_are_enough(aoba: Municipality, family: Family) -> None:
    with in_municipality(aoba.pk):
        for _ in range(10):
            invite(aoba, family.reader, family.course)
    inside(family).post("/m/aoba/my/invite/", {"agree": "on"})
    with in_municipality(aoba.pk):
        assert Invitation.objects.count() == 10


def test_leaving_is_silent(aoba: Municipality, family: Family) -> None:
    link_of(family)
    partner = world.make_family(aoba, course=family.course, invitation=only_invitation(aoba))
    client = inside(family)
    before = page(client, "/m/aoba/my/")
    with in_municipality(aoba.pk):
        stop_subscription(partner.subscription.pk)
    without = re.compile(r'name="csrfmiddlewaretoken" value="[^"]+"')
    assert without.sub("", before) == without.sub("", page(client, "/m/aoba/my/"))
