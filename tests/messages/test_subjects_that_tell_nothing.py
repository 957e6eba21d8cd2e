"""Where a municipality so chooses, nothing that shows before opening tells of a pregnancy."""

import dataclasses

import pytest

from delivery.planning import plan_day
from kizuna.lib import clock
from messages.domain.stage import Stage
from messages.models import Edition
from messages.rendering.compose import Letterhead, Part, render
from messages.services.compose import compose, letterhead, pick, shelf
from municipalities.domain.words import Audience, Variant
from municipalities.tenancy.scope import in_municipality
from tests.world import make_family, make_municipality, make_text

HEAD = Letterhead(
    municipality_name="青葉市",
    service_name="あおばメール",
    contact="",
    postal_address="",
    brand_colour="#0a7f5a",
    signup_url="",
    tells_the_stage=False,
)
MADE = render("妊娠12週3日のこと", [Part("", "休みましょう。")], {}, HEAD)


def test_the_subject_and_each_form_s_first_line_say_only_who_writes() -> None:
    assert MADE.subject == "あおばメールからのお便り"
    assert MADE.mail_text.split("\n")[0] == "あおばメールからのお便り"
    assert MADE.line_text.split("\n")[0] == "あおばメールからのお便り"
    assert "<title>あおばメールからのお便り</title>" in MADE.mail_html


def test_inside_the_text_keeps_its_title() -> None:
    assert MADE.mail_text.startswith(
        "あおばメールからのお便り\n\n妊娠12週3日のこと\n\n休みましょう。"
    )
    assert MADE.line_text.startswith(
        "あおばメールからのお便り\n\n妊娠12週3日のこと\n\n休みましょう。"
    )
    assert ">妊娠12週3日のこと</h1>" in MADE.mail_html
    assert "<h1>妊娠12週3日のこと</h1>" in MADE.web_html


def test_otherwise_the_subject_tells_and_nothing_is_said_twice() -> None:
    open_head = dataclasses.replace(HEAD, tells_the_stage=True)
    made = render("妊娠12週3日のこと", [Part("", "休みましょう。")], {}, open_head)
    assert made.subject == "妊娠12週3日のこと"
    assert made.mail_text.startswith("休みましょう。")
    assert made.line_text.startswith("妊娠12週3日のこと\n\n休みましょう。")


@pytest.mark.django_db
def test_it_is_decided_when_the_edition_is_frozen_so_that_the_preview_is_what_is_delivered() -> (
    None
):
    aoba = make_municipality(subject_tells_the_stage=False)
    make_text("d45", subject="{{時期}}のこと")
    make_family(aoba)
    today = clock.today()
    plan_day(aoba.pk, today)
    with in_municipality(aoba.pk):
        frozen = Edition.objects.get()
        version = pick(shelf(today), Stage.parse("d45"), Audience.BIRTH_PARENT, Variant.STANDARD)
        assert version
        preview = compose(letterhead(aoba), version, (), Stage.parse("d45"), today).rendered
    assert frozen.subject == preview.subject == "あおば子育てメールからのお便り"
    assert (frozen.mail_text, frozen.line_text) == (preview.mail_text, preview.line_text)
    assert "生後" not in frozen.line_text.split("\n")[0]
