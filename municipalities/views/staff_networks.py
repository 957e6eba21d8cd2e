"""From which networks staff may work. Nobody locks themselves out."""

from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from municipalities.access import console
from municipalities.accounts import client_address
from municipalities.domain.networks import NetworkProblem, is_inside, read_networks
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest
from municipalities.services.audit import note
from municipalities.views.leave_forms import in_words


@require_http_methods(["GET", "HEAD", "POST"])
@console(Act.MANAGE)
def networks(request: ConsoleRequest) -> HttpResponse:
    """One network a line; an empty list opens the console to every place."""
    house = request.municipality
    here = client_address(request)
    if request.method != "POST":
        return _form(request, "\n".join(house.allowed_networks), here)
    typed = request.POST.get("networks", "")[:5000]
    try:
        wanted = read_networks(typed)
    except NetworkProblem as problem:
        return _form(request, typed, here, in_words(problem))
    if not is_inside(here, wanted):
        sentence = _("With this you would lock yourself out: you work from %(here)s at the moment.")
        place = here or _("an address that is not known")
        return _form(request, typed, here, sentence % {"here": place})
    if wanted != house.allowed_networks:
        house.allowed_networks = wanted
        house.save(update_fields=["allowed_networks"])
        note(house, request.user, "networks.changed", networks=wanted)
    flash.success(request, _("Saved."))
    return redirect("console:staff", house.slug)


def _form(request: ConsoleRequest, typed: str, here: str, wrong: str = "") -> HttpResponse:
    context = {
        "place": "staff",
        "typed": typed,
        "here": here,
        "wrong": wrong,
        "mistakes": [("networks", wrong)] if wrong else [],
    }
    status = 400 if wrong else 200
    return TemplateResponse(request, "console/staff/networks.html", context, status=status)
