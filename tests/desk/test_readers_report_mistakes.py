"""What readers say about a text is kept without them, and dealt with at the desk."""

import re

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from delivery.models import Delivery
from kizuna.lib import clock
from messages.models import TextReport
from messages.services import text_reports
from messages.services.text_reports import NotYours, TooMany
from municipalities.access import let_in
from municipalities.models import Reader
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world
from tests.console.days import Rows, make_edition, make_ledger
from tests.desk.conftest import Desk


def client_inside(reader: Reader) -> Client:
    """A browser in which that reader has come in by a link."""
    client, answer = Client(headers={"Accept-Language": "ja"}), HttpResponse()
    let_in(answer, reader)
    client.cookies.update(answer.cookies)
    return client


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


def test_a_reader_says_so_below_the_text_without_scripts(people: Desk) -> None:
    aoba = world.make_municipality()
    family = world.make_family(aoba)
    edition = make_edition(aoba, "d46", on=clock.today())
    make_ledger(
        aoba, Rows("email", "sent", 1), on=clock.today(),
        first=family.subscription.pk, edition=edition.pk,
    )  # fmt: skip
    client = client_inside(family.reader)
    listed = client.get(reverse("parent:letters", args=["aoba"])).content.decode()
    (address,) = set(re.findall(r"/m/aoba/my/letters/\d+/", listed))
    page = client.get(address).content.decode()
    report = f"{address}report/"
    assert f'action="{report}"' in page
    assert "お名前・住所・電話番号は書かないでください" in page
    empty = client.post(report, {"said": " "})
    assert "ひとこと書いてください" in empty.content.decode()
    long = client.post(report, {"said": "長" * 501}).content.decode()
    assert "長すぎます（501文字）" in long
    assert "長" * 501 in long
    thanks = client.post(report, {"said": "量がちがうと思います"}).content.decode()
    assert "ありがとう" in thanks
    with in_municipality(aoba.pk):
        assert TextReport.objects.get().said == "量がちがうと思います"
    assert client.get(reverse("parent:report", args=["aoba", 0])).status_code == 404


def test_nobody_reports_a_text_that_somebody_else_received(people: Desk) -> None:
    aoba = world.make_municipality()
    family, other = world.make_family(aoba), world.make_family(aoba)
    edition = make_edition(aoba, "d46", on=clock.today())
    make_ledger(
        aoba, Rows("email", "sent", 1), on=clock.today(),
        first=family.subscription.pk, edition=edition.pk,
    )  # fmt: skip
    with in_municipality(aoba.pk):
        number = Delivery.objects.get().id
    report = reverse("parent:report", args=["aoba", number])
    assert client_inside(family.reader).get(report).status_code == 200
    answer = client_inside(other.reader).post(report, {"said": "ちがいます"})
    assert answer.status_code == 404
    with in_municipality(aoba.pk):
        assert not TextReport.objects.exists()
