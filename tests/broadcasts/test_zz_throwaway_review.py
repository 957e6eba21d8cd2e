from datetime import datetime, timedelta
import pytest
from kizuna.lib import clock
from messages.models import Broadcast
from messages.services import broadcasts, broadcast_drafts as drafts
from messages.services.broadcasts import Approval
from municipalities.tenancy.scope import in_municipality
from tests.broadcasts.desk import tomorrow_at


def test_urgent_sticky(desk):
    night = tomorrow_at(23)
    one = desk.write(send_at=night)
    with in_municipality(desk.town.pk):
        broadcasts.approve_urgently(one.pk, desk.bob, Approval(1, 5, "急ぎ"))
        broadcasts.take_back(one.pk, desk.bob)
        broadcasts.ask(one.pk, 1, desk.alice)
        x = broadcasts.approve(one.pk, desk.carol, Approval(1, 5))
        print("STICKY", x.state, x.is_urgent, x.send_at, "needs", broadcasts.needs_confirmation(x))


def test_confirm_once(desk):
    one = desk.write()
    with in_municipality(desk.town.pk):
        broadcasts.approve_urgently(one.pk, desk.bob, Approval(1, 5, "急ぎ"))
        broadcasts.confirm(one.pk, desk.carol)
        broadcasts.take_back(one.pk, desk.bob)
        x = drafts.save_words(
            one.pk, 1, desk.bob, subject="別の", body="まったく別の言葉", persona_id=None
        )
        x = broadcasts.approve_urgently(one.pk, desk.bob, Approval(x.revision, 5, "急ぎ"))
        print("CONFIRM", x.state, "needs", broadcasts.needs_confirmation(x))


def test_time_saved_makes_writer(desk):
    one = desk.write(written_by=desk.bob)
    with in_municipality(desk.town.pk):
        x = drafts.save_time(one.pk, 1, desk.alice, tomorrow_at(11))
        broadcasts.ask(one.pk, x.revision, desk.alice)
        x = broadcasts.approve(one.pk, desk.bob, Approval(x.revision, 5))
        print("WRITER", x.state)


def test_many_evaded(desk):
    one = desk.write(written_by=desk.bob)
    with in_municipality(desk.town.pk):
        x = drafts.save_time(one.pk, 1, desk.alice, tomorrow_at(11))
        x = broadcasts.approve_urgently(one.pk, desk.bob, Approval(x.revision, 5000, "急ぎ"))
        print("MANY", x.state)


def test_what_lost(desk):
    from django.test import Client

    one = desk.approved(send_at=tomorrow_at(10))
    c = Client(headers={"accept-language": "ja"})
    c.force_login(desk.alice, backend="django.contrib.auth.backends.ModelBackend")
    for d in ({"subject": "あ" * 80, "body": "大事な言葉", "persona": "", "revision": "1"},):
        r = c.post(f"/console/aoba/broadcasts/{one.pk}/what/", d, follow=True)
        print("WHAT", r.status_code, r.redirect_chain, "大事な言葉" in r.content.decode())
    two = desk.write()
    r = c.post(
        f"/console/aoba/broadcasts/{two.pk}/what/",
        {"subject": "あ" * 80, "body": "x", "persona": "", "revision": "1"},
        follow=True,
    )
    print("SUBJ", len(desk.again(two).subject), r.redirect_chain)
    three = desk.write()
    try:
        r = c.post(
            f"/console/aoba/broadcasts/{three.pk}/what/",
            {"subject": "あ", "body": "x\x00y", "persona": "", "revision": "1"},
            follow=True,
        )
        print("NUL", r.status_code)
    except Exception as e:
        print("NUL", type(e), e)
