"""A reader's own archive: everything that was sent to them, to be read again."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_safe

from delivery import letters as archive
from messages.services.text_reports import LONGEST as LONGEST_REPORT
from municipalities.access import reader
from municipalities.http import ReaderRequest

# A reader of eighteen years has fewer pages than this.
LAST_PAGE = 500


@require_safe
@reader
def letters(request: ReaderRequest) -> HttpResponse:
    """The list, newest first, or what of it holds the words looked for."""
    searched = request.GET.get("q", "")[: archive.LONGEST_SEARCH].strip()
    found = archive.received(request.reader.pk, searched, _page(request))
    context = {
        "searched": searched,
        "longest": archive.LONGEST_SEARCH,
        "found": found,
        "newer": found.number - 1,
        "older": found.number + 1,
    }
    return TemplateResponse(request, "parent/letters/list.html", context)


@require_safe
@reader
def letter(request: ReaderRequest, delivery: int) -> HttpResponse:
    """One text as a page. Another reader's number is no such page."""
    found = archive.letter(request.reader.pk, delivery)
    if found is None:
        return TemplateResponse(request, "parent/letters/missing.html", status=404)
    # Our own renderer escaped every word of it before it was frozen.
    words = mark_safe(found.web_html)  # noqa: S308
    context = {"letter": found, "words": words, "longest": LONGEST_REPORT}
    return TemplateResponse(request, "parent/letters/letter.html", context)


def _page(request: ReaderRequest) -> int:
    """1 for anything that is no page number: an address that was cut shows the newest texts."""
    try:
        return min(max(int(request.GET.get("page", "1")), 1), LAST_PAGE)
    except ValueError:
        return 1
