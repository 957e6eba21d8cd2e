"""The editors' desk: what waits for whom, which reviews fall due, where a new text is begun."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kizuna.lib import clock
from messages.domain.stage import Stage
from messages.models import TextDraft, TextVersion
from messages.services import desk_lists, library, text_reports
from messages.services.desk import open_draft
from messages.views.calendar_words import audience_choices, stage_label, variant_choices
from messages.views.npo_texts_words import part_label
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import Audience, Variant
from municipalities.http import NpoRequest
from municipalities.roster.columns import folded
from municipalities.services import npo_staff

SHOWN = 10
LONGEST_KEY = 20


@dataclass(frozen=True, slots=True)
class Row:
    """A draft of the list, with its writer's name."""

    draft: TextDraft
    writer: str


@dataclass(frozen=True, slots=True)
class Due:
    """A version that is to be read again; ``draft``: somebody works on it."""

    version: TextVersion
    is_over: bool
    draft: TextDraft | None


@require_safe
@npo(NpoAct.SEE_TEXTS)
def desk(request: NpoRequest) -> HttpResponse:
    """Everything that is on its way, what needs this person first."""
    lying = desk_lists.lying(request.user)
    piles = [
        ("for_me", _("Waiting for your review"), lying.for_me),
        ("returned", _("Returned by the reviewer"), lying.returned),
        ("signed", _("Signed, ready to be published"), lying.signed),
        ("asked", _("Being reviewed"), lying.asked),
        ("drafts", _("Drafts"), lying.drafts),
    ]
    names = npo_staff.names([one.written_by_id for _key, _name, some in piles for one in some])
    may_write = request.user.may_for_npo(NpoAct.WRITE_TEXTS)
    context = {
        "place": "desk",
        "piles": [
            (key, name, [Row(one, names.get(one.written_by_id or 0, "—")) for one in some])
            for key, name, some in piles
            if some
        ],
        "due": len(desk_lists.due_reviews(clock.today())),
        "never": desk_lists.never_reviewed(clock.today()),
        "reports": len(text_reports.still_open()),
        "published": desk_lists.last_published(SHOWN),
        "may_write": may_write,
        "parts": _parts() if may_write else [],
        "audiences": audience_choices(),
        "variants": variant_choices(),
    }
    return TemplateResponse(request, "npo/desk/list.html", context)


@require_POST
@npo(NpoAct.WRITE_TEXTS)
def begin(request: NpoRequest) -> HttpResponse:
    """Off to the editor of the text that was chosen; one for another stage or other readers is made."""
    post: Mapping[str, str] = request.POST
    who, how = post.get("audience", ""), post.get("variant", "")
    other = folded(post.get("other", ""))
    try:
        stage = Stage.parse(other or post.get("stage", ""))
        audience, variant = Audience(who), Variant(how)
    except ValueError:
        flash.error(request, _no_place(other[:LONGEST_KEY]))
        return redirect("npo:desk")
    return redirect("npo:desk_write", library.text_for(stage, audience).pk, variant)


@require_safe
@npo(NpoAct.SEE_TEXTS)
def reviews(request: NpoRequest) -> HttpResponse:
    """What is sent and must be read again within two months, or should have been."""
    today = clock.today()
    context = {
        "place": "desk",
        "rows": [_due(one, today) for one in desk_lists.due_reviews(today)],
        "never": desk_lists.never_reviewed(today),
        "may_write": request.user.may_for_npo(NpoAct.WRITE_TEXTS),
    }
    return TemplateResponse(request, "npo/desk/reviews.html", context)


def _due(version: TextVersion, today: date) -> Due:
    is_over = bool(version.review_by and version.review_by <= today)
    return Due(version, is_over, open_draft(version.base_text, version.variant))


def _parts() -> list[tuple[str, list[tuple[str, str]]]]:
    """The stages to choose from, in groups; each one says where nobody has a text yet."""
    bare = _("%(stage)s (no text yet)")
    return [
        (
            part_label(part),
            [
                (one.key, stage_label(one) if filled else bare % {"stage": stage_label(one)})
                for one, filled in stages
            ],
        )
        for part, stages in library.by_part(clock.today())
    ]


def _no_place(typed: str) -> str:
    if not typed:
        return _("Choose a stage, the readers and the wording from the lists.")
    return _("“%(typed)s” is no stage. Write it as p12w3d, d45, m7 or y1.") % {"typed": typed}
