"""A letter says in which language it is; what is Japanese in it says that too."""

import pytest

from kizuna.lib import clock
from messages.domain.stage import Stage
from messages.rendering.compose import Rendered
from messages.services.compose import approved_blocks, compose, letterhead, pick, shelf
from municipalities.domain.words import Audience, Variant
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world

D45 = Stage.parse("d45")


def letter(aoba: Municipality, variant: Variant, body: str = "Hello {{stage}}.") -> Rendered:
    world.make_text("d45", "標準です。")
    if variant is not Variant.STANDARD:
        world.make_text("d45", body, variant=variant)
    world.make_block(aoba)
    today = clock.today()
    version = pick(shelf(today), D45, Audience.EVERYONE, variant)
    assert version is not None
    with in_municipality(aoba.pk):
        blocks = tuple(approved_blocks(today))
        return compose(letterhead(aoba), version, blocks, D45, today).rendered


@pytest.mark.parametrize(
    ("variant", "lang"),
    [(Variant.STANDARD, "ja"), (Variant.EASY, "ja"), (Variant.VIETNAMESE, "vi")],
)
def test_a_letter_names_its_language(aoba: Municipality, variant: Variant, lang: str) -> None:
    made = letter(aoba, variant)
    assert f'<html lang="{lang}"' in made.mail_html
    assert f'<article class="letter" lang="{lang}">' in made.web_html


def test_an_announcement_in_a_letter_of_another_language_stays_japanese(aoba: Municipality) -> None:
    made = letter(aoba, Variant.PORTUGUESE)
    assert '<section class="letter-local" lang="ja">' in made.web_html
    assert '<section lang="ja"' in made.mail_html
    assert '<header lang="ja">' in made.mail_html


def test_a_japanese_letter_says_its_language_once(aoba: Municipality) -> None:
    assert '<section class="letter-local">' in letter(aoba, Variant.STANDARD).web_html


def test_an_english_letter_says_the_stage_in_english(aoba: Municipality) -> None:
    assert "Hello 45 days old." in letter(aoba, Variant.ENGLISH).mail_text


def test_where_a_language_is_missing_the_letter_is_the_standard_one(aoba: Municipality) -> None:
    world.make_text("d45", "標準です。")
    version = pick(shelf(clock.today()), D45, Audience.EVERYONE, Variant.CHINESE)
    assert version is not None
    assert version.lang == "ja"
