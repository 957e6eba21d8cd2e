"""Every page behind the NPO's door × the NPO's six roles. A new page without a row is a failing test."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from municipalities.domain.npo_roles import NpoAct, NpoRole, may
from municipalities.models import Municipality
from tests import world
from tests.isolation.test_every_route_has_a_door import OURS

# route → the act that opens it
NEEDS: dict[str, NpoAct] = {
    "npo:meetings": NpoAct.MEET,
    "npo:meeting_cases": NpoAct.MEET,
    "npo:meeting": NpoAct.MEET,
    "npo:meeting_new": NpoAct.MEET,
    "npo:meeting_edit": NpoAct.MEET,
    "npo:meeting_ics": NpoAct.MEET,
    "npo:meeting_invite": NpoAct.MEET,
    "npo:meeting_people": NpoAct.MEET,
    "npo:meeting_notes": NpoAct.MEET,
    "npo:meeting_paper": NpoAct.MEET,
    "npo:meeting_cancel": NpoAct.MEET,
    "npo:meeting_tell": NpoAct.MEET,
    "npo:meeting_groups": NpoAct.MEET,
    "npo:meeting_paper_add": NpoAct.MEET,
    "npo:meeting_paper_remove": NpoAct.MEET,
    "npo:alarms": NpoAct.SEE_TODAY,
    "npo:alarm_act": NpoAct.SEE_TODAY,
    "npo:contract_certificate": NpoAct.MANAGE_MUNICIPALITIES,
    "npo:contract_end": NpoAct.MANAGE_MUNICIPALITIES,
    "npo:contract_erase": NpoAct.MANAGE_MUNICIPALITIES,
    "npo:contract_goes_on": NpoAct.MANAGE_MUNICIPALITIES,
    "npo:text": NpoAct.SEE_TEXTS,
    "npo:text_announcements": NpoAct.SEE_TEXTS,
    "npo:text_begin": NpoAct.WRITE_TEXTS,
    "npo:text_compare": NpoAct.SEE_TEXTS,
    "npo:text_receivers": NpoAct.SEE_TEXTS,
    "npo:desk": NpoAct.SEE_TEXTS,
    "npo:desk_act": NpoAct.SEE_TEXTS,
    "npo:desk_begin": NpoAct.WRITE_TEXTS,
    "npo:desk_changes": NpoAct.SEE_TEXTS,
    "npo:desk_draft": NpoAct.SEE_TEXTS,
    "npo:desk_frame": NpoAct.SEE_TEXTS,
    "npo:desk_report": NpoAct.WRITE_TEXTS,
    "npo:desk_reports": NpoAct.SEE_TEXTS,
    "npo:desk_reviews": NpoAct.SEE_TEXTS,
    "npo:desk_versions": NpoAct.SEE_TEXTS,
    "npo:desk_withdraw": NpoAct.WRITE_TEXTS,
    "npo:desk_word": NpoAct.WRITE_TEXTS,
    "npo:desk_words": NpoAct.SEE_TEXTS,
    "npo:desk_write": NpoAct.WRITE_TEXTS,
    "npo:texts": NpoAct.SEE_TEXTS,
    "npo:texts_bulk": NpoAct.WRITE_TEXTS,
    "npo:texts_excel": NpoAct.WRITE_TEXTS,
    "npo:texts_files": NpoAct.WRITE_TEXTS,
    "npo:texts_calendar": NpoAct.SEE_TEXTS,
    "npo:texts_complete": NpoAct.SEE_TEXTS,
    "npo:municipalities": NpoAct.SEE_MUNICIPALITIES,
    "npo:municipality": NpoAct.SEE_MUNICIPALITIES,
    "npo:municipality_new": NpoAct.MANAGE_MUNICIPALITIES,
    "npo:municipality_form": NpoAct.MANAGE_MUNICIPALITIES,
    "npo:municipality_edit": NpoAct.MANAGE_MUNICIPALITIES,
    "npo:municipality_invite": NpoAct.MANAGE_MUNICIPALITIES,
    "npo:municipality_line": NpoAct.MANAGE_MUNICIPALITIES,
    "npo:municipality_line_try": NpoAct.MANAGE_MUNICIPALITIES,
    "npo:municipality_service": NpoAct.MANAGE_MUNICIPALITIES,
    "npo:municipality_members": NpoAct.MANAGE_MUNICIPALITIES,
    "npo:municipality_start": NpoAct.MANAGE_MUNICIPALITIES,
    "npo:municipality_domain": NpoAct.LOOK_AFTER,
    "npo:municipality_partner": NpoAct.LOOK_AFTER,
    "npo:external": NpoAct.ENTER_FIGURES,
    "npo:external_template": NpoAct.ENTER_FIGURES,
    "npo:municipality_note": NpoAct.LOOK_AFTER,
    "npo:report": NpoAct.SEE_MUNICIPALITIES,
    "npo:report_csv": NpoAct.SEE_MUNICIPALITIES,
    "npo:report_pdf": NpoAct.SEE_MUNICIPALITIES,
    "npo:today": NpoAct.SEE_TODAY,
    "npo:days": NpoAct.SEE_TODAY,
    "npo:holds": NpoAct.SEE_TODAY,
    "npo:hold_act": NpoAct.HOLD_RUNS,
    "npo:hold_everywhere": NpoAct.HOLD_RUNS,
    "npo:holds_together": NpoAct.HOLD_RUNS,
    "npo:day": NpoAct.SEE_TODAY,
    "npo:hold": NpoAct.HOLD_RUNS,
    "npo:figures": NpoAct.SEE_FIGURES,
    "npo:figures_months_csv": NpoAct.SEE_FIGURES,
    "npo:figures_municipalities": NpoAct.SEE_FIGURES,
    "npo:figures_municipalities_csv": NpoAct.SEE_FIGURES,
    "npo:figures_municipality": NpoAct.SEE_FIGURES,
    "npo:figures_municipality_csv": NpoAct.SEE_FIGURES,
    "npo:figures_births": NpoAct.ENTER_FIGURES,
    "npo:voices": NpoAct.SEE_VOICES,
    "npo:voices_waiting": NpoAct.CLEAR_VOICES,
    "npo:voice": NpoAct.CLEAR_VOICES,
}
# Where an address holds more than a name. Numbers that are nobody's: open then means 404, shut 403.
ARGUMENTS: dict[str, dict[str, Any]] = {
    "npo:desk_act": {"draft": 0},
    "npo:desk_changes": {"draft": 0, "event": 0},
    "npo:desk_draft": {"draft": 0},
    "npo:desk_frame": {"slug": "aoba", "token": "0", "form": "mail"},
    "npo:desk_report": {"report": 0},
    "npo:desk_versions": {"text": 0, "variant": "standard"},
    "npo:desk_withdraw": {"version": 0},
    "npo:desk_word": {"word": 0},
    "npo:desk_write": {"text": 0, "variant": "standard"},
    "npo:meeting": {"meeting": 1},
    "npo:meeting_edit": {"meeting": 1},
    "npo:meeting_ics": {"meeting": 1},
    "npo:meeting_invite": {"meeting": 1},
    "npo:meeting_people": {"meeting": 1},
    "npo:meeting_notes": {"meeting": 1},
    "npo:meeting_cancel": {"meeting": 1},
    "npo:meeting_tell": {"meeting": 1},
    "npo:meeting_groups": {"meeting": 1},
    "npo:meeting_paper_add": {"meeting": 1},
    "npo:meeting_paper": {"meeting": 1, "paper": 1},
    "npo:meeting_paper_remove": {"meeting": 1, "paper": 1},
    "npo:alarm_act": {"alarm": 1, "act": "done"},
    "npo:hold_act": {"pk": 0},
    "npo:day": {"slug": "aoba", "on": date(2026, 11, 25)},
    "npo:hold": {"slug": "aoba", "on": date(2026, 11, 25)},
    "npo:text": {"key": "d45", "audience": "everyone"},
    "npo:text_announcements": {"key": "d45", "audience": "everyone"},
    "npo:text_begin": {"key": "d45", "audience": "everyone"},
    "npo:text_compare": {"key": "d45", "audience": "everyone"},
    "npo:text_receivers": {"key": "d45", "audience": "everyone"},
    "npo:contract_certificate": {"slug": "nowhere"},
    "npo:contract_end": {"slug": "nowhere"},
    "npo:contract_erase": {"slug": "nowhere"},
    "npo:contract_goes_on": {"slug": "nowhere"},
    "npo:report": {"slug": "nowhere", "year": 2026, "month": 10},
    "npo:report_csv": {"slug": "nowhere", "year": 2026, "month": 10},
    "npo:report_pdf": {"slug": "nowhere", "year": 2026, "month": 10},
    "npo:figures_municipality": {"slug": "aoba"},
    "npo:figures_municipality_csv": {"slug": "aoba"},
    "npo:figures_births": {"slug": "aoba"},
    "npo:voice": {"pk": 0},
}
ARGUMENTS |= {
    name: {"slug": "aoba"}
    for name in NEEDS
    if name.startswith("npo:municipality")
    and name not in {"npo:municipality_new", "npo:municipality_form"}
}

ROUTES = [name for name, _ in OURS if name.startswith("npo:")]


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


def test_every_page_has_a_row() -> None:
    assert set(ROUTES) == set(NEEDS)


@pytest.mark.parametrize("role", list(NpoRole), ids=str)
@pytest.mark.parametrize("name", sorted(NEEDS))
def test_a_page_opens_for_whoever_may(
    client: Client, aoba: Municipality, name: str, role: NpoRole
) -> None:
    client.force_login(world.make_npo_staff(role))
    answer = client.get(reverse(name, kwargs=ARGUMENTS.get(name)))
    if may(role, NEEDS[name]):
        assert answer.status_code in {200, 302, 404, 405}
    else:
        # A page that takes posts only says so before it asks who is there.
        assert answer.status_code in {403, 405}
        assert client.post(reverse(name, kwargs=ARGUMENTS.get(name))).status_code in {403, 405}
