"""The front page, and the page after login."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_safe

from municipalities.access import staff
from municipalities.http import StaffRequest


@login_not_required
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """What this is, for somebody who typed the address."""
    return TemplateResponse(request, "home.html")


@require_safe
@staff
def choose(request: StaffRequest) -> HttpResponse:
    """Where this member of staff works: straight on if there is only one place."""
    if len(request.seats) == 1 and not request.user.is_npo:
        return redirect("console:today", request.seats[0].municipality.slug)
    if not request.seats and request.user.is_npo:
        return redirect(request.user.npo_page)
    return TemplateResponse(request, "console/choose.html")
