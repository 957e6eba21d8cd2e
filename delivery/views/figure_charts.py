"""The charts of the NPO's figures. Each says in its title what is to be seen."""

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext as _

from delivery.domain.coverage import Coverage
from delivery.domain.life_table import Point
from delivery.domain.suppress import Policy, line
from delivery.figures import CHANNELS, COMING, FLOWS, Count
from delivery.views.figure_lines import MonthLine
from delivery.views.figure_words import (
    age_words,
    flow_words,
    kind_words,
    month_short,
    month_words,
    reached_words,
    value_words,
    weeks_words,
)
from delivery.views.words import channel_words, number
from kizuna.lib import charts
from kizuna.lib.charts import Bar, Series
from kizuna.templatetags.charts import HIDDEN, UNKNOWN, Chart, share

GOING = tuple(flow for flow in FLOWS if flow not in COMING)
SAID_AT = 26
"""The retention that the title tells is the one after half a year."""


def active(lines: Sequence[MonthLine]) -> Chart:
    """AU by month: are we growing?"""
    labels = [month_short(one.month_end) for one in lines]
    external = any(one.is_reported for one in lines)
    rows = [
        (
            month_words(one.month_end),
            *_known(one, one.readers, *one.channels.values(), one.children),
            one.registrations,
            *([_reported(one)] if external else []),
        )
        for one in lines
    ]
    return Chart(
        key="active",
        title=_active_finding(lines),
        about=_(
            "Readers who were receiving at the end of the month (AU). Who receives by e-mail and by LINE is one reader. Children: those not born yet are counted too."
        ),
        drawing=charts.columns(labels, [Series("", [one.readers for one in lines])]),
        head=[
            _("Month"),
            _("Active readers"),
            *map(channel_words, CHANNELS),
            _("Children"),
            _("Registrations since the beginning"),
            *([_("External: active readers")] if external else []),
        ],
        rows=rows,
    )


def reported(lines: Sequence[MonthLine]) -> Chart:
    """Of a municipality that sends from another system: the readers whom it reported."""
    last = lines[-1]
    words = {"month": month_words(last.month_end), "count": number(last.external or 0)}
    finding = (
        _("%(month)s: no number to show")
        if last.external is None
        else _("%(month)s: %(count)s active readers, as reported")
    )
    return Chart(
        key="reported",
        title=finding % words,
        about=_("Readers at the end of the month, as the municipality reported them."),
        drawing=charts.columns(
            [month_short(one.month_end) for one in lines],
            [Series("", [one.external for one in lines])],
        ),
        head=[_("Month"), _("External: active readers")],
        rows=[(month_words(one.month_end), _reported(one)) for one in lines],
    )


def _active_finding(lines: Sequence[MonthLine]) -> str:
    last = lines[-1]
    words: dict[str, object] = {"month": month_words(last.month_end)}
    if last.readers is None:
        return _("%(month)s: no number to show") % words
    words["count"] = number(last.readers)
    year_ago = lines[-13].readers if len(lines) > 12 else None
    if not year_ago:
        return _("%(month)s: %(count)s active readers") % words
    words["change"] = share(abs(last.readers / year_ago - 1))
    if last.readers == year_ago:
        return _("%(month)s: %(count)s active readers, as many as a year before") % words
    if last.readers > year_ago:
        return _("%(month)s: %(count)s active readers, %(change)s more than a year before") % words
    return _("%(month)s: %(count)s active readers, %(change)s fewer than a year before") % words


def flows(lines: Sequence[MonthLine]) -> Chart:
    """Who came and who went, month by month, and the difference as a line."""
    labels = [month_short(one.month_end) for one in lines]
    columns = {flow: Series(flow_words(flow), [one.flows[flow] for one in lines]) for flow in FLOWS}
    net = Series(_("Difference"), [one.net for one in lines])
    up, down = [columns[one] for one in COMING], [columns[one] for one in GOING]
    return Chart(
        key="flows",
        title=_flows_finding(lines[-1]),
        about=_(
            "Registrations that began and ended in the month. Above the line: came. Below: went. Graduated: had the last text, on the last birthday."
        ),
        drawing=charts.columns(labels, up, down, net),
        legend=[one.label for one in (*up, *down, net)],
        line_from=len(FLOWS) + 1,
        head=[_("Month"), *(flow_words(one) for one in FLOWS), _("Difference")],
        rows=[
            (month_words(one.month_end), *(one.flows[flow] for flow in FLOWS), one.net)
            for one in lines
        ],
    )


def _flows_finding(last: MonthLine) -> str:
    words: dict[str, object] = {"month": month_words(last.month_end)}
    if last.net is None:
        return _("%(month)s: no number to show") % words
    words["came"] = number(sum(last.flows[one] or 0 for one in COMING))
    words["net"] = number(abs(last.net))
    if last.net < 0:
        return _("%(month)s: %(came)s came, %(net)s more went than came") % words
    return _("%(month)s: %(came)s came, %(net)s more than went") % words


def retention(curves: Mapping[str, Sequence[Point]]) -> Chart | None:
    """The share still receiving by weeks since registration. None where no curve says anything: all
    are there at the begin."""
    kept = {kind: curve for kind, curve in curves.items() if _told(curve)}
    if not kept:
        return None
    weeks = sorted({point.weeks for curve in kept.values() for point in curve})
    by_week = {kind: {one.weeks: one for one in curve} for kind, curve in kept.items()}
    series = [
        Series(kind_words(kind), [one[week].share if week in one else None for week in weeks])
        for kind, one in by_week.items()
    ]
    return Chart(
        key="retention",
        title=_retention_finding(next(iter(kept.values())), next(iter(kept))),
        about=_(
            "The share that still receives, by weeks since registration. Growing out of the range is no loss. Weeks with fewer than ten readers are not drawn."
        ),
        drawing=charts.lines(
            weeks, list(map(weeks_words, weeks)), series, tick="percent", stairs=True, top=1.0
        ),
        legend=[one.label for one in series],
        line_from=1,
        head=[_("Since registration"), *(kind_words(kind) for kind in kept)],
        rows=[
            (weeks_words(week), *(_stayed(one.get(week)) for one in by_week.values()))
            for week in weeks
        ],
    )


def _told(curve: Sequence[Point]) -> Sequence[Point]:
    """The points after the begin that may be shown."""
    return [one for one in curve if one.weeks and one.share is not None]


def _stayed(point: Point | None) -> str:
    if point is None:
        return UNKNOWN
    return HIDDEN if point.share is None else share(point.share)


def _retention_finding(curve: Sequence[Point], kind: str) -> str:
    """Of the last week up to half a year, else of the first one after."""
    points = _told(curve)
    told = ([one for one in points if one.weeks <= SAID_AT] or points[:1])[-1]
    return _("%(kind)s: %(share)s still receive after %(weeks)s weeks") % {
        "kind": kind_words(kind),
        "weeks": told.weeks,
        "share": share(told.share),
    }


def split(
    dimension: str, counts: Mapping[str, Count], order: Sequence[str], policy: Policy
) -> Chart | None:
    """Active readers by channel, stage or relation. None where nothing may be shown."""
    names = [one for one in order if one in counts]
    readers, total = line([counts[one].readers for one in names], policy)
    if not names or all(one is None for one in readers) or not total:
        return None
    # Readers of a hidden line must not come back as children.
    children = [
        None if shown is None else line([counts[one].children], policy)[1]
        for one, shown in zip(names, readers, strict=True)
    ]
    words = [value_words(dimension, one) for one in names]
    texts = [HIDDEN if one is None else f"{number(one)} ({share(one / total)})" for one in readers]
    most = max(range(len(names)), key=lambda n: readers[n] or 0)
    return Chart(
        key=dimension,
        title=_("Most of them: %(name)s, %(count)s readers")
        % {
            "name": words[most],
            "count": number(readers[most] or 0),
        },
        about=_split_about(dimension),
        drawing=charts.bars([Bar(*one) for one in zip(words, readers, texts, strict=True)]),
        head=[_split_name(dimension), _("Active readers"), _("Children")],
        rows=list(zip(words, readers, children, strict=True)),
    )


def _split_name(dimension: str) -> str:
    return {"channel": _("Way"), "stage": _("Stage"), "relation": _("Relation")}[dimension]


def _split_about(dimension: str) -> str:
    if dimension == "relation":
        return _(
            "Active readers by who they are to the child. Who is something else to another child is in two lines."
        )
    if dimension == "stage":
        return _(
            "Active readers by the stage of the child. A reader with two children is in two lines."
        )
    return _(
        "Active readers by the way they receive. Who receives by e-mail and by LINE is in two lines."
    )


def blocks(lines: Sequence[MonthLine]) -> Chart | None:
    """Blocked LINE registrations of a month for each hundred that there were at its begin."""
    rates = [one.block_rate for one in lines]
    last = next((one for one in reversed(lines) if one.block_rate is not None), None)
    if last is None:
        return None
    return Chart(
        key="blocks",
        title=_("%(month)s: %(share)s of LINE registrations were blocked")
        % {
            "month": month_words(last.month_end),
            "share": share(last.block_rate),
        },
        about=_(
            "Blocks of the month, divided by the LINE registrations that were active at its beginning."
        ),
        drawing=charts.lines(
            list(range(len(lines))),
            [month_short(one.month_end) for one in lines],
            [Series("", rates)],
            tick="percent",
            top=0.01,
        ),
        head=[_("Month"), _("Blocked on LINE")],
        rows=[(month_words(one.month_end), share(one.block_rate)) for one in lines],
    )


def coverage(shares: Mapping[int, Coverage], policy: Policy) -> Chart | None:
    """Children with texts for each hundred who were born, by age, with the range."""
    kept = {
        age: one.shown(policy)
        for age, one in sorted(shares.items())
        if one.children >= max(policy.threshold, 1) and one.births >= policy.base
    }
    if not kept:
        return None
    age, first = next(iter(kept.items()))
    return Chart(
        key="coverage",
        title=_("%(age)s: texts arrive for %(share)s of the children (%(low)s to %(high)s)")
        % {
            "age": age_words(age),
            "share": reached_words(first.share),
            "low": reached_words(first.low),
            "high": reached_words(first.high),
        },
        about=_coverage_about(list(kept.values())),
        drawing=charts.bars([_coverage_bar(age, one) for age, one in kept.items()]),
        head=[
            _("Age"),
            _("Children with texts"),
            _("Births, as far as known"),
            _("Share"),
            _("Range"),
        ],
        rows=[_coverage_row(age, one, policy) for age, one in kept.items()],
    )


def _coverage_bar(age: int, one: Coverage) -> Bar:
    """A bar ends at all of them."""
    share, low, high = (min(value, 1.0) for value in (one.share, one.low, one.high))
    return Bar(age_words(age), share, reached_words(one.share), low, high)


def _coverage_row(age: int, one: Coverage, policy: Policy) -> Sequence[object]:
    return (
        age_words(age),
        one.children,
        policy.rounded(round(one.births)),
        reached_words(one.share),
        f"{reached_words(one.low)} - {reached_words(one.high)}",
    )


def _coverage_about(shares: Sequence[Coverage]) -> str:
    about = [
        _(
            "Children with texts, divided by the births of the same twelve months. The line through the bar is the range within which the share lies."
        )
    ]
    if any(one.carried for one in shares):
        about.append(
            _(
                "Births of the newest year are not known yet: those of the year before stand in, and the range is wider."
            )
        )
    if any(one.high > 1 for one in shares):
        about.append(
            _(
                "More than all: families who moved in have texts, and their children were born elsewhere; or fewer children were born than expected."
            )
        )
    return " ".join(about)


def _known(one: MonthLine, *values: int | None) -> Sequence[object]:
    """Cells of a month: a dash where no snapshot was taken, which is something else than hidden."""
    return values if one.is_known else [UNKNOWN] * len(values)


def _reported(one: MonthLine) -> object:
    return one.external if one.is_reported else UNKNOWN
