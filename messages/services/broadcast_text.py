"""A broadcast as it will be read: by the renderer of the daily texts, under the same letterhead.

The preview and the frozen edition come from one function, so that both have the same bytes.
"""

import hashlib
from datetime import date

from messages.models import Broadcast, Edition
from messages.rendering.compose import Letterhead, Part, Rendered, render
from messages.services.compose import letterhead
from municipalities.models import Municipality


def compose_broadcast(one: Broadcast, municipality: Municipality, on: date) -> Rendered:
    """Its four forms as they read on that day. Inside ``in_municipality``."""
    head = letterhead(municipality)
    part = Part(_speaker(one, head), one.body)
    return render(one.subject, [part], _values(head, on), head)


def freeze_broadcast(one: Broadcast, municipality: Municipality, on: date) -> Edition:
    """The edition that is sent. Calling it again stores nothing twice."""
    rendered = compose_broadcast(one, municipality, on)
    digest = _digest(rendered)
    found = Edition.objects.filter(broadcast=one, digest=digest).first()
    return found or Edition.objects.create(
        municipality=municipality,
        run_day=on,
        broadcast=one,
        subject=rendered.subject,
        mail_text=rendered.mail_text,
        mail_html=rendered.mail_html,
        line_text=rendered.line_text,
        web_html=rendered.web_html,
        digest=digest,
    )


def _digest(rendered: Rendered) -> bytes:
    forms = (rendered.subject, rendered.mail_text, rendered.mail_html, rendered.line_text)
    return hashlib.sha256("\0".join(forms).encode()).digest()


def _speaker(one: Broadcast, head: Letterhead) -> str:
    """The persona with its duty; else the municipality itself."""
    if one.persona is None:
        return f"{head.municipality_name}から"
    duty = f"（{one.persona.duty}）" if one.persona.duty else ""
    return f"{one.persona.name}{duty}"


def _values(head: Letterhead, on: date) -> dict[str, str]:
    """As in a daily text, without a stage: a broadcast is read at many of them."""
    return {
        "自治体名": head.municipality_name,
        "サービス名": head.service_name,
        "今日": f"{on.month}月{on.day}日",
        "問い合わせ先": head.contact,
    }
