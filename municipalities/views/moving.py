"""The reader moves to another municipality and takes the date along."""

from django.http import Http404, HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_safe

from kizuna.lib.text import fold_value
from municipalities.access import reader
from municipalities.accounts import client_address
from municipalities.http import ReaderRequest
from municipalities.models import Municipality, Subscription
from municipalities.services import moving
from municipalities.views.leave_forms import Move, email_endpoints


@require_safe
@reader
def choose(request: ReaderRequest) -> HttpResponse:
    """The municipalities that send texts; a box finds one by name."""
    named = fold_value(request.GET.get("name", "")[:40])
    found = list(moving.places_to_move_to(request.municipality, named))
    context = {
        "named": named,
        "places": found[: moving.SHOWN],
        "more": len(found) > moving.SHOWN,
    }
    return TemplateResponse(request, "parent/leave/move.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@reader
def move_to(request: ReaderRequest, to: str) -> HttpResponse:
    """What is handed over, and when the texts from here end; POST hands it over."""
    place = moving.place_to_move_to(request.municipality, to)
    if place is None:
        raise Http404
    running = _running(request)
    known = email_endpoints(request.reader)
    form = Move(
        [one.course for one in running],
        request.POST if request.method == "POST" else None,
        initial={"address": known[0].address if known else ""},
    )
    context = {"place": place, "form": form, "running": running}
    if running and form.is_valid():
        return _handed_over(request, place, form, running)
    status = 400 if form.errors else 200
    return TemplateResponse(request, "parent/leave/move_to.html", context, status=status)


def _handed_over(
    request: ReaderRequest, place: Municipality, form: Move, running: list[Subscription]
) -> HttpResponse:
    typed = form.cleaned_data
    chosen = typed.get("course", running[0].course_id)
    one = next(each for each in running if each.course_id == chosen)
    stopped = typed["when"] == "now"
    moving.hand_over(
        one, place, typed["address"], stop_here=stopped, client=client_address(request)
    )
    context = {"place": place, "stopped": stopped, "more": len(running) > 1, "subscription": one}
    return TemplateResponse(request, "parent/leave/moved.html", context)


def _running(request: ReaderRequest) -> list[Subscription]:
    return list(
        Subscription.objects.filter(reader=request.reader, stopped_at=None, course__closed_at=None)
        .select_related("course", "reader")
        .order_by("pk")
    )
