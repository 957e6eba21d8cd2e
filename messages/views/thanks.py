"""The last course is over: thank you, and a box for those who want to write something."""

from django import forms
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from kizuna.lib import clock
from messages.services.graduation import has_graduated, leave_thanks
from municipalities.access import reader
from municipalities.http import ReaderRequest

LONGEST = 1000


class ThanksForm(forms.Form):
    text = forms.CharField(
        label=_("Your words"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 6}),
        error_messages={
            "required": _("The box is still empty. Write something, or close the page.")
        },
    )
    may_publish = forms.BooleanField(
        label=_("These words may be published, without a name."), required=False
    )


@require_http_methods(["GET", "HEAD", "POST"])
@reader
def thanks(request: ReaderRequest) -> HttpResponse:
    """For readers who have graduated. What is written here cannot be traced to its writer."""
    if not has_graduated(request.municipality, request.reader, clock.today()):
        return TemplateResponse(request, "parent/leave/not_over.html")
    form = ThanksForm(request.POST if request.method == "POST" else None)
    sent = form.is_valid()
    if sent:
        typed = form.cleaned_data
        leave_thanks(request.municipality, typed["text"], may_publish=typed["may_publish"])
    context = {"form": form, "sent": sent, "longest": LONGEST}
    status = 400 if form.errors else 200
    return TemplateResponse(request, "parent/leave/thanks.html", context, status=status)
