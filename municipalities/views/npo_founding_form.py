"""What is asked when a municipality begins; every mistake in one sentence."""

import re
from datetime import date
from typing import Any

from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from municipalities.domain.addresses import normalise_email
from municipalities.domain.dates import parse_date
from municipalities.domain.problem import ValueProblem
from municipalities.domain.words import MunicipalityKind
from municipalities.models import Municipality
from municipalities.services import programmes
from municipalities.services.founding import Founding, Manager
from municipalities.views.npo_found import KINDS, NamingForm

_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?")
_OFF = {"autocomplete": "off"}


def in_words(problem: ValueProblem) -> str:
    """The sentence in the page's language."""
    english = (get_language() or "ja").startswith("en")
    return problem.message_en if english else problem.message_ja


class DayField(forms.CharField):
    """A day as people write it: 2026-04-01, 令和8年4月1日. Empty: none."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("help_text", _("Such as 2026-04-01 or 令和8年4月1日"))
        super().__init__(
            required=False, max_length=100, widget=forms.TextInput(attrs=_OFF), **options
        )

    def clean(self, value: Any) -> date | None:
        text = super().clean(value)
        try:
            return parse_date(text) if text else None
        except ValueProblem as problem:
            raise forms.ValidationError(in_words(problem), code=problem.code) from None


class AddressField(forms.CharField):
    """One e-mail address. Empty: none."""

    def __init__(self, **options: Any) -> None:
        attrs = {**_OFF, "inputmode": "email", "autocapitalize": "none", "spellcheck": "false"}
        super().__init__(
            required=False, max_length=254, widget=forms.TextInput(attrs=attrs), **options
        )

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        try:
            return normalise_email(text).address if text else ""
        except ValueProblem as problem:
            raise forms.ValidationError(in_words(problem), code=problem.code) from None


def line(label: Any, most: int, *, needed: bool = True, help_text: Any = "") -> forms.CharField:
    """One line of text."""
    return forms.CharField(
        label=label,
        max_length=most,
        required=needed,
        help_text=help_text,
        widget=forms.TextInput(attrs=_OFF),
    )


def programme_choices() -> list[tuple[str, Any]]:
    """None, and every programme that is running."""
    return [("", _("None")), *((str(one.pk), one.name) for one in programmes.programmes())]


class FoundingForm(NamingForm):
    """``code``: the row of the register it begins from; "" for a body that has none."""

    name = line(_("Name of the municipality"), 40)
    kind = forms.ChoiceField(label=_("What it is"), choices=list(KINDS.items()))
    slug = line(
        _("Short name in addresses"),
        50,
        help_text=_("Stands in the addresses of its pages and never changes: a–z, 0–9 and -."),
    )
    service_name = line(_("Name of the service"), 60, help_text=_("As readers know it."))
    sends = forms.ChoiceField(
        label=_("From where it sends"),
        choices=[
            ("here", _("From here (Kizuna)")),
            ("elsewhere", _("From another system; its figures are imported")),
        ],
        initial="here",
    )
    contact = line(_("Office and telephone, for readers"), 120, needed=False)
    postal_address = line(_("Postal address of the office"), 120, needed=False)
    programme = forms.ChoiceField(
        label=_("Takes part in a programme"), required=False, choices=programme_choices
    )
    contract_from = DayField(label=_("Contract from"))
    contract_until = DayField(label=_("Contract until"))
    manager_name = line(_("Name of the first manager"), 40, needed=False)
    manager_email = AddressField(
        label=_("The manager's e-mail address at work"),
        help_text=_("A mail with a link goes there; it works for seven days."),
    )

    def __init__(self, *args: Any, code: str = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.code = code

    def clean_slug(self) -> str:
        """In small letters; nobody else's."""
        slug = str(self.cleaned_data["slug"]).lower()
        if not _SLUG.fullmatch(slug):
            raise forms.ValidationError(
                _("Write the short name with a–z, 0–9 and - only, such as aoba.")
            )
        if Municipality.objects.filter(slug=slug).exists():
            raise forms.ValidationError(
                _("“%(slug)s” is another municipality's short name. Choose a longer one."),
                params={"slug": slug},
            )
        return slug

    def clean(self) -> dict[str, Any]:
        """What fits together only as two."""
        said = super().clean() or self.cleaned_data
        begins, ends = said.get("contract_from"), said.get("contract_until")
        if begins and ends and ends < begins:
            self.add_error("contract_until", _("The contract ends before it begins."))
        for one, other in (
            ("manager_name", "manager_email"),
            ("manager_email", "manager_name"),
        ):
            if said.get(one) and not said.get(other) and other not in self.errors:
                self.add_error(other, _("Enter the manager's name and address, or neither."))
        if said.get("kind") == MunicipalityKind.PREFECTURE and said.get("programme"):
            self.add_error("programme", _("A programme takes part in no other programme."))
        return said

    def founding(self) -> Founding:
        """What was said, once it is valid."""
        said = self.cleaned_data
        named = said["manager_name"] and said["manager_email"]
        return Founding(
            slug=said["slug"],
            kind=MunicipalityKind(said["kind"]),
            name=said["name"],
            service_name=said["service_name"],
            contact=said["contact"],
            postal_address=said["postal_address"],
            is_external=said["sends"] == "elsewhere",
            code=self.code,
            programme=programmes.programme(said["programme"]),
            contract_from=said["contract_from"],
            contract_until=said["contract_until"],
            manager=Manager(said["manager_name"], normalise_email(said["manager_email"]).key)
            if named
            else None,
        )
