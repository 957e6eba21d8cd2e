"""What readers type on the pages about leaving and sharing."""

from typing import Any, cast

from django import forms
from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_lazy as _

from municipalities.domain.addresses import Email, normalise_email
from municipalities.domain.dates import in_japanese
from municipalities.domain.problem import ValueProblem
from municipalities.domain.words import EndpointKind, Relation
from municipalities.models import Course, Endpoint, Reader
from municipalities.services.endpoints import address_key

RELATIONS = [
    (Relation.MOTHER, _("Mother")),
    (Relation.FATHER, _("Father or partner")),
    (Relation.GRANDPARENT, _("Grandparent")),
    (Relation.AROUND, _("Somebody around")),
    (Relation.UNDISCLOSED, _("I would rather not say")),
]


class EmailField(forms.CharField):
    """One e-mail address as it is typed; what is wrong with it is said in the page's language."""

    widget = forms.EmailInput

    def __init__(self, **options: Any) -> None:
        super().__init__(
            strip=False,
            error_messages={"required": _("Enter an e-mail address.")},
            widget=forms.TextInput(
                attrs={"type": "email", "autocomplete": "email", "inputmode": "email"}
            ),
            **options,
        )

    def clean(self, value: Any) -> Email:
        """The address, and its form for comparison."""
        text = super().clean(value)
        try:
            return normalise_email(text)
        except ValueProblem as problem:
            raise forms.ValidationError(in_words(problem), code=problem.code) from None


class AddressAgain(forms.Form):
    """Asked before anything that cannot be taken back: whoever holds the telephone knows it."""

    address = EmailField(label=_("The e-mail address that receives the texts"))

    def __init__(self, reader: Reader, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._reader = reader
        if not email_endpoints(reader):
            # Nobody knows their own LINE id: a tick takes the place of the address.
            self.fields["address"] = forms.BooleanField(
                label=_("Yes, go on"), error_messages={"required": _("Tick the box to go on.")}
            )

    def clean_address(self) -> Any:
        given = self.cleaned_data["address"]
        if isinstance(given, Email):
            key = address_key(EndpointKind.EMAIL, given.key, self._reader.municipality_id)
            if key not in {bytes(one.address_key) for one in email_endpoints(self._reader)}:
                raise forms.ValidationError(
                    _("This is not the address that receives the texts. Look it up in a mail.")
                )
        return given


class AboutOneChild(forms.Form):
    """Which child it is about. One child needs no choice."""

    course = forms.TypedChoiceField(
        label=_("For which child?"), coerce=int, widget=forms.RadioSelect
    )

    def __init__(self, courses: list[Course], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if len(courses) < 2:
            del self.fields["course"]
        else:
            choice = cast("forms.TypedChoiceField", self.fields["course"])
            choice.choices = [(one.pk, course_words(one)) for one in courses]


class Invite(AboutOneChild):
    """That the date is used for somebody else."""

    agree = forms.BooleanField(
        label=_("I agree that the due date or birth date is used for the person I invite."),
        error_messages={"required": _("Tick the box: without the date, nobody can be invited.")},
    )


class Join(forms.Form):
    """All that an invited person types."""

    address = EmailField(label=_("Your e-mail address"))
    relation = forms.ChoiceField(
        label=_("Who are you to the child?"),
        choices=RELATIONS,
        initial=Relation.UNDISCLOSED,
        widget=forms.RadioSelect,
    )
    agree = forms.BooleanField(
        label=_("I agree that the address is used for sending the texts."),
        error_messages={"required": _("Tick the box: without it, nothing can be sent.")},
    )


class Move(AboutOneChild):
    """What the new municipality gets, and when the texts from here end."""

    address = EmailField(label=_("The e-mail address for the texts from there"))
    when = forms.ChoiceField(
        label=_("When shall the texts from here stop?"),
        choices=[
            ("now", _("Stop at once")),
            ("later", _("I stop them myself when the new registration is done")),
        ],
        initial="now",
        widget=forms.RadioSelect,
    )
    agree = forms.BooleanField(
        label=_("I agree that address and date are handed to the new municipality."),
        error_messages={"required": _("Tick the box: without it, nothing is handed over.")},
    )


def email_endpoints(reader: Reader) -> list[Endpoint]:
    """The e-mail addresses of this reader."""
    return list(Endpoint.objects.filter(reader=reader, kind=EndpointKind.EMAIL).order_by("pk"))


def course_words(course: Course) -> str:
    """A course as its own reader tells it from another one."""
    if course.birth_date:
        return gettext("Child born on %(day)s") % {"day": day_words(course.birth_date)}
    return gettext("Due on %(day)s") % {"day": day_words(course.due_date)}


def day_words(day: Any) -> str:
    """A date as it is written in the page's language."""
    return day.isoformat() if _english() else in_japanese(day)


def in_words(problem: ValueProblem) -> str:
    """The sentence for the person who typed it."""
    return problem.message_en if _english() else problem.message_ja


def _english() -> bool:
    return (get_language() or "ja").startswith("en")
