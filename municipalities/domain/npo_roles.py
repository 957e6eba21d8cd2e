"""What staff of the NPO may do. One table; the door and the pages ask it and nothing else."""

from enum import StrEnum


class NpoRole(StrEnum):
    HEAD = "head"
    OPERATOR = "operator"
    EDITOR = "editor"
    REVIEWER = "reviewer"
    """A doctor or midwife who reads texts before they are sent."""
    PARTNER = "partner"
    """Looks after given municipalities (自治体協働パートナー, JKP)."""
    COMMS = "comms"
    """Public relations: figures and quotable voices, nothing else."""


class NpoAct(StrEnum):
    SEE_TODAY = "see_today"
    HOLD_RUNS = "hold_runs"
    SEE_TEXTS = "see_texts"
    WRITE_TEXTS = "write_texts"
    REVIEW_TEXTS = "review_texts"
    SEE_MUNICIPALITIES = "see_municipalities"
    LOOK_AFTER = "look_after"
    MANAGE_MUNICIPALITIES = "manage_municipalities"
    SEE_FIGURES = "see_figures"
    ENTER_FIGURES = "enter_figures"
    SEE_VOICES = "see_voices"
    CLEAR_VOICES = "clear_voices"
    MEET = "meet"


_COMMS = frozenset({NpoAct.SEE_FIGURES, NpoAct.SEE_VOICES})
_INSIDE = _COMMS | {NpoAct.SEE_TODAY, NpoAct.SEE_TEXTS, NpoAct.SEE_MUNICIPALITIES}
_PARTNER = _INSIDE | {
    NpoAct.LOOK_AFTER,
    NpoAct.ENTER_FIGURES,
    NpoAct.CLEAR_VOICES,
    NpoAct.MEET,
}

MAY: dict[NpoRole, frozenset[NpoAct]] = {
    NpoRole.HEAD: frozenset(NpoAct),
    NpoRole.OPERATOR: _PARTNER | {NpoAct.HOLD_RUNS, NpoAct.MANAGE_MUNICIPALITIES},
    NpoRole.EDITOR: _INSIDE | {NpoAct.WRITE_TEXTS, NpoAct.CLEAR_VOICES},
    NpoRole.REVIEWER: frozenset({NpoAct.SEE_TEXTS, NpoAct.REVIEW_TEXTS}),
    NpoRole.PARTNER: _PARTNER,
    NpoRole.COMMS: _COMMS,
}

FIRST_PAGE: dict[NpoRole, str] = {
    **dict.fromkeys(NpoRole, "npo:today"),
    NpoRole.REVIEWER: "npo:desk",
    NpoRole.COMMS: "npo:figures",
}
"""Where each role begins: a page that it may open."""


def may(role: NpoRole, act: NpoAct) -> bool:
    """Whether that role covers that act."""
    return act in MAY[role]
