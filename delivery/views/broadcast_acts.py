"""One step on a broadcast: ask, agree, send back, pause, stop; and a test to colleagues."""

import smtplib
from collections.abc import Callable
from datetime import datetime
from email.utils import formataddr

from django.conf import settings
from django.contrib import messages as flash
from django.core.exceptions import PermissionDenied
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.http import HttpResponse, HttpResponseBadRequest
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from delivery import broadcasting
from delivery.broadcast_reach import Reach
from delivery.channels.protocol import MY_URL, STOP_URL
from delivery.service_words import service_sender
from delivery.views.broadcasts import reach_of, shown, urgent_reach_of
from kizuna.lib import clock
from messages.models import Broadcast
from messages.services import broadcast_drafts as drafts
from messages.services import broadcasts
from messages.services.broadcast_text import compose_broadcast
from messages.services.broadcasts import Approval, Refused, Stale
from messages.views.broadcast_drafts import found
from messages.views.broadcast_words import moved_on_words, obstacle_words
from municipalities.access import console
from municipalities.domain.roles import Act
from municipalities.http import ConsoleRequest
from municipalities.models import Membership, Municipality
from municipalities.services import audit

MOST_TESTERS = 10
TEST = "【テスト】"
# Everything else may be done by whoever writes: holding it up as well, but not letting it go on.
_FOR_APPROVERS = frozenset({"check", "approve", "urgent", "send_back", "confirm", "resume"})
Step = Callable[[], object]


@require_POST
@console(Act.WRITE_BLOCKS)
def act(request: ConsoleRequest, broadcast: int) -> HttpResponse:
    """Do what the pressed button says; a refusal is told on the broadcast's own page."""
    name = request.POST.get("act", "")
    if name in _FOR_APPROVERS and not request.seat.may(Act.APPROVE_BLOCKS):
        raise PermissionDenied
    one = found(broadcast)
    note = request.POST.get("note", "").replace("\0", "").strip()[:1000]
    step = _steps(request, one, note).get(name)
    if step is None:
        return HttpResponseBadRequest()
    try:
        with transaction.atomic():
            step()
    except Refused as error:
        return shown(request, found(broadcast), obstacle_words(error.obstacle), note)
    except Stale:
        return shown(request, found(broadcast), moved_on_words(), note)
    flash.success(request, _done(name))
    return redirect("console:broadcast", request.municipality.slug, one.pk)


@require_POST
@console(Act.WRITE_BLOCKS)
def correct(request: ConsoleRequest, broadcast: int) -> HttpResponse:
    """A draft to exactly those who received this one."""
    one = found(broadcast)
    try:
        if broadcasting.is_pending(one):
            raise Refused(broadcasts.Obstacle.NOT_NOW)
        made = drafts.correct(request.municipality, one.pk, request.user)
    except Refused as error:
        return shown(request, one, obstacle_words(error.obstacle))
    return redirect("console:broadcast_what", request.municipality.slug, made.pk)


@require_POST
@console(Act.WRITE_BLOCKS)
def test(request: ConsoleRequest, broadcast: int) -> HttpResponse:
    """Send it to colleagues as a mail. It is counted nowhere, and no reader gets it."""
    one = found(broadcast)
    chosen = set(request.POST.getlist("tester"))
    people = [
        membership.user
        for membership in Membership.objects.select_related("user")
        if str(membership.user_id) in chosen and membership.user.is_active
    ][:MOST_TESTERS]
    if not people:
        return shown(request, one, _("Choose at least one colleague for the test."))
    mail = _test_mail(request.municipality, one)
    try:
        for person in people:
            mail.to = [person.email]
            mail.send()
    except (OSError, smtplib.SMTPException):
        return shown(request, one, _("The mail server did not take the test. Try again later."))
    audit.note(
        request.municipality,
        request.user,
        "broadcast.tested",
        about=f"broadcast {one.pk}",
        count=len(people),
    )
    flash.success(request, _("The test is on its way."))
    return redirect("console:broadcast", request.municipality.slug, one.pk)


def _steps(request: ConsoleRequest, one: Broadcast, note: str) -> dict[str, Step]:
    by, pk = request.user, one.pk
    typed = request.POST.get("revision", "")
    revision = int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 10 else 0

    def approval(reach: Callable[[Broadcast, datetime], Reach] = reach_of) -> Approval:
        return Approval(revision, reach(one, clock.now()).total, note)

    return {
        "ask": lambda: broadcasts.ask(pk, revision, by, note),
        "check": lambda: broadcasts.check(pk, revision, by, note),
        "approve": lambda: broadcasts.approve(pk, by, approval()),
        "urgent": lambda: broadcasts.approve_urgently(pk, by, approval(urgent_reach_of)),
        "send_back": lambda: broadcasts.send_back(pk, revision, by, note),
        "take_back": lambda: broadcasts.take_back(pk, by, note),
        "withdraw": lambda: broadcasts.withdraw(pk, by, note),
        "confirm": lambda: broadcasts.confirm(pk, by, note),
        "pause": lambda: broadcasting.pause(pk, by),
        "resume": lambda: broadcasting.resume(pk, by),
        "stop": lambda: broadcasting.stop(pk, by, note),
    }


def _done(name: str) -> str:
    return {
        "ask": _("Asked for approval."),
        "check": _("Checked. A further person approves it."),
        "approve": _(
            "Approved. It leaves after the waiting time; until then it can be taken back."
        ),
        "urgent": _("Approved as urgent. A second person confirms it afterwards."),
        "send_back": _("Sent back to its writer."),
        "take_back": _("Taken back. It is a draft again, and nobody has received anything."),
        "withdraw": _("Withdrawn. Nobody receives it."),
        "confirm": _("Confirmed."),
        "pause": _("Paused. Nobody receives it until it goes on."),
        "resume": _("It goes on."),
        "stop": _("Stopped. Whoever has not received it does not receive it."),
    }[name]


def _test_mail(municipality: Municipality, one: Broadcast) -> EmailMultiAlternatives:
    rendered = compose_broadcast(one, municipality, clock.today())
    page = f"{settings.PUBLIC_BASE_URL}/m/{municipality.slug}/"
    text, html = (
        form.replace(STOP_URL, page).replace(MY_URL, page)
        for form in (rendered.mail_text, rendered.mail_html)
    )
    sender = service_sender(municipality)
    mail = EmailMultiAlternatives(
        subject=f"{TEST}{rendered.subject}",
        body=text,
        from_email=formataddr((sender.name, sender.address)),
    )
    mail.attach_alternative(html, "text/html")
    return mail
