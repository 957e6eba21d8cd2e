"""The short address on printed things: off to the municipality's page, with the item's code."""

import re
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse
from django.views.decorators.http import require_safe

_PRINTED = re.compile(r"([-a-zA-Z0-9_]+)-([a-zA-Z0-9]{1,12})")


@login_not_required
@require_safe
def placement(request: HttpRequest, printed: str) -> HttpResponse:
    """``/r/<slug>-<code>/``. Reads nothing: an unknown code is simply not kept later on."""
    del request
    found = _PRINTED.fullmatch(printed)
    if found is None:
        raise Http404
    slug, code = found.groups()
    return HttpResponseRedirect(
        f"{reverse('parent:landing', args=[slug])}?{urlencode({'p': code.lower()})}"
    )
