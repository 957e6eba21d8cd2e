"""The two roles that see all municipalities see figures and texts, or who has work. Never people."""

import pytest
from django.db import ProgrammingError, connection, transaction
from django.utils import timezone

from delivery.models import DailyFact, Lane
from kizuna.lib import clock
from messages.models import LocalBlock
from municipalities.models import Municipality, Reader
from municipalities.tenancy.scope import (
    across_for_dispatch,
    across_for_npo,
    in_municipality,
)
from tests import world
from tests.isolation import catalogue

# Of municipalities' tables the NPO reads these, and changes nothing.
NPO_READS = {
    "delivery_audiencefact",
    "delivery_dailyfact",
    "delivery_dayfact",
    "delivery_flowfact",
    "delivery_forecast",
    "delivery_hold",
    "delivery_monthend",
    "delivery_monthflow",
    "delivery_pacefact",
    "delivery_retentionfact",
    "delivery_run",
    "municipalities_births",
    "municipalities_contractend",
    "municipalities_externalfigure",
    "municipalities_municipality",
    "municipalities_sendercheck",
    "stage_messages_broadcast",
    "stage_messages_caseadoption",
    "stage_messages_contact",
    "stage_messages_exchangecase",
    "stage_messages_localblock",
    "stage_messages_versionuse",
}
# What is its own, or of all: what it may do there.
NPO_WRITES = {
    "delivery_alarm": {"SELECT", "INSERT", "UPDATE"},
    "delivery_alarmcheck": {"SELECT", "INSERT", "UPDATE"},
    "delivery_benchmark": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "delivery_heartbeat": {"SELECT"},
    "municipalities_assignment": {"SELECT", "INSERT", "UPDATE"},
    "municipalities_localgovernment": {"SELECT"},
    "municipalities_partnernote": {"SELECT", "INSERT"},
    "municipalities_thanks": {
        "SELECT",
        "UPDATE (quotable_at)",
        "UPDATE (quotable_by_id)",
        "UPDATE (quotable_text)",
        "UPDATE (set_aside_at)",
        "UPDATE (set_aside_by_id)",
    },
    "stage_messages_avoidedword": {"SELECT", "INSERT", "UPDATE", "DELETE"},
    "stage_messages_basetext": {"SELECT", "INSERT"},
    "stage_messages_desknotice": {"SELECT", "INSERT"},
    "stage_messages_meeting": {"SELECT", "INSERT", "UPDATE"},
    "stage_messages_meetinginvitation": {
        "SELECT",
        "INSERT",
        "UPDATE (attended)",
        "UPDATE (group)",
        "UPDATE (told_at)",
    },
    "stage_messages_meetingmaterial": {"SELECT", "INSERT", "DELETE"},
    "stage_messages_textdraft": {"SELECT", "INSERT", "UPDATE"},
    "stage_messages_textevent": {"SELECT", "INSERT"},
    "stage_messages_textreport": {
        "SELECT",
        "UPDATE (answer)",
        "UPDATE (done_at)",
        "UPDATE (done_by_id)",
    },
    "stage_messages_textversion": {"SELECT", "INSERT", "UPDATE (withdrawn_at)"},
}
DISPATCH_READS = {"delivery_lane", "delivery_run", "municipalities_municipality"}
PEOPLE = [
    "municipalities_reader",
    "municipalities_endpoint",
    "municipalities_course",
    "municipalities_subscription",
    "municipalities_consentrecord",
    "municipalities_readerspan",
    "municipalities_membership",
    "municipalities_linechannel",
    "municipalities_staffuser",
    "stage_messages_edition",
    "delivery_delivery",
    "delivery_frozenrequest",
    "django_session",
]


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def minato(db: None) -> Municipality:
    return world.make_minato()


def fact(municipality: Municipality) -> None:
    with in_municipality(municipality.pk):
        DailyFact.objects.create(
            municipality=municipality,
            run_day=clock.today(),
            channel="email",
            state="sent",
            count=3,
        )


def lane(municipality: Municipality) -> Lane:
    with in_municipality(municipality.pk):
        return Lane.objects.create(
            municipality=municipality,
            run_day=clock.today(),
            channel="email",
            not_before=timezone.now(),
        )


def run(sql: str) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql)
        return int(cursor.rowcount)


def test_the_npo_was_granted_these_tables_and_nothing_more(db: None) -> None:
    wanted = {name: {"SELECT"} for name in NPO_READS} | NPO_WRITES
    with catalogue.as_owner() as owner:
        assert catalogue.grants(owner, "kizuna_npo") == wanted


def test_the_dispatcher_was_granted_these_tables_and_columns(db: None) -> None:
    wanted = {name: {"SELECT"} for name in DISPATCH_READS}
    wanted["delivery_lane"] = {"SELECT", "UPDATE (served_at)"}
    columns = ("municipality_id", "state", "not_before", "lease_until")
    wanted["municipalities_servicemail"] = {f"SELECT ({name})" for name in columns}
    due = ("id", "municipality_id", "state", "send_at", "approved_at")
    wanted["stage_messages_broadcast"] = {f"SELECT ({name})" for name in due}
    with catalogue.as_owner() as owner:
        assert catalogue.grants(owner, "kizuna_dispatch") == wanted


def test_the_npo_reads_figures_and_texts_of_all(aoba: Municipality, minato: Municipality) -> None:
    for municipality in (aoba, minato):
        fact(municipality)
        world.make_block(municipality)
    world.make_text()
    with across_for_npo():
        everybody = {aoba.pk, minato.pk}
        assert set(DailyFact.objects.values_list("municipality", flat=True)) == everybody
        assert set(LocalBlock.objects.values_list("municipality", flat=True)) == everybody
        for table in NPO_READS:
            run(f"SELECT * FROM {table}")
    assert run("SELECT * FROM delivery_dailyfact") == 0


@pytest.mark.parametrize("table", PEOPLE)
def test_people_are_closed_to_the_npo_and_to_the_dispatcher(aoba: Municipality, table: str) -> None:
    world.make_family(aoba)
    for enter in (across_for_npo, across_for_dispatch):
        # Inside a municipality too: the role counts, not the setting.
        with in_municipality(aoba.pk), enter():
            for sql in (f"SELECT 1 FROM {table}", f"DELETE FROM {table}"):
                with pytest.raises(ProgrammingError, match="permission denied"):
                    run(sql)


def test_the_orm_is_refused_as_well(aoba: Municipality) -> None:
    with across_for_npo(), pytest.raises(ProgrammingError), transaction.atomic():
        Reader.objects.count()


def test_the_npo_s_role_changes_nothing(aoba: Municipality) -> None:
    fact(aoba)
    with across_for_npo():
        for table in NPO_READS:
            with pytest.raises(ProgrammingError, match="permission denied"):
                run(f"DELETE FROM {table}")
        with pytest.raises(ProgrammingError, match="permission denied"):
            run("UPDATE delivery_dailyfact SET count = 0")


def test_the_dispatcher_notes_whom_it_served_and_nothing_else(
    aoba: Municipality, minato: Municipality
) -> None:
    lane(aoba)
    lane(minato)
    with across_for_dispatch():
        assert run("SELECT * FROM delivery_lane FOR UPDATE") == 2
        assert run("UPDATE delivery_lane SET served_at = now()") == 2
        for column, value in (("planned", "0"), ("is_open", "false"), ("municipality_id", "1")):
            with pytest.raises(ProgrammingError, match="permission denied"):
                run(f"UPDATE delivery_lane SET {column} = {value}")
        for sql in (
            "DELETE FROM delivery_lane",
            "UPDATE delivery_run SET finished_at = now()",
            "UPDATE municipalities_municipality SET name = 'x'",
            "SELECT * FROM delivery_dailyfact",
            "SELECT * FROM stage_messages_textversion",
        ):
            with pytest.raises(ProgrammingError, match="permission denied"):
                run(sql)


def test_without_stepping_into_the_role_its_rights_are_not_there(aoba: Municipality) -> None:
    fact(aoba)
    lane(aoba)
    assert run("SELECT * FROM delivery_dailyfact") == 0
    assert run("UPDATE delivery_lane SET served_at = now()") == 0


def test_the_roles_cannot_step_on_from_one_to_the_other_s_tables(aoba: Municipality) -> None:
    with across_for_npo():
        with pytest.raises(ProgrammingError, match="permission denied"):
            run("SELECT * FROM delivery_lane")
        with pytest.raises(ProgrammingError, match="permission denied"):
            run("SELECT delivery_ensure_month('2030-01-01')")
