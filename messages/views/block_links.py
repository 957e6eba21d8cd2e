"""The button that asks whether the pages an announcement links to are there."""

from dataclasses import dataclass

from django.conf import settings
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from messages.domain.placeholders import CONTACT
from messages.models import LocalBlock
from messages.services import contacts
from messages.services.dead_links import Checked, Verdict, check_links
from messages.views.block_edit import found
from messages.views.blocks import shown
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest


@dataclass(frozen=True, slots=True)
class Line:
    """One link and what became of it."""

    link: str
    verdict: Verdict
    words: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """``left_over`` are links beyond those that are asked at once."""

    lines: list[Line]
    left_over: int


@require_POST
@console(Act.WRITE_BLOCKS)
def check(request: ConsoleRequest, block: int) -> HttpResponse:
    """Its page once more, with a line for every link. Nothing is changed by it."""
    if not settings.LINK_CHECK:
        raise Http404
    one = found(block)
    checked, left_over = check_links(_text(one))
    outcome = Outcome([_line(each) for each in checked], left_over)
    return shown(request, one, links=outcome)


def _text(block: LocalBlock) -> str:
    """The words, behind them what the register puts in."""
    used = (value for name, value in contacts.values().items() if f"{CONTACT}{name}" in block.body)
    return "\n".join([block.body, *used])


def _line(checked: Checked) -> Line:
    return Line(checked.link, checked.verdict, _said(checked))


def _said(checked: Checked) -> str:
    number = {"number": checked.status}
    match checked.verdict:
        case Verdict.OPENS:
            return _("opens")
        case Verdict.DEAD if checked.status:
            return _("does not open (the page answered %(number)s)") % number
        case Verdict.DEAD:
            return _("does not open (there is no such site, or its certificate is not valid)")
    if checked.status:
        return _("could not be asked from here (it answered %(number)s); please open it") % number
    return _("could not be asked from here; please open it")
