"""The preview's bytes are the delivered bytes, whatever is asked for; a draft reads as if approved."""

import random
from datetime import date, timedelta

import pytest

from kizuna.lib import clock
from messages.domain.review import ReviewState
from messages.domain.stage import Kind
from messages.models import Edition, LocalBlock
from messages.services.compose import shelf
from messages.services.editions import Wanted, freeze
from messages.services.preview import Draft, Point, anchor_of, due_at, preview
from messages.services.review import content_of
from municipalities.domain.words import Audience, Variant
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world

pytestmark = pytest.mark.django_db
AREAS = ["", "北地区", "南地区"]
FORMS = ("subject", "mail_text", "mail_html", "line_text", "web_html")
COMBINATIONS = 500


def make_course() -> None:
    for key in ("p12w3d", "p20w0d", "p40w0d", "d0", "d45", "d100", "m7", "m12", "y1"):
        world.make_text(key, f"{{{{時期}}}}の{{{{自治体名}}}}の便りです。{key}")
        world.make_text(key, f"おとうさんへ。{key}", audience="partner")
    world.make_text("d45", "やさしい ことば です。", variant="easy")


def make_blocks(municipality: Municipality, chance: random.Random) -> None:
    today = clock.today()
    for number in range(40):
        first = chance.randrange(0, 300)
        world.make_block(
            municipality,
            title=f"お知らせ{number}",
            body=f"**{number}**番です。[くわしく](https://www.example.jp/{number})\n\n- あ\n- い",
            kind=chance.choice(["pregnancy", "child"]),
            first_day=first,
            last_day=first + chance.randrange(0, 120),
            audience=chance.choice([one.value for one in Audience]),
            areas=chance.choice([[], [], ["北地区"], ["北地区", "南地区"]]),
            position=chance.randrange(3),
            shown_from=chance.choice([None, today - timedelta(days=3), today + timedelta(days=9)]),
            shown_until=chance.choice([None, today + timedelta(days=40)]),
        )


def random_point(chance: random.Random) -> Point:
    on = clock.today() + timedelta(days=chance.randrange(0, 60))
    kind = chance.choice(list(Kind))
    return Point(
        kind,
        chance.choice(list(due_at(shelf(on), kind, on))),
        on,
        chance.choice(list(Audience)),
        chance.choice(list(Variant)),
        chance.choice(AREAS),
    )


def delivered(municipality: Municipality, point: Point) -> dict[str, str]:
    stage = due_at(shelf(point.on), point.kind, point.on)[point.day]
    group = Wanted(
        point.kind,
        anchor_of(point.kind, point.day, point.on),
        stage,
        point.variant,
        point.audience,
        point.area,
    )
    frozen = freeze(municipality, point.on, [group])
    edition = Edition.objects.get(pk=frozen[group].edition_id)
    return {form: getattr(edition, form) for form in FORMS}


def test_five_hundred_previews_have_the_bytes_of_what_is_delivered() -> None:
    chance = random.Random(20261125)
    make_course()
    towns = [
        world.make_municipality(areas=AREAS[1:]),
        world.make_municipality(
            "minato", name="みなと町", subject_tells_the_stage=False, brand_colour="#8f1d2c"
        ),
    ]
    for town in towns:
        make_blocks(town, chance)
    with_blocks = 0
    for _ in range(COMBINATIONS):
        town = chance.choice(towns)
        with in_municipality(town.pk):
            point = random_point(chance)
            shown = preview(town, point)
            assert shown
            with_blocks += bool(shown.blocks)
            assert {form: getattr(shown.rendered, form) for form in FORMS} == delivered(
                town, point
            ), point
    assert with_blocks > COMBINATIONS // 5


def test_a_draft_reads_as_it_will_once_approved() -> None:
    chance = random.Random(7)
    make_course()
    aoba = world.make_municipality(areas=AREAS[1:])
    make_blocks(aoba, chance)
    nobody = {"state": ReviewState.DRAFT, "approved_by": None, "approved_at": None}
    old = world.make_block(aoba, title="古い版", position=1)
    draft = world.make_block(aoba, title="新しい版", position=1, replaces=old, **nobody)
    on = clock.today()
    point = Point(Kind.CHILD, 45, on, Audience.PARTNER)
    with in_municipality(aoba.pk):
        asked = preview(aoba, point, Draft(content_of(draft), draft.pk, frozenset({old.pk})))
        approver = old.approved_by
        LocalBlock.objects.filter(pk=old.pk).update(state="withdrawn")
        LocalBlock.objects.filter(pk=draft.pk).update(
            state="approved", approved_by=approver, approved_at=clock.now()
        )
        assert asked
        assert "新しい版" in asked.rendered.mail_text
        assert "古い版" not in asked.rendered.mail_text
        assert {form: getattr(asked.rendered, form) for form in FORMS} == delivered(aoba, point)


def test_outside_its_window_a_draft_is_not_shown_and_without_a_text_nothing_is() -> None:
    world.make_text("d45")
    aoba = world.make_municipality()
    on = clock.today()
    late = world.make_block(aoba, shown_from=on + timedelta(days=1))
    with in_municipality(aoba.pk):
        shown = preview(aoba, Point(Kind.CHILD, 45, on), Draft(content_of(late), late.pk))
        assert shown
        assert shown.blocks == ()
        assert preview(aoba, Point(Kind.CHILD, 46, on)) is None


def test_an_anchor_is_the_date_of_who_is_there_that_day() -> None:
    on = date(2026, 11, 25)
    assert anchor_of(Kind.CHILD, 0, on) == on
    assert anchor_of(Kind.PREGNANCY, 280, on) == on
