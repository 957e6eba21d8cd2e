"""What readers say about a text is kept without them, and dealt with at the desk."""

import pytest

from kizuna.lib import clock
from messages.models import TextReport
from messages.services import text_reports
from messages.services.text_reports import NotYours, TooMany
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world
from tests.console.days import make_edition
from tests.desk.conftest import Desk


def test_it_is_kept_once_and_dealt_with_once(people: Desk) -> None:
    aoba = world.make_municipality()
    edition = make_edition(aoba, "d46")
    with in_municipality(aoba.pk):
        meant = text_reports.meant_by(edition.pk)
        assert meant
        for _ in range(2):
            text_reports.report(aoba, meant, " 量が ちがうと思います ")
        assert text_reports.meant_by(edition.pk + 1) is None
    with across_for_npo():
        (one,) = text_reports.still_open()
        assert (one.said, one.municipality.name) == ("量が ちがうと思います", "青葉市")
        with pytest.raises(NotYours):
            text_reports.deal_with(people.rei, one.pk, "見ました。")
        text_reports.deal_with(people.erika, one.pk, "直しました。")
        text_reports.deal_with(people.second, one.pk, "二度目。")
        assert text_reports.still_open() == []
        (done,) = text_reports.dealt_with(10)
        assert (done.answer, done.done_by_id) == ("直しました。", people.erika.pk)


def test_more_than_readers_would_write_is_not_taken(
    people: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(text_reports, "MOST_A_DAY", 1)
    aoba = world.make_municipality()
    edition = make_edition(aoba, "d46")
    with in_municipality(aoba.pk):
        meant = text_reports.meant_by(edition.pk)
        assert meant
        text_reports.report(aoba, meant, "一つめ")
        with pytest.raises(TooMany):
            text_reports.report(aoba, meant, "二つめ")
        assert TextReport.objects.get().reported_on == clock.today()


def test_a_row_has_no_place_for_a_reader(people: Desk) -> None:
    fields = {one.name for one in TextReport._meta.get_fields()}
    assert fields == {
        "id", "municipality", "base_text", "version", "said", "reported_on", "answer", "done_at",
        "done_by",
    }  # fmt: skip
