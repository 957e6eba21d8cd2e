"""Every page × everybody, in one table. A new page without a row here is a failing test."""

from typing import Any

import pytest
from django.test import Client

from municipalities.domain.roles import Role
from municipalities.models import Membership, Municipality, StaffUser
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.isolation.addresses import addresses_of
from tests.isolation.test_every_route_has_a_door import OURS, WITHOUT_A_DOOR

WHO = ["anonymous", "viewer", "editor", "approver", "manager", "auditor", "charlie", "naomi", "op"]


def row(answers: list[Any]) -> dict[str, Any]:
    return dict(zip(WHO, answers, strict=True))


# charlie manages the neighbour, naomi is the NPO's, op is a superuser without any membership.
# "login": sent to the login. "on": sent on to the place of work.
TABLE: dict[str, dict[str, Any]] = {
    #                    anonymous  viewer editor approver manager auditor charlie naomi op
    "console:choose": row(["login", "on", "on", "on", "on", "on", "on", "on", 200]),
    "console:today": row(["login", 200, 200, 200, 200, 200, 404, 404, 404]),
    "console:texts": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:text": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:text_mail": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:text_web": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:phone": row(["login", 403, 200, 200, 200, 403, 404, 404, 404]),
    "console:readers": row(["login", 403, 200, 200, 200, 403, 404, 404, 404]),
    "console:reader": row(["login", *[405] * 8]),
    "console:reader_stop": row(["login", *[405] * 8]),
    "console:reader_date": row(["login", *[405] * 8]),
    "console:reader_link": row(["login", *[405] * 8]),
    "console:reader_again": row(["login", *[405] * 8]),
    "console:staff": row(["login", 403, 403, 403, 200, 403, 404, 404, 404]),
    "console:staff_member": row(["login", 403, 403, 403, 200, 403, 404, 404, 404]),
    "console:staff_networks": row(["login", 403, 403, 403, 200, 403, 404, 404, 404]),
    "console:staff_invitation": row(["login", *[405] * 8]),
    "console:audit": row(["login", 403, 403, 403, 200, 200, 404, 404, 404]),
    "console:audit_export": row(["login", *[405] * 8]),
    "console:calendar": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:calendar_dates": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:calendar_stage": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:handover": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:births": row(["login", 403, 200, 200, 200, 403, 404, 404, 404]),
    "console:contacts": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:contact_new": row(["login", 403, 200, 200, 200, 403, 404, 404, 404]),
    "console:contact": row(["login", 403, 200, 200, 200, 403, 404, 404, 404]),
    "console:contact_verify": row(["login", *[405] * 8]),
    "console:contact_remove": row(["login", 403, 200, 200, 200, 403, 404, 404, 404]),
    "console:blocks": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:block": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:block_changes": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:block_sheet": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:block_frame": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:block_new": row(["login", 403, 200, 200, 200, 403, 404, 404, 404]),
    "console:block_edit": row(["login", 403, 200, 200, 200, 403, 404, 404, 404]),
    "console:block_revise": {**dict.fromkeys(WHO, 405), "anonymous": "login"},
    "console:block_links": {**dict.fromkeys(WHO, 405), "anonymous": "login"},
    "console:block_act": {**dict.fromkeys(WHO, 405), "anonymous": "login"},
    "console:bulk": row(["login", 403, 200, 200, 200, 403, 404, 404, 404]),
    "console:bulk_download": row(["login", 403, 200, 200, 200, 403, 404, 404, 404]),
    "console:broadcasts": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:broadcast": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:broadcast_mail": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:broadcast_sheet": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:personas": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:broadcast_who": row(["login", 403, 200, 200, 200, 403, 404, 404, 404]),
    "console:broadcast_what": row(["login", 403, 200, 200, 200, 403, 404, 404, 404]),
    "console:broadcast_when": row(["login", 403, 200, 200, 200, 403, 404, 404, 404]),
    "console:persona_new": row(["login", 403, 200, 200, 200, 403, 404, 404, 404]),
    "console:persona": row(["login", 403, 200, 200, 200, 403, 404, 404, 404]),
    "console:persona_picture": row(["login", *[404] * 4, 403, 404, 404, 404]),
    "console:broadcast_new": {**dict.fromkeys(WHO, 405), "anonymous": "login"},
    "console:broadcast_act": {**dict.fromkeys(WHO, 405), "anonymous": "login"},
    "console:broadcast_test": {**dict.fromkeys(WHO, 405), "anonymous": "login"},
    "console:broadcast_copy": {**dict.fromkeys(WHO, 405), "anonymous": "login"},
    "console:broadcast_correct": {**dict.fromkeys(WHO, 405), "anonymous": "login"},
    "console:exchange": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:case": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:case_new": row(["login", 403, 200, 200, 200, 403, 404, 404, 404]),
    "console:case_edit": row(["login", 403, 200, 200, 200, 403, 404, 404, 404]),
    "console:case_withdraw": {**dict.fromkeys(WHO, 405), "anonymous": "login"},
    "console:case_adopt": {**dict.fromkeys(WHO, 405), "anonymous": "login"},
    "console:contract": row(["login", 403, 403, 403, 200, 403, 404, 404, 404]),
    "console:contract_data": row(["login", *[405] * 8]),
    "console:reports": row(["login", 200, 200, 200, 200, 200, 404, 404, 404]),
    "console:report": row(["login", *[404] * 8]),
    "console:report_pdf": row(["login", *[404] * 8]),
    "console:report_csv": row(["login", *[404] * 8]),
    "npo:municipalities": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:municipality_new": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:municipality_form": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:municipality": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:municipality_edit": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:municipality_invite": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:municipality_line": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:municipality_domain": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:municipality_service": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:municipality_partner": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:municipality_members": row(["login", 403, 403, 403, 403, 403, 403, "on", 403]),
    "npo:external": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:external_template": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:municipality_start": row(["login", *[405] * 8]),
    "npo:municipality_line_try": row(["login", *[405] * 8]),
    "npo:municipality_note": row(["login", *[405] * 8]),
    "npo:report": row(["login", 403, 403, 403, 403, 403, 403, 404, 403]),
    "npo:report_pdf": row(["login", 403, 403, 403, 403, 403, 403, 404, 403]),
    "npo:report_csv": row(["login", 403, 403, 403, 403, 403, 403, 404, 403]),
    "npo:contract_end": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:contract_certificate": row(["login", 403, 403, 403, 403, 403, 403, 404, 403]),
    "npo:contract_goes_on": row(["login", *[405] * 8]),
    "npo:contract_erase": row(["login", *[405] * 8]),
    "npo:desk": row(["login", *[403] * 6, 200, 403]),
    "npo:desk_act": row(["login", *[405] * 8]),
    "npo:desk_begin": row(["login", *[405] * 8]),
    "npo:desk_changes": row(["login", *[403] * 6, 404, 403]),
    "npo:desk_draft": row(["login", *[403] * 6, 404, 403]),
    "npo:desk_frame": row(["login", *[403] * 6, 200, 403]),
    "npo:desk_report": row(["login", *[405] * 8]),
    "npo:desk_reports": row(["login", *[403] * 6, 200, 403]),
    "npo:desk_reviews": row(["login", *[403] * 6, 200, 403]),
    "npo:desk_versions": row(["login", *[403] * 6, 200, 403]),
    "npo:desk_withdraw": row(["login", *[403] * 6, 200, 403]),
    "npo:desk_word": row(["login", *[403] * 6, 404, 403]),
    "npo:desk_words": row(["login", *[403] * 6, 200, 403]),
    "npo:desk_write": row(["login", *[403] * 6, 200, 403]),
    "npo:text": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:text_announcements": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:text_begin": row(["login", *[405] * 8]),
    "npo:text_compare": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:text_receivers": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:texts": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:texts_bulk": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:texts_excel": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:texts_files": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:texts_calendar": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:texts_complete": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:days": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:holds": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:hold_act": row(["login", *[405] * 8]),
    "npo:hold_everywhere": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:holds_together": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:day": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:hold": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:alarms": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:alarm_act": row(["login", *[405] * 8]),
    "console:benchmark": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:meetings": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:meeting": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:meeting_ics": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "console:meeting_paper": row(["login", 200, 200, 200, 200, 403, 404, 404, 404]),
    "npo:meeting_cases": row(["login", *[403] * 6, 200, 403]),
    "npo:meetings": row(["login", *[403] * 6, 200, 403]),
    "npo:meeting": row(["login", *[403] * 6, 200, 403]),
    "npo:meeting_new": row(["login", *[403] * 6, 200, 403]),
    "npo:meeting_edit": row(["login", *[403] * 6, 200, 403]),
    "npo:meeting_ics": row(["login", *[403] * 6, 200, 403]),
    "npo:meeting_invite": row(["login", *[403] * 6, 200, 403]),
    "npo:meeting_people": row(["login", *[403] * 6, 200, 403]),
    "npo:meeting_notes": row(["login", *[403] * 6, 200, 403]),
    "npo:meeting_paper": row(["login", *[403] * 6, 200, 403]),
    "npo:meeting_cancel": row(["login", *[405] * 8]),
    "npo:meeting_tell": row(["login", *[405] * 8]),
    "npo:meeting_groups": row(["login", *[405] * 8]),
    "npo:meeting_paper_add": row(["login", *[405] * 8]),
    "npo:meeting_paper_remove": row(["login", *[405] * 8]),
    "npo:today": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:figures": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:figures_months_csv": row(["login", 403, 403, 403, 403, 403, 403, 404, 403]),
    "npo:figures_municipalities": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:figures_municipalities_csv": row(["login", 403, 403, 403, 403, 403, 403, 404, 403]),
    "npo:figures_municipality": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:figures_municipality_csv": row(["login", 403, 403, 403, 403, 403, 403, 404, 403]),
    "npo:figures_births": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:voices": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:voices_waiting": row(["login", 403, 403, 403, 403, 403, 403, 200, 403]),
    "npo:voice": row(["login", 403, 403, 403, 403, 403, 403, 404, 403]),
    "status": dict.fromkeys(WHO, 200),
    "parent:landing": dict.fromkeys(WHO, 200),
    "parent:register": dict.fromkeys(WHO, "on"),
    "parent:confirm": dict.fromkeys(WHO, 404),
    "parent:confirm_as_clicked": dict.fromkeys(WHO, 404),
    "parent:mail_help": dict.fromkeys(WHO, 200),
    "parent:brand": dict.fromkeys(WHO, 200),
    "parent:stop": dict.fromkeys(WHO, 200),
    "parent:stop_as_clicked": dict.fromkeys(WHO, 200),
    "parent:undo": dict.fromkeys(WHO, 200),
    "parent:stop_everything": dict.fromkeys(WHO, 405),
    "parent:loss": dict.fromkeys(WHO, 200),
    "parent:join": dict.fromkeys(WHO, 404),
    "parent:logo": dict.fromkeys(WHO, 404),
    "parent:letters": dict.fromkeys(WHO, "on"),
    "parent:letter": dict.fromkeys(WHO, "on"),
    "parent:report": dict.fromkeys(WHO, "on"),
    "parent:entrance": dict.fromkeys(WHO, 200),
    "parent:enter": dict.fromkeys(WHO, 404),
    "parent:enter_as_clicked": dict.fromkeys(WHO, 404),
    "parent:my": dict.fromkeys(WHO, "on"),
    "parent:my_birth": dict.fromkeys(WHO, "on"),
    "parent:my_date": dict.fromkeys(WHO, "on"),
    "parent:my_child": dict.fromkeys(WHO, "on"),
    "parent:my_words": dict.fromkeys(WHO, "on"),
    "parent:my_pause": dict.fromkeys(WHO, "on"),
    "parent:my_address": dict.fromkeys(WHO, "on"),
    "parent:my_leave": dict.fromkeys(WHO, 405),
    "parent:my_stop": dict.fromkeys(WHO, "on"),
    "parent:invite": dict.fromkeys(WHO, "on"),
    "parent:revoke": dict.fromkeys(WHO, 405),
    "parent:move": dict.fromkeys(WHO, "on"),
    "parent:move_to": dict.fromkeys(WHO, "on"),
    "parent:my_data": dict.fromkeys(WHO, "on"),
    "parent:my_data_download": dict.fromkeys(WHO, 405),
    "parent:my_data_delete": dict.fromkeys(WHO, "on"),
    "parent:thanks": dict.fromkeys(WHO, "on"),
}

TAKE_POST = {
    "npo:desk_act",
    "npo:desk_begin",
    "npo:desk_report",
    "npo:desk_withdraw",
    "npo:desk_word",
    "npo:desk_words",
    "npo:desk_write",
    "parent:report",
    "npo:figures_births",
    "npo:voice",
    "console:meeting",
    "npo:meeting_new",
    "npo:meeting_edit",
    "npo:meeting_invite",
    "npo:meeting_people",
    "npo:meeting_notes",
    "npo:meeting_cancel",
    "npo:meeting_tell",
    "npo:meeting_groups",
    "npo:meeting_paper_add",
    "npo:meeting_paper_remove",
    "npo:alarm_act",
    "npo:hold",
    "npo:hold_act",
    "npo:hold_everywhere",
    "npo:holds_together",
    "console:contract_data",
    "npo:external",
    "npo:municipality_form",
    "npo:municipality_edit",
    "npo:municipality_invite",
    "npo:municipality_line",
    "npo:municipality_line_try",
    "npo:municipality_domain",
    "npo:municipality_service",
    "npo:municipality_partner",
    "npo:municipality_members",
    "npo:municipality_start",
    "npo:municipality_note",
    "npo:text_begin",
    "npo:texts_bulk",
    "npo:contract_end",
    "npo:contract_goes_on",
    "npo:contract_erase",
    "console:case_new",
    "console:case_edit",
    "console:case_withdraw",
    "console:case_adopt",
    "console:broadcast_who",
    "console:broadcast_what",
    "console:broadcast_when",
    "console:broadcast_new",
    "console:broadcast_act",
    "console:broadcast_test",
    "console:broadcast_copy",
    "console:broadcast_correct",
    "console:persona_new",
    "console:persona",
    "console:births",
    "console:bulk",
    "console:block_new",
    "console:block_edit",
    "console:block_revise",
    "console:block_act",
    "console:block_links",
    "console:reader",
    "console:reader_stop",
    "console:reader_date",
    "console:reader_link",
    "console:reader_again",
    "console:staff",
    "console:staff_member",
    "console:staff_networks",
    "console:staff_invitation",
    "console:audit_export",
    "console:phone",
    "console:contact_new",
    "console:contact",
    "console:contact_verify",
    "console:contact_remove",
    "parent:register",
    "parent:confirm",
    "parent:confirm_as_clicked",
    "parent:stop",
    "parent:stop_as_clicked",
    "parent:undo",
    "parent:stop_everything",
    "parent:loss",
    "parent:join",
    "parent:entrance",
    "parent:my_birth",
    "parent:my_date",
    "parent:my_child",
    "parent:my_words",
    "parent:my_pause",
    "parent:my_address",
    "parent:my_leave",
    "parent:my_stop",
    "parent:invite",
    "parent:revoke",
    "parent:move_to",
    "parent:my_data_download",
    "parent:my_data_delete",
    "parent:thanks",
}


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def pages(aoba: Municipality) -> dict[str, str]:
    return addresses_of(aoba, TABLE)


def user(who: str, aoba: Municipality) -> StaffUser | None:
    match who:
        case "anonymous":
            return None
        case "charlie":
            return world.make_staff(world.make_minato(), Role.MANAGER, "charlie@minato.example.jp")
        case "naomi":
            return world.make_naomi()
        case "op":
            return StaffUser.objects.create_superuser("op@example.jp", world.PASSWORD, name="運用")
        case _:
            return world.make_staff(aoba, Role(who), f"{who}@aoba.example.jp")


def told(answer: Any) -> Any:
    if answer.status_code != 302:
        return answer.status_code
    return "login" if answer["Location"].startswith("/accounts/login/") else "on"


@pytest.mark.parametrize("who", WHO)
def test_the_table_holds(who: str, aoba: Municipality, pages: dict[str, str]) -> None:
    client = Client()
    somebody = user(who, aoba)
    if somebody:
        client.force_login(somebody, backend="django.contrib.auth.backends.ModelBackend")
    got = {name: told(client.get(path)) for name, path in pages.items()}
    assert got == {name: answers[who] for name, answers in TABLE.items()}


def test_every_page_has_a_row() -> None:
    assert {name for name, _ in OURS} - set(WITHOUT_A_DOOR) == set(TABLE)


@pytest.mark.parametrize("method", ["post", "put", "patch", "delete", "options", "trace"])
def test_pages_that_only_show_refuse_every_other_method(
    method: str, aoba: Municipality, pages: dict[str, str]
) -> None:
    client = Client()
    client.force_login(
        world.make_staff(aoba, Role.MANAGER),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    for name, path in pages.items():
        if name in TAKE_POST and method == "post":
            continue
        assert getattr(client, method)(path).status_code == 405, name


def test_a_role_taken_away_closes_the_page_at_once(aoba: Municipality) -> None:
    alice = world.make_staff(aoba)
    client = Client()
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    assert client.get("/console/aoba/").status_code == 200
    with in_municipality(aoba.pk):
        Membership.objects.all().delete()
    assert client.get("/console/aoba/").status_code == 404


def test_an_account_that_was_closed_is_asked_to_log_in(aoba: Municipality) -> None:
    alice = world.make_staff(aoba)
    client = Client()
    client.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    StaffUser.objects.filter(pk=alice.pk).update(is_active=False)
    assert told(client.get("/console/aoba/")) == "login"
