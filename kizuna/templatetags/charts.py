"""Charts for the templates: a finding, the drawing, the legend, and the table behind it.

``{% load charts %}`` and ``{% chart one %}``, where ``one`` is a ``Chart``.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from django import template

from kizuna.lib.charts import Drawing

register = template.Library()

HIDDEN, UNKNOWN = "x", "–"
"""A number that is too small to be shown, as official statistics write it; one that nobody knows."""


@dataclass(frozen=True, slots=True)
class Chart:
    """``key``: unique on its page. ``title``: what is to be seen, as a sentence. ``about``: what is
    counted, and how. ``legend``: the names of the series in their order; one needs none.
    ``head`` and ``rows``: the same as a table, the first cell of a row its name; None: not shown."""

    key: str
    title: str
    about: str
    drawing: Drawing
    head: Sequence[str]
    rows: Sequence[Sequence[object]]
    legend: Sequence[str] = field(default_factory=tuple)
    line_from: int = 99
    """From this series on they are lines, not areas: the legend shows them so."""


@register.inclusion_tag("components/chart.html")
def chart(one: Chart) -> dict[str, object]:
    """The whole figure."""
    legend = [(n, label, n >= one.line_from) for n, label in enumerate(one.legend, start=1)]
    return {"chart": one, "drawing": one.drawing, "legend": legend}


@register.filter
def figure(value: object) -> str:
    """A number of a table: 12,345; x where it is hidden; texts as they are."""
    if value is None:
        return HIDDEN
    return f"{value:,}" if isinstance(value, int) else str(value)


@register.filter
def share(value: float | None) -> str:
    """0.1234 → 12.3%; a dash where there is none."""
    return UNKNOWN if value is None else f"{value * 100:.1f}%"


@register.filter
def known(value: object) -> str:
    """The same with a dash where nothing is known."""
    return UNKNOWN if value == "" else figure(value)
