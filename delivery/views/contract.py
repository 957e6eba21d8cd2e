"""The municipality's own page for taking its data along: at the end of a contract, or any day."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.timezone import localdate
from django.views.decorators.http import require_POST, require_safe

from delivery.exporting import TABLES, build
from kizuna.lib import clock
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest
from municipalities.services import contract_end


@require_safe
@console(Act.MANAGE)
def contract(request: ConsoleRequest) -> HttpResponse:
    """What is in the file, and when the contract ends if it does."""
    end = contract_end.end_of(request.municipality)
    context = {
        "place": "staff",
        "end": end,
        "exported_on": localdate(end.exported_at) if end and end.exported_at else None,
        "tables": [(name, what) for name, (what, _rows) in TABLES.items()],
    }
    return TemplateResponse(request, "console/contract.html", context)


@require_POST
@console(Act.MANAGE)
def data(request: ConsoleRequest) -> HttpResponse:
    """The file itself. Taking it is an act that stands in the records."""
    made = build(request.municipality)
    contract_end.note_export(
        request.municipality, request.user, made.digest, made.counts["readers.csv"]
    )
    name = f"{request.municipality.slug}-{clock.today():%Y%m%d}.zip"
    return HttpResponse(
        made.content,
        content_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "X-Content-SHA256": made.digest,
        },
    )
