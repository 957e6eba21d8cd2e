"""The pages a municipality's readers reach from every text."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from kizuna.lib import tokens
from municipalities.access import parent
from municipalities.http import ParentRequest
from municipalities.models import Subscription
from municipalities.services.withdraw import stop_subscription
from municipalities.views.colour import Brand

# RFC 8058: what a mail program posts when its own "unsubscribe" is pressed. Our page's one button
# posts the same, so there is one way to stop and no other body does it.
ONE_CLICK = ("List-Unsubscribe", "One-Click")


@require_safe
@parent
def landing(request: ParentRequest) -> HttpResponse:
    """The service's name, what it is, whom to ask."""
    return TemplateResponse(request, "parent/landing.html")


@require_safe
@parent
def brand(request: ParentRequest) -> HttpResponse:
    """The municipality's colour as a stylesheet: inline styles are closed by policy."""
    css = Brand.of(request.municipality.brand_colour).css()
    return HttpResponse(
        css,
        content_type="text/css; charset=utf-8",
        headers={"Cache-Control": "public, max-age=300"},
    )


# No CSRF token: the link itself is the right to stop, mail programs post without cookies, and
# somebody whose browser refuses cookies must be able to stop as well.
@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@parent
def stop(request: ParentRequest, token: str) -> HttpResponse:
    """GET shows one button and changes nothing (mail scanners open every link); POST stops."""
    try:
        subscription = _subscription(request, token)
    except (tokens.TokenRefused, Subscription.DoesNotExist):
        # The same page for forged, foreign and forgotten links: nothing can be found out by trying.
        response = TemplateResponse(request, "parent/link_unusable.html", status=404)
    else:
        response = _asked(request, subscription)
    # The address of this page is a key; it goes to no other site.
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


def _asked(request: ParentRequest, subscription: Subscription) -> TemplateResponse:
    name, value = ONE_CLICK
    if request.method == "POST" and request.POST.get(name) == value:
        stop_subscription(subscription.pk)
        return TemplateResponse(request, "parent/stopped.html")
    if subscription.stopped_at is not None:
        return TemplateResponse(request, "parent/stopped.html")
    context = {"name": name, "value": value}
    status = 400 if request.method == "POST" else 200
    return TemplateResponse(request, "parent/stop.html", context, status=status)


def _subscription(request: ParentRequest, token: str) -> Subscription:
    """Raises ``TokenRefused`` or ``Subscription.DoesNotExist``."""
    # A mail program may take the sign after the link for a part of it.
    ids = tokens.read("stop", token.rstrip("/>.。)）、 "))
    if len(ids) != 2 or ids[0] != request.municipality.pk:
        raise tokens.TokenRefused
    return Subscription.objects.get(pk=ids[1])
