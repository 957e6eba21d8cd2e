"""An address for every page: with what a page is of, made in Aoba, or with what is nobody's."""

from collections.abc import Collection
from typing import Any

from django.urls import NoReverseMatch, reverse

from kizuna.lib import clock
from kizuna.lib.tokens import sign
from messages.models import Edition
from municipalities.domain.roles import Role
from municipalities.models import Membership, Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.console.days import DAY, make_edition

Arguments = dict[str, dict[str, Any]]
"""Name of a route → what its address is made of."""

OF_NOTHING = (
    "console:choose", "status",
    *(f"npo:{page}" for page in (
        "alarms", "days", "external", "external_template", "figures",
        "figures_months_csv", "figures_municipalities", "figures_municipalities_csv", "hold_everywhere", "holds",
        "holds_together",
        "meeting_new", "meetings", "municipalities", "municipality_form", "municipality_new",
        "texts", "texts_bulk", "texts_calendar", "texts_complete", "texts_excel", "texts_files",
        "today", "voices", "voices_waiting",
    )),
)  # fmt: skip
REPORTS = ("report", "report_pdf", "report_csv")
MONTH = {"year": 2026, "month": 10}


def addresses_of(aoba: Municipality, names: Collection[str]) -> dict[str, str]:
    """Most pages are of one municipality, by its slug; of the NPO's many are of none."""
    edition = make_edition(aoba)
    found: Arguments = {name: {} for name in OF_NOTHING}
    found |= _of_the_npo() | _of_base_texts(edition)
    found |= _of_the_exchange(aoba, names) | _of_parents(aoba)
    found |= _of_people_and_texts(aoba, edition.pk)
    found |= _of_announcements(aoba) | _of_broadcasts(aoba, names)
    return {name: _address(name, found.get(name)) for name in names}


def _address(name: str, arguments: dict[str, Any] | None) -> str:
    if arguments is not None:
        return reverse(name, kwargs=arguments)
    try:
        return reverse(name, kwargs={"slug": "aoba"})
    except NoReverseMatch:
        return reverse(name)


def _of_aoba(names: Collection[str], **arguments: Any) -> Arguments:
    return {name: {"slug": "aoba", **arguments} for name in names}


def _of_the_npo() -> Arguments:
    """Alarm, hold and voice are nobody's."""
    return {
        "npo:alarm_act": {"alarm": 1, "act": "done"},
        "npo:hold_act": {"pk": 0},
        "npo:voice": {"pk": 0},
        **_of_aoba(("npo:day", "npo:hold"), on=clock.today()),
        **_of_aoba([f"npo:{name}" for name in REPORTS], **MONTH),
    }


def _of_base_texts(edition: Edition) -> Arguments:
    """The library and the editors' desk. Draft, word and report 0 are nobody's."""
    written = {"text": edition.base_text_id, "variant": "standard"}
    in_library = ("text", "text_announcements", "text_begin", "text_compare", "text_receivers")
    return {
        "npo:desk_act": {"draft": 0},
        "npo:desk_changes": {"draft": 0, "event": 0},
        "npo:desk_draft": {"draft": 0},
        "npo:desk_frame": {"slug": "aoba", "token": "strange", "form": "mail"},
        "npo:desk_report": {"report": 0},
        "npo:desk_versions": written,
        "npo:desk_withdraw": {"version": edition.text_version_id},
        "npo:desk_word": {"word": 0},
        "npo:desk_write": written,
        **{f"npo:{name}": {"key": "d45", "audience": "everyone"} for name in in_library},
    }


def _of_the_exchange(aoba: Municipality, names: Collection[str]) -> Arguments:
    """Cases and meetings, in the console and behind the NPO's door."""
    paper, case = world.make_paper(aoba), world.make_case(aoba)
    of_many = ("meetings", "meeting_new", "meeting_cases")
    found: Arguments = {}
    for name in names:
        place, _colon, page = name.partition(":")
        here = {"slug": "aoba"} if place == "console" else {}
        if page in ("case", "case_edit", "case_withdraw", "case_adopt"):
            found[name] = here | {"case": case.pk}
        elif page in ("meeting_paper", "meeting_paper_remove"):
            found[name] = here | {"meeting": paper.meeting_id, "paper": paper.pk}
        elif page.startswith("meeting") and page not in of_many:
            found[name] = here | {"meeting": paper.meeting_id}
    return found


def _of_parents(aoba: Municipality) -> Arguments:
    """A link to stop is real; invitations, entrances and letters are nobody's."""
    token = sign("stop", aoba.pk, world.make_family(aoba).subscription.pk)
    stopping = ("stop", "stop_as_clicked", "undo", "stop_everything", "loss")
    strange = ("confirm", "confirm_as_clicked", "enter", "enter_as_clicked")
    return {
        **_of_aoba([f"parent:{name}" for name in stopping], token=token),
        **_of_aoba([f"parent:{name}" for name in strange], token="strange"),
        **_of_aoba(["parent:join"], code="strange"),
        **_of_aoba(["parent:letter", "parent:report"], delivery=1),
        **_of_aoba(["parent:my_birth", "parent:my_date", "parent:my_stop"], subscription=1),
        **_of_aoba(["parent:revoke"], invitation=1),
        **_of_aoba(["parent:move_to"], to="minato"),
    }


def _of_people_and_texts(aoba: Municipality, edition: int) -> Arguments:
    """The console's staff, contacts, reports and texts of a day."""
    contact = world.make_contact(aoba).pk
    contacts = ("contact", "contact_verify", "contact_remove")
    return {
        **_of_aoba(["console:texts"], day=DAY),
        **_of_aoba(["console:text", "console:text_mail", "console:text_web"], edition=edition),
        **_of_aoba(["console:calendar_stage"], key="p20w0d"),
        **_of_aoba(["console:staff_member"], member=_colleague_in(aoba)),
        **_of_aoba(["console:staff_invitation"], invitation=1),
        **_of_aoba([f"console:{name}" for name in contacts], contact=contact),
        **_of_aoba([f"console:{name}" for name in REPORTS], **MONTH),
    }


def _colleague_in(aoba: Municipality) -> int:
    """The number of the row, for the page about that person."""
    colleague = world.make_staff(aoba, Role.VIEWER, "colleague@aoba.example.jp")
    with in_municipality(aoba.pk):
        return Membership.objects.get(user=colleague).pk


def _of_announcements(aoba: Municipality) -> Arguments:
    block, event = world.make_written_block(aoba)
    of_one = ("block", "block_edit", "block_revise", "block_act", "block_links", "block_sheet")
    return {
        **_of_aoba([f"console:{name}" for name in of_one], block=block.pk),
        **_of_aoba(["console:block_changes"], block=block.pk, event=event.pk),
        **_of_aoba(["console:block_frame"], token="strange", form="mail"),
    }


def _of_broadcasts(aoba: Municipality, names: Collection[str]) -> Arguments:
    broadcast = world.make_broadcast(aoba)
    of_one = [
        name for name in names
        if name.startswith("console:broadcast")
        and name not in ("console:broadcasts", "console:broadcast_new")
    ]  # fmt: skip
    of_a_persona = ("console:persona", "console:persona_picture")
    return {
        **_of_aoba(of_one, broadcast=broadcast.pk),
        **_of_aoba(of_a_persona, persona=broadcast.persona_id),
    }
