"""A broadcast as it will be read: by the renderer of the daily texts, under the same letterhead.

The preview and the frozen edition come from one function, so that both have the same bytes.
"""

import hashlib
from datetime import date

from messages.domain.placeholders import CONTACT
from messages.domain.problems import Problem
from messages.models import Broadcast, Edition
from messages.rendering.check import check_rendered, check_text
from messages.rendering.compose import Letterhead, Part, Rendered, render
from messages.services.compose import letterhead
from messages.services.contacts import names
from municipalities.models import Municipality


def compose_broadcast(one: Broadcast, municipality: Municipality, on: date) -> Rendered:
    """Its four forms as they read on that day. Inside ``in_municipality``."""
    head = letterhead(municipality)
    part = Part(_speaker(one, head), one.body)
    return render(one.subject, [part], _values(head, on), head)


def problems_of(one: Broadcast, municipality: Municipality, on: date) -> list[Problem]:
    """What keeps it from being sent, each with its place; an empty list if nothing does."""
    found = check_text(one.subject, one.body, names())
    for where, text in (("subject", one.subject), ("body", one.body)):
        for number, line in enumerate(text.split("\n"), 1):
            if (at := line.find("{{時期}}")) >= 0:
                found.append(
                    Problem(number, at + 1, *_NO_STAGE, "subject" if where == "subject" else "body")
                )
    return found or check_rendered(compose_broadcast(one, municipality, on))


_NO_STAGE = (
    "一斉配信は、いろいろな時期の人が読みます。{{時期}} は使えません。",
    "A broadcast is read at many stages: {{時期}} cannot be used.",
)


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
    """As in a text of the day, without a stage."""
    return {
        **{CONTACT + name: value for name, value in head.contacts},
        "自治体名": head.municipality_name,
        "サービス名": head.service_name,
        "今日": f"{on.month}月{on.day}日",
        "問い合わせ先": head.contact,
    }
