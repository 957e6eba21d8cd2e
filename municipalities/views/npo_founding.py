"""A municipality begins: looked up in the state's register, a short form, the manager invited."""

from smtplib import SMTPException

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import MunicipalityKind
from municipalities.http import NpoRequest
from municipalities.models import LocalGovernment
from municipalities.services import founding
from municipalities.views.npo_found import told
from municipalities.views.npo_founding_form import FoundingForm


@require_safe
@npo(NpoAct.MANAGE_MUNICIPALITIES)
def search(request: NpoRequest) -> HttpResponse:
    """The register by name, reading or code; who is there already is said."""
    asked = request.GET.get("q", "")[:80]
    rows = founding.search(asked)
    there = founding.already_there([row.code for row in rows])
    context = {
        "place": "municipalities",
        "asked": asked,
        "rows": [(row, there.get(row.code)) for row in rows[: founding.MOST_FOUND]],
        "more": len(rows) > founding.MOST_FOUND,
        "empty": founding.register_is_empty(),
    }
    return TemplateResponse(request, "npo/municipalities/search.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@npo(NpoAct.MANAGE_MUNICIPALITIES)
def found(request: NpoRequest) -> HttpResponse:
    """The form, filled in from the register as far as it goes."""
    row = _row(request.GET.get("code", ""))
    code = row.code if row else ""
    if request.method != "POST":
        return _page(request, FoundingForm(initial=_initial(row), code=code), row)
    form = FoundingForm(request.POST, code=code)
    if not form.is_valid():
        return _page(request, form, row)
    try:
        made = founding.found(form.founding(), request.user)
    except founding.SlugTaken:
        form.add_error("slug", _("Somebody took this short name a moment ago. Choose another one."))
        return _page(request, form, row)
    except (OSError, SMTPException):
        form.add_error("manager_email", _no_mail())
        return _page(request, form, row)
    flash.success(request, _("%(name)s is written down.") % {"name": made.name})
    return redirect("npo:municipality", made.slug)


def _no_mail() -> str:
    return _("The mail could not be sent, so nothing was changed. Please try again in a while.")


def _row(code: str) -> LocalGovernment | None:
    if not code:
        return None
    found = LocalGovernment.objects.filter(pk=code[:6]).first()
    if found is None:
        raise Http404
    return found


def _initial(row: LocalGovernment | None) -> dict[str, str]:
    if row is None:
        return {"kind": MunicipalityKind.HOSPITAL}
    return {
        "name": founding.full_name(row),
        "kind": founding.kind_of(row),
        "slug": founding.proposed_slug(row),
    }


def _page(request: NpoRequest, form: FoundingForm, row: LocalGovernment | None) -> HttpResponse:
    mistakes = told(form)
    context = {"place": "municipalities", "form": form, "row": row, "mistakes": mistakes}
    status = 400 if mistakes else 200
    return TemplateResponse(request, "npo/municipalities/found.html", context, status=status)
