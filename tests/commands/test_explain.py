"""``explain``: one sentence that tells why a reader did or did not get a text."""

from datetime import timedelta
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from delivery.channels.memory import MemoryChannel
from delivery.planning import plan_day
from delivery.sending import serve
from kizuna.lib import clock
from tests.world import make_family, make_municipality, make_text

pytestmark = pytest.mark.django_db


def explain(address: str = "a@example.jp") -> str:
    out = StringIO()
    call_command("explain", "--municipality", "aoba", "--email", address, stdout=out)
    return out.getvalue()


def test_a_text_that_was_sent() -> None:
    aoba = make_municipality()
    make_text("d45")
    make_family(aoba, email="a@example.jp")
    plan_day(aoba.pk, clock.today())
    serve(aoba.pk, clock.today(), MemoryChannel("email"), "me")
    assert "送りました" in explain("ａ＠example.jp")


@pytest.mark.parametrize(
    ("family", "told"),
    [
        ({"stopped_at": "now"}, "配信を止めています"),
        ({"starts_on": 1}, "最初の配信は"),
        ({"birth_date": -46}, "生後46日（d46）の日には、原稿がありません"),
        ({"due_date": -20}, "静かに待ちます"),
        ({}, "計画はまだ立っていません"),
    ],
)
def test_a_text_that_was_not_sent(family: dict[str, Any], told: str) -> None:
    aoba = make_municipality()
    make_text("d45")
    for name, value in list(family.items()):
        family[name] = clock.now() if value == "now" else clock.today() + timedelta(days=value)
    make_family(aoba, email="a@example.jp", **family)
    assert told in explain()


def test_a_paused_reader_is_told_from_the_row() -> None:
    aoba = make_municipality()
    make_text("d45")
    make_family(aoba, email="a@example.jp", paused_at=clock.now())
    plan_day(aoba.pk, clock.today())
    assert "見送りました" in explain()


def test_a_stranger_is_not_found() -> None:
    make_municipality()
    with pytest.raises(CommandError, match="その読者の登録がありません"):
        explain("stranger@example.jp")
