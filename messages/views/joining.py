"""Somebody opens an invitation: no date to type, only an address."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from kizuna.lib import clock
from messages.views.day_in_words import stage_today
from municipalities.access import parent
from municipalities.accounts import client_address
from municipalities.domain.signup import Contact
from municipalities.domain.words import Relation, Variant
from municipalities.http import ParentRequest
from municipalities.models import Invitation
from municipalities.services.inviting import invitation_of
from municipalities.services.registering import Signup, ask_signup
from municipalities.views.leave_forms import Join


@require_http_methods(["GET", "HEAD", "POST"])
@parent
def join(request: ParentRequest, code: str) -> HttpResponse:
    """GET shows where the pregnancy or child stands; POST sends the mail that asks the address.

    A code that does not hold leads to the ordinary registration: one page for all such codes.
    """
    invitation = invitation_of(request.municipality, code)
    if invitation is None or request.municipality.service != "live":
        return TemplateResponse(request, "parent/leave/not_invited.html", status=404)
    form = Join(request.POST if request.method == "POST" else None)
    if form.is_valid():
        ask_signup(request.municipality, _signup(form, invitation), client_address(request))
        return TemplateResponse(request, "parent/leave/asked.html")
    course = invitation.course
    stage = stage_today(course.due_date, course.birth_date, clock.today())
    context = {"form": form, "stage": stage}
    status = 400 if form.errors else 200
    return TemplateResponse(request, "parent/leave/join.html", context, status=status)


def _signup(form: Join, invitation: Invitation) -> Signup:
    contact = Contact(
        form.cleaned_data["address"],
        Relation(form.cleaned_data["relation"]),
        Variant.STANDARD,
        "",
    )
    return Signup(contact, language=get_language() or "ja", invitation=invitation)
