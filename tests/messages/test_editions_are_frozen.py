"""What is sent is composed and stored before a row is planned; preview and mail have one source."""

from datetime import timedelta

import pytest
from django.db import DatabaseError, transaction

from delivery.planning import plan_day
from kizuna.lib import clock
from messages.domain.stage import Stage
from messages.models import Edition, LocalBlock, TextVersion
from messages.services.compose import (
    approved_blocks,
    blocks_for,
    compose,
    letterhead,
    pick,
    shelf,
)
from municipalities.domain.words import Audience, Variant
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests.world import make_block, make_family, make_municipality, make_text

pytestmark = pytest.mark.django_db


def editions(municipality: Municipality) -> list[Edition]:
    with in_municipality(municipality.pk):
        return list(Edition.objects.order_by("pk"))


def test_the_preview_and_the_frozen_edition_have_the_same_bytes() -> None:
    aoba = make_municipality()
    make_block(aoba)
    make_text("d45", "{{時期}}の{{自治体名}}のおたより")
    make_family(aoba)
    plan_day(aoba.pk, clock.today())
    [frozen] = editions(aoba)

    today, stage = clock.today(), Stage.parse("d45")
    with in_municipality(aoba.pk):
        version = pick(shelf(today), stage, Audience.BIRTH_PARENT, Variant.STANDARD)
        assert version
        blocks = blocks_for(approved_blocks(today), stage.kind, 45, Audience.BIRTH_PARENT)
        preview = compose(letterhead(aoba), version, blocks, stage, today).rendered

    assert (preview.subject, preview.mail_text, preview.mail_html, preview.line_text) == (
        frozen.subject,
        frozen.mail_text,
        frozen.mail_html,
        frozen.line_text,
    )
    assert "生後45日の青葉市のおたより" in frozen.line_text
    assert "赤ちゃん訪問のお知らせ" in frozen.mail_text


def test_readers_who_get_the_same_words_share_one_edition() -> None:
    aoba = make_municipality()
    make_text("d45")
    for relation in ("mother", "father", "grandparent"):
        make_family(aoba, relation=relation)
    plan_day(aoba.pk, clock.today())
    assert len(editions(aoba)) == 1


def test_a_block_for_partners_makes_an_edition_of_its_own() -> None:
    aoba = make_municipality()
    make_text("d45")
    make_block(aoba, title="パパ教室", audience="partner")
    make_family(aoba, relation="mother")
    make_family(aoba, relation="father")
    plan_day(aoba.pk, clock.today())
    assert sorted("パパ教室" in edition.line_text for edition in editions(aoba)) == [False, True]


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, True),
        ({"first_day": 45, "last_day": 45}, True),
        ({"first_day": 46, "last_day": 60}, False),
        ({"first_day": 0, "last_day": 44}, False),
        ({"kind": "pregnancy", "first_day": 28, "last_day": 293}, False),
        ({"state": "draft", "approved_by": None, "approved_at": None}, False),
        ({"state": "checked", "approved_by": None, "approved_at": None}, False),
        ({"state": "withdrawn"}, False),
        ({"shown_from": 0, "shown_until": 0}, True),
        ({"shown_from": 1}, False),
        ({"shown_until": -1}, False),
    ],
)
def test_a_block_goes_to_its_stages_in_its_window_and_only_when_approved(
    fields: dict[str, object], shown: bool
) -> None:
    aoba = make_municipality()
    make_text("d45")
    for window in ("shown_from", "shown_until"):
        if window in fields:
            fields[window] = clock.today() + timedelta(days=int(str(fields[window])))
    make_block(aoba, **fields)
    make_family(aoba)
    plan_day(aoba.pk, clock.today())
    [edition] = editions(aoba)
    assert ("赤ちゃん訪問" in edition.mail_text) is shown


def test_a_correction_reaches_only_who_is_planned_from_then_on() -> None:
    aoba = make_municipality()
    make_text("d45", "はじめの文")
    make_family(aoba)
    plan_day(aoba.pk, clock.today())

    make_text("d45", "なおした文")
    make_family(aoba)
    plan_day(aoba.pk, clock.today())

    first, second = editions(aoba)
    assert "はじめの文" in first.line_text
    assert "なおした文" in second.line_text
    assert first.base_text_id == second.base_text_id


def test_a_version_that_takes_effect_tomorrow_is_not_sent_today() -> None:
    aoba = make_municipality()
    make_text("d45", "今日の文")
    make_text("d45", "明日の文", effective_from=clock.today() + timedelta(days=1))
    make_family(aoba)
    plan_day(aoba.pk, clock.today())
    assert "今日の文" in editions(aoba)[0].line_text


def test_a_published_version_can_be_withdrawn_and_not_changed() -> None:
    version = make_text("d45", "もとの文")
    with pytest.raises(DatabaseError), transaction.atomic():
        TextVersion.objects.filter(pk=version.pk).update(body="こっそり直した文")
    TextVersion.objects.filter(pk=version.pk).update(withdrawn_at=clock.now())
    assert shelf(clock.today()) == {}


def test_a_frozen_edition_cannot_be_changed() -> None:
    aoba = make_municipality()
    make_text("d45")
    make_family(aoba)
    plan_day(aoba.pk, clock.today())
    with in_municipality(aoba.pk), pytest.raises(DatabaseError), transaction.atomic():
        Edition.objects.update(line_text="別の文")


@pytest.mark.parametrize(
    "change",
    [{"body": "書きかえた文"}, {"last_day": 50}, {"audience": "partner"}, {"title": "別の題"}],
)
def test_approval_is_lost_when_the_text_or_its_readers_change(change: dict[str, object]) -> None:
    aoba = make_municipality()
    block = make_block(aoba)
    with in_municipality(aoba.pk):
        LocalBlock.objects.filter(pk=block.pk).update(**change)
        block.refresh_from_db()
    assert (block.state, block.approved_by, block.approved_at) == ("draft", None, None)


def test_approval_stays_when_only_the_order_changes() -> None:
    aoba = make_municipality()
    block = make_block(aoba)
    with in_municipality(aoba.pk):
        LocalBlock.objects.filter(pk=block.pk).update(position=3)
        block.refresh_from_db()
    assert block.state == "approved"


def test_announcements_that_make_a_text_too_long_are_left_out_and_the_text_goes_on(
    caplog: pytest.LogCaptureFixture,
) -> None:
    aoba = make_municipality()
    make_block(aoba, body="長いお知らせです。" * 600)
    make_text("d45", "短いおたより")
    make_family(aoba)
    with caplog.at_level("ERROR"):
        plan_day(aoba.pk, clock.today())
    [frozen] = editions(aoba)
    assert "短いおたより" in frozen.line_text
    assert "長いお知らせ" not in frozen.line_text
    assert frozen.block_ids == []
    assert "announcements left out" in caplog.text
