"""The acts of the audit log in words. An act without words is shown as it is, never hidden."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from municipalities.domain.roles import Role
from municipalities.domain.words import Unasked

ACTS: Mapping[str, str | Promise] = {
    "audit.exported": _("Exported the log"),
    "reader.looked_up": _("Looked a reader up"),
    "reader.stopped": _("Stopped a reader's texts"),
    "reader.ended": _("Ended a pregnancy or child for the family"),
    "reader.date_corrected": _("Corrected a reader's date"),
    "reader.link_sent": _("Sent a reader the link to the own page"),
    "reader.text_sent_again": _("Sent a reader a text once more"),
    "broadcast.saved": _("Saved a broadcast"),
    "broadcast.asked": _("Asked for a broadcast's approval"),
    "broadcast.checked": _("Checked a broadcast"),
    "broadcast.approved": _("Approved a broadcast"),
    "broadcast.urgent": _("Approved an urgent broadcast alone"),
    "broadcast.confirmed": _("Confirmed an urgent broadcast"),
    "broadcast.returned": _("Sent a broadcast back to draft"),
    "broadcast.withdrawn": _("Withdrew a broadcast"),
    "broadcast.paused": _("Paused a broadcast"),
    "broadcast.resumed": _("Let a broadcast go on"),
    "broadcast.stopped": _("Stopped a broadcast"),
    "broadcast.tested": _("Sent a test of a broadcast"),
    "persona.saved": _("Changed who speaks in broadcasts"),
    "staff.invited": _("Invited a colleague"),
    "staff.invited_again": _("Sent an invitation again"),
    "staff.invitation_revoked": _("Took an invitation back"),
    "staff.joined": _("Accepted an invitation"),
    "staff.role_changed": _("Changed a colleague's role"),
    "staff.removed": _("Removed a colleague"),
    "networks.changed": _("Changed the allowed networks"),
    "npo.paused": _("NPO: put a day's sending on hold"),
    "npo.resume_asked": _("NPO: asked to let a day's sending go on"),
    "npo.resume_withdrawn": _("NPO: kept a day's sending on hold"),
    "npo.resumed": _("NPO: let a day's sending go on"),
    "npo.stop_asked": _("NPO: asked to stop a day's sending"),
    "npo.stop_withdrawn": _("NPO: took back the wish to stop"),
    "npo.stopped": _("NPO: stopped a day's sending"),
    "births.changed": _("Entered or changed the births of a year"),
    "npo.voice_cleared": _("NPO: let a reader's voice be quoted"),
    "npo.voice_taken_back": _("NPO: took a quoted voice back"),
    "npo.voice_set_aside": _("NPO: set a reader's voice aside"),
    "npo.voice_brought_back": _("NPO: brought a voice back that was set aside"),
    "data.exported": _("Took the municipality's data along"),
    "npo.founded": _("NPO: wrote the municipality down"),
    "npo.settings_changed": _("NPO: changed the settings"),
    "npo.line_connected": _("NPO: connected the LINE account"),
    "npo.line_tried": _("NPO: tried the LINE account"),
    "npo.domain_checked": _("NPO: checked the mail domain"),
    "npo.prepared": _("NPO: began to prepare the service here"),
    "npo.started": _("NPO: took the service live"),
    "npo.service_paused": _("NPO: paused the service"),
    "npo.service_resumed": _("NPO: let the service go on"),
    "npo.programme_joined": _("NPO: put the municipality into a programme"),
    "npo.programme_left": _("NPO: took the municipality out of a programme"),
    "npo.figures_imported": _("NPO: imported month-end figures of another system"),
    "npo.meeting_told": _("NPO: told the managers of a meeting"),
    "npo.contract_told": _("NPO: wrote the end of the contract down"),
    "npo.contract_goes_on": _("NPO: the contract goes on"),
    "npo.contract_closed": _("The contract ended"),
    "npo.data_erased": _("NPO: erased the readers' data"),
}

# Texts and the register: the thing, then what was done to it ("block.approved").
THINGS: Mapping[str, str | Promise] = {
    "block": _("Announcement"),
    "broadcast": _("Broadcast"),
    "contact": _("Office in the register"),
    "case": _("Case of the exchange"),
    "meeting": _("Meeting of municipalities"),
    "persona": _("Sender's name and picture"),
}

DEEDS: Mapping[str, str | Promise] = {
    "saved": _("saved"),
    "asked": _("asked for approval"),
    "checked": _("checked"),
    "approved": _("approved"),
    "returned": _("sent back"),
    "withdrawn": _("withdrawn"),
    "commented": _("commented"),
    "urgent": _("approved alone as urgent"),
    "confirmed": _("confirmed afterwards"),
    "paused": _("paused"),
    "resumed": _("resumed"),
    "stopped": _("stopped"),
    "tested": _("tested"),
    "added": _("added"),
    "changed": _("changed"),
    "verified": _("verified"),
    "removed": _("removed"),
    "published": _("published"),
    "adopted": _("taken over"),
    "answered": _("answered"),
}

ABOUT: Mapping[str, str | Promise] = {
    **THINGS,
    "reader": _("Reader"),
    "subscription": _("Registration"),
    "staff": _("Staff"),
    "invitation": _("Invitation"),
    "edition": _("Text"),
    "hold": _("Hold"),
    "voice": _("Voice"),
    "municipality": _("Municipality"),
    "channel": _("LINE channel"),
}

KEYS: Mapping[str, str | Promise] = {
    "rows": _("rows"),
    "found": _("found"),
    "by": _("by"),
    "role": _("role"),
    "before": _("before"),
    "after": _("after"),
    "count": _("count"),
    "networks": _("networks"),
    "reason": _("reason"),
    "revision": _("revision"),
    "year": _("year"),
    "day": _("day"),
    "channel": _("channel"),
    "fields": _("fields"),
    "aligned": _("set up"),
    "answered": _("LINE answered"),
    "months": _("months"),
}

ROLES: Mapping[str, str | Promise] = {
    Role.VIEWER: _("Viewer"),
    Role.EDITOR: _("Editor"),
    Role.APPROVER: _("Approver"),
    Role.MANAGER: _("Manager"),
    Role.AUDITOR: _("Auditor"),
}


# Why the program did something by itself; before there were codes, both languages were stored.
UNASKED: Mapping[str, str | Promise] = {
    Unasked.RESTORED_DAY: _(
        "The database was restored from a backup, so the program has put this day on hold. Let it go on once it is certain that it was not held, stopped or paused after the backup."
    ),
    Unasked.RESTORED_BROADCAST: _(
        "The database was restored from a backup, so the program has paused this. Let it go on once it is certain that it was not stopped or taken back after the backup."
    ),
}


def unasked_words(stored: str) -> str:
    """The reason of something that nobody asked for."""
    return str(UNASKED[stored]) if stored in UNASKED else stored.partition(" / ")[0]


def purpose_words(staff_id: int | None, purpose: str) -> str:
    """Why it was done: a person's own words, or the program's in the language of the page."""
    return purpose if staff_id else unasked_words(purpose)


def act_words(act: str) -> str:
    """What was done."""
    if act in ACTS:
        return str(ACTS[act])
    thing, _dot, deed = act.partition(".")
    if thing in THINGS and deed in DEEDS:
        return f"{THINGS[thing]}: {DEEDS[deed]}"
    return act


def about_words(about: str, names: Mapping[int, str]) -> str:
    """To what: its kind and number; colleagues by name."""
    kind, _space, number = about.partition(" ")
    if kind not in ABOUT:
        return about
    name = names.get(int(number)) if kind == "staff" and number.isdecimal() else None
    return f"{ABOUT[kind]} {name or number}"


def details_words(details: Mapping[str, object]) -> str:
    """What changed, as one line."""
    return " / ".join(f"{KEYS.get(key, key)}: {_value(value)}" for key, value in details.items())


def _value(value: object) -> str:
    if isinstance(value, list):
        return ", ".join(map(str, value))
    return str(ROLES.get(str(value), value))
