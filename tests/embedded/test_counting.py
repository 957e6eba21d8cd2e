"""The verdict: the ledger beside what the receivers counted by themselves."""

from kizuna.embedded.counting import Counted, compare

RECONCILED = {
    "rows": [
        {"municipality": "nakano", "channel": "email", "sent": 1234},
        {"municipality": "nakano", "channel": "line", "sent": 10},
        {"municipality": "niigata-nishi", "channel": "line", "sent": 5},
    ],
    "total": {"pending": 0, "unexplained": 0},
}
EQUAL: dict[str, Counted | None] = {"email": Counted(1234, 0), "line": Counted(15, 0)}


def test_equal_counts_are_good() -> None:
    verdict = compare(RECONCILED, EQUAL)
    assert verdict.good
    assert verdict.lines == (
        "email: sent 1234, the mail catcher counted 1234, nobody twice",
        "line: sent 15, the LINE emulator counted 15, nobody twice",
        "pending=0 unexplained=0",
    )


def test_one_message_too_many_is_not() -> None:
    assert not compare(RECONCILED, EQUAL | {"line": Counted(16, 0)}).good


def test_one_message_lost_and_one_doubled_is_not() -> None:
    verdict = compare(RECONCILED, EQUAL | {"email": Counted(1234, 1)})
    assert not verdict.good
    assert verdict.lines[0].endswith("counted 1234, 1 twice")


def test_what_is_unexplained_or_pending_is_not() -> None:
    for open_question in ("pending", "unexplained"):
        total = {"pending": 0, "unexplained": 0} | {open_question: 2}
        verdict = compare(RECONCILED | {"total": total}, EQUAL)
        assert not verdict.good
        assert f"{open_question}=2" in verdict.lines[-1]


def test_a_receiver_that_cannot_be_asked_decides_nothing() -> None:
    verdict = compare(RECONCILED, EQUAL | {"email": None})
    assert verdict.good
    assert "not counted" in verdict.lines[0]


def test_a_day_without_any_delivery_still_shows_both_channels() -> None:
    empty = {"rows": [], "total": {"pending": 0, "unexplained": 0}}
    verdict = compare(empty, {"email": Counted(0, 0), "line": Counted(0, 0)})
    assert verdict.good
    assert len(verdict.lines) == 3
