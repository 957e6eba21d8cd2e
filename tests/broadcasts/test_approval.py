"""Nothing goes out that a second person has not agreed to, as it is."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from kizuna.lib import clock
from messages.domain.review import BroadcastState
from messages.models import Broadcast, BroadcastEvent
from messages.services import broadcast_drafts as drafts
from messages.services import broadcasts
from messages.services.broadcast_history import needs_confirmation
from messages.services.broadcasts import Approval, Obstacle, Refused, Stale
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests.broadcasts.desk import Desk, tomorrow_at


def refused(step: Callable[[], object]) -> Obstacle:
    with pytest.raises(Refused) as caught:
        step()
    return caught.value.obstacle


def test_write_ask_approve_and_every_step_is_remembered(desk: Desk) -> None:
    with in_municipality(desk.town.pk):
        one = drafts.begin(desk.town, desk.alice)
        one = drafts.save_words(
            one.pk, 1, desk.alice, subject="講座", body="ひらきます。", persona_id=None
        )
        one = drafts.save_time(one.pk, 2, desk.alice, tomorrow_at(10))
        broadcasts.ask(one.pk, 3, desk.alice, "お願いします")
        one = broadcasts.approve(one.pk, desk.bob, Approval(3, 850))

        assert (one.state, one.approved_by, one.approved_reach) == ("approved", desk.bob, 850)
        acts = list(BroadcastEvent.objects.order_by("pk").values_list("act", "by__name"))
        assert acts == [
            ("saved", "alice"), ("saved", "alice"), ("saved", "alice"),
            ("asked", "alice"), ("approved", "bob"),
        ]  # fmt: skip


def test_the_writer_never_approves(desk: Desk) -> None:
    one = desk.write(state="asked", written_by=desk.bob)
    with in_municipality(desk.town.pk):
        assert refused(lambda: broadcasts.approve(one.pk, desk.bob, Approval(1, 5))) == "writer"
        broadcasts.approve(one.pk, desk.carol, Approval(1, 5))


def test_with_two_steps_three_persons_are_needed(desk: Desk) -> None:
    one = desk.write(state="asked")
    with in_municipality(desk.town.pk):
        Municipality.objects.filter(pk=desk.town.pk).update(approval_steps=2)
        agreed = Approval(1, 5)
        assert refused(lambda: broadcasts.approve(one.pk, desk.bob, agreed)) == "two_steps"
        broadcasts.check(one.pk, 1, desk.bob)
        assert refused(lambda: broadcasts.approve(one.pk, desk.bob, agreed)) == "checker"
        assert broadcasts.approve(one.pk, desk.carol, agreed).state == "approved"


def test_a_changed_word_asks_everybody_again(desk: Desk) -> None:
    one = desk.write(state="asked")
    with in_municipality(desk.town.pk):
        changed = drafts.save_words(
            one.pk, 1, desk.bob, subject=one.subject, body="別の日です。", persona_id=None
        )
        assert (changed.state, changed.written_by, changed.revision) == ("draft", desk.bob, 2)
        with pytest.raises(Stale):
            broadcasts.approve(one.pk, desk.carol, Approval(1, 5))


def test_the_second_of_two_writers_is_told_and_nothing_is_lost(desk: Desk) -> None:
    one = desk.write()
    with in_municipality(desk.town.pk):
        drafts.save_words(one.pk, 1, desk.alice, subject="甲", body="甲", persona_id=None)
        with pytest.raises(Stale) as caught:
            drafts.save_words(one.pk, 1, desk.bob, subject="乙", body="乙", persona_id=None)
        assert caught.value.current.subject == "甲"
        assert Broadcast.objects.get(pk=one.pk).subject == "甲"


def test_an_urgent_one_goes_with_one_person_and_a_reason_and_stays_marked(desk: Desk) -> None:
    one = desk.write(written_by=desk.bob, send_at=None)
    with in_municipality(desk.town.pk):
        assert (
            refused(lambda: broadcasts.approve_urgently(one.pk, desk.bob, Approval(1, 900)))
            == "no_reason"
        )
        because = Approval(1, 900, "断水のため")
        one = broadcasts.approve_urgently(one.pk, desk.bob, because)
        assert (one.is_urgent, one.state) == (True, "approved")
        assert needs_confirmation(one)
        assert refused(lambda: broadcasts.confirm(one.pk, desk.bob)) == "writer"
        broadcasts.confirm(one.pk, desk.carol)
        assert not needs_confirmation(one)
        assert Broadcast.objects.get(pk=one.pk).is_urgent


def test_more_than_a_thousand_need_a_second_person_also_when_urgent(desk: Desk) -> None:
    one = desk.write(written_by=desk.bob, send_at=None)
    with in_municipality(desk.town.pk):
        many = Approval(1, 1001, "断水のため")
        assert refused(lambda: broadcasts.approve_urgently(one.pk, desk.bob, many)) == "many"
        assert broadcasts.approve_urgently(one.pk, desk.carol, many).state == "approved"


@pytest.mark.parametrize(("hour", "obstacle"), [(6, "night"), (21, "night"), (20, None)])
def test_nobody_is_woken_at_night(desk: Desk, hour: int, obstacle: str | None) -> None:
    one = desk.write()
    with in_municipality(desk.town.pk):
        if obstacle:
            assert (
                refused(lambda: drafts.save_time(one.pk, 1, desk.alice, tomorrow_at(hour)))
                == obstacle
            )
        else:
            drafts.save_time(one.pk, 1, desk.alice, tomorrow_at(hour))


def test_nothing_is_asked_for_that_could_not_be_sent(desk: Desk) -> None:
    empty, timeless = desk.write(body=""), desk.write(send_at=None)
    with in_municipality(desk.town.pk):
        assert refused(lambda: broadcasts.ask(empty.pk, 1, desk.alice)) == "text"
        assert refused(lambda: broadcasts.ask(timeless.pk, 1, desk.alice)) == "no_time"
        nobody = desk.write(state="asked")
        assert refused(lambda: broadcasts.approve(nobody.pk, desk.bob, Approval(1, 0))) == "nobody"
        past = desk.write(state="asked", send_at=clock.now() - timedelta(days=1))
        assert refused(lambda: broadcasts.approve(past.pk, desk.bob, Approval(1, 9))) == "past"


def test_an_approval_is_taken_back_as_if_nothing_had_been(desk: Desk) -> None:
    one = desk.approved(approved_at=clock.now())
    with in_municipality(desk.town.pk):
        one = broadcasts.take_back(one.pk, desk.alice)
        assert (one.state, one.approved_by, one.approved_at) == (BroadcastState.DRAFT, None, None)
        assert refused(lambda: broadcasts.take_back(one.pk, desk.alice)) == "not_now"


def test_last_years_words_become_a_draft_of_this_year(desk: Desk) -> None:
    old = desk.write(state="withdrawn", ranges=[{"kind": "child", "first_day": 0, "last_day": 9}])
    with in_municipality(desk.town.pk):
        new = drafts.copy(desk.town, old.pk, desk.bob)
        assert (new.state, new.subject, new.ranges) == ("draft", old.subject, old.ranges)
        assert (new.written_by, new.send_at, new.corrects) == (desk.bob, None, None)


def test_changing_the_hour_makes_nobody_elses_words_ones_own(desk: Desk) -> None:
    """Whoever wrote the words does not approve them because a colleague moved the hour."""
    with in_municipality(desk.town.pk):
        one = drafts.begin(desk.town, desk.bob)
        drafts.save_words(one.pk, 1, desk.bob, subject="講座", body="甲", persona_id=None)
        drafts.save_time(one.pk, 2, desk.alice, tomorrow_at(11))
        broadcasts.ask(one.pk, 3, desk.alice)
        assert refused(lambda: broadcasts.approve(one.pk, desk.bob, Approval(3, 5))) == "writer"
        many = Approval(3, 1001, "急ぎ")
        assert refused(lambda: broadcasts.approve_urgently(one.pk, desk.bob, many)) == "many"
        assert broadcasts.approve(one.pk, desk.carol, Approval(3, 5)).state == "approved"


def test_taken_back_it_is_an_ordinary_draft_again(desk: Desk) -> None:
    one = desk.write(send_at=tomorrow_at(23))
    with in_municipality(desk.town.pk):
        broadcasts.approve_urgently(one.pk, desk.bob, Approval(1, 5, "断水のため"))
        broadcasts.take_back(one.pk, desk.bob)
        broadcasts.ask(one.pk, 1, desk.alice)
        assert refused(lambda: broadcasts.approve(one.pk, desk.carol, Approval(1, 5))) == "night"


def test_a_confirmation_holds_for_what_was_confirmed_only(desk: Desk) -> None:
    one = desk.write()
    because = "断水のため"
    with in_municipality(desk.town.pk):
        broadcasts.approve_urgently(one.pk, desk.bob, Approval(1, 5, because))
        broadcasts.confirm(one.pk, desk.carol)
        broadcasts.take_back(one.pk, desk.bob)
        drafts.save_words(one.pk, 1, desk.bob, subject="別", body="別の言葉", persona_id=None)
        one = broadcasts.approve_urgently(one.pk, desk.bob, Approval(2, 5, because))
        assert needs_confirmation(one)
