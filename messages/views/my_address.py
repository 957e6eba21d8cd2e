"""Another e-mail address. Whoever picked up the telephone does not know the present one."""

from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods

from messages.views.signup_form import LONGEST, sentences
from municipalities.access import reader
from municipalities.accounts import client_address
from municipalities.domain.addresses import AddressProblem, Email, normalise_email, suggest
from municipalities.domain.signup import Mistake
from municipalities.domain.words import EndpointKind
from municipalities.http import ReaderRequest
from municipalities.models import Endpoint
from municipalities.services.changing import ask_for_new_address, is_present_address
from municipalities.services.following import present_endpoint


@require_http_methods(["GET", "HEAD", "POST"])
@reader
def address(request: ReaderRequest) -> HttpResponse:
    """The old address goes on until the new one has confirmed itself by its mail."""
    endpoint = present_endpoint(request.reader)
    if endpoint is None or endpoint.kind != EndpointKind.EMAIL:
        return TemplateResponse(request, "parent/my/address_line.html")
    if request.method != "POST":
        return _form(request)
    present, new = (request.POST.get(name, "")[:LONGEST] for name in ("present", "new"))
    wished = _judged(endpoint, present, new)
    if isinstance(wished, list):
        return _form(request, present, new, wished)
    ask_for_new_address(request.municipality, request.reader, wished, client_address(request))
    context = {"address": wished.address, "suggestion": suggest(wished.address)}
    return TemplateResponse(request, "parent/my/address_sent.html", context)


def _judged(endpoint: Endpoint, present: str, new: str) -> Email | list[Mistake]:
    mistakes = []
    try:
        if not is_present_address(endpoint, normalise_email(present)):
            mistakes.append(
                Mistake(
                    "present",
                    "not_present",
                    "いまおたよりが届いているアドレスと違います。届いたメールのあて先を見ると確かめられます。",
                    "This is not the address that receives the texts. Look it up in a mail.",
                )
            )
    except AddressProblem as problem:
        mistakes.append(Mistake.of("present", problem))
    try:
        wished = normalise_email(new)
    except AddressProblem as problem:
        return [*mistakes, Mistake.of("new", problem)]
    if not mistakes and is_present_address(endpoint, wished):
        mistakes.append(
            Mistake(
                "new",
                "the_same",
                "いまのアドレスと同じです。新しいアドレスを入れてください。",
                "This is the present address. Enter the new one.",
            )
        )
    return mistakes or wished


def _form(
    request: ReaderRequest, present: str = "", new: str = "", mistakes: list[Mistake] | None = None
) -> TemplateResponse:
    told = sentences(mistakes or ())
    context = {
        "present": present,
        "new": new,
        "mistakes": told,
        "wrong": dict(told),
    }
    status = 400 if told else 200
    return TemplateResponse(request, "parent/my/address.html", context, status=status)
