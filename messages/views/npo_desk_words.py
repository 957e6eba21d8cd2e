"""The list of words that the NPO does not use, and what to write instead."""

from django.contrib import messages as flash
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from messages.domain.plain_text import tidy_line
from messages.models import AvoidedWord
from messages.services import avoided_words
from messages.services.avoided_words import ThereAlready
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.http import NpoRequest

LONGEST = {"word": 40, "instead": 80, "why": 200}
CUT_AT = 1000
REMOVE = "remove"
both = require_http_methods(["GET", "HEAD", "POST"])
Mistakes = list[tuple[str, str]]


@both
@npo(NpoAct.SEE_TEXTS)
def words(request: NpoRequest) -> HttpResponse:
    """The list, and for editors the form that adds to it."""
    if request.method != "POST":
        return _list(request, dict.fromkeys(LONGEST, ""), [])
    if not request.user.may_for_npo(NpoAct.WRITE_TEXTS):
        raise PermissionDenied
    typed = _typed(request)
    if mistakes := _kept(request, None, typed):
        return _list(request, typed, mistakes)
    flash.success(request, _("Added. Whoever writes it is told from now on."))
    return redirect("npo:desk_words")


@both
@npo(NpoAct.WRITE_TEXTS)
def word(request: NpoRequest, word: int) -> HttpResponse:
    """Change one of them, or take it off."""
    one = AvoidedWord.objects.filter(pk=word).first()
    if one is None:
        raise Http404
    typed = {name: getattr(one, name) for name in LONGEST}
    mistakes: Mistakes = []
    if request.method == "POST":
        if request.POST.get("act") == REMOVE:
            avoided_words.take_off(request.user, one.pk)
            flash.success(request, _("Taken off the list: %(word)s") % {"word": one.word})
            return redirect("npo:desk_words")
        typed = _typed(request)
        mistakes = _kept(request, one.pk, typed)
        if not mistakes:
            flash.success(request, _("Saved."))
            return redirect("npo:desk_words")
    context = {
        "place": "desk",
        "one": one,
        "typed": typed,
        "mistakes": mistakes,
        "wrong": dict(mistakes),
    }
    return TemplateResponse(request, "npo/desk/word.html", context)


def _typed(request: NpoRequest) -> dict[str, str]:
    return {name: tidy_line(request.POST.get(name, "")[:CUT_AT]) for name in LONGEST}


def _kept(request: NpoRequest, word_id: int | None, typed: dict[str, str]) -> Mistakes:
    mistakes: Mistakes = []
    if not typed["word"]:
        mistakes.append(("word", _("Write the word.")))
    for name, most in LONGEST.items():
        if len(typed[name]) > most:
            mistakes.append((name, _("Too long: up to %(most)s characters.") % {"most": most}))
    if mistakes:
        return mistakes
    try:
        avoided_words.keep(request.user, word_id, **typed)
    except ThereAlready:
        return [("word", _("This word is in the list already."))]
    return []


def _list(request: NpoRequest, typed: dict[str, str], mistakes: Mistakes) -> HttpResponse:
    context = {
        "place": "desk",
        "words": avoided_words.listed(),
        "may_write": request.user.may_for_npo(NpoAct.WRITE_TEXTS),
        "typed": typed,
        "mistakes": mistakes,
        "wrong": dict(mistakes),
    }
    return TemplateResponse(request, "npo/desk/words.html", context)
