"""The municipality's sign in the head of its pages."""

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from municipalities.access import parent
from municipalities.http import ParentRequest


@require_safe
@parent
def logo(request: ParentRequest) -> HttpResponse:
    """A PNG and never anything else, whatever a browser may take it for."""
    picture = bytes(request.municipality.logo)
    if not picture:
        raise Http404
    return HttpResponse(
        picture,
        content_type="image/png",
        headers={"Cache-Control": "public, max-age=300", "X-Content-Type-Options": "nosniff"},
    )
