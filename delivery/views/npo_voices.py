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
LONGEST = 1000


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
    """Allowed by their writers, read by nobody yet."""
    page = Paginator(voices.waiting(), PER_PAGE).get_page(request.GET.get("page"))
    context = {"place": "voices", "page": page}
    return TemplateResponse(request, "npo/figures/voices_waiting.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@npo(NpoAct.CLEAR_VOICES)
def voice(request: NpoRequest, pk: int) -> HttpResponse:
    """One voice: read it, take out what leads to somebody, and let it be quoted."""
    one = Thanks.objects.filter(pk=pk, may_publish=True).select_related("municipality").first()
    if one is None:
        raise Http404
    if request.method == "POST" and "back" in request.POST:
        voices.take_back(one, request.user)
        flash.success(request, _("It is no longer quoted."))
        return redirect("npo:voices")
    form = VoiceForm(request.POST or None, initial={"text": one.quotable_text or one.text})
    if form.is_valid():
        voices.clear(one, request.user, form.cleaned_data["text"])
        flash.success(request, _("These words may be quoted from now on."))
        return redirect("npo:voices_waiting")
    context = {"place": "voices", "one": one, "form": form}
    status = 400 if form.errors else 200
    return TemplateResponse(request, "npo/figures/voice.html", context, status=status)
