"""From the calendar to the channel and back: one day of one municipality."""

from datetime import timedelta

import pytest

from delivery.channels.memory import MemoryChannel
from delivery.planning import plan_day
from delivery.reconciliation import missing, reconcile
from delivery.sending import serve
from kizuna.lib import clock
from municipalities.tenancy.scope import in_municipality
from tests.world import give_line, line_id, make_family, make_municipality, make_text

pytestmark = pytest.mark.django_db


def test_every_reader_gets_the_text_of_the_day_by_the_chosen_channel() -> None:
    aoba = make_municipality()
    give_line(aoba)
    today = clock.today()
    make_text("d45", "生後45日のおたよりです。")
    make_text("p12w3d", "妊娠12週3日のおたよりです。")
    make_family(aoba, birth_date=today - timedelta(days=45), email="a@example.jp")
    make_family(aoba, due_date=today + timedelta(days=280 - 87), line=line_id(1))
    make_family(aoba, birth_date=today - timedelta(days=46), email="gap@example.jp")

    planned = plan_day(aoba.pk, today)
    assert planned.added == {("email", "planned"): 1, ("line", "planned"): 1}

    mail, line = MemoryChannel("email"), MemoryChannel("line", safe_to_repeat=True)
    serve(aoba.pk, today, mail, "me")
    serve(aoba.pk, today, line, "me")

    assert [sent.address for sent in mail.sent] == ["a@example.jp"]
    assert [sent.address for sent in line.sent] == [line_id(1)]
    with in_municipality(aoba.pk):
        assert {
            day.channel: (day.planned, day.sent, day.pending, day.unexplained)
            for day in reconcile(today)
        } == {"email": (1, 1, 0, 0), "line": (1, 1, 0, 0)}
        assert missing(today) == {}
