"""/status/: is the service punctual? For everybody, about the whole installation."""

from collections.abc import Sequence

from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.cache import patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from delivery import status_figures
from delivery.status_figures import KEPT_SECONDS, PunctualDay, share_of
from delivery.views.words import day_words
from kizuna.lib import charts, clock
from kizuna.lib.charts import Series
from kizuna.templatetags.charts import UNKNOWN, Chart
from municipalities.access import published


@require_safe
@published
def status(request: HttpRequest) -> HttpResponse:
    """The last thirty days, counted anew each minute at most."""
    days = status_figures.days(clock.now())
    told = [one for one in days if one.share is not None]
    sent = any(not one.is_silent for one in told)
    context: dict[str, object] = {"days": told, "idle": sum(one.is_idle for one in days)}
    if told:
        share = share_of(sum(one.early for one in told), sum(one.meant for one in told))
        context |= {
            "is_told": share is not None,
            "share": floored(share),
            "latest": told[-1],
            "latest_share": floored(told[-1].share),
            "silent": sum(one.is_silent for one in told),
            # Of days without a single text there is no punctuality to draw.
            "charts": [_shares(told), _minutes(told)] if sent else [],
        }
    response = TemplateResponse(request, "status.html", context)
    patch_cache_control(response, public=True, max_age=KEPT_SECONDS)
    return response


def floored(share: float | None) -> str:
    """Never rounded up: 99.96% are not all."""
    return UNKNOWN if share is None else f"{int(share * 1000) / 10:.1f}%"


def _axis(days: Sequence[PunctualDay]) -> list[str]:
    return [f"{one.day.month}/{one.day.day}" for one in days]


def _shares(days: Sequence[PunctualDay]) -> Chart:
    good = sum((one.share or 0) >= 0.99 for one in days)
    return Chart(
        key="share",
        title=_(
            "On %(good)s of %(days)s days, 99 of 100 texts or more had been handed over by 9:00"
        )
        % {"good": good, "days": len(days)},
        about=_(
            "Of the texts that were to go out, the share handed over to the mail server or LINE by 9 o'clock. Municipalities that send before 9:00; days with a message to all of a municipality's readers are left out."
        ),
        drawing=charts.columns(
            _axis(days), [Series("", [one.share for one in days])], tick="percent"
        ),
        head=[_("Day"), _("Handed over by 9:00")],
        rows=[
            (day_words(one.day), _("not sent") if one.is_silent else floored(one.share))
            for one in days
        ],
    )


def _minutes(days: Sequence[PunctualDay]) -> Chart:
    known = sorted(one.minutes for one in days if one.minutes is not None)
    title = (
        _("On half of the days, 95 of 100 texts had gone out within %(minutes)s minutes")
        % {"minutes": known[(len(known) - 1) // 2]}
        if known
        else _("On no day had 95 of 100 texts gone out")
    )
    return Chart(
        key="minutes",
        title=title,
        about=_("Minutes from the hour of sending until 95 of 100 texts were handed over."),
        drawing=charts.lines(
            list(range(len(days))),
            _axis(days),
            [Series("", [one.minutes for one in days])],
            top=10,
        ),
        head=[_("Day"), _("Minutes")],
        rows=[(day_words(one.day), _unless_known(one)) for one in days],
    )


def _unless_known(one: PunctualDay) -> object:
    if one.is_silent:
        return _("not sent")
    return _("not reached") if one.minutes is None else one.minutes
