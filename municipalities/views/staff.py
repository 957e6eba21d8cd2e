"""Who works here: the list, invitations, roles. For managers."""

from smtplib import SMTPException

from django.contrib import messages as flash
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from kizuna.lib import clock
from municipalities.access import console
from municipalities.domain.addresses import AddressProblem, normalise_email
from municipalities.domain.roles import Act, Role
from municipalities.http import ConsoleRequest
from municipalities.services import staff
from municipalities.views.leave_forms import in_words
from municipalities.views.staff_words import refusal_words, role_choices

both = require_http_methods(["GET", "HEAD", "POST"])

LONGEST_NAME = 40
LONGEST_DUTIES = 60
FIELDS = ("name", "email", "role", "duties")

Told = list[tuple[str, str]]


@both
@console(Act.MANAGE)
def people(request: ConsoleRequest) -> HttpResponse:
    """Everybody who works here, who is invited, and the form that invites."""
    if request.method != "POST":
        return _page(request, {"role": Role.EDITOR.value}, [])
    typed = {name: request.POST.get(name, "").strip()[:1001] for name in FIELDS}
    told, email = _judged(typed)
    if told:
        return _page(request, typed, told)
    try:
        staff.invite(
            request.municipality,
            request.user,
            email=email,
            name=typed["name"],
            role=Role(typed["role"]),
            duties=typed["duties"],
        )
    except staff.Refused as refused:
        return _page(request, typed, [("email", refusal_words(refused.code))])
    except (OSError, SMTPException):
        return _page(request, typed, [("email", _no_mail())])
    flash.success(request, _("The invitation is on its way."))
    return redirect("console:staff", request.municipality.slug)


@both
@console(Act.MANAGE)
def person(request: ConsoleRequest, member: int) -> HttpResponse:
    """One colleague: another role, other duties, or off the list."""
    one = staff.member(member)
    if one is None:
        raise Http404
    if request.method != "POST":
        return _person(request, member, one.role, one.duties, [])
    wish = request.POST.get("wish", "")
    role, duties = request.POST.get("role", ""), request.POST.get("duties", "").strip()
    told = [] if wish == "remove" else _about_role(role, duties)
    if told:
        return _person(request, member, role, duties, told)
    try:
        if wish == "remove":
            staff.remove(request.municipality, request.user, member)
            flash.success(request, _("%(name)s does not work here any more.") % {"name": one.user})
        else:
            staff.change(request.municipality, request.user, member, Role(role), duties)
            flash.success(request, _("Changed."))
    except staff.Refused as refused:
        return _person(
            request, member, one.role, one.duties, [("top", refusal_words(refused.code))]
        )
    return redirect("console:staff", request.municipality.slug)


@require_POST
@console(Act.MANAGE)
def invitation(request: ConsoleRequest, invitation: int) -> HttpResponse:
    """Send an invitation once more, or take it back."""
    if request.POST.get("wish") == "revoke":
        staff.revoke(request.municipality, request.user, invitation)
        flash.success(request, _("The invitation is taken back. Its link works no more."))
    else:
        try:
            staff.invite_again(request.municipality, request.user, invitation)
            flash.success(request, _("The invitation is on its way."))
        except (OSError, SMTPException):
            flash.error(request, _no_mail())
    return redirect("console:staff", request.municipality.slug)


def _judged(typed: dict[str, str]) -> tuple[Told, str]:
    """What is to be mended, and the address in its one spelling."""
    told: Told = []
    email = ""
    if not typed["name"] or len(typed["name"]) > LONGEST_NAME:
        told.append(("name", _("Write the name in at most %(most)s characters.") % _most_name()))
    try:
        email = normalise_email(typed["email"]).key
    except AddressProblem as problem:
        told.append(("email", in_words(problem)))
    return told + _about_role(typed["role"], typed["duties"]), email


def _about_role(role: str, duties: str) -> Told:
    told: Told = []
    if role not in set(Role):
        told.append(("role-viewer", _("Choose a role.")))
    if len(duties) > LONGEST_DUTIES:
        sentence = _("Write the duties in at most %(most)s characters.")
        told.append(("duties", sentence % {"most": LONGEST_DUTIES}))
    return told


def _most_name() -> dict[str, int]:
    return {"most": LONGEST_NAME}


def _no_mail() -> str:
    return _("The mail could not be sent, so nothing was changed. Please try again in a while.")


def _page(request: ConsoleRequest, typed: dict[str, str], told: Told) -> HttpResponse:
    context = {
        "place": "staff",
        "members": [(one, Role(one.role)) for one in staff.members()],
        "invitations": [(one, Role(one.role)) for one in staff.waiting()],
        "now": clock.now(),
        "roles": role_choices(),
        "typed": typed,
        "mistakes": told,
        "wrong": dict(told),
        "wrong_role": dict(told).get("role-viewer", ""),
        "networks": request.municipality.allowed_networks,
    }
    status = 400 if told else 200
    return TemplateResponse(request, "console/staff/list.html", context, status=status)


def _person(
    request: ConsoleRequest, member: int, role: str, duties: str, told: Told
) -> HttpResponse:
    one = staff.member(member)
    if one is None:
        return redirect("console:staff", request.municipality.slug)
    context = {
        "place": "staff",
        "member": one,
        "is_self": one.user_id == request.user.pk,
        "roles": role_choices(),
        "typed": {"role": role, "duties": duties},
        "mistakes": told,
        "wrong": dict(told),
        "wrong_role": dict(told).get("role-viewer", ""),
    }
    status = 400 if told else 200
    return TemplateResponse(request, "console/staff/person.html", context, status=status)
