"""A child is lost: nothing more is sent, to nobody who is meant, and nothing anywhere says why."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.test import Client

from delivery.channels.memory import MemoryChannel
from delivery.models import Delivery
from delivery.planning import plan_day
from delivery.sending import serve
from kizuna.lib import clock
from municipalities.domain.words import EndpointKind, MailKind
from municipalities.models import (
    ConsentRecord,
    Course,
    Invitation,
    Municipality,
    ServiceMail,
    Subscription,
    Suppressed,
)
from municipalities.services.enrol import Consent, Enrolment, enrol_many
from municipalities.services.inviting import invite
from municipalities.services.service_mails import queue
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.leaving import (
    ONE_CLICK,
    is_stopped,
    page,
    second_child,
    stop_link,
    subscription,
)
from tests.world import Family

END = {"do": "end"}


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality(loss_help="グリーフ相談 000-111-2222\n保健センター 000-333-4444")


@pytest.fixture
def family(aoba: Municipality) -> Family:
    return world.make_family(aoba, email="a@example.jp")


def invited(aoba: Municipality, family: Family) -> Family:
    """Somebody who follows the course by the family's invitation."""
    with in_municipality(aoba.pk):
        invite(aoba, family.reader, family.course)
        made = Invitation.objects.get()
    return world.make_family(aoba, course=family.course, relation="father", invitation=made)


def ended(family: Family) -> bool:
    return subscription(family).course.closed_at is not None


def test_visiting_changes_nothing(family: Family) -> None:
    for _ in range(3):
        Client().get(stop_link(family, "loss/"))
    Client().post(stop_link(family, "loss/"), {})
    assert not is_stopped(family)
    assert not ended(family)


def test_the_page_holds_help_and_no_picture_question_or_congratulation(family: Family) -> None:
    Client().post(stop_link(family), ONE_CLICK)
    shown = page(Client(), stop_link(family, "loss/"))
    assert "もう何も届きません。" in shown
    assert "LINE" in shown
    assert "グリーフ相談 000-111-2222\n保健センター 000-333-4444" in shown
    assert "閉じて大丈夫です" in shown
    main = shown[shown.index("<main") : shown.index("</main>")]
    for wrong in ("<img", "おめでとう", "ありがとう", "なぜ", "<select", "<textarea"):
        assert wrong not in main
    assert "いっしょに登録した方" not in main  # nobody was invited


def test_without_lines_of_help_the_office_is_named(aoba: Municipality, family: Family) -> None:
    with in_municipality(aoba.pk):
        Municipality.objects.filter(pk=aoba.pk).update(loss_help="")
    main = page(Client(), stop_link(family, "loss/")).split("</main>")[0]
    assert "こども課 000-000-0000" in main


def test_the_button_ends_it_for_a_whole_family_from_a_file(
    aoba: Municipality, family: Family
) -> None:
    partner = world.make_family(aoba, course=family.course, relation="father")
    world.make_text("d45")
    plan_day(aoba.pk, clock.today())
    answer = Client().post(stop_link(family, "loss/"), END, follow=True)
    assert "もう何も届きません。" in answer.content.decode()
    assert ended(partner)
    sender = MemoryChannel("email")
    serve(aoba.pk, clock.today(), sender, "me")
    assert sender.sent == []
    with in_municipality(aoba.pk):
        assert {one.reason for one in Delivery.objects.all()} == {"stopped"}


def test_it_leaves_the_traces_of_any_stop(aoba: Municipality, family: Family) -> None:
    other = world.make_family(aoba)
    Client().post(stop_link(other), ONE_CLICK)
    Client().post(stop_link(family, "loss/"), END)
    with in_municipality(aoba.pk):
        traces = [
            list(
                ConsentRecord.objects.filter(reader=one.reader).values_list(
                    "given", "source", "text_version"
                )
            )
            for one in (other, family)
        ]
    assert traces[0] == traces[1] == [(False, "stop_link", "stop-1")]


def test_it_cannot_be_taken_back_by_a_link(family: Family) -> None:
    Client().post(stop_link(family, "loss/"), END)
    Client().post(stop_link(family, "undo/"))
    assert is_stopped(family)
    assert "取り消す" not in page(Client(), stop_link(family))


def test_who_invited_somebody_chooses_for_them(aoba: Municipality, family: Family) -> None:
    partner = invited(aoba, family)
    assert "いっしょに登録した方の配信も止める" in page(Client(), stop_link(family, "loss/"))
    Client().post(stop_link(family, "loss/"), END)
    assert is_stopped(family)
    assert not is_stopped(partner)
    assert not ended(partner)

    Client().post(stop_link(family, "loss/"), END | {"others": "1"})
    assert ended(partner)


def test_the_choice_does_not_tell_whether_anybody_came(aoba: Municipality, family: Family) -> None:
    with in_municipality(aoba.pk):
        invite(aoba, family.reader, family.course)
    assert "いっしょに登録した方の配信も止める" in page(Client(), stop_link(family, "loss/"))


def test_who_was_invited_ends_the_own_texts_only(aoba: Municipality, family: Family) -> None:
    partner = invited(aoba, family)
    assert "いっしょに登録した方" not in page(Client(), stop_link(partner, "loss/"))
    Client().post(stop_link(partner, "loss/"), END | {"others": "1"})
    assert is_stopped(partner)
    assert not is_stopped(family)
    assert not ended(family)


def test_no_later_file_brings_it_back(aoba: Municipality, family: Family) -> None:
    Client().post(stop_link(family, "loss/"), END)
    born = Enrolment(EndpointKind.EMAIL, "a@example.jp", "a@example.jp", None, clock.today())
    with in_municipality(aoba.pk):
        result = enrol_many(
            aoba, [born], starts_on=clock.today(), consent=Consent("import", "roster-1")
        )
        assert (result.added, result.unchanged) == (0, 1)
        assert Course.objects.count() == Subscription.objects.count() == 1


def test_no_mail_asks_any_more_how_it_goes_on(aoba: Municipality, family: Family) -> None:
    with in_municipality(aoba.pk):
        for kind in (MailKind.RESTING, MailKind.NEAR_DATE):
            queue(aoba, kind, "a@example.jp", reader=family.reader)
    Client().post(stop_link(family, "loss/"), END)
    with in_municipality(aoba.pk):
        assert not ServiceMail.objects.exists()


def test_another_child_goes_on_and_the_page_promises_no_more(
    aoba: Municipality, family: Family
) -> None:
    elder = second_child(aoba, family, birth_date=clock.today() - timedelta(days=900))
    shown = Client().post(stop_link(family, "loss/"), END, follow=True).content.decode()
    assert "ほかのお子さんのお便りは、これまでどおり届きます" in shown
    assert not is_stopped(elder)
    assert not ended(elder)


def test_of_twins_one_fewer_and_the_texts_go_on(aoba: Municipality, family: Family) -> None:
    with in_municipality(aoba.pk):
        Course.objects.filter(pk=family.course.pk).update(children=2)
    Client().post(stop_link(family), ONE_CLICK)
    assert "人数をひとり減らして" in page(Client(), stop_link(family, "loss/"))
    shown = Client().post(stop_link(family, "loss/"), {"do": "fewer"}).content.decode()
    assert "配信をつづけます" in shown
    assert subscription(family).course.children == 1
    assert not is_stopped(family)

    assert "人数をひとり減らして" not in page(Client(), stop_link(family, "loss/"))
    Client().post(stop_link(family, "loss/"), {"do": "fewer"})
    assert subscription(family).course.children == 1


def office(*who: str) -> str:
    out = StringIO()
    call_command("stop_reader", "--municipality", "aoba", *who, "--course", stdout=out)
    return out.getvalue()


def test_a_call_to_the_office_ends_it_for_everybody(aoba: Municipality, family: Family) -> None:
    partner = invited(aoba, family)
    assert "すべて終わりにしました" in office("--email", "a@example.jp")
    assert is_stopped(family)
    assert ended(partner)
    assert "すでに終わっています" in office("--email", "a@example.jp")
    with in_municipality(aoba.pk):
        assert Suppressed.objects.count() == 2


def test_with_two_children_the_office_must_name_one(aoba: Municipality, family: Family) -> None:
    elder = second_child(aoba, family, birth_date=clock.today() - timedelta(days=900))
    with pytest.raises(CommandError, match=f"{elder.subscription.pk}（お子さん）"):
        office("--email", "a@example.jp")
    office("--subscription", str(family.subscription.pk))
    assert ended(family)
    assert not ended(elder)
