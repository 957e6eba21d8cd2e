"""The pages a municipality's readers reach from every text."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from municipalities.access import parent
from municipalities.http import ParentRequest
from municipalities.views.colour import Brand


@require_safe
@parent
def brand(request: ParentRequest) -> HttpResponse:
    """The municipality's colour as a stylesheet: inline styles are closed by policy."""
    css = Brand.of(request.municipality.brand_colour).css()
    return HttpResponse(
        css,
        content_type="text/css; charset=utf-8",
        headers={"Cache-Control": "public, max-age=300"},
    )
