"""At night the pages behind links are asked; what is certainly gone is an alarm."""

from typing import Any

import pytest

from delivery.alarms.checks import links
from messages.services import dead_links
from messages.services.dead_links import Checked, Verdict
from municipalities.models import Municipality
from tests import world
from tests.alarms.morning import ask

GONE, THERE, AWAY = (f"https://www.example.jp/{name}" for name in ("gone", "there", "away"))


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch) -> dict[str, Verdict]:
    """What the network says; every page that was asked must be in here."""
    known = {GONE: Verdict.DEAD, THERE: Verdict.OPENS, AWAY: Verdict.UNASKED}

    def check(link: str, **_: Any) -> Checked:
        return Checked(link, known[link])

    monkeypatch.setattr(dead_links, "check", check)
    return known


def test_a_text_leads_to_a_page_that_is_gone(answers: dict[str, Verdict], db: None) -> None:
    world.make_text("d45", body=f"くわしくは {THERE} と {AWAY} にあります。")
    assert ask("link_dead") == []
    world.make_text("d46", body=f"くわしくは {GONE} にあります。")
    (found,) = ask("link_dead")
    assert (found.municipality, found.facts) == (None, {"count": 1, "link": GONE})
    answers[GONE] = Verdict.OPENS
    assert ask("link_dead") == []


def test_a_wording_that_is_sent_no_more_is_not_asked(answers: dict[str, Verdict], db: None) -> None:
    world.make_text("d45", body=f"くわしくは {GONE} にあります。")
    world.make_text("d45", body="くわしくは保健センターへ。")
    assert ask("link_dead") == []


def test_an_announcement_leads_to_a_page_that_is_gone(
    answers: dict[str, Verdict], aoba: Municipality
) -> None:
    minato = world.make_minato()
    world.make_block(aoba, body=f"申込みは {GONE} から。")
    world.make_block(minato, body=f"申込みは {THERE} から。")
    world.make_block(minato, body=f"申込みは {GONE} から。", state="draft")
    (found,) = ask("block_link_dead")
    assert (found.municipality, found.facts) == (aoba, {"count": 1, "link": GONE})
    answers[GONE] = Verdict.UNASKED
    assert ask("block_link_dead") == []


def test_where_the_installation_has_no_way_out_nobody_asks(
    monkeypatch: pytest.MonkeyPatch, settings: Any, aoba: Municipality
) -> None:
    settings.LINK_CHECK = False
    monkeypatch.setattr(dead_links, "check", lambda link: pytest.fail("asked"))
    world.make_text("d45", body=f"くわしくは {GONE} にあります。")
    world.make_block(aoba, body=f"申込みは {GONE} から。")
    assert ask("link_dead") == ask("block_link_dead") == []


def test_after_its_time_is_over_the_rest_waits_for_another_night(
    answers: dict[str, Verdict], db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(links, "SECONDS", -1)
    world.make_text("d45", body=f"くわしくは {GONE} にあります。")
    assert ask("link_dead") == []
