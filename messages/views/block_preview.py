"""An announcement beside its editor, as each channel will carry it, for any day and reader."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from kizuna.lib import clock
from messages.domain.announcement import Content
from messages.domain.stage import Stage
from messages.models import LocalBlock
from messages.rendering.compose import Rendered
from messages.services.avoided_words import all_hints
from messages.services.block_troubles import Trouble, fits, gap, troubles
from messages.services.compose import offered
from messages.services.preview import Draft, Point, days_with_text, in_window, preview
from messages.services.reach import Reach, reach
from messages.views.block_form import date_near
from messages.views.day_in_words import in_english
from messages.views.rendered_forms import forms, framed
from municipalities.access import console
from municipalities.domain.dates import DateProblem
from municipalities.domain.roles import Act
from municipalities.domain.words import Audience, Variant
from municipalities.http import ConsoleRequest
from municipalities.models import Municipality


@dataclass(frozen=True, slots=True)
class Look:
    """For which reader and day the preview is made, and what there is to choose from."""

    days: dict[int, Stage]
    day: int | None
    on: date
    typed_on: str
    wrong_on: str
    audience: Audience
    variant: Variant
    area: str


def draft_of(block: LocalBlock | None, content: Content) -> Draft:
    """In the place of the saved one, and of what that replaces."""
    if block is None:
        return Draft(content)
    replaced = frozenset({block.replaces_id}) if block.replaces_id else frozenset()
    return Draft(content, block.pk, replaced)


def context(
    request: ConsoleRequest, typed: Mapping[str, str], content: Content, block: LocalBlock | None
) -> dict[str, object]:
    """Everything that ``console/blocks/preview.html`` shows; ``typed`` holds what was chosen."""
    municipality = request.municipality
    look = _look(typed, content)
    draft = draft_of(block, content)
    shown = None
    if look.day is not None:
        point = Point(content.kind, look.day, look.on, look.audience, look.variant, look.area)
        shown = preview(municipality, point, draft)
    found = all_troubles(municipality, content, block)
    return {
        "content": content,
        "look": look,
        "audiences": list(Audience),
        "variants": [one for one in Variant if one in {*offered(look.on), look.variant}],
        "shown": shown,
        "forms": _forms(municipality, shown.rendered) if shown else {},
        "is_in": bool(shown and any(one.id == draft.id for one in shown.blocks)),
        "in_window": in_window(content, look.on),
        "troubles": [(one.field, said(one)) for one in found],
        "hints": [
            one.en if in_english() else one.ja
            for one in all_hints(f"{content.title}\n{content.body}")
        ],
        "reach": reach_of(municipality, content),
    }


def reach_of(municipality: Municipality, content: Content) -> Reach:
    """How many it will meet, as things are today."""
    return reach(
        municipality,
        content.kind,
        content.first_day,
        content.last_day,
        content.shown_from,
        content.shown_until,
        content.audience,
        content.areas,
        clock.today(),
    )


def all_troubles(
    municipality: Municipality, content: Content, block: LocalBlock | None
) -> list[Trouble]:
    """What must be mended before anybody is asked."""
    today = clock.today()
    on = max(today, content.shown_from or today)
    draft = draft_of(block, content)
    return [
        *troubles(municipality, content, today),
        *gap(content, block.replaces if block else None),
        *fits(municipality, draft, on),
    ]


def said(trouble: Trouble) -> str:
    """In the language of the page."""
    return trouble.en if in_english() else trouble.ja


def _look(typed: Mapping[str, str], content: Content) -> Look:
    on, wrong = max(clock.today(), content.shown_from or clock.today()), ""
    text = typed.get("look_on", "")[:100]
    if text.strip():
        try:
            on = date_near(text)
        except DateProblem as problem:
            wrong = problem.message_en if in_english() else problem.message_ja
    days = days_with_text(content, on)
    wanted = typed.get("look_day", "")
    day = int(wanted) if wanted.isascii() and wanted.isdecimal() and len(wanted) < 6 else None
    if day not in days:
        day = next(iter(days), None)
    who, how = typed.get("look_audience", ""), typed.get("look_variant", "")
    return Look(
        days=days,
        day=day,
        on=on,
        typed_on=text or f"{on.year}/{on.month}/{on.day}",
        wrong_on=wrong,
        audience=Audience(who) if who in set(Audience) else content.audience,
        variant=Variant(how) if how in set(Variant) else Variant.STANDARD,
        area=typed.get("look_area", (content.areas or ("",))[0])[:40],
    )


def _forms(municipality: Municipality, rendered: Rendered) -> dict[str, object]:
    return forms(
        _owner(municipality),
        municipality.service_name,
        rendered,
        lambda token, form: reverse("console:block_frame", args=[municipality.slug, token, form]),
    )


def _owner(municipality: Municipality) -> str:
    return f"block:{municipality.pk}"


@require_safe
@console(Act.SEE_TEXTS)
@xframe_options_sameorigin
def frame(request: ConsoleRequest, token: str, form: str) -> HttpResponse:
    """What a preview's frame shows: for five minutes, to staff of this municipality."""
    one = request.municipality
    return framed(request, _owner(one), token, form, one.slug)
