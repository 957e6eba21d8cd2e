"""Stopping, taking it back, and ending a course: the pages behind the stop link of every text."""

from collections.abc import Callable
from functools import wraps

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST

from kizuna.lib import tokens
from municipalities.access import parent, reader
from municipalities.http import ParentRequest, ReaderRequest
from municipalities.models import Subscription
from municipalities.services import ending, withdraw

# RFC 8058: what a mail program posts when its own "unsubscribe" is pressed. Our page's one button
# posts the same, so there is one way to stop and no other body does it.
ONE_CLICK = ("List-Unsubscribe", "One-Click")

ByLink = Callable[[ParentRequest, str, Subscription], HttpResponse]


def by_link(view: ByLink) -> Callable[[ParentRequest, str], HttpResponse]:
    """Read the link's token; without a subscription behind it, the page that helps on.

    The same page for forged, foreign and forgotten links: nothing can be found out by trying.
    """

    @wraps(view)
    def enter(request: ParentRequest, token: str) -> HttpResponse:
        try:
            found = _subscription(request, token)
        except (tokens.TokenRefused, Subscription.DoesNotExist):
            return TemplateResponse(request, "parent/link_unusable.html", status=404)
        return view(request, stop_token(found), found)

    return enter


# No CSRF token: the link itself is the right to stop, mail programs post without cookies, and
# somebody whose browser refuses cookies must be able to stop as well.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@parent
@by_link
def stop(request: ParentRequest, token: str, one: Subscription) -> HttpResponse:
    """GET shows one button and changes nothing (mail scanners open every link); POST stops."""
    if _pressed(request):
        withdraw.stop_subscription(one.pk)
        one.refresh_from_db()
    if one.stopped_at is not None:
        return _stopped(request, token, one)
    return _asked(request, one)


@require_POST
@parent
@by_link
def stop_everything(request: ParentRequest, token: str, one: Subscription) -> HttpResponse:
    """The other children as well; then the page that says so."""
    withdraw.stop_everything(one.pk)
    return _to("parent:stop", request, token)


@require_http_methods(["GET", "HEAD", "POST"])
@parent
@by_link
def undo(request: ParentRequest, token: str, one: Subscription) -> HttpResponse:
    """POST takes the stop back within a week. GET, and later: how to come back."""
    undone = request.method == "POST" and withdraw.undo_stop(one.pk)
    one = Subscription.objects.select_related("course").get(pk=one.pk)
    context = {
        "token": token,
        "undone": undone or (one.stopped_at is None and one.course.closed_at is None),
        "can_undo": withdraw.can_undo(one),
    }
    return TemplateResponse(request, "parent/leave/undone.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@parent
@by_link
def loss(request: ParentRequest, token: str, one: Subscription) -> HttpResponse:
    """For somebody who has lost a child. Opening it changes nothing; it asks for no reason."""
    match request.POST.get("do") if request.method == "POST" else None:
        case "end":
            ending.end_for_reader(one.pk, others="others" in request.POST)
            return _to("parent:loss", request, token)
        case "fewer":
            fewer = ending.one_child_fewer(one.pk)
            return TemplateResponse(request, "parent/leave/fewer.html", {"fewer": fewer})
    context = {
        "token": token,
        "stopped": one.stopped_at is not None or one.course.closed_at is not None,
        "ended": one.course.closed_at is not None,
        "siblings": withdraw.also_running(one),
        "children": one.course.children,
        "invited": ending.was_invited(one),
        "asks_about_others": ending.asks_about_others(one),
        "help": request.municipality.loss_help.strip(),
    }
    return TemplateResponse(request, "parent/leave/loss.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@reader
def my_stop(request: ReaderRequest, subscription: int) -> HttpResponse:
    """The same page from the reader's own one."""
    one = Subscription.objects.filter(reader=request.reader, pk=subscription).first()
    if one is None:
        raise Http404
    if _pressed(request):
        withdraw.stop_subscription(one.pk, source="own_page")
        return _to("parent:stop", request, stop_token(one))
    if one.stopped_at is not None:
        return _to("parent:stop", request, stop_token(one))
    return _asked(request, one, protected=True)


def stop_token(one: Subscription) -> str:
    """The token of the stop link that stands under every text of this subscription."""
    return tokens.sign("stop", one.municipality_id, one.pk)


def _pressed(request: ParentRequest) -> bool:
    name, value = ONE_CLICK
    return request.method == "POST" and request.POST.get(name) == value


def _asked(
    request: ParentRequest, one: Subscription, *, protected: bool = False
) -> TemplateResponse:
    name, value = ONE_CLICK
    context = {
        "name": name,
        "value": value,
        "others": withdraw.also_running(one),
        "protected": protected,
    }
    status = 400 if request.method == "POST" else 200
    return TemplateResponse(request, "parent/stop.html", context, status=status)


def _stopped(request: ParentRequest, token: str, one: Subscription) -> TemplateResponse:
    context = {
        "token": token,
        "can_undo": withdraw.can_undo(one),
        "others": withdraw.also_running(one),
    }
    return TemplateResponse(request, "parent/stopped.html", context)


def _to(name: str, request: ParentRequest, token: str) -> HttpResponse:
    return redirect(name, request.municipality.slug, token)


def _subscription(request: ParentRequest, token: str) -> Subscription:
    """Raises ``TokenRefused`` or ``Subscription.DoesNotExist``."""
    # A mail program may take the sign after the link for a part of it.
    ids = tokens.read("stop", token.rstrip("/>.。)）、 "))
    if len(ids) != 2 or ids[0] != request.municipality.pk:
        raise tokens.TokenRefused
    return Subscription.objects.select_related("course").get(pk=ids[1])
