"""A key names one stage, and each stage has one key."""

import pytest

from messages.domain.stage import Kind, Stage, Unit

EVERY_STAGE = [
    *(Stage(Unit.PREGNANCY_DAY, day) for day in range(28, 294)),
    *(Stage(Unit.LIFE_DAY, day) for day in range(6939)),
    *(Stage(Unit.LIFE_MONTH, month) for month in range(1, 228)),
    *(Stage(Unit.BIRTHDAY, year) for year in range(1, 19)),
]


def test_every_key_is_read_back_as_its_stage_and_no_two_stages_share_one() -> None:
    assert [Stage.parse(stage.key) for stage in EVERY_STAGE] == EVERY_STAGE
    assert len({stage.key for stage in EVERY_STAGE}) == len(EVERY_STAGE)


@pytest.mark.parametrize(
    ("key", "unit", "number", "ja", "en"),
    [
        ("p12w3d", Unit.PREGNANCY_DAY, 87, "妊娠12週3日", "12 weeks 3 days pregnant"),
        ("p4w0d", Unit.PREGNANCY_DAY, 28, "妊娠4週0日", "4 weeks 0 days pregnant"),
        ("p41w6d", Unit.PREGNANCY_DAY, 293, "妊娠41週6日", "41 weeks 6 days pregnant"),
        ("d0", Unit.LIFE_DAY, 0, "生後0日", "0 days old"),
        ("d45", Unit.LIFE_DAY, 45, "生後45日", "45 days old"),
        ("m1", Unit.LIFE_MONTH, 1, "生後1か月", "1 month old"),
        ("m7", Unit.LIFE_MONTH, 7, "生後7か月", "7 months old"),
        ("m12", Unit.LIFE_MONTH, 12, "1歳", "12 months old"),
        ("m35", Unit.LIFE_MONTH, 35, "2歳11か月", "35 months old"),
        ("y1", Unit.BIRTHDAY, 1, "1歳のお誕生日", "1st birthday"),
        ("y3", Unit.BIRTHDAY, 3, "3歳のお誕生日", "3rd birthday"),
    ],
)
def test_keys_and_labels(key: str, unit: Unit, number: int, ja: str, en: str) -> None:
    stage = Stage.parse(key)
    assert (stage.unit, stage.number) == (unit, number)
    assert (stage.key, stage.label_ja, stage.label_en) == (key, ja, en)
    assert stage.kind is (Kind.PREGNANCY if key.startswith("p") else Kind.CHILD)


@pytest.mark.parametrize(
    "key",
    [
        "",
        "p12",
        "p12w7d",
        "p3w6d",
        "p42w0d",
        "p012w3d",
        "P12W3D",
        "d-1",
        "d07",
        "d6939",
        "m0",
        "m228",
        "y0",
        "y19",
        "y1 ",
        "12",
        "d１",
        "d99999999999",
        "p12w3d\n",
    ],
)
def test_a_key_outside_the_calendar_is_refused_with_a_sentence(key: str) -> None:
    with pytest.raises(ValueError, match=r"。$"):
        Stage.parse(key)


@pytest.mark.parametrize(("unit", "number"), [(Unit.PREGNANCY_DAY, 294), (Unit.LIFE_DAY, -1)])
def test_a_stage_no_course_can_reach_cannot_be_made(unit: Unit, number: int) -> None:
    with pytest.raises(ValueError, match="runs from"):
        Stage(unit, number)
