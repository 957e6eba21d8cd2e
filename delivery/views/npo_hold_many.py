"""All municipalities' sending waits by one act, and many pauses go on together by two persons."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.contrib import messages as flash
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from delivery import holding_many
from delivery.holding import MANY
from delivery.holding_many import Pauses, Wish
from delivery.models import Hold
from delivery.views.words import number
from kizuna.lib import clock
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.http import NpoRequest
from municipalities.services.npo_staff import names

LONGEST = 200
MOST_NAMES = 50


@dataclass(frozen=True, slots=True)
class AskedFor:
    """What one person wants to go on. ``is_mine``: then another has to agree."""

    person: int
    name: str
    reason: str
    pauses: Pauses
    is_mine: bool


@require_http_methods(["GET", "HEAD", "POST"])
@npo(NpoAct.HOLD_RUNS)
def everywhere(request: NpoRequest) -> HttpResponse:
    """Says how many texts wait in how many municipalities, asks for a reason, and holds them all."""
    reason = _reason(request)
    mistakes = _wrong(reason) if request.method == "POST" else []
    if request.method == "POST" and not mistakes:
        count = holding_many.pause_all(request.user, reason)
        if count:
            told = _(
                "On hold in %(count)s municipalities. It stays so until somebody lets it go on."
            )
            flash.success(request, told % {"count": number(count)})
        else:
            flash.info(request, _("Nothing was left to hold: everything is on hold or done."))
        return redirect("npo:holds")
    free = holding_many.free_today(clock.now())
    context = {
        "place": "today",
        "on": clock.today(),
        "towns": len(free),
        "waiting": sum(one.waiting for one in free),
        "many": MANY,
        "typed": reason,
        "mistakes": mistakes,
        "wrong": dict(mistakes),
    }
    status = 422 if mistakes else 200
    return TemplateResponse(request, "npo/holds/everywhere.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@npo(NpoAct.HOLD_RUNS)
def together(request: NpoRequest) -> HttpResponse:
    """Choose which pauses go on, say why, look again; or agree to what somebody else asked for."""
    holds = holding_many.open_pauses(clock.today())
    if request.method != "POST":
        return _page(request, holds)
    act = request.POST.get("act", "")
    if act in {Wish.AGREE, Wish.KEEP}:
        return _answer(request, holds, Wish(act))
    if act not in {"look", "do", "again"}:
        return HttpResponseBadRequest()
    return _page(request, holds) if act == "again" else _go_on(request, holds, act)


def _go_on(request: NpoRequest, holds: Sequence[Hold], act: str) -> HttpResponse:
    """A look at what was chosen; then, if nothing has changed since, do it or ask for it."""
    pauses, reason = _offered(holds).get(request.POST.get("which", "")), _reason(request)
    mistakes = _wrong(reason)
    if pauses is None:
        mistakes.insert(0, ("which", _("Choose what shall go on.")))
    if mistakes or pauses is None:
        return _page(request, holds, mistakes)
    if act == "look":
        return _page(request, holds, sure=pauses)
    if pauses.mark != request.POST.get("mark"):
        return _page(request, holds, [("sure", _moved_on())], sure=pauses)
    wanted = Wish.ASK if pauses.needs_two else Wish.RESUME
    return _done(request, wanted, holding_many.wish(pauses, wanted, request.user, reason))


def _answer(request: NpoRequest, holds: Sequence[Hold], wanted: Wish) -> HttpResponse:
    """A second person agrees, or it shall not go on after all."""
    person = request.POST.get("person", "")
    asked = [one for one in holds if str(one.resume_asked_by_id) == person]
    pauses = holding_many.together(asked)
    if not asked or pauses.mark != request.POST.get("mark"):
        return _page(request, holds, [("asked", _moved_on())])
    if wanted is Wish.AGREE and asked[0].resume_asked_by_id == request.user.pk:
        flash.error(request, _("Somebody else has to agree: you asked for it."), extra_tags="care")
        return redirect("npo:holds_together")
    return _done(request, wanted, holding_many.wish(pauses, wanted, request.user))


def _page(
    request: NpoRequest,
    holds: Sequence[Hold],
    mistakes: Sequence[tuple[str, str]] = (),
    *,
    sure: Pauses | None = None,
) -> HttpResponse:
    context = {
        "place": "today",
        "offered": _offered(holds),
        "asked": _asked(request, holds),
        "any": bool(holds),
        "typed": {"which": request.POST.get("which", "all"), "reason": _reason(request)},
        "mistakes": mistakes,
        "wrong": dict(mistakes),
        "sure": sure,
        "some": sure.towns[:MOST_NAMES] if sure else [],
        "more": max(0, len(sure.towns) - MOST_NAMES) if sure else 0,
        "many": MANY,
    }
    status = 422 if mistakes else 200
    return TemplateResponse(request, "npo/holds/together.html", context, status=status)


def _offered(holds: Sequence[Hold]) -> dict[str, Pauses]:
    """What nobody has asked to let go on: all of it, and what the program held after a restore."""
    free = [one for one in holds if one.resume_asked_by_id is None]
    restored = [one for one in free if one.asked_by_id is None]
    found = {"all": free, "restored": restored if len(restored) < len(free) else []}
    return {which: holding_many.together(some) for which, some in found.items() if some}


def _asked(request: NpoRequest, holds: Sequence[Hold]) -> list[AskedFor]:
    people: dict[int, list[Hold]] = {}
    for one in holds:
        if one.resume_asked_by_id is not None:
            people.setdefault(one.resume_asked_by_id, []).append(one)
    who = names(set(people))
    return [
        AskedFor(
            person,
            who.get(person, ""),
            " / ".join(dict.fromkeys(one.resume_reason for one in some)),
            holding_many.together(some),
            person == request.user.pk,
        )
        for person, some in people.items()
    ]


def _done(request: NpoRequest, wanted: Wish, count: int) -> HttpResponse:
    told = {
        Wish.ASK: _("Asked for: %(count)s holds. A second person has to agree before they go on."),
        Wish.KEEP: _("%(count)s holds stay as they are."),
    }.get(wanted, _("%(count)s holds are lifted. Sending begins again within a minute."))
    flash.success(request, told % {"count": number(count)})
    return redirect("npo:holds_together" if wanted is Wish.ASK else "npo:holds")


def _reason(request: NpoRequest) -> str:
    return request.POST.get("reason", "").replace("\0", "").strip()


def _wrong(reason: str) -> list[tuple[str, str]]:
    if not reason:
        return [("reason", _("Write a reason. The municipality reads it in its records."))]
    if len(reason) > LONGEST:
        sentence = _("The reason may have %(most)s characters; it has %(count)s.")
        return [("reason", sentence % {"most": LONGEST, "count": len(reason)})]
    return []


def _moved_on() -> str:
    return _("It has changed since you looked. This is how it stands now.")
