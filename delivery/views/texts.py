"""The day's texts, and one text as the reader saw it."""

from datetime import date, timedelta

from django.http import Http404, HttpResponse
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from delivery import queries
from delivery.channels.protocol import MY_URL, STOP_URL
from kizuna.lib import clock
from messages.models import Edition
from messages.queries import edition as find_edition
from messages.queries import editions_of
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest

DISABLED = 'role="link" aria-disabled="true" style="text-decoration:underline"'
# The frame shows what was mailed, with the inline styles mail needs, and nothing can run in it.
FRAME_POLICY = (
    "default-src 'none'; style-src {styles}; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox"
)


@require_safe
@console(Act.SEE_TEXTS)
def day(request: ConsoleRequest, day: date) -> HttpResponse:
    """Everything that was put together for one day."""
    counts = queries.counts_by_edition(day)
    today = clock.today()
    context = {
        "place": "texts",
        "day": day,
        "today": today,
        "before": day - timedelta(days=1) if day > date.min else None,
        "after": day + timedelta(days=1) if day < today else None,
        "editions": [(one, counts.get(one.pk, {})) for one in editions_of(day)],
    }
    return TemplateResponse(request, "console/texts.html", context)


@require_safe
@console(Act.SEE_TEXTS)
def text(request: ConsoleRequest, edition: int) -> HttpResponse:
    """One frozen text in its four forms, and how many received it."""
    found = _found(edition)
    context = {
        "place": "texts",
        "edition": found,
        "counts": queries.counts_by_edition(found.run_day, found.pk).get(found.pk, {}),
        # The marks' places in plain text; in the mail's HTML they are links that lead nowhere.
        "mail_text": found.mail_text.replace(STOP_URL, _("(each reader's own stop link)")).replace(
            MY_URL, _("(link into each reader's own page)")
        ),
    }
    return TemplateResponse(request, "console/text.html", context)


@require_safe
@console(Act.SEE_TEXTS)
@xframe_options_sameorigin
def mail(request: ConsoleRequest, edition: int) -> HttpResponse:
    """The HTML of the mail, byte for byte but for the reader's own links."""
    del request
    html = _found(edition).mail_html
    for mark in (STOP_URL, MY_URL):
        # It looks like a link and has no target, so that it cannot be followed.
        html = html.replace(f'href="{mark}"', DISABLED).replace(mark, "")
    return as_frame(html, styles="'unsafe-inline'")


@require_safe
@console(Act.SEE_TEXTS)
@xframe_options_sameorigin
def web(request: ConsoleRequest, edition: int) -> HttpResponse:
    """The text as a page of our own."""
    found = _found(edition)
    # Our own renderer escaped every word of it before it was frozen.
    context = {"edition": found, "letter": mark_safe(found.web_html)}  # noqa: S308
    return as_frame(render_to_string("console/letter.html", context, request), styles="'self'")


def _found(edition_id: int) -> Edition:
    found = find_edition(edition_id)
    if found is None:
        raise Http404
    return found


def as_frame(html: str, styles: str) -> HttpResponse:
    """A page that only a frame of our own may show, and in which nothing runs."""
    policy = FRAME_POLICY.format(styles=styles)
    return HttpResponse(html, headers={"Content-Security-Policy": policy})
