"""A municipality's settings, for operators: everything that its own staff cannot enter."""

from smtplib import SMTPException
from typing import Any

from django import forms
from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from municipalities.access import npo
from municipalities.domain.addresses import normalise_email
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.roles import Role
from municipalities.http import NpoRequest
from municipalities.models import Municipality
from municipalities.services import settings_change, staff
from municipalities.tenancy.scope import stepping_into
from municipalities.views.npo_found import NamingForm, the_one, told
from municipalities.views.npo_founding_form import AddressField, line
from municipalities.views.npo_settings_form import SettingsForm
from municipalities.views.staff_words import refusal_words

both = require_http_methods(["GET", "HEAD", "POST"])


class InviteForm(NamingForm):
    """Somebody of the municipality who is to agree to texts."""

    name = line(gettext_lazy("Name"), 40)
    email = AddressField(label=gettext_lazy("E-mail address at work"))
    role = forms.ChoiceField(
        label=gettext_lazy("Role"),
        choices=[
            (Role.MANAGER.value, gettext_lazy("Manager")),
            (Role.APPROVER.value, gettext_lazy("Approver")),
        ],
    )

    def clean_email(self) -> str:
        """Nobody is invited without an address."""
        if not self.cleaned_data["email"]:
            raise forms.ValidationError(_("Enter an e-mail address."))
        return str(self.cleaned_data["email"])


@both
@npo(NpoAct.MANAGE_MUNICIPALITIES)
def edit(request: NpoRequest, slug: str) -> HttpResponse:
    """All settings on one page. What was not touched stays as it is now."""
    one = the_one(slug)
    if request.method != "POST":
        return _settings(request, one, SettingsForm(one=one))
    form = SettingsForm(request.POST, one=one)
    if not form.is_valid():
        return _settings(request, one, form)
    settings_change.change(one, request.user, form.changed())
    flash.success(request, _("Saved."))
    return redirect("npo:municipality", slug)


@both
@npo(NpoAct.MANAGE_MUNICIPALITIES)
def invite(request: NpoRequest, slug: str) -> HttpResponse:
    """A manager or an approver; everybody else is invited by the municipality's own managers."""
    one = the_one(slug)
    form = InviteForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid() and _invited(request, one, form):
        flash.success(request, _("The invitation is on its way."))
        return redirect("npo:municipality", slug)
    return _form(request, one, form, "npo/municipalities/invite.html")


def _invited(request: NpoRequest, one: Municipality, form: InviteForm) -> bool:
    said: dict[str, Any] = form.cleaned_data
    try:
        with stepping_into(one.pk):
            staff.invite(
                one,
                request.user,
                email=normalise_email(said["email"]).key,
                name=said["name"],
                role=Role(said["role"]),
                duties="",
            )
    except staff.Refused as refused:
        form.add_error("email", _refused(refused.code))
    except (OSError, SMTPException):
        sentence = _(
            "The mail could not be sent, so nothing was changed. Please try again in a while."
        )
        form.add_error("email", sentence)
    return not form.errors


def _refused(code: str) -> str:
    if code == "invited":
        return _("This person is invited already. The municipality's managers can send it again.")
    return refusal_words(code)


def _settings(request: NpoRequest, one: Municipality, form: SettingsForm) -> HttpResponse:
    return _form(request, one, form, "npo/municipalities/edit.html")


def _form(request: NpoRequest, one: Municipality, form: forms.Form, page: str) -> HttpResponse:
    mistakes = told(form)
    context = {"place": "municipalities", "one": one, "form": form, "mistakes": mistakes}
    return TemplateResponse(request, page, context, status=400 if mistakes else 200)
