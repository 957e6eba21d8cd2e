"""A municipality's LINE account: its credentials, and what LINE said when they were tried.

The try itself is made above (``delivery.channels.line_account``); here is kept what came of it. A
secret that LINE refuses is never kept, and never takes the place of one that works.
"""

from dataclasses import dataclass
from datetime import datetime

from kizuna.lib import clock
from kizuna.lib.crypto import SealBroken
from municipalities.domain.line_account import (
    NO_USE,
    Account,
    Result,
    Said,
    answers,
    may_take_over,
)
from municipalities.domain.words import Service
from municipalities.models import LineChannel, Municipality, StaffUser
from municipalities.services.audit import note
from municipalities.tenancy.scope import stepping_into


@dataclass(frozen=True, slots=True)
class Credentials:
    """As the LINE Developers console gives them out. Never logged: see ``repr``."""

    channel_id: str
    secret: str

    def __repr__(self) -> str:
        return f"Credentials(channel_id={self.channel_id!r})"


@dataclass(frozen=True, slots=True)
class Held:
    """What is known of the account, without the secret. ``account`` and ``answered_at`` are of the
    last try that LINE answered, ``result`` and ``tried_at`` of the last one (None: never tried)."""

    channel_id: str
    result: Result
    tried_at: datetime | None
    account: Account | None
    answered_at: datetime | None

    @property
    def answers(self) -> bool:
        """Whether texts can go out by it, as far as is known."""
        return answers(self.result, before=self.answered_at is not None)

    @property
    def is_of_no_use(self) -> bool:
        """LINE has said that nothing can be sent with these credentials."""
        return self.result in NO_USE


def held() -> Held | None:
    """The account of the municipality that is open; None where it has none."""
    channel = LineChannel.objects.first()
    return _held(channel) if channel else None


def seen(one: Municipality) -> Held | None:
    """The same from the NPO's door. Nothing is written, so nothing is noted."""
    with stepping_into(one.pk):
        return held()


def credentials(one: Municipality) -> Credentials | None:
    """Those that are held, to be tried. From the NPO's door. Raises SealBroken."""
    with stepping_into(one.pk):
        channel = LineChannel.objects.first()
        return Credentials(channel.channel_id, channel.secret) if channel else None


def connect(one: Municipality, by: StaffUser, typed: Credentials, said: Said) -> bool:
    """Keep what was typed, if what LINE said of it allows that; whether it is the account now.

    What LINE refuses changes nothing, nor does a silent LINE where there is an account that works.
    """
    with stepping_into(one.pk):
        channel = LineChannel.objects.select_for_update().first()
        if channel is not None and _is_the_same(channel, typed):
            return _try_noted(one, by, channel, said)
        if not _may_take_over(one, channel, said):
            note(one, by, "npo.line_tried", about=f"channel {typed.channel_id}", answered=False)
            return False
        channel = channel or LineChannel(municipality=one)
        channel.channel_id, channel.secret = typed.channel_id, typed.secret
        channel.answered_at, channel.account_name, channel.basic_id = None, "", ""
        channel.monthly_limit = None
        _keep(channel, said)
        answered = said.result is Result.ANSWERED
        note(one, by, "npo.line_connected", about=f"channel {typed.channel_id}", answered=answered)
        return True


def tried(one: Municipality, by: StaffUser, asked: Credentials, said: Said) -> bool:
    """Keep what LINE said of the credentials that are held. False: meanwhile they are others, and
    the answer is nobody's."""
    with stepping_into(one.pk):
        channel = LineChannel.objects.select_for_update().first()
        if channel is None or not _is_the_same(channel, asked):
            return False
        _try_noted(one, by, channel, said)
        return True


def _try_noted(one: Municipality, by: StaffUser, channel: LineChannel, said: Said) -> bool:
    _keep(channel, said)
    answered = said.result is Result.ANSWERED
    note(one, by, "npo.line_tried", about=f"channel {channel.channel_id}", answered=answered)
    return said.result not in NO_USE


def _may_take_over(one: Municipality, channel: LineChannel | None, said: Said) -> bool:
    service = Municipality.objects.values_list("service", flat=True).get(pk=one.pk)
    return may_take_over(
        said.result,
        Result(channel.result) if channel else None,
        held_answered=channel is not None and channel.answered_at is not None,
        running=service in (Service.LIVE, Service.PAUSED),
    )


def _is_the_same(channel: LineChannel, typed: Credentials) -> bool:
    try:
        return (channel.channel_id, channel.secret) == (typed.channel_id, typed.secret)
    except SealBroken:
        return False


def _keep(channel: LineChannel, said: Said) -> None:
    channel.result, channel.tried_at = said.result, clock.now()
    if said.account is not None:
        channel.answered_at = channel.tried_at
        channel.account_name = said.account.name
        channel.basic_id = said.account.basic_id
        channel.monthly_limit = said.account.monthly_limit
    channel.save()


def _held(channel: LineChannel) -> Held:
    account = None
    if channel.answered_at is not None:
        account = Account(channel.account_name, channel.basic_id, channel.monthly_limit)
    return Held(
        channel_id=channel.channel_id,
        result=Result(channel.result),
        tried_at=channel.tried_at,
        account=account,
        answered_at=channel.answered_at,
    )
