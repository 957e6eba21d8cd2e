"""What the NPO's pages about municipalities share: the one in the address, words, mistakes."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.http import Http404
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from municipalities.domain.words import MunicipalityKind, Service
from municipalities.models import Municipality

SERVICES: Mapping[str, str | Promise] = {
    Service.LIVE: _("Running"),
    Service.PREPARING: _("Being prepared"),
    Service.PAUSED: _("Paused"),
    Service.EXTERNAL: _("External"),
    Service.ENDED: _("Ended"),
}
TONES: Mapping[str, str] = {Service.LIVE: "good", Service.PAUSED: "care"}

KINDS: Mapping[str, str | Promise] = {
    MunicipalityKind.CITY: _("City, town or village"),
    MunicipalityKind.WARD: _("Ward of a designated city"),
    MunicipalityKind.PREFECTURE: _("Prefecture's programme"),
    MunicipalityKind.HOSPITAL: _("Hospital"),
    MunicipalityKind.NPO: _("The NPO itself"),
}

Told = list[tuple[str, str]]


class NamingForm(forms.Form):
    """Whatever is left empty is asked for by its name: the sentence also stands in the list on top."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for field in self.fields.values():
            if field.required:
                said = _("Enter “%(field)s”.") % {"field": field.label}
                field.error_messages["required"] = said


def the_one(slug: str) -> Municipality:
    """The municipality of the address, whatever its state. Raises Http404."""
    found = Municipality.objects.with_slug(slug)
    if found is None:
        raise Http404
    return found


def told(form: forms.Form) -> Told:
    """What is wrong with a form, each with the field to go to, in the order of the page."""
    return [
        (form[name].id_for_label if name in form.fields else "top", str(sentence))
        for name, sentences in form.errors.items()
        for sentence in sentences
    ]
