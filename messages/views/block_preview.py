"""An announcement beside its editor, as each channel will carry it, for any day and reader."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.core.cache import cache
from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from kizuna.lib import clock
from messages.domain.announcement import Content
from messages.domain.plain_text import line_units
from messages.domain.readability import hints
from messages.domain.stage import Stage
from messages.models import LocalBlock
from messages.rendering.check import LINE_LIMIT, MAIL_HTML_LIMIT
from messages.rendering.compose import MY_URL, STOP_URL, Rendered
from messages.services.block_troubles import Trouble, fits, gap, troubles
from messages.services.compose import offered
from messages.services.preview import Draft, Point, days_with_text, in_window, preview
from messages.services.reach import Reach, reach
from messages.views.block_form import date_near
from messages.views.day_in_words import in_english
from municipalities.access import console
from municipalities.domain.dates import DateProblem
from municipalities.domain.roles import Act
from municipalities.domain.words import Audience, Variant
from municipalities.http import ConsoleRequest
from municipalities.models import Municipality

KEPT_SECONDS = 300
MAIL, WEB = "mail", "web"
# It looks like a link and has no target, so that it cannot be followed.
DISABLED = 'role="link" aria-disabled="true" style="text-decoration:underline"'
FRAME_POLICY = (
    "default-src 'none'; style-src {styles}; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox"
)


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
            one.en if in_english() else one.ja for one in hints(f"{content.title}\n{content.body}")
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
    """The four forms. The frames fetch theirs by a number that nobody guesses."""
    token = secrets.token_urlsafe(18)
    mail_html = rendered.mail_html
    for mark in (STOP_URL, MY_URL):
        mail_html = mail_html.replace(f'href="{mark}"', DISABLED).replace(mark, "")
    cache.set(_key(municipality, token, MAIL), mail_html, KEPT_SECONDS)
    cache.set(_key(municipality, token, WEB), rendered.web_html, KEPT_SECONDS)
    mail_text = rendered.mail_text.replace(STOP_URL, _("(each reader's own stop link)"))
    units, size = line_units(rendered.line_text), len(rendered.mail_html.encode())
    return {
        "token": token,
        "subject": rendered.subject,
        "mail_text": mail_text.replace(MY_URL, _("(link into each reader's own page)")),
        "line_text": rendered.line_text,
        "line_units": units,
        "line_limit": LINE_LIMIT,
        "mail_size": size,
        "mail_limit": MAIL_HTML_LIMIT,
        "subject_length": len(rendered.subject),
    }


def _key(municipality: Municipality, token: str, form: str) -> str:
    return f"block-preview:{municipality.pk}:{token}:{form}"


@require_safe
@console(Act.SEE_TEXTS)
@xframe_options_sameorigin
def frame(request: ConsoleRequest, token: str, form: str) -> HttpResponse:
    """What a preview's frame shows: for five minutes, to staff of this municipality."""
    if form not in (MAIL, WEB):
        raise Http404
    html = cache.get(_key(request.municipality, token, form))
    gone = html is None
    if gone or form == WEB:
        # Our own renderer escaped every word of it.
        letter = "" if gone else mark_safe(html)  # noqa: S308
        page = {"letter": letter, "gone": gone}
        html = render_to_string("console/blocks/frame.html", page, request)
    styles = "'unsafe-inline'" if form == MAIL and not gone else "'self'"
    return HttpResponse(
        html, headers={"Content-Security-Policy": FRAME_POLICY.format(styles=styles)}
    )
