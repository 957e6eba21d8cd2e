"""Readers in numbers, and the form that finds one of them by the whole address."""

from collections.abc import Iterable

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kizuna.lib import clock
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.domain.words import EndpointKind, Relation
from municipalities.http import ConsoleRequest
from municipalities.services import reader_figures
from municipalities.services.lookup import MOST_AN_HOUR
from municipalities.views.leave_forms import RELATIONS

OTHER = "other"
LONGEST_PURPOSE = 100


def purposes() -> list[tuple[str, str]]:
    """Why staff look somebody up. The last one wants words of its own."""
    return [
        ("call", _("The reader calls")),
        ("counter", _("The reader is at the counter")),
        ("astray", _("A text may have gone astray")),
        (OTHER, _("Something else")),
    ]


@require_safe
@console(Act.HELP_READERS)
def readers(request: ConsoleRequest) -> HttpResponse:
    """Numbers only: there is no list of readers anywhere."""
    return page(request)


def page(
    request: ConsoleRequest,
    mistakes: Iterable[tuple[str, str]] = (),
    *,
    said: str = "",
    status: int = 200,
) -> HttpResponse:
    """The page with what was typed, where something is to be mended."""
    told = list(mistakes)
    numbers = reader_figures.figures(clock.today())
    context = {
        "place": "readers",
        "readers": _words(numbers.readers if not 0 < numbers.readers < 5 else None),
        "children": _words(numbers.children if not 0 < numbers.children < 5 else None),
        "groups": _groups(numbers),
        "purposes": purposes(),
        "typed": {
            name: request.POST.get(name, "")[:1001] for name in ("address", "purpose", "why")
        },
        "most": MOST_AN_HOUR,
        "mistakes": told,
        "wrong": dict(told),
        "said": said,
    }
    return TemplateResponse(request, "console/readers/page.html", context, status=status)


def _groups(numbers: reader_figures.Figures) -> list[tuple[str, list[tuple[str, str]]]]:
    names = {
        EndpointKind.EMAIL.value: _("E-mail"),
        EndpointKind.LINE.value: "LINE",
        reader_figures.PREGNANCY: _("In pregnancy"),
        **{str(age): _("%(age)s years old") % {"age": age} for age in range(3)},
        "3": _("3 years and older"),
        **{str(value): str(label) for value, label in RELATIONS},
        Relation.UNDISCLOSED.value: _("Not said"),
    }
    groups = (
        (_("Readers by channel"), numbers.channels),
        (_("Pregnancies and children by stage"), numbers.stages),
        (_("Readers by who they are"), numbers.relations),
    )
    return [
        (
            title,
            [
                (names.get(name, name), _words(number))
                for name, number in reader_figures.shown(group).items()
            ],
        )
        for title, group in groups
    ]


def _words(number: int | None) -> str:
    return _("hidden (fewer than 5, or beside such a number)") if number is None else f"{number:,}"
