"""A text in the four forms that the channels carry, for a preview: made by whoever delivers."""

import secrets
from collections.abc import Callable

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe
from django.utils.translation import gettext as _

from messages.domain.plain_text import line_units
from messages.rendering.check import LINE_LIMIT, MAIL_HTML_LIMIT
from messages.rendering.compose import MY_URL, STOP_URL, Rendered

KEPT_SECONDS = 300
MAIL, WEB = "mail", "web"
# It looks like a link and has no target, so that it cannot be followed.
DISABLED = 'role="link" aria-disabled="true" style="text-decoration:underline"'
FRAME_POLICY = (
    "default-src 'none'; style-src {styles}; img-src 'self' data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'; sandbox"
)


def forms(
    owner: str, service_name: str, rendered: Rendered, address: Callable[[str, str], str]
) -> dict[str, object]:
    """What ``components/forms.html`` shows. The frames fetch theirs by a number nobody guesses.

    ``owner``: who may look, as a word; ``address``: the frame's, from that number and its form.
    """
    token = secrets.token_urlsafe(18)
    mail_html = rendered.mail_html
    for mark in (STOP_URL, MY_URL):
        mail_html = mail_html.replace(f'href="{mark}"', DISABLED).replace(mark, "")
    cache.set(_key(owner, token, MAIL), mail_html, KEPT_SECONDS)
    cache.set(_key(owner, token, WEB), rendered.web_html, KEPT_SECONDS)
    mail_text = rendered.mail_text.replace(STOP_URL, _("(each reader's own stop link)"))
    return {
        "service_name": service_name,
        "mail_frame": address(token, MAIL),
        "web_frame": address(token, WEB),
        "subject": rendered.subject,
        "mail_text": mail_text.replace(MY_URL, _("(link into each reader's own page)")),
        "line_text": rendered.line_text,
        "line_units": line_units(rendered.line_text),
        "line_limit": LINE_LIMIT,
        "mail_size": len(rendered.mail_html.encode()),
        "mail_limit": MAIL_HTML_LIMIT,
        "subject_length": len(rendered.subject),
    }


def framed(request: HttpRequest, owner: str, token: str, form: str, slug: str) -> HttpResponse:
    """What a preview's frame shows, for five minutes. ``slug``: in whose colours, "" for none."""
    if form not in (MAIL, WEB):
        raise Http404
    html = cache.get(_key(owner, token, form))
    gone = html is None
    if gone or form == WEB:
        # Our own renderer escaped every word of it.
        letter = "" if gone else mark_safe(html)  # noqa: S308
        page = {"letter": letter, "gone": gone, "slug": slug}
        html = render_to_string("components/frame.html", page, request)
    styles = "'unsafe-inline'" if form == MAIL and not gone else "'self'"
    return HttpResponse(
        html, headers={"Content-Security-Policy": FRAME_POLICY.format(styles=styles)}
    )


def _key(owner: str, token: str, form: str) -> str:
    return f"preview:{owner}:{token}:{form}"
