"""Who speaks in broadcasts: name, duty, picture."""

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from messages.models import Persona
from messages.services import personas
from messages.services.personas import Wish
from messages.views.day_in_words import in_english
from municipalities.access import console
from municipalities.domain.png import PictureProblem
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest

both = require_http_methods(["GET", "HEAD", "POST"])
# Read no further than what says for certain that the file is too large.
MOST_READ = 100_000


@require_safe
@console(Act.SEE_TEXTS)
def listing(request: ConsoleRequest) -> HttpResponse:
    """All of them; those who speak no more at the end."""
    context = {
        "place": "broadcasts",
        "personas": Persona.objects.order_by("-is_active", "name", "pk"),
        "may_write": request.seat.may(Act.WRITE_BLOCKS),
    }
    return TemplateResponse(request, "console/broadcasts/personas.html", context)


@both
@console(Act.WRITE_BLOCKS)
def new(request: ConsoleRequest) -> HttpResponse:
    """Somebody who has not spoken yet."""
    return _form(request, None)


@both
@console(Act.WRITE_BLOCKS)
def edit(request: ConsoleRequest, persona: int) -> HttpResponse:
    """Another name, duty or picture, from the next broadcast on."""
    return _form(request, _found(persona))


@require_safe
@console(Act.SEE_TEXTS)
def picture(request: ConsoleRequest, persona: int) -> HttpResponse:
    """A PNG and never anything else, whatever a browser may take it for."""
    del request
    found = bytes(_found(persona).picture)
    if not found:
        raise Http404
    return HttpResponse(
        found, content_type="image/png", headers={"X-Content-Type-Options": "nosniff"}
    )


def _form(request: ConsoleRequest, persona: Persona | None) -> HttpResponse:
    wish = Wish(persona.name, persona.duty, persona.is_active) if persona else Wish("", "", True)
    mistakes: list[tuple[str, str]] = []
    if request.method == "POST":
        wish = _typed(request)
        if not wish.name:
            mistakes = [("name", _("Enter a name."))]
        else:
            try:
                pk = persona.pk if persona else None
                may = request.seat.may(Act.APPROVE_BLOCKS)
                personas.save(request.municipality, pk, wish, request.user, may_approve=may)
            except personas.NeedsApprover:
                mistakes = [
                    ("name", _("An approved broadcast goes out under this name. Ask an approver."))
                ]
            except PictureProblem as problem:
                mistakes = [("picture", problem.message_en if in_english() else problem.message_ja)]
            else:
                flash.success(request, _("Saved."))
                return redirect("console:personas", request.municipality.slug)
    context = {"place": "broadcasts", "persona": persona, "wish": wish, "mistakes": mistakes}
    status = 400 if mistakes else 200
    return TemplateResponse(request, "console/broadcasts/persona.html", context, status=status)


def _typed(request: ConsoleRequest) -> Wish:
    uploaded = request.FILES.get("picture")
    content = uploaded.read(MOST_READ) if uploaded else None
    if content is None and request.POST.get("without_picture"):
        content = b""
    return Wish(
        request.POST.get("name", ""),
        request.POST.get("duty", ""),
        request.POST.get("is_active") == "yes",
        content,
    ).tidied()


def _found(pk: int) -> Persona:
    found = Persona.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    return found
