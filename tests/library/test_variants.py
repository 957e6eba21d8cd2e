"""Languages are variants everywhere: chosen where there are texts, named everywhere, and falling
back by one table."""

from datetime import timedelta

import pytest
from django.test import Client

from kizuna.lib import clock
from messages.domain.stage import Stage
from messages.services.compose import offered, pick, shelf
from municipalities.domain.words import FALLBACK, OWN_NAMES, Audience, Variant
from municipalities.models import Municipality
from municipalities.roster.values import variant_in
from tests import world
from tests.parents.signing_up import Parent

D45 = Stage.parse("d45")


def test_every_fallback_begins_with_the_wish_and_ends_with_the_standard_text() -> None:
    assert set(FALLBACK) == set(Variant)
    for wish, order in FALLBACK.items():
        assert order[0] is wish
        assert order[-1] is Variant.STANDARD


@pytest.mark.parametrize("variant", list(Variant))
def test_a_reader_gets_the_first_wording_of_the_table_that_there_is(
    db: None, variant: Variant
) -> None:
    world.make_text("d45", "標準です。")
    for missing in FALLBACK[variant][:-1]:
        world.make_text("d45", f"{missing}", variant=missing, audience="partner")
    today = clock.today()
    mothers = pick(shelf(today), D45, Audience.BIRTH_PARENT, variant)
    assert mothers is not None
    assert mothers.body == "標準です。"
    partners = pick(shelf(today), D45, Audience.PARTNER, variant)
    assert partners is not None
    assert partners.body == ("標準です。" if variant is Variant.STANDARD else variant)


def test_only_wordings_with_texts_in_effect_are_offered(db: None) -> None:
    today = clock.today()
    assert offered(today) == [Variant.STANDARD]
    world.make_text("d45", variant="vi")
    world.make_text("d45", variant="zh", effective_from=today + timedelta(days=1))
    assert offered(today) == [Variant.STANDARD, Variant.VIETNAMESE]


def test_who_registers_chooses_among_wordings_that_have_texts(aoba: Municipality) -> None:
    world.make_text("d45", variant="pt")
    shown = Parent().signs_up(address="nobody")
    assert "Português" in shown
    assert "Tiếng Việt" not in shown


def test_nobody_is_asked_where_there_is_one_wording_only(aoba: Municipality) -> None:
    world.make_text("d45")
    shown = Parent().signs_up(address="nobody")
    assert 'id="variant" tabindex="-1" hidden' in " ".join(shown.split())


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("英語", Variant.ENGLISH),
        ("English", Variant.ENGLISH),
        ("en", Variant.ENGLISH),
        ("中国語", Variant.CHINESE),
        ("Tiếng Việt", Variant.VIETNAMESE),
        ("ベトナム語", Variant.VIETNAMESE),
        ("Português", Variant.PORTUGUESE),
    ],
)
def test_a_roster_names_a_language_in_japanese_or_in_its_own_words(
    written: str, meant: Variant
) -> None:
    assert variant_in(written) is meant


def test_the_calendar_of_the_console_offers_what_there_is_and_what_was_asked_for(
    aoba: Municipality,
) -> None:
    client = Client(headers={"accept-language": "ja"})
    client.force_login(world.make_staff(aoba), backend="django.contrib.auth.backends.ModelBackend")
    world.make_text("d45", variant="en")
    shown = client.get("/console/aoba/calendar/").content.decode()
    assert OWN_NAMES[Variant.ENGLISH] in shown
    assert OWN_NAMES[Variant.CHINESE] not in shown
    asked = client.get("/console/aoba/calendar/?variant=zh").content.decode()
    assert OWN_NAMES[Variant.CHINESE] in asked


def test_a_municipality_sees_what_a_correction_changed(aoba: Municipality) -> None:
    world.make_text("d45", "きょうは晴れです。")
    client = Client(headers={"accept-language": "ja"})
    client.force_login(world.make_staff(aoba), backend="django.contrib.auth.backends.ModelBackend")
    address = "/console/aoba/calendar/d45/"
    assert "から変わったところ" not in client.get(address).content.decode()
    world.make_text("d45", "きょうは雨です。")
    shown = client.get(address).content.decode()
    assert "第1版から変わったところ" in shown
    assert "</span>雨<span" in shown
