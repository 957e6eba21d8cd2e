"""Roles and refusals on the pages about staff, in words."""

from django.utils.translation import gettext as _

from municipalities.domain.roles import Role


def role_choices() -> list[tuple[str, str, str]]:
    """Value, name, and what the role may do."""
    return [
        (Role.VIEWER.value, _("Viewer"), _("Sees the deliveries and the texts")),
        (
            Role.EDITOR.value,
            _("Editor"),
            _("Writes announcements, and helps readers who call"),
        ),
        (Role.APPROVER.value, _("Approver"), _("The same, and approves what others have written")),
        (
            Role.MANAGER.value,
            _("Manager"),
            _("The same, and decides who works here and from where"),
        ),
        (
            Role.AUDITOR.value,
            _("Auditor"),
            _("Sees the deliveries and the audit log, and no reader"),
        ),
    ]


def refusal_words(code: str) -> str:
    """Why it could not be done."""
    return {
        "member": _("This person works here already."),
        "invited": _("This person is invited already. The link can be sent again below."),
        "self": _("Nobody changes or removes their own role. Please ask another manager."),
        "last_manager": _("There must be at least one manager. Make somebody else one first."),
        "not_manager": _("You are no manager any more."),
        "gone": _("This person does not work here any more."),
    }[code]
