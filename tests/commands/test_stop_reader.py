"""``stop_reader``: a reader calls the office, and nothing more arrives."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from delivery.channels.memory import MemoryChannel
from delivery.models import Delivery
from delivery.planning import plan_day
from delivery.sending import serve
from kizuna.lib import clock
from municipalities.models import ConsentRecord
from municipalities.tenancy.scope import in_municipality
from tests.world import line_id, make_family, make_municipality, make_text

pytestmark = pytest.mark.django_db


def stop(*who: str) -> str:
    out = StringIO()
    call_command("stop_reader", "--municipality", "aoba", *who, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize(
    ("family", "who", "channel"),
    [
        ({"line": line_id(5)}, ("--line", line_id(5)), "line"),
        ({"email": "a@example.jp"}, ("--email", "Ａ＠example.jp"), "email"),
    ],
)
def test_what_is_planned_and_not_handed_over_is_not_sent(
    family: dict[str, str], who: tuple[str, str], channel: str
) -> None:
    aoba = make_municipality()
    make_text("d45")
    make_family(aoba, **family)  # type: ignore[arg-type]
    plan_day(aoba.pk, clock.today())

    assert "1件の配信を止めました" in stop(*who)
    assert "すでに止まっています" in stop(*who)
    sender = MemoryChannel(channel, safe_to_repeat=channel == "line")
    serve(aoba.pk, clock.today(), sender, "me")

    assert sender.sent == []
    with in_municipality(aoba.pk):
        assert Delivery.objects.get().reason == "stopped"
        assert [(one.given, one.source) for one in ConsentRecord.objects.all()] == [
            (False, "office")
        ]


def test_a_stranger_and_a_town_that_is_not_there_are_named() -> None:
    make_municipality()
    with pytest.raises(CommandError, match="その読者の登録がありません"):
        stop("--email", "stranger@example.jp")
    with pytest.raises(CommandError, match="「aobo」という自治体はありません"):
        call_command("stop_reader", "--municipality", "aobo", "--email", "a@example.jp")
