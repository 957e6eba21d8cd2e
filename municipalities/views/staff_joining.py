"""The link of an invitation: a new colleague sets a password, a known one presses once."""

from django.contrib import messages as flash
from django.contrib.auth import password_validation
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from kizuna.lib.tokens import TokenRefused
from municipalities.domain.roles import Role
from municipalities.models import StaffInvitation, StaffUser
from municipalities.services import staff
from municipalities.tenancy.scope import in_municipality

Told = list[tuple[str, str]]

LONGEST_NAME = 40


@sensitive_post_parameters("password", "again")
@require_http_methods(["GET", "HEAD", "POST"])
@login_not_required
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Old, used, revoked and forged links show one page: nothing is found out by trying."""
    try:
        municipality_id, number = staff.read_link(token)
    except TokenRefused:
        return _kept(_ended(request))
    with in_municipality(municipality_id):
        found = staff.usable(number)
        known = StaffUser.objects.filter(email=found.email).first() if found else None
        if found is None or (known is not None and not known.is_active):
            return _kept(_ended(request))
        if known is not None:
            return _kept(_known(request, found, known))
        return _kept(_new(request, found))


def _known(request: HttpRequest, found: StaffInvitation, known: StaffUser) -> HttpResponse:
    """Somebody with an account joins after logging in as that person, and not as anybody else."""
    is_here = request.user.pk == known.pk
    if is_here and request.method == "POST":
        staff.join(found.pk, known)
        return redirect("console:today", found.municipality.slug)
    context = {
        "invitation": found,
        "role": Role(found.role),
        "is_here": is_here,
        "is_other": request.user.is_authenticated and not is_here,
    }
    return TemplateResponse(request, "account/invitation_known.html", context)


def _new(request: HttpRequest, found: StaffInvitation) -> HttpResponse:
    """Somebody without one gets it with this press: nobody else has the link."""
    if request.method != "POST":
        return _form(request, found, found.name, [])
    name = request.POST.get("name", "").strip()
    password = request.POST.get("password", "")
    told = _judged(found, name, password, request.POST.get("again", ""))
    if told:
        return _form(request, found, name, told)
    with transaction.atomic():
        user = StaffUser.objects.create_user(found.email, password, name=name)
        staff.join(found.pk, user)
    flash.success(request, _("Welcome. Please log in with your address and the new password."))
    return redirect("account_login")


def _judged(found: StaffInvitation, name: str, password: str, again: str) -> Told:
    told: Told = []
    if not name or len(name) > LONGEST_NAME:
        sentence = _("Write the name in at most %(most)s characters.")
        told.append(("name", sentence % {"most": LONGEST_NAME}))
    try:
        password_validation.validate_password(password, StaffUser(email=found.email, name=name))
    except ValidationError as problem:
        told += [("password", sentence) for sentence in problem.messages]
    if password != again:
        told.append(("again", _("The two passwords differ.")))
    return told


def _form(request: HttpRequest, found: StaffInvitation, name: str, told: Told) -> HttpResponse:
    context = {
        "invitation": found,
        "role": Role(found.role),
        "name": name,
        "mistakes": told,
        "wrong": dict(told),
        "hints": password_validation.password_validators_help_texts(),
    }
    status = 400 if told else 200
    return TemplateResponse(request, "account/invitation.html", context, status=status)


def _ended(request: HttpRequest) -> HttpResponse:
    return TemplateResponse(request, "account/invitation_ended.html", status=404)


def _kept(response: HttpResponse) -> HttpResponse:
    """Rendered while the municipality is open, and kept by nobody: the address holds a key."""
    if isinstance(response, TemplateResponse):
        response.render()
    add_never_cache_headers(response)
    return response
