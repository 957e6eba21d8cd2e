"""A reader says on the page of a text that something in it is wrong."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from delivery import letters as archive
from messages.domain.plain_text import tidy
from messages.services import text_reports
from messages.services.text_reports import LONGEST, TooMany
from municipalities.access import reader
from municipalities.http import ReaderRequest

CUT_AT = 5000


@require_http_methods(["GET", "HEAD", "POST"])
@reader
def report(request: ReaderRequest, delivery: int) -> HttpResponse:
    """The form, and the thanks. The row that is kept has no place for who has written it.

    Only about a text that this reader has received: another number is no such page.
    """
    letter = archive.letter(request.reader.pk, delivery)
    meant = text_reports.meant_by(letter.edition_id) if letter else None
    if letter is None or meant is None:
        return TemplateResponse(request, "parent/letters/missing.html", status=404)
    said = tidy(request.POST.get("said", "")[:CUT_AT]).strip()
    mistakes: list[tuple[str, str]] = []
    if request.method == "POST":
        if not said:
            mistakes = [("said", _("Write in a few words what is wrong."))]
        elif len(said) > LONGEST:
            words = _("Too long: up to %(most)s characters. It has %(length)s.")
            mistakes = [("said", words % {"most": LONGEST, "length": len(said)})]
        else:
            try:
                text_reports.report(request.municipality, meant, said)
            except TooMany:
                return TemplateResponse(request, "parent/report_full.html", status=429)
            return TemplateResponse(request, "parent/report_done.html", {"meant": meant})
    context = {
        "letter": letter,
        "meant": meant,
        "said": said,
        "longest": LONGEST,
        "mistakes": mistakes,
        "wrong": dict(mistakes),
    }
    return TemplateResponse(request, "parent/report.html", context)
