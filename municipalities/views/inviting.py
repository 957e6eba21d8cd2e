"""A reader hands out links to the own course, and takes them back."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.views.decorators.http import require_http_methods, require_POST

from kizuna.lib import clock
from municipalities.access import reader
from municipalities.http import ReaderRequest
from municipalities.models import Course
from municipalities.services import inviting
from municipalities.views.leave_forms import Invite


@require_http_methods(["GET", "HEAD", "POST"])
@reader
def invite(request: ReaderRequest) -> HttpResponse:
    """The own invitations; POST makes one and shows its link, this once."""
    courses = inviting.courses_to_share(request.reader)
    form = Invite(courses, request.POST if request.method == "POST" else None)
    full = not inviting.may_invite(request.reader)
    link = ""
    if courses and not full and form.is_valid():
        link = inviting.invite(request.municipality, request.reader, _chosen(form, courses))
        form = Invite(courses)
    context = {
        "form": form,
        "courses": courses,
        "full": full,
        "link": link,
        "invitations": inviting.own_invitations(request.reader),
        "now": clock.now(),
        "uses": inviting.USES,
        "days": inviting.DAYS,
    }
    status = 400 if form.errors else 200
    return TemplateResponse(request, "parent/leave/invite.html", context, status=status)


@require_POST
@reader
def revoke(request: ReaderRequest, invitation: int) -> HttpResponse:
    """Take one link back. Who came in by it before stays, and learns nothing."""
    inviting.revoke(request.reader, invitation)
    return redirect("parent:invite", request.municipality.slug)


def _chosen(form: Invite, courses: list[Course]) -> Course:
    chosen = form.cleaned_data.get("course", courses[0].pk)
    return next(one for one in courses if one.pk == chosen)
