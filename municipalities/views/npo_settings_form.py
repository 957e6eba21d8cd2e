"""What an operator enters about a municipality: readers' office, mail, sending time, contract."""

import re
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from municipalities.models import ContractEnd, Municipality
from municipalities.services import sender_domain
from municipalities.views.npo_found import KINDS, NamingForm
from municipalities.views.npo_founding_form import AddressField, DayField, line, programme_choices

_SELECTOR = re.compile(r"[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?")
MOST_AREAS = 60
LONGEST_AREA = 40

GROUPS = (
    (_("What it is called"), ("name", "service_name", "kind")),
    (
        _("For readers"),
        ("contact", "postal_address", "loss_help", "privacy_url", "areas", "brand_colour"),
    ),
    (_("Mail"), ("mail_name", "mail_address", "reply_to", "dkim_selector")),
    (_("When it sends"), ("send_time", "last_hour", "last_birthday", "subject_tells_the_stage")),
    (_("Approval"), ("approval_steps",)),
    (_("Contract"), ("programme", "contract_from", "contract_until")),
)


def _text(label: Any, help_text: Any) -> forms.CharField:
    box = forms.Textarea(attrs={"rows": 5})
    return forms.CharField(
        label=label, help_text=help_text, required=False, max_length=2000, widget=box
    )


def _time(label: Any, help_text: Any) -> forms.TimeField:
    return forms.TimeField(
        label=label,
        help_text=help_text,
        input_formats=["%H:%M", "%H:%M:%S"],
        widget=forms.TimeInput(format="%H:%M", attrs={"autocomplete": "off"}),
        error_messages={"invalid": _("Write the time like 08:00.")},
    )


def _end_is_told(one: Municipality) -> bool:
    return ContractEnd.objects.filter(municipality=one, cancelled_at=None).exists()


class SettingsForm(NamingForm):
    """Each field also carries what stood there when the page was opened: what is not touched stays
    as somebody else may have changed it meanwhile."""

    name = line(_("Name of the municipality"), 40)
    service_name = line(_("Name of the service"), 60, help_text=_("As readers know it."))
    kind = forms.ChoiceField(label=_("What it is"), choices=list(KINDS.items()))
    contact = line(_("Office and telephone, for readers"), 120, needed=False)
    postal_address = line(
        _("Postal address of the office"),
        120,
        needed=False,
        help_text=_("Stands at the foot of every mail; the law on mails wants it."),
    )
    loss_help = _text(
        _("Whom to turn to after a loss"), _("Offices with telephone numbers, one on a line.")
    )
    privacy_url = forms.URLField(
        label=_("Page about personal data"),
        required=False,
        max_length=200,
        assume_scheme="https",
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "url"}),
        help_text=_("On the municipality's own website."),
        error_messages={"invalid": _("Write the whole address, beginning with https://.")},
    )
    areas = _text(
        _("Areas that readers choose from"), _("One on a line. None: readers are not asked.")
    )
    brand_colour = forms.RegexField(
        r"^#[0-9a-fA-F]{6}$",
        label=_("Colour of its pages"),
        help_text=_("Such as #0017c1."),
        error_messages={"invalid": _("Write the colour as #rrggbb.")},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    mail_name = line(_("Sender's name in mails"), 60, needed=False)
    mail_address = AddressField(
        label=_("Sender's address of mails"),
        help_text=_("At a domain of the municipality's own. Empty: it sends no mails."),
    )
    reply_to = AddressField(label=_("Where answers go"), help_text=_("Empty: to the sender."))
    dkim_selector = line(
        _("DKIM selector"),
        63,
        needed=False,
        help_text=_("Under which your mail server signs: <selector>._domainkey.<domain>."),
    )
    send_time = _time(_("Sending begins at"), "")
    last_hour = _time(_("Nothing is sent after"), _("What could not be sent by then is left out."))
    last_birthday = forms.IntegerField(
        label=_("Texts end with the birthday"),
        min_value=1,
        max_value=18,
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "off"}),
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), _("Write a number from 1 to 18.")
        ),
    )
    subject_tells_the_stage = forms.TypedChoiceField(
        label=_("Subjects of mails"),
        choices=[("yes", _("tell the stage")), ("", _("tell nothing about it"))],
        coerce=bool,
        required=False,
    )
    approval_steps = forms.TypedChoiceField(
        label=_("How many agree to an announcement"),
        choices=[("1", _("one person besides the writer")), ("2", _("two persons"))],
        coerce=int,
    )
    programme = forms.ChoiceField(
        label=_("Takes part in a programme"), required=False, choices=programme_choices
    )
    contract_from = DayField(label=_("Contract from"))
    contract_until = DayField(label=_("Contract until"))

    def __init__(self, data: Any = None, *, one: Municipality) -> None:
        super().__init__(data, initial=_shown(one))
        self.one = one
        for field in self.fields.values():
            field.show_hidden_initial = True
        # The last day that was told stands on the page of the contract's end, and is changed there.
        self.fields["contract_until"].disabled = _end_is_told(one)

    def groups(self) -> list[tuple[Any, list[forms.BoundField]]]:
        """For the page."""
        return [(title, [self[name] for name in names]) for title, names in GROUPS]

    def clean_subject_tells_the_stage(self) -> bool:
        """The empty choice is no."""
        return bool(self.cleaned_data["subject_tells_the_stage"])

    def clean_areas(self) -> list[str]:
        """One a line, each once, in the order they are written."""
        lines = (" ".join(one.split()) for one in self.cleaned_data["areas"].splitlines())
        areas = list(dict.fromkeys(one for one in lines if one))
        if len(areas) > MOST_AREAS or any(len(one) > LONGEST_AREA for one in areas):
            raise ValidationError(
                _("At most %(most)s areas, each of at most %(longest)s characters."),
                params={"most": MOST_AREAS, "longest": LONGEST_AREA},
            )
        return areas

    def clean_dkim_selector(self) -> str:
        """As DNS has it."""
        selector = str(self.cleaned_data["dkim_selector"]).lower()
        if selector and not _SELECTOR.fullmatch(selector):
            raise ValidationError(_("A selector has a–z, 0–9, - and . only, such as kizuna1."))
        return selector

    def clean(self) -> dict[str, Any]:
        """What fits together only as two; and a running service's domain is asked for first."""
        said = super().clean() or self.cleaned_data
        begins, ends = said.get("contract_from"), said.get("contract_until")
        if begins and ends and ends < begins:
            self.add_error("contract_until", _("The contract ends before it begins."))
        first, last = said.get("send_time"), said.get("last_hour")
        if first and last and first >= last:
            self.add_error("last_hour", _("The last hour is before the sending begins."))
        if not self.errors:
            self._ask_the_resolver(said)
        return said

    def changed(self) -> dict[str, Any]:
        """Only what was touched."""
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def _ask_the_resolver(self, said: dict[str, Any]) -> None:
        address, selector = said["mail_address"], said["dkim_selector"]
        before = (sender_domain.domain_of(self.one), self.one.dkim_selector)
        after = (address.rpartition("@")[2].lower(), selector)
        if self.one.service == "live" and after[0] and after != before:
            answers = sender_domain.ask(*after)
            if not answers.aligned:
                self.add_error(
                    "mail_address",
                    _(
                        "The service is running, and %(domain)s is not set up yet (SPF, DKIM, DMARC). Nothing was changed."
                    )
                    % {"domain": answers.domain},
                )


def _shown(one: Municipality) -> dict[str, Any]:
    names = [name for _title, names in GROUPS for name in names]
    values: dict[str, Any] = {name: getattr(one, name, None) for name in names}
    return values | {
        "areas": "\n".join(one.areas),
        "programme": str(one.programme_id or ""),
        "subject_tells_the_stage": "yes" if one.subject_tells_the_stage else "",
        "approval_steps": str(one.approval_steps),
    }
