"""The credentials of a municipality's LINE account: entered, tried against LINE at once, told in
words. The try needs the sending's own client, so these two pages live here."""

import re

from django import forms
from django.conf import settings
from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from delivery.channels import line_account as trying
from delivery.channels.protocol import LineSender
from kizuna.lib.crypto import SealBroken
from municipalities.access import npo
from municipalities.domain.line_account import Result, Said
from municipalities.domain.npo_roles import NpoAct
from municipalities.http import NpoRequest
from municipalities.models import Municipality
from municipalities.services import line_account
from municipalities.services.line_account import Credentials
from municipalities.views.npo_found import the_one, told


class LineForm(forms.Form):
    """As the LINE Developers console shows them."""

    channel_id = forms.RegexField(
        r"^[0-9]{6,20}$",
        label=gettext_lazy("Channel ID"),
        strip=True,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages={"invalid": gettext_lazy("The channel ID is a number such as 1650000000.")},
    )
    secret = forms.CharField(
        label=gettext_lazy("Channel secret"),
        strip=True,
        max_length=32,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
        help_text=gettext_lazy("32 letters and digits. It is sealed, and never shown again."),
    )

    def clean_secret(self) -> str:
        """Hexadecimal, as LINE gives them out."""
        secret = str(self.cleaned_data["secret"]).lower()
        if not re.fullmatch(r"[0-9a-f]{32}", secret):
            raise forms.ValidationError(_("The channel secret has 32 characters: 0–9 and a–f."))
        return secret


@sensitive_post_parameters("secret")
@require_http_methods(["GET", "HEAD", "POST"])
@npo(NpoAct.MANAGE_MUNICIPALITIES)
def account(request: NpoRequest, slug: str) -> HttpResponse:
    """Whose account it is, as LINE says, and the form for it or for another one."""
    one = the_one(slug)
    form = LineForm(request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, one, form)
    typed = Credentials(form.cleaned_data["channel_id"], form.cleaned_data["secret"])
    said = _tried(one, typed)
    if line_account.connect(one, request.user, typed, said):
        _tell(request, said)
        return redirect("npo:municipality_line", slug)
    form.add_error("secret" if said.result is Result.REFUSED else "channel_id", _why_not(said))
    return _page(request, one, form)


@require_POST
@npo(NpoAct.MANAGE_MUNICIPALITIES)
def try_now(request: NpoRequest, slug: str) -> HttpResponse:
    """The credentials that are held, tried by one press."""
    one = the_one(slug)
    try:
        held = line_account.credentials(one)
    except SealBroken:
        flash.error(request, _("The channel secret cannot be read any more. Enter it again."))
        return redirect("npo:municipality_line", slug)
    if held is None:
        flash.error(request, _("There is no LINE account yet."))
        return redirect("npo:municipality_line", slug)
    if not line_account.tried(one, request.user, held, _tried(one, held)):
        flash.warning(request, _("A colleague was faster: look at how it stands now."))
    return redirect("npo:municipality_line", slug)


def _tried(one: Municipality, these: Credentials) -> Said:
    line = LineSender(these.channel_id, these.secret)
    return trying.ask(settings.LINE_API_BASE_URL, line, one.pk)


def _tell(request: NpoRequest, said: Said) -> None:
    if said.result is Result.ANSWERED:
        flash.success(request, _("The LINE account is connected."))
    else:
        flash.warning(request, _("Saved, but LINE did not answer: try it again in a while."))


def _why_not(said: Said) -> str:
    """Why what was typed is not kept, and what to do."""
    return {
        Result.REFUSED: _(
            "LINE refuses this channel ID with this channel secret, so nothing was changed. Copy "
            "both anew from the Messaging API channel."
        ),
        Result.CLOSED: _(
            "LINE knows this channel, but no official account behind it, so nothing was changed. "
            "Was it deleted, or is it a channel of LINE Login?"
        ),
    }.get(
        said.result,
        _(
            "LINE did not answer, so nothing was changed: what was entered before stays. "
            "Try again in a while."
        ),
    )


def _page(request: NpoRequest, one: Municipality, form: LineForm) -> HttpResponse:
    mistakes = told(form)
    context = {
        "place": "municipalities",
        "one": one,
        "form": form,
        "mistakes": mistakes,
        "line": line_account.seen(one),
    }
    status = 400 if mistakes else 200
    return TemplateResponse(request, "npo/municipalities/line.html", context, status=status)
