"""Words, numbers and bars for the templates. ``{% load words %}``."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django import template
from django.forms import BoundField
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from delivery.queries import Counts
from delivery.views.words import channel_words, day_words, number, time_words
from kizuna.lib import clock
from messages.models import BroadcastEvent, Edition
from messages.views.block_said import variant_said
from municipalities.domain.npo_roles import NpoRole
from municipalities.domain.roles import Act, Role
from municipalities.domain.words import Audience, Variant
from municipalities.http import Seat
from municipalities.views.audit_words import purpose_words

register = template.Library()
register.filter("number", number)
register.filter("day_words", day_words)
register.filter("time_words", time_words)
register.filter("channel_words", channel_words)


@register.filter
def stage_words(edition: Edition) -> str:
    """The edition's stage: 妊娠12週3日."""
    if edition.base_text is None:
        return _("Broadcast")
    stage = edition.base_text.stage
    return stage.label_en if (get_language() or "ja").startswith("en") else stage.label_ja


@register.filter
def note_words(event: BroadcastEvent) -> str:
    """What somebody wrote about it; the program's own reasons in the language of the page."""
    return purpose_words(event.by_id, event.note)


@register.filter
def audience_words(edition: Edition) -> str:
    """Whom the edition speaks to, and in which kind of language where that is not the standard."""
    if edition.base_text is None or edition.text_version is None:
        return _("as chosen for this broadcast")
    audience = {
        Audience.EVERYONE: _("for everyone"),
        Audience.BIRTH_PARENT: _("for the birth parent"),
        Audience.PARTNER: _("for the partner"),
        Audience.AROUND: _("for grandparents and people around"),
    }[Audience(edition.base_text.audience)]
    if edition.text_version.variant == Variant.STANDARD:
        return audience
    words = variant_said(edition.text_version.variant)
    return _("%(audience)s, %(words)s") % {"audience": audience, "words": words}


@register.filter
def role_words(role: Role) -> str:
    """A role's name on screen."""
    return {
        Role.VIEWER: _("Viewer"),
        Role.EDITOR: _("Editor"),
        Role.APPROVER: _("Approver"),
        Role.MANAGER: _("Manager"),
        Role.AUDITOR: _("Auditor"),
    }[role]


@register.filter
def npo_role_words(role: str) -> str:
    """A role in the NPO, on screen."""
    return {
        NpoRole.HEAD: _("NPO, head"),
        NpoRole.OPERATOR: _("NPO, operations"),
        NpoRole.EDITOR: _("NPO, editor"),
        NpoRole.REVIEWER: _("NPO, medical reviewer"),
        NpoRole.PARTNER: _("NPO, partner manager"),
        NpoRole.COMMS: _("NPO, public relations"),
    }[NpoRole(role)]


@register.filter
def without_placeholder(field: BoundField) -> SafeString:
    """The field itself. allauth repeats the label inside of it, in a grey that few can read."""
    return field.as_widget(attrs={"placeholder": ""})


@register.filter
def may_read_texts(seat: Seat) -> bool:
    """Whether to offer the way to the texts."""
    return seat.may(Act.SEE_TEXTS)


@register.simple_tag
def today() -> date:
    """Today in Japan."""
    return clock.today()


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of a bar: its kind, where it begins and how long it is, in hundredths of a percent."""

    kind: str
    x: int
    width: int


KINDS = ("sent", "pending", "skipped", "unclear", "failed")
WHOLE = 10_000


@register.inclusion_tag("components/bar.html")
def bar(counts: Counts) -> dict[str, object]:
    """A day as one stacked bar. The figures stand beside it; the bar is an illustration."""
    return {"segments": list(_segments(counts))}


def _segments(counts: Counts) -> Iterator[Segment]:
    parts = {kind: getattr(counts, kind) for kind in KINDS if getattr(counts, kind)}
    # Three failures of ten thousand must be seen: nothing is thinner than one percent, and the
    # longest part gives what the thin ones take.
    widths = {kind: max(count * WHOLE // counts.planned, 100) for kind, count in parts.items()}
    if widths:
        widths[max(widths, key=widths.__getitem__)] += WHOLE - sum(widths.values())
    x = 0
    for kind, width in widths.items():
        yield Segment(kind, x, width)
        x += width
