"""Told, closed on its day, taken along, erased: each step in its turn and by whom it should be."""

import csv
import io
import zipfile
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from delivery import running
from delivery.models import DailyFact, Delivery
from delivery.planning import plan_day
from kizuna.lib import clock
from municipalities.domain.roles import Role
from municipalities.domain.words import Service
from municipalities.models import (
    ContractEnd,
    Course,
    Endpoint,
    LineChannel,
    Membership,
    Municipality,
    Reader,
    ReaderSpan,
    StaffAct,
    StaffUser,
    Subscription,
)
from municipalities.services import contract_end
from municipalities.services.contract_end import close
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world

MAIL = "hanako@example.jp"


@pytest.fixture
def aoba(db: None) -> Municipality:
    aoba = world.make_municipality()
    world.give_line(aoba)
    world.make_text("d45")
    world.make_family(aoba, email=MAIL, area="東地区")
    world.make_family(aoba, line=world.line_id(1), due_date=clock.today() + timedelta(days=90))
    world.make_staff(aoba, Role.MANAGER, "boss@aoba.example.jp")
    return aoba


@pytest.fixture
def minato(db: None) -> Municipality:
    minato = world.make_minato()
    world.make_family(minato, email="taro@example.jp")
    return minato


def logged_in(user: StaffUser) -> Client:
    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def olga(db: None) -> Client:
    return logged_in(world.make_npo_staff("operator", "olga@npo.example.jp"))


@pytest.fixture
def naomi(db: None) -> Client:
    return logged_in(world.make_naomi())


def page(name: str, aoba: Municipality) -> str:
    return reverse(f"npo:contract_{name}", args=[aoba.slug])


def tell(client: Client, aoba: Municipality, days: int = 0, reason: str = "契約の満了") -> Any:
    day = clock.today() + timedelta(days=days)
    said = {"ends_on": day.isoformat(), "reason": reason, "name": aoba.name}
    return client.post(page("end", aoba), said)


def over(aoba: Municipality) -> None:
    """The night after the last day, which was yesterday."""
    with in_municipality(aoba.pk):
        ContractEnd.objects.update(ends_on=clock.today() - timedelta(days=1))
        assert close(aoba, clock.today())


def download(aoba: Municipality) -> Any:
    boss = StaffUser.objects.get(email="boss@aoba.example.jp")
    return logged_in(boss).post(reverse("console:contract_data", args=["aoba"]))


def tables(content: bytes) -> dict[str, list[list[str]]]:
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        return {
            name: list(csv.reader(io.StringIO(archive.read(name).decode("utf-8-sig"))))
            for name in archive.namelist()
            if name.endswith(".csv")
        }


def test_the_end_is_told_and_the_municipality_sees_it(aoba: Municipality, olga: Client) -> None:
    assert tell(olga, aoba, days=30).status_code == 302
    boss = StaffUser.objects.get(email="boss@aoba.example.jp")
    shown = logged_in(boss).get(reverse("console:contract", args=["aoba"])).content.decode()
    assert "契約が終わります" in shown
    with in_municipality(aoba.pk):
        act = StaffAct.objects.get(act="npo.contract_told")
        assert (act.purpose, act.staff is not None) == ("契約の満了", True)
    with across_for_npo():
        end = ContractEnd.objects.get()
    assert Municipality.objects.get(pk=aoba.pk).contract_until == end.ends_on


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"ends_on": "", "reason": "満了"}, "最後の日は"),
        ({"ends_on": "2020-01-01", "reason": "満了"}, "その日は過ぎています"),
        ({"ends_on": "2099-01-01", "reason": ""}, "契約が終わる理由を"),
    ],
    ids=["no day", "a day that is over", "no reason"],
)
def test_what_is_missing_is_said_and_nothing_is_written(
    aoba: Municipality, olga: Client, typed: dict[str, str], said: str
) -> None:
    answer = olga.post(page("end", aoba), typed)
    assert answer.status_code == 400
    assert said in answer.content.decode()
    assert typed["reason"] in answer.content.decode()
    with across_for_npo():
        assert not ContractEnd.objects.exists()


def test_an_end_that_is_today_is_looked_at_twice(aoba: Municipality, olga: Client) -> None:
    typed = {"ends_on": clock.today().isoformat(), "reason": "契約の満了"}
    assert 'id="name"' not in olga.get(page("end", aoba)).content.decode()
    for name, said in (("", "あしたからは何も届かず"), ("青葉", "自治体名が違います")):
        answer = olga.post(page("end", aoba), typed | {"name": name})
        shown = answer.content.decode()
        assert (answer.status_code, said in shown) == (400, True)
        assert 'id="name"' in shown
        assert f'value="{typed["ends_on"]}"' in shown
        with across_for_npo():
            assert not ContractEnd.objects.exists()
    assert olga.post(page("end", aoba), typed | {"name": "青葉市"}).status_code == 302
    with across_for_npo():
        assert ContractEnd.objects.get().ends_on == clock.today()


def test_an_end_of_tomorrow_needs_no_second_look(aoba: Municipality, olga: Client) -> None:
    tomorrow = (clock.today() + timedelta(days=1)).isoformat()
    typed = {"ends_on": tomorrow, "reason": "契約の満了"}
    assert olga.post(page("end", aoba), typed).status_code == 302


def test_texts_go_out_on_the_last_day_and_not_after(aoba: Municipality, olga: Client) -> None:
    tell(olga, aoba)
    with in_municipality(aoba.pk):
        assert not close(aoba, clock.today())
    assert plan_day(aoba.pk, clock.today()).total == 1
    over(aoba)
    assert Municipality.objects.get(pk=aoba.pk).service == Service.ENDED
    assert "終了しました" in Client().get("/m/aoba/").content.decode()


def test_the_night_closes_what_is_over_and_nothing_else(
    aoba: Municipality, minato: Municipality, olga: Client
) -> None:
    tell(olga, aoba)
    # A date that nobody told as the end, because the renewal is still on somebody's desk.
    with in_municipality(minato.pk):
        Municipality.objects.filter(pk=minato.pk).update(
            contract_until=clock.today() - timedelta(days=3)
        )
    assert contract_end.close_due(clock.today() + timedelta(days=1)) == 1
    services = dict(Municipality.objects.values_list("slug", "service"))
    assert services == {"aoba": Service.ENDED, "minato": Service.LIVE}
    assert contract_end.close_due(clock.today() + timedelta(days=2)) == 0


def test_whoever_plans_the_day_closes_what_is_over_first(aoba: Municipality, olga: Client) -> None:
    tell(olga, aoba)
    assert running.plan_due(clock.today()) == 1
    with in_municipality(aoba.pk):
        ContractEnd.objects.update(ends_on=clock.today() - timedelta(days=1))
    world.make_family(aoba, email="late@example.jp")
    running.plan_due(clock.today())
    assert Municipality.objects.get(pk=aoba.pk).service == Service.ENDED


def test_a_fault_in_closing_keeps_nobody_s_planning(
    aoba: Municipality, minato: Municipality, olga: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    tell(olga, aoba)
    with in_municipality(aoba.pk):
        ContractEnd.objects.update(ends_on=clock.today() - timedelta(days=1))

    def broken(*_: Any) -> bool:
        raise RuntimeError("disk full")

    monkeypatch.setattr(contract_end, "close", broken)
    assert running.plan_due(clock.today()) == 2


def test_the_date_that_was_agreed_before_stands_again_if_the_contract_goes_on(
    aoba: Municipality, olga: Client
) -> None:
    agreed = clock.today() + timedelta(days=200)
    with in_municipality(aoba.pk):
        Municipality.objects.filter(pk=aoba.pk).update(contract_until=agreed)
    tell(olga, aoba, days=3)
    olga.post(page("goes_on", aoba), {"reason": "更新"})
    assert Municipality.objects.get(pk=aoba.pk).contract_until == agreed


def test_the_settings_leave_an_end_that_was_told_alone(aoba: Municipality, olga: Client) -> None:
    tell(olga, aoba, days=3)
    form = olga.get(reverse("npo:municipality_edit", args=["aoba"])).content.decode()
    field = next(part for part in form.split("<input") if 'name="contract_until"' in part)
    assert "disabled" in field


def test_the_contract_may_go_on_until_its_day_is_over(aoba: Municipality, olga: Client) -> None:
    tell(olga, aoba, days=3)
    assert olga.post(page("goes_on", aoba), {"reason": ""}).status_code == 400
    assert olga.post(page("goes_on", aoba), {"reason": "更新"}).status_code == 302
    tell(olga, aoba)
    over(aoba)
    olga.post(page("goes_on", aoba), {"reason": "更新"})
    assert Municipality.objects.get(pk=aoba.pk).service == Service.ENDED


def test_the_file_holds_everything_and_nothing_of_the_neighbour(
    aoba: Municipality, minato: Municipality
) -> None:
    answer = download(aoba)
    assert answer.status_code == 200
    found = tables(answer.content)
    assert {row[3] for row in found["readers.csv"][1:]} == {MAIL, ""}
    assert world.line_id(1) in {row[4] for row in found["readers.csv"][1:]}
    assert "東地区" in found["registrations.csv"][1]
    assert b"taro@example.jp" not in b"".join(
        zipfile.ZipFile(io.BytesIO(answer.content)).read(name) for name in found
    )
    with in_municipality(aoba.pk):
        act = StaffAct.objects.get(act="data.exported")
        assert MAIL not in str(act.details)


def test_the_readers_in_the_file_can_be_imported_elsewhere(
    aoba: Municipality, minato: Municipality, tmp_path: Path
) -> None:
    with in_municipality(aoba.pk):
        LineChannel.objects.all().delete()
    path = tmp_path / "readers.csv"
    path.write_bytes(zipfile.ZipFile(io.BytesIO(download(aoba).content)).read("readers.csv"))
    world.give_line(minato)
    call_command("import_readers", str(path), "--municipality", "minato", verbosity=0)
    with in_municipality(minato.pk):
        assert Subscription.objects.count() == 3


def ready(client: Client, aoba: Municipality) -> None:
    tell(client, aoba)
    over(aoba)
    download(aoba)


def test_a_second_person_erases_and_the_certificate_tells_what(
    aoba: Municipality, minato: Municipality, olga: Client, naomi: Client
) -> None:
    for place in (aoba, minato):
        plan_day(place.pk, clock.today())
    ready(olga, aoba)
    with in_municipality(aoba.pk):
        DailyFact.objects.create(
            municipality=aoba, run_day=clock.today(), channel="email", state="sent", count=3
        )
    answer = naomi.post(page("erase", aoba), {"name": "青葉市"})
    assert answer.status_code == 302
    with in_municipality(aoba.pk):
        for model in (
            *(Reader, Endpoint, Course, Subscription, LineChannel, Membership, ReaderSpan),
            Delivery,
        ):
            assert not model.objects.exists(), model
        assert DailyFact.objects.get().count == 3
        end = ContractEnd.objects.get()
        assert (end.certificate["読者"], end.certificate["登録"]) == (2, 2)
    assert not StaffUser.objects.filter(email="boss@aoba.example.jp").exists()
    assert not StaffUser.objects.get(name="boss").is_active
    with in_municipality(minato.pk):
        assert (Reader.objects.count(), ReaderSpan.objects.count()) == (1, 1)
        assert Delivery.objects.count() == 1
    shown = naomi.get(page("certificate", aoba)).content.decode()
    assert end.export_digest in shown
    assert "青葉市" in shown
    assert MAIL not in shown


def test_staff_who_work_elsewhere_too_keep_their_account(
    aoba: Municipality, minato: Municipality, olga: Client, naomi: Client
) -> None:
    boss = StaffUser.objects.get(email="boss@aoba.example.jp")
    with in_municipality(minato.pk):
        Membership.objects.create(municipality=minato, user=boss, role=Role.VIEWER)
    ready(olga, aoba)
    naomi.post(page("erase", aoba), {"name": "青葉市"})
    boss.refresh_from_db()
    assert boss.is_active


@pytest.mark.parametrize(
    "step", ["told only", "not taken", "taken too early", "same person", "another name"]
)
def test_nothing_is_erased_before_every_step_is_done(
    aoba: Municipality, olga: Client, naomi: Client, step: str
) -> None:
    tell(olga, aoba)
    if step != "told only":
        over(aoba)
    if step == "taken too early":
        download(aoba)
        with in_municipality(aoba.pk):
            ContractEnd.objects.update(exported_at=clock.now() - timedelta(days=2))
    if step in {"same person", "another name"}:
        download(aoba)
    client = olga if step == "same person" else naomi
    name = "青葉町" if step == "another name" else "青葉市"
    answer = client.post(page("erase", aoba), {"name": name})
    assert answer.status_code == 400
    with in_municipality(aoba.pk):
        assert Reader.objects.count() == 2
        assert ContractEnd.objects.get().erased_at is None


def test_a_command_writes_the_same_file_once(aoba: Municipality, tmp_path: Path) -> None:
    path = tmp_path / "aoba.zip"
    call_command("export_municipality", "aoba", str(path), verbosity=0)
    assert "readers.csv" in tables(path.read_bytes())
    assert path.stat().st_mode & 0o077 == 0
    with pytest.raises(Exception, match="書けません"):
        call_command("export_municipality", "aoba", str(path), verbosity=0)
