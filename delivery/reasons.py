"""Why a text was not sent, or not yet: every reason code of the ledger in words for staff.

Codes are counted, logged and compared; words are shown. A test collects the codes from the SQL
files and the channels and fails for one without words. The Japanese is in the catalogue.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

# Left out for a reason that lies with the reader or with somebody's decision: nothing was owed.
ON_PURPOSE = frozenset(
    {
        "stopped", "paused", "unverified", "date_changed", "endpoint_changed", "same_text",
        "already_received", "service_paused", "opted_out", "another_broadcast",
        "broadcast_paused", "broadcast_stopped", "stopped_by_npo", "restored",
    }
)  # fmt: skip
# The sweeper's prefix for a text that was still waiting for something at the last hour.
LATE = "late_"

WORDS: Mapping[str, str | Promise] = {
    # --- left out on purpose
    "stopped": _("The reader has stopped"),
    "paused": _("The reader is taking a break"),
    "unverified": _("The address is not confirmed yet"),
    "date_changed": _("The due date or birth date was changed"),
    "endpoint_changed": _("The reader chose another address"),
    "same_text": _("The reader gets the same text for another child"),
    "already_received": _("The reader had this text before the date was changed"),
    "service_paused": _("The municipality's service is paused"),
    "opted_out": _("The reader wants the texts of the day only"),
    "another_broadcast": _("Had another broadcast within 72 hours"),
    "broadcast_paused": _("The broadcast is paused"),
    "broadcast_stopped": _("The broadcast was stopped"),
    "held": _("The NPO has asked to wait"),
    "stopped_by_npo": _("The NPO has stopped the sending of this day"),
    "restored": _("The database was restored, and it may have been sent before"),
    "unreadable": _("The address cannot be read with the keys at hand"),
    "late": _("The last hour for sending was over"),
    # --- the reader's mailbox or LINE
    "unknown_mailbox": _("The mail address does not exist"),
    "mailbox_disabled": _("The mailbox is switched off at the moment"),
    "mailbox_full": _("The mailbox is full"),
    "recipient_refused": _("The mail server refuses this address"),
    "filtered": _("The reader's mail filter refuses our mail"),
    "bad_address": _("The mail address cannot be used for sending"),
    "unknown_recipient": _("LINE does not know this reader any more"),
    "blocked": _("The reader has blocked the LINE account"),
    # --- the other side asks for patience
    "greylisted": _("The mail server asks us to come again in a few minutes"),
    "deferred": _("The mail server wants the mail later"),
    "server_full": _("The mail server has no room at the moment"),
    "server_busy": _("The mail server is busy"),
    "rate_limited": _("LINE asks us to send more slowly"),
    "regroup": _("Being sent again in another group"),
    "take_apart": _("Being sent again one by one"),
    # --- the connection
    "unreachable": _("The mail server cannot be reached"),
    "connection_lost": _("The connection broke off before the hand-over"),
    "no_answer": _("The connection broke off before the answer came"),
    "no_answer_in_time": _("No clear answer came until the last hour"),
    "server_error": _("LINE reported a fault of its own"),
    "unexpected_answer": _("LINE answered in a way we do not know"),
    "unexplained": _("LINE refused without saying why"),
    "worker_lost": _("Our program was interrupted while handing over"),
    "internal_error": _("A fault in our program"),
    "quarantined": _("Put aside after our program failed on it five times"),
    # --- the municipality's own settings and contracts
    "no_sender_address": _("No sender address is set"),
    "sender_refused": _("The mail server refuses our sender address"),
    "auth_failed": _("The mail server refuses our login"),
    "policy": _("The mail server refuses our mail by its rules"),
    "protocol_error": _("The mail server did not understand us"),
    "no_line_channel": _("No LINE account is connected"),
    "bad_credentials": _("LINE refuses the key of the account"),
    "not_entitled": _("The plan of the LINE account does not allow this"),
    "quota_used_up": _("The month's LINE messages are used up"),
    # --- the text
    "bad_content": _("The text cannot be sent in this form"),
    "text_too_long": _("The text is too long for LINE"),
    "too_large": _("The message is too large"),
}

# What staff can do about a reason that holds everything up, or whom to call.
ADVICE: Mapping[str, str | Promise] = {
    "held": _("Nothing goes out until the NPO lets it go on. The records say why."),
    "no_sender_address": _("Ask the operator to enter the sender's mail address."),
    "sender_refused": _("Ask the operator to check the sender address and its mail domain."),
    "auth_failed": _("Ask the operator to check the login of the mail server."),
    "unreachable": _("Ask the operator whether the mail server is running. We keep trying."),
    "no_line_channel": _("Ask the operator to connect the municipality's LINE account."),
    "bad_credentials": _("Ask the operator to enter the LINE account's key again."),
    "not_entitled": _("Check the plan in the LINE Official Account Manager."),
    "quota_used_up": _(
        "Buy additional messages or a larger plan in the LINE Official Account Manager."
    ),
}


def words(code: str) -> str:
    """The reason in the reader's language; an unknown code is shown as it is, never hidden."""
    if code.startswith(LATE) and code not in WORDS:
        held_up = words(code.removeprefix(LATE))
        return gettext("Not sent before the last hour: %(reason)s") % {"reason": held_up}
    return str(WORDS.get(code, code))


def advice(code: str) -> str:
    """What can be done about it, or ""."""
    return str(ADVICE.get(code, ""))
