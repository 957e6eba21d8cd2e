"""Readers' voices: those that may be quoted, and the reading that comes before."""

from django import forms
from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_safe

from delivery import voices
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.http import NpoRequest
from municipalities.models import Thanks

PER_PAGE = 50
LONGEST, LONGEST_REASON = 1000, 200


class VoiceForm(forms.Form):
    """The words as they may be quoted."""

    text = forms.CharField(
        label=gettext_lazy("As it may be quoted"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 8}),
        error_messages={
            "required": gettext_lazy("The box is empty. Write the words that may be quoted.")
        },
    )


class AsideForm(forms.Form):
    """Why it is not quoted."""

    reason = forms.CharField(
        label=gettext_lazy("Why it is set aside"),
        help_text=gettext_lazy("The municipality sees the reason in its records. No names here."),
        max_length=LONGEST_REASON,
        error_messages={"required": gettext_lazy("Write in a few words why it is set aside.")},
    )


@require_safe
@npo(NpoAct.SEE_VOICES)
def quotable(request: NpoRequest) -> HttpResponse:
    """For leaflets and reports: words without anything that leads to somebody."""
    page = Paginator(voices.quotable(), PER_PAGE).get_page(request.GET.get("page"))
    may_clear = request.user.may_for_npo(NpoAct.CLEAR_VOICES)
    context = {
        "place": "voices",
        "page": page,
        "voices": voices.told(list(page)),
        "may_clear": may_clear,
        "waiting": voices.waiting().count() if may_clear else 0,
    }
    return TemplateResponse(request, "npo/figures/voices.html", context)


@require_safe
@npo(NpoAct.CLEAR_VOICES)
def waiting(request: NpoRequest) -> HttpResponse:
    """Allowed by their writers, read by nobody yet; or those that were set aside."""
    is_aside = "aside" in request.GET
    rows = voices.aside() if is_aside else voices.waiting()
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    context = {
        "place": "voices",
        "page": page,
        "is_aside": is_aside,
        "aside": 0 if is_aside else voices.aside().count(),
    }
    return TemplateResponse(request, "npo/figures/voices_waiting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@npo(NpoAct.CLEAR_VOICES)
def voice(request: NpoRequest, pk: int) -> HttpResponse:
    """One voice: read it, take out what leads to somebody, and let it be quoted; or set it aside."""
    one = Thanks.objects.filter(pk=pk, may_publish=True).select_related("municipality").first()
    if one is None:
        raise Http404
    if request.method == "POST" and "back" in request.POST:
        return _back(request, one)
    is_aside = "aside" in request.POST
    form = VoiceForm(
        None if is_aside else request.POST or None,
        initial={"text": request.POST.get("text") or one.quotable_text or one.text},
    )
    reason = AsideForm(request.POST if is_aside else None)
    if reason.is_valid():
        voices.set_aside(one, request.user, reason.cleaned_data["reason"])
        flash.success(request, _("It is set aside. It may be brought back."))
        return redirect("npo:voices_waiting")
    if form.is_valid():
        voices.clear(one, request.user, form.cleaned_data["text"])
        flash.success(request, _("These words may be quoted from now on."))
        return redirect("npo:voices_waiting")
    errors = bool(form.errors or reason.errors)
    context = {"place": "voices", "one": one, "form": form, "aside": reason, "errors": errors}
    status = 400 if errors else 200
    return TemplateResponse(request, "npo/figures/voice.html", context, status=status)


def _back(request: NpoRequest, one: Thanks) -> HttpResponse:
    """What was quoted, or set aside, waits for a reader again."""
    if one.set_aside_at:
        voices.bring_back(one, request.user)
        flash.success(request, _("It waits for a reader again."))
        return redirect("npo:voice", one.pk)
    voices.take_back(one, request.user)
    flash.success(request, _("It is no longer quoted."))
    return redirect("npo:voices")
