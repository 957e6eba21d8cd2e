"""The named points of a batch at which a worker can be made to die (``crash.py`` sets the traps)."""

POINTS = (
    "in_claim",  # claimed, not committed
    "after_claim",
    "before_pre_mark",
    "in_pre_mark",  # marked (and frozen), not committed
    "after_pre_mark",
    "mid_send",  # half of the mail's body written; LINE: about to call
    "answer_lost",  # after the final dot, before the reply; LINE: answered, not yet read
    "after_send",
    "in_mark",  # recorded, not committed
    "after_mark",
)
