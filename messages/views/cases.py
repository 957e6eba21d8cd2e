"""The library of cases in the console: looked through, offered, changed, withdrawn, taken over."""

from dataclasses import replace

from django.contrib import messages as flash
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from messages.models import ExchangeCase, LocalBlock
from messages.services import cases
from messages.services.cases import ANNOUNCEMENT, FLYER, PRACTICE, SEASONS, SORTS, Wanted
from messages.services.review import ReviewRefused
from messages.views.block_edit import hand_of
from messages.views.block_said import range_words, refused
from messages.views.case_words import Mistakes, Typed, case_range, judge, season_said, sort_said
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest

ON_A_PAGE = 20
both = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
@console(Act.SEE_TEXTS)
def library(request: ConsoleRequest) -> HttpResponse:
    """What all municipalities offer, to be searched; one's own, also withdrawn ones, by a filter."""
    wanted = _wanted(request)
    page = Paginator(cases.library(wanted), ON_A_PAGE).get_page(request.GET.get("page"))
    rows = list(page.object_list)
    taken = cases.times_adopted(rows)
    context = {
        "place": "exchange",
        "tab": "cases",
        "wanted": wanted,
        "is_filtered": wanted != Wanted(),
        "page": page,
        "rows": [(one, *_said(one), taken.get(one.pk, 0)) for one in rows],
        "sorts": [(one, sort_said(one)) for one in SORTS],
        "seasons": [(one, season_said(one)) for one in SEASONS if one],
        "may_write": request.seat.may(Act.WRITE_BLOCKS),
    }
    return TemplateResponse(request, "console/exchange/cases.html", context)


@require_safe
@console(Act.SEE_TEXTS)
def one(request: ConsoleRequest, case: int) -> HttpResponse:
    """One case, with what this municipality has made of it already."""
    here = _found(case)
    sort, season, span = _said(here)
    context = {
        "place": "exchange",
        "one": here,
        "sort": sort,
        "season": season,
        "span": span,
        "is_ours": here.municipality_id == request.municipality.pk,
        "is_announcement": here.sort == ANNOUNCEMENT,
        "taken": cases.times_adopted([here]).get(here.pk, 0),
        "here": cases.adopted_here(here),
        "may_write": request.seat.may(Act.WRITE_BLOCKS),
    }
    return TemplateResponse(request, "console/exchange/case.html", context)


@both
@console(Act.WRITE_BLOCKS)
def new(request: ConsoleRequest) -> HttpResponse:
    """Offer something: an approved announcement of one's own, words for a flyer, or a practice."""
    if request.method != "POST":
        return _form(request, _begun(request))
    typed = Typed.of(request.POST)
    offer, mistakes = judge(typed)
    if offer is None:
        return _form(request, typed, mistakes)
    try:
        made = cases.publish(hand_of(request), offer)
    except ReviewRefused:
        words = _("Choose an approved announcement of your municipality first.")
        return _form(request, typed, [("title", words)])
    flash.success(request, _("Published. All municipalities can read it now."))
    return redirect("console:case", request.municipality.slug, made.pk)


@both
@console(Act.WRITE_BLOCKS)
def edit(request: ConsoleRequest, case: int) -> HttpResponse:
    """Other words for one's own case."""
    here = _own(request, case)
    if request.method != "POST":
        return _form(request, Typed.known(here), one=here)
    typed = replace(Typed.of(request.POST), sort=here.sort)
    offer, mistakes = judge(typed)
    if offer is None:
        return _form(request, typed, mistakes, one=here)
    try:
        cases.change(hand_of(request), here.pk, offer)
    except ReviewRefused as why:
        return _form(request, typed, [("title", refused(why.refusal))], one=here)
    flash.success(request, _("Saved."))
    return redirect("console:case", request.municipality.slug, here.pk)


@require_POST
@console(Act.WRITE_BLOCKS)
def withdraw(request: ConsoleRequest, case: int) -> HttpResponse:
    """Offer it no more."""
    try:
        cases.withdraw(hand_of(request), _own(request, case).pk)
    except ReviewRefused as why:
        flash.error(request, refused(why.refusal))
    else:
        flash.success(request, _("Withdrawn. What others took over already stays with them."))
    return redirect("console:case", request.municipality.slug, case)


@require_POST
@console(Act.WRITE_BLOCKS)
def adopt(request: ConsoleRequest, case: int) -> HttpResponse:
    """Take it over; from an announcement on to the draft, which is approved as any other."""
    here = _found(case)
    try:
        taken = cases.adopt(hand_of(request), here.pk)
    except ReviewRefused as why:
        flash.error(request, refused(why.refusal))
        return redirect("console:case", request.municipality.slug, here.pk)
    if taken.block_id is None:
        flash.success(request, _("Noted: your municipality uses this too."))
        return redirect("console:case", request.municipality.slug, here.pk)
    words = _(
        "A draft was made. Fit names, numbers and dates to your municipality; then ask for approval."
    )
    flash.success(request, words)
    return redirect("console:block_edit", request.municipality.slug, taken.block_id)


def _form(
    request: ConsoleRequest,
    typed: Typed,
    mistakes: Mistakes | None = None,
    one: ExchangeCase | None = None,
) -> HttpResponse:
    block = _block(typed.block)
    told = mistakes or []
    context = {
        "place": "exchange",
        "one": one,
        "typed": typed,
        "source": block,
        "span": _span(one, block),
        "offered": cases.own_announcements() if one is None else [],
        "sorts": [(s, sort_said(s), s == typed.sort) for s in (PRACTICE, FLYER)],
        "seasons": [(s, season_said(s), s == typed.season) for s in SEASONS],
        "mistakes": told,
        "wrong": dict(told),
    }
    status = 400 if told else 200
    return TemplateResponse(request, "console/exchange/case_form.html", context, status=status)


def _begun(request: ConsoleRequest) -> Typed:
    """An empty form, or the words of the announcement that was chosen."""
    block = _block(request.GET.get("block", ""))
    if block is None:
        return Typed(sort=FLYER if request.GET.get("sort") == FLYER else PRACTICE)
    return Typed(sort=ANNOUNCEMENT, title=block.title, body=block.body, block=str(block.pk))


def _block(typed: str) -> LocalBlock | None:
    if not (typed.isascii() and typed.isdecimal() and len(typed) < 18):
        return None
    return LocalBlock.objects.filter(pk=int(typed), state="approved").first()


def _span(one: ExchangeCase | None, block: LocalBlock | None) -> str:
    if one is not None:
        return case_range(one)
    return range_words(block.kind, block.first_day, block.last_day) if block else ""


def _wanted(request: ConsoleRequest) -> Wanted:
    sort, season = request.GET.get("sort", ""), request.GET.get("season", "")
    return Wanted(
        sort=sort if sort in SORTS else "",
        season=season if season in SEASONS else "",
        words=request.GET.get("words", "")[:100].replace("\0", "").strip(),
        mine=request.GET.get("mine") == "yes",
    )


def _said(case: ExchangeCase) -> tuple[str, str, str]:
    return sort_said(case.sort), season_said(case.season), case_range(case)


def _found(case: int) -> ExchangeCase:
    found = cases.one(case)
    if found is None:
        raise Http404
    return found


def _own(request: ConsoleRequest, case: int) -> ExchangeCase:
    """Another municipality's case is none that can be changed here."""
    found = _found(case)
    if found.municipality_id != request.municipality.pk:
        raise Http404
    return found
