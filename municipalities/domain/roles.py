"""What staff of a municipality may do. One table; pages ask it and nothing else."""

from enum import StrEnum


class Role(StrEnum):
    VIEWER = "viewer"
    EDITOR = "editor"
    APPROVER = "approver"
    MANAGER = "manager"
    AUDITOR = "auditor"


class Act(StrEnum):
    SEE_RUN = "see_run"
    SEE_TEXTS = "see_texts"
    HELP_READERS = "help_readers"
    WRITE_BLOCKS = "write_blocks"
    APPROVE_BLOCKS = "approve_blocks"
    MANAGE = "manage"
    SEE_AUDIT = "see_audit"


_EDITOR = frozenset({Act.SEE_RUN, Act.SEE_TEXTS, Act.HELP_READERS, Act.WRITE_BLOCKS})

MAY: dict[Role, frozenset[Act]] = {
    Role.VIEWER: frozenset({Act.SEE_RUN, Act.SEE_TEXTS}),
    Role.EDITOR: _EDITOR,
    Role.APPROVER: _EDITOR | {Act.APPROVE_BLOCKS},
    Role.MANAGER: _EDITOR | {Act.APPROVE_BLOCKS, Act.MANAGE, Act.SEE_AUDIT},
    Role.AUDITOR: frozenset({Act.SEE_RUN, Act.SEE_AUDIT}),
}


def may(role: Role, act: Act) -> bool:
    """Whether that role covers that act."""
    return act in MAY[role]
