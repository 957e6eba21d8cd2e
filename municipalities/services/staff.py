"""Who works in a municipality: invited by a link, given a role, taken off again.

Inside ``in_municipality``. Whatever happens to rights is noted in the same transaction.
"""

from datetime import timedelta

from django.conf import settings
from django.core.mail import send_mail
from django.db import transaction
from django.template.loader import render_to_string
from django.urls import reverse

from kizuna.lib import clock, tokens
from municipalities.domain.roles import Act, Role, may
from municipalities.models import Membership, Municipality, StaffInvitation, StaffUser
from municipalities.services.audit import note

DAYS = 7
"""An invitation works this long."""

PURPOSE = "staff"


class Refused(Exception):
    """Not possible as things are; ``code`` says why, the page has the words."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def members() -> list[Membership]:
    """Everybody who works here, by name."""
    return list(Membership.objects.select_related("user").order_by("user__name", "pk"))


def member(number: int) -> Membership | None:
    """One of them; None where nobody here has that number."""
    return Membership.objects.select_related("user").filter(pk=number).first()


def waiting() -> list[StaffInvitation]:
    """Invitations that nobody has taken up yet, the newest first; also those that ran out."""
    return list(StaffInvitation.objects.filter(accepted_at=None, revoked_at=None).order_by("-pk"))


def invite(
    municipality: Municipality,
    by: StaffUser,
    *,
    email: str,
    name: str,
    role: Role,
    duties: str,
) -> StaffInvitation:
    """Write the invitation down and mail its link.

    Raises:
        Refused: ``member``, ``invited``.
        OSError, SMTPException: the mail could not be handed over; nothing is written.
    """
    with transaction.atomic():
        if Membership.objects.filter(user__email=email).exists():
            raise Refused("member")
        if any(one.email == email for one in waiting()):
            raise Refused("invited")
        made = StaffInvitation.objects.create(
            municipality=municipality,
            email=email,
            name=name,
            role=role,
            duties=duties,
            invited_by=by,
            expires_at=clock.now() + timedelta(days=DAYS),
        )
        note(municipality, by, "staff.invited", about=f"invitation {made.pk}", role=role.value)
        _mail(municipality, by, made)
        return made


def invite_again(municipality: Municipality, by: StaffUser, invitation_id: int) -> None:
    """Send the link once more, good for another week. Taken up or revoked meanwhile: nothing.

    Raises:
        OSError, SMTPException: the mail could not be handed over; nothing is written.
    """
    with transaction.atomic():
        one = _held(invitation_id)
        if one is None:
            return
        one.expires_at = clock.now() + timedelta(days=DAYS)
        one.save(update_fields=["expires_at"])
        note(municipality, by, "staff.invited_again", about=f"invitation {one.pk}")
        _mail(municipality, by, one)


def revoke(municipality: Municipality, by: StaffUser, invitation_id: int) -> None:
    """The link works no more. Repeating it changes nothing."""
    with transaction.atomic():
        one = _held(invitation_id)
        if one is None:
            return
        one.revoked_at = clock.now()
        one.save(update_fields=["revoked_at"])
        note(municipality, by, "staff.invitation_revoked", about=f"invitation {one.pk}")


def read_link(token: str) -> tuple[int, int]:
    """The municipality and the invitation a link names. Raises TokenRefused."""
    ids = tokens.read(PURPOSE, token)
    if len(ids) != 2:
        raise tokens.TokenRefused
    return ids[0], ids[1]


def usable(invitation_id: int) -> StaffInvitation | None:
    """The invitation, if it can still be taken up."""
    return (
        StaffInvitation.objects.filter(
            pk=invitation_id, accepted_at=None, revoked_at=None, expires_at__gt=clock.now()
        )
        .select_related("municipality", "invited_by")
        .first()
    )


def join(invitation_id: int, user: StaffUser) -> bool:
    """Give the invited person the role, once. False where the link has ended meanwhile.

    Who is a member by now, by another link, keeps the role of before.
    """
    with transaction.atomic():
        one = _held(invitation_id)
        if one is None or one.expires_at <= clock.now() or one.email != user.email:
            return False
        one.accepted_at = clock.now()
        one.save(update_fields=["accepted_at"])
        Membership.objects.get_or_create(
            municipality_id=one.municipality_id,
            user=user,
            defaults={"role": one.role, "duties": one.duties},
        )
        note(one.municipality, user, "staff.joined", about=f"invitation {one.pk}", role=one.role)
        return True


def change(municipality: Municipality, by: StaffUser, number: int, role: Role, duties: str) -> None:
    """Another role or other duties.

    Raises:
        Refused: ``self``, ``last_manager``, ``gone``, ``not_manager``.
    """
    with transaction.atomic():
        one = _alone(by, number)
        if one.role == role and one.duties == duties:
            return
        if one.role != role:
            _never_the_last(one, role)
        before, one.role, one.duties = one.role, role, duties
        one.save(update_fields=["role", "duties"])
        about = f"staff {one.user_id}"
        note(municipality, by, "staff.role_changed", about=about, before=before, after=role.value)
        if not may(role, Act.MANAGE):
            _end_invitations_of(municipality, by, one.user_id)


def remove(municipality: Municipality, by: StaffUser, number: int) -> None:
    """Nobody works here with that number any more, at once. The account itself stays.

    Raises:
        Refused: ``self``, ``last_manager``, ``gone``, ``not_manager``.
    """
    with transaction.atomic():
        one = _alone(by, number)
        _never_the_last(one, None)
        note(municipality, by, "staff.removed", about=f"staff {one.user_id}", role=one.role)
        _end_invitations_of(municipality, by, one.user_id)
        one.delete()


def _end_invitations_of(municipality: Municipality, by: StaffUser, inviter_id: int) -> None:
    """Who manages no more leaves no way back in behind."""
    for one in StaffInvitation.objects.filter(
        invited_by_id=inviter_id, accepted_at=None, revoked_at=None
    ):
        revoke(municipality, by, one.pk)


def _alone(by: StaffUser, number: int) -> Membership:
    """The member to be changed, with all rights of the house held still.

    Two managers who remove each other at once come one after the other; the second is none any more.
    """
    held = {one.pk: one for one in Membership.objects.select_for_update().order_by("pk")}
    if not any(one.user_id == by.pk and may(Role(one.role), Act.MANAGE) for one in held.values()):
        raise Refused("not_manager")
    one = held.get(number)
    if one is None:
        raise Refused("gone")
    if one.user_id == by.pk:
        raise Refused("self")
    return one


def _never_the_last(one: Membership, role: Role | None) -> None:
    if one.role != Role.MANAGER or role is Role.MANAGER:
        return
    if not Membership.objects.filter(role=Role.MANAGER).exclude(pk=one.pk).exists():
        raise Refused("last_manager")


def _held(invitation_id: int) -> StaffInvitation | None:
    return (
        StaffInvitation.objects.select_for_update(of=("self",))
        .filter(pk=invitation_id, accepted_at=None, revoked_at=None)
        .select_related("municipality")
        .first()
    )


def _mail(municipality: Municipality, by: StaffUser, invitation: StaffInvitation) -> None:
    path = reverse(
        "account_invitation", args=[tokens.sign(PURPOSE, municipality.pk, invitation.pk)]
    )
    context = {
        "municipality": municipality,
        "invitation": invitation,
        "by": by,
        "days": DAYS,
        "url": f"{settings.PUBLIC_BASE_URL}{path}",
    }
    send_mail(
        f"{municipality.name}の職員として招待されました（Kizuna）",
        render_to_string("console/staff/invitation.txt", context),
        None,
        [invitation.email],
    )
