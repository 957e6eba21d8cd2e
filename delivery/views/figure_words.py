"""Names of what the figures are counted by, as they are read on the NPO's pages."""

from datetime import date

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from delivery.domain.coverage import Coverage
from delivery.facts.words import BANDS, Band
from delivery.views.words import channel_words
from kizuna.templatetags.charts import share
from messages.domain.stage import Kind
from municipalities.domain.words import Relation


def month_words(day: date) -> str:
    """2026年11月."""
    return date_format(day, "YEAR_MONTH_FORMAT")


def month_short(day: date) -> str:
    """For the axis of a chart: 26/11."""
    return f"{day:%y/%m}"


def flow_words(flow: str) -> str:
    """How somebody came or went."""
    return {
        "registered": _("Registered"),
        "returned": _("Came back"),
        "stopped": _("Stopped receiving"),
        "blocked": _("Blocked or unreachable"),
        "graduated": _("Graduated"),
    }.get(flow, flow)


def band_words(value: str) -> str:
    """A stretch of the course: 妊娠3か月, 生後0〜2か月, 2歳."""
    band = BANDS[value]
    if band.kind is Kind.PREGNANCY:
        return _("Pregnancy, month %(month)s") % {"month": value[1:]}
    return _age_band_words(band)


def _age_band_words(band: Band) -> str:
    if band.last is None:
        return _("%(years)s years and older") % {"years": band.first // 12}
    first, last = divmod(band.first, 12), divmod(band.last + 1, 12)
    if band.first < 12:
        return _("%(first)s to %(last)s months old") % {"first": band.first, "last": band.last}
    if first[1] or last[1]:
        return _("%(years)s years and %(first)s to %(last)s months old") % {
            "years": first[0],
            "first": first[1],
            "last": band.last % 12,
        }
    if last[0] - first[0] == 1:
        return _("%(years)s years old") % {"years": first[0]}
    return _("%(first)s to %(last)s years old") % {"first": first[0], "last": last[0] - 1}


def relation_words(value: str) -> str:
    """Who the reader is to the child."""
    return {
        Relation.MOTHER: _("Mother"),
        Relation.FATHER: _("Father or partner"),
        Relation.GRANDPARENT: _("Grandparent"),
        Relation.AROUND: _("Somebody around"),
        Relation.UNDISCLOSED: _("Not said"),
    }.get(Relation(value), value)


def value_words(dimension: str, value: str) -> str:
    """A value of a dimension."""
    words = {"channel": channel_words, "stage": band_words, "relation": relation_words}
    return words[dimension](value)


def kind_words(kind: str) -> str:
    """What the course was when its reader registered."""
    return _("Registered in pregnancy") if kind == "pregnancy" else _("Registered after the birth")


def weeks_words(weeks: int) -> str:
    """For the axis: 26週."""
    return _("week %(weeks)s") % {"weeks": weeks}


def age_words(years: int) -> str:
    """Of children within one year of life."""
    return _("Under one year") if not years else _("%(years)s years old") % {"years": years}


def reached_words(value: float) -> str:
    """A share of the births: 44.7%. Above all of them it is no share any more."""
    return _("all of them or more") if value > 1 else share(value)


def coverage_words(one: Coverage) -> str:
    """A share of the births with its range: 44.7% (40.1% to 50.2%)."""
    return _("%(share)s (%(low)s to %(high)s)") % {
        "share": reached_words(one.share),
        "low": reached_words(one.low),
        "high": reached_words(one.high),
    }
