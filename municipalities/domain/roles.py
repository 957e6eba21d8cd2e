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
    WRITE_BLOCKS = "write_blocks"
    APPROVE_BLOCKS = "approve_blocks"
    MANAGE = "manage"
    SEE_AUDIT = "see_audit"


MAY: dict[Role, frozenset[Act]] = {
    Role.VIEWER: frozenset({Act.SEE_RUN, Act.SEE_TEXTS}),
    Role.EDITOR: frozenset({Act.SEE_RUN, Act.SEE_TEXTS, Act.WRITE_BLOCKS}),
    Role.APPROVER: frozenset({Act.SEE_RUN, Act.SEE_TEXTS, Act.WRITE_BLOCKS, Act.APPROVE_BLOCKS}),
    Role.MANAGER: frozenset(
        {Act.SEE_RUN, Act.SEE_TEXTS, Act.WRITE_BLOCKS, Act.APPROVE_BLOCKS, Act.MANAGE}
    ),
    Role.AUDITOR: frozenset({Act.SEE_RUN, Act.SEE_AUDIT}),
}


def may(role: Role, act: Act) -> bool:
    """Whether that role covers that act."""
    return act in MAY[role]
