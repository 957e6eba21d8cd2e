"""Which municipality sent which version: noted at night, never twice, and made up for when missed."""

from contextlib import AbstractContextManager
from datetime import date, timedelta

import pytest

from messages.models import Edition, TextVersion, VersionUse
from messages.services import version_use
from municipalities.domain.words import Service
from municipalities.models import Municipality
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world

DAY = date(2026, 11, 24)


def froze(municipality: Municipality, version: TextVersion, on: date, digest: bytes = b"1") -> None:
    with in_municipality(municipality.pk):
        Edition.objects.create(
            municipality=municipality,
            run_day=on,
            base_text=version.base_text,
            text_version=version,
            subject=version.subject,
            mail_text="",
            mail_html="",
            line_text="",
            web_html="",
            digest=digest,
        )


def uses() -> list[tuple[str, int, date, date]]:
    with across_for_npo():
        return [
            (one.municipality.slug, one.version.number, one.first_day, one.last_day)
            for one in VersionUse.objects.order_by("municipality__slug", "version__number")
        ]


def test_the_first_and_the_last_day_of_every_version_are_noted(aoba: Municipality) -> None:
    minato = world.make_minato()
    old, new = world.make_text(), world.make_text()
    for back in (9, 3):
        froze(aoba, old, DAY - timedelta(days=back))
    froze(aoba, new, DAY)
    froze(minato, old, DAY)
    version_use.note_uses(DAY)
    assert uses() == [
        ("aoba", 1, DAY - timedelta(days=9), DAY - timedelta(days=3)),
        ("aoba", 2, DAY, DAY),
        ("minato", 1, DAY, DAY),
    ]


def test_noting_twice_changes_nothing_and_a_missed_night_is_made_up_for(aoba: Municipality) -> None:
    version = world.make_text()
    for number in range(4):
        froze(aoba, version, DAY + timedelta(days=number))
    version_use.note_uses(DAY)
    version_use.note_uses(DAY)
    assert uses() == [("aoba", 1, DAY, DAY)]
    version_use.note_uses(DAY + timedelta(days=3))
    assert uses() == [("aoba", 1, DAY, DAY + timedelta(days=3))]


def test_what_is_frozen_for_a_later_day_is_not_sent_yet(aoba: Municipality) -> None:
    froze(aoba, world.make_text(), DAY + timedelta(days=1))
    assert version_use.note_uses(DAY) == 0
    assert uses() == []


def test_who_has_sent_none_stands_behind_those_who_have(aoba: Municipality) -> None:
    world.make_minato()
    world.make_municipality("kita", name="北町", service=Service.PREPARING)
    old, new = world.make_text(), world.make_text()
    froze(aoba, old, DAY - timedelta(days=1))
    froze(aoba, new, DAY)
    version_use.note_uses(DAY)
    with across_for_npo():
        found = version_use.receivers(new.base_text, "standard")
        assert version_use.counts([old, new]) == {old.pk: 1, new.pk: 1}
        assert version_use.running() == 2
    assert [(r.municipality.slug, r.version and r.version.number) for r in found] == [
        ("aoba", 2),
        ("aoba", 1),
        ("minato", None),
    ]


def test_one_municipality_in_trouble_does_not_keep_the_others(
    aoba: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    minato = world.make_minato()
    version = world.make_text()
    froze(minato, version, DAY)
    entered = in_municipality

    def stumbling(number: int) -> AbstractContextManager[None]:
        if number == aoba.pk:
            raise RuntimeError("no")
        return entered(number)

    monkeypatch.setattr(version_use, "in_municipality", stumbling)
    version_use.note_uses(DAY)
    assert uses() == [("minato", 1, DAY, DAY)]
