"""The error pages: the same for every municipality and everybody, and kept by no cache."""

from django.http import HttpRequest, HttpResponse
from django.template.loader import render_to_string
from django.utils.cache import add_never_cache_headers


def bad_request(request: HttpRequest, exception: Exception) -> HttpResponse:
    """400: the browser sent something that makes no sense."""
    del request, exception
    return _page(400)


def forbidden(request: HttpRequest, exception: Exception) -> HttpResponse:
    """403: logged in, but not for this."""
    del request, exception
    return _page(403)


def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """404: no such page, or not for this person; which of the two is not told."""
    del request, exception
    return _page(404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500: our fault. Asks neither database nor session: they may be what is broken."""
    del request
    return _page(500)


def _page(status: int) -> HttpResponse:
    response = HttpResponse(render_to_string(f"{status}.html"), status=status)
    add_never_cache_headers(response)
    return response
