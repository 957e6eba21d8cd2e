"""How long to wait before the next try, and which answers concern the whole channel."""

# A single message: greylisting asks for minutes, an outage for more. Then every ten minutes until
# the run closes.
LADDER = (30, 60, 120, 300, 600)

# Answers that would be the same for the next message of this municipality: the rest of the batch
# is given back instead of being burnt against a closed door.
SENDER_WIDE = frozenset(
    {
        "unreachable",
        "connection_lost",
        "no_sender_address",
        "sender_refused",
        "auth_failed",
        "protocol_error",
        "server_busy",
        "no_line_channel",
        "bad_credentials",
        "not_entitled",
        "rate_limited",
        "quota_used_up",
        "no_answer",
        "server_error",
        "unexpected_answer",
    }
)

# A refused group is taken apart: these reasons ask for a request of one next time.
TAKE_APART = frozenset({"take_apart"})


def wait_seconds(attempt: int, asked: int = 0) -> int:
    """Seconds before the next try after the ``attempt``-th one failed (1 is the first).

    ``asked`` is what the provider or channel wants; it is never undercut.
    """
    rung = LADDER[min(max(attempt, 1), len(LADDER)) - 1]
    return max(asked, rung) if asked != 1 else 1


# On how many days an address must be called gone before it is believed.
DAYS_UNTIL_BLOCKED = {"line": 1, "email": 3}
