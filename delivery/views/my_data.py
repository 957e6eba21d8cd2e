"""What is stored about the reader: to see, to take along, to have erased."""

import json

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from delivery.own_deliveries import deliveries_of
from municipalities.access import let_out, reader
from municipalities.http import ReaderRequest
from municipalities.services.erasing import erase_readers
from municipalities.services.own_data import stored_about
from municipalities.views.leave_forms import AddressAgain


@require_safe
@reader
def shown(request: ReaderRequest) -> HttpResponse:
    """Everything in words, and the ways on."""
    return _page(request, AddressAgain(request.reader))


@require_POST
@reader
def download(request: ReaderRequest) -> HttpResponse:
    """The same as a file, once the address is typed again."""
    form = AddressAgain(request.reader, request.POST)
    if not form.is_valid():
        return _page(request, form)
    held = stored_about(request.reader) | {"texts": deliveries_of(request.reader)}
    return HttpResponse(
        json.dumps(held, ensure_ascii=False, indent=2),
        content_type="application/json; charset=utf-8",
        headers={"Content-Disposition": 'attachment; filename="kizuna.json"'},
    )


@require_http_methods(["GET", "HEAD", "POST"])
@reader
def delete(request: ReaderRequest) -> HttpResponse:
    """Asks for the address again, then erases everything at once and for good."""
    form = AddressAgain(request.reader, request.POST if request.method == "POST" else None)
    if form.is_valid():
        erase_readers([request.reader.pk], never_again=True)
        response = TemplateResponse(request, "parent/leave/erased.html")
        let_out(response)
        return response
    status = 400 if form.errors else 200
    return TemplateResponse(request, "parent/leave/erase.html", {"form": form}, status=status)


def _page(request: ReaderRequest, form: AddressAgain) -> TemplateResponse:
    texts = deliveries_of(request.reader)
    context = {
        "held": stored_about(request.reader),
        "texts": len(texts),
        "latest": texts[0]["day"] if texts else "",
        "form": form,
    }
    status = 400 if form.errors else 200
    return TemplateResponse(request, "parent/leave/data.html", context, status=status)
