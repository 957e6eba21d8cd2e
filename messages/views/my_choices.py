"""How the texts come: their words, whom they speak to, where the family lives, and resting."""

from datetime import date, timedelta

from django.conf import settings
from django.contrib import messages as flash
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from kizuna.lib import clock
from messages.domain.schedule import falls_on
from messages.domain.stage import Stage, Unit
from messages.services.compose import offered
from messages.views.calendar_words import variant_choices
from messages.views.day_in_words import stage_today
from messages.views.signup_form import sentences
from municipalities.access import reader
from municipalities.domain.signup import Mistake
from municipalities.domain.words import Relation, Variant
from municipalities.http import ReaderRequest
from municipalities.models import Subscription
from municipalities.services.changing import Choices, choose, go_on, rest
from municipalities.services.following import following
from municipalities.views.leave_forms import RELATIONS, day_words

BROADCASTS = [
    ("yes", gettext_lazy("Messages about events and the like as well")),
    ("no", gettext_lazy("The texts for my stage only")),
]
both = require_http_methods(["GET", "HEAD", "POST"])


@both
@reader
def words(request: ReaderRequest) -> HttpResponse:
    """Words, relation and area. Takes effect with the next text."""
    mine = following(request.reader)
    if request.method != "POST":
        return _words_form(request, mine, _present(request, mine))
    present = _present(request, mine)
    typed = {name: request.POST.get(name, "") for name in present}
    # A page that does not have this choice, or did not when it was opened, changes nothing about it.
    for name in ("broadcasts", "variant"):
        typed[name] = request.POST.get(name, present[name])
    judged = _judged(request, mine, typed)
    if isinstance(judged, list):
        return _words_form(request, mine, typed, judged)
    choose(request.reader, judged)
    flash.success(request, _("Saved. It counts from the next text on."))
    return redirect("parent:my", request.municipality.slug)


@both
@reader
def pause(request: ReaderRequest) -> HttpResponse:
    """Rest for two weeks, for a month, or until told otherwise; go on at once."""
    today = clock.today()
    ends = _ends(today)
    if request.method != "POST":
        last = {name: end - timedelta(days=1) for name, end in ends.items() if end}
        context = {
            "two_weeks": day_words(last["two_weeks"]),
            "month": day_words(last["month"]),
            "rests": any(one.paused_at is not None for one in following(request.reader)),
        }
        return TemplateResponse(request, "parent/my/pause.html", context)
    length = request.POST.get("length", "")
    if length == "go_on":
        go_on(request.reader)
        flash.success(request, _("The texts go on, from the next one that fits."))
    elif length in ends:
        rest(request.reader, ends[length])
        flash.success(request, _("The texts rest. You can let them go on at any time."))
    else:
        return redirect("parent:my_pause", request.municipality.slug)
    return redirect("parent:my", request.municipality.slug)


def _ends(today: date) -> dict[str, date | None]:
    """The day each rest ends: on it a text may come again."""
    return {
        "two_weeks": today + timedelta(days=14),
        "month": falls_on(Stage(Unit.LIFE_MONTH, 1), today),
        "open": None,
    }


def _present(request: ReaderRequest, mine: list[Subscription]) -> dict[str, str]:
    """What is chosen now, by the name of its field."""
    chosen = {
        "variant": request.reader.variant,
        "language": request.reader.language,
        "broadcasts": "no" if request.reader.no_broadcasts else "yes",
    }
    if request.municipality.areas:
        chosen["area"] = request.reader.area
    return chosen | {f"relation-{one.pk}": one.relation for one in mine}


def _variants(request: ReaderRequest) -> list[tuple[str, str]]:
    """The wordings that have texts, and the one that is chosen: it may come back."""
    there = {*offered(clock.today()), Variant(request.reader.variant)}
    return variant_choices(one for one in Variant if one in there)


def _judged(
    request: ReaderRequest, mine: list[Subscription], typed: dict[str, str]
) -> Choices | list[Mistake]:
    offered: dict[str, set[str]] = {
        "variant": {value for value, _label in _variants(request)},
        "language": {code for code, _name in settings.LANGUAGES},
        "broadcasts": {value for value, _label in BROADCASTS},
        "area": {"", *request.municipality.areas, request.reader.area},
        **{f"relation-{one.pk}": {relation.value for relation in Relation} for one in mine},
    }
    mistakes = [
        Mistake(
            name,
            "not_offered",
            "画面にあるものから1つ選んでください。",
            "Choose one of the answers that are offered.",
        )
        for name, value in typed.items()
        if value not in offered[name]
    ]
    return mistakes or Choices(
        variant=Variant(typed["variant"]),
        language=typed["language"],
        area=typed.get("area", request.reader.area),
        relations={one.pk: Relation(typed[f"relation-{one.pk}"]) for one in mine},
        no_broadcasts=typed["broadcasts"] == "no",
    )


def _words_form(
    request: ReaderRequest,
    mine: list[Subscription],
    chosen: dict[str, str],
    mistakes: list[Mistake] | None = None,
) -> TemplateResponse:
    today = clock.today()
    told = sentences(mistakes or ())
    context = {
        "chosen": chosen,
        "variants": _variants(request),
        "languages": settings.LANGUAGES,
        "broadcasts": BROADCASTS,
        "areas": request.municipality.areas,
        "relations": RELATIONS,
        "children": [
            {
                "name": f"relation-{one.pk}",
                "place": stage_today(one.course.due_date, one.course.birth_date, today),
                "chosen": chosen[f"relation-{one.pk}"],
            }
            for one in mine
        ],
        "mistakes": told,
    }
    status = 400 if told else 200
    return TemplateResponse(request, "parent/my/words.html", context, status=status)
