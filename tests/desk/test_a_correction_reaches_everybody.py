"""A correction takes effect for every municipality with the next text that is composed; what is still
being read by a reviewer never leaves the desk."""

from datetime import timedelta

import pytest

from delivery.planning import plan_day
from kizuna.lib import clock
from messages.models import Edition, TextDraft
from messages.services import desk, desk_signing
from messages.services.desk_signing import Signature
from messages.services.withdrawal import withdraw
from municipalities.models import Municipality
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world
from tests.desk.conftest import Desk

TODAY = clock.today()
TOMORROW = TODAY + timedelta(days=1)
OLD = "よく飲んで、よくねむります。"
NEW = "飲む量は、日によって違います。"


@pytest.fixture
def towns(people: Desk) -> list[Municipality]:
    return [world.make_municipality(), world.make_minato()]


def somebody_joins(town: Municipality) -> None:
    world.make_family(town, birth_date=TODAY - timedelta(days=45))


def composed(town: Municipality) -> list[str]:
    """What the newest text of today says, after somebody has joined who gets it."""
    somebody_joins(town)
    plan_day(town.pk, TODAY)
    with in_municipality(town.pk):
        return [one.mail_text for one in Edition.objects.filter(run_day=TODAY).order_by("pk")]


def written(people: Desk) -> TextDraft:
    return desk.write_draft(
        people.erika, people.version.base_text, "standard", "生後45日のおたより", NEW
    )


def test_while_it_is_being_reviewed_nobody_gets_it(people: Desk, towns: list[Municipality]) -> None:
    with across_for_npo():
        draft = written(people)
    assert all(OLD in text and NEW not in text for town in towns for text in composed(town))
    with across_for_npo():
        desk_signing.ask(people.erika, draft.pk, draft.revision)
    assert all(NEW not in text for town in towns for text in composed(town))
    with across_for_npo():
        signature = Signature("助産師 森れい", TODAY)
        desk_signing.sign(people.rei, draft.pk, draft.revision, signature)
    assert all(NEW not in text for town in towns for text in composed(town))
    with across_for_npo():
        desk_signing.publish(people.erika, draft.pk, draft.revision, TOMORROW)
    assert all(NEW not in text for town in towns for text in composed(town))


def test_a_correction_is_in_every_municipality_s_next_text(
    people: Desk, towns: list[Municipality]
) -> None:
    assert all(OLD in text for town in towns for text in composed(town))
    with across_for_npo():
        draft = written(people)
        desk_signing.ask(people.erika, draft.pk, draft.revision)
        desk_signing.sign(people.rei, draft.pk, draft.revision, Signature("森れい", TODAY))
        version = desk_signing.publish(people.erika, draft.pk, draft.revision, TODAY)
    for town in towns:
        before, after = composed(town)
        assert OLD in before
        assert NEW in after
        assert OLD not in after
    with across_for_npo():
        withdraw(people.erika, version.pk, "もとの文のほうが正確でした。")
    for town in towns:
        # The very words of the morning again: nothing is frozen a second time.
        assert len(composed(town)) == 2
        with in_municipality(town.pk):
            assert Edition.objects.filter(text_version=version).count() == 1
