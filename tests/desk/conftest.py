"""The people of the desk and one text that is being sent."""

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from messages.models import TextVersion
from municipalities.models import StaffUser
from municipalities.tenancy.scope import across_for_npo
from tests import world


@dataclass(frozen=True)
class Desk:
    """Erika edits, a second editor is there, Rei (a midwife) reviews, Naomi heads the NPO."""

    erika: StaffUser
    second: StaffUser
    rei: StaffUser
    naomi: StaffUser
    version: TextVersion


def make_desk() -> Desk:
    """Everybody, and the text."""
    return Desk(
        world.make_npo_staff("editor", "erika@npo.example.jp"),
        world.make_npo_staff("editor", "second@npo.example.jp"),
        world.make_npo_staff("reviewer", "rei@npo.example.jp"),
        world.make_naomi(),
        world.make_text("d45", "よく飲んで、よくねむります。"),
    )


@pytest.fixture
def people(db: None) -> Desk:
    return make_desk()


@pytest.fixture
def desk(people: Desk) -> Iterator[Desk]:
    """As seen and written by the NPO's database role."""
    with across_for_npo():
        yield people
