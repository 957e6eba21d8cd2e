"""What each answer of a mail server means for a delivery and for the reader's address."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from delivery.channels.smtp import outcome_of
from delivery.channels.smtp_socket import Answer, Phase
from delivery.domain.outcome import Accepted, Outcome, Refused, TryLater, Unclear

DEAD = Refused("unknown_mailbox", endpoint_dead=True)
OURS = TryLater("sender_refused", 600)
FULL = TryLater("mailbox_full", 3_600)


@pytest.mark.parametrize(
    ("phase", "reply", "expected"),
    [
        ("dot", "250 2.0.0 Ok: queued as 4XyZ12", Accepted("4XyZ12")),
        ("dot", "250 OK id=1tFabc-0001-Xy", Accepted("1tFabc-0001-Xy")),
        ("dot", "250 thanks", Accepted("")),
        # the reader's mailbox
        ("rcpt", "550 5.1.1 <x>: Recipient address rejected: User unknown", DEAD),
        ("rcpt", "550 5.1.2 no such domain", DEAD),
        ("rcpt", "501 5.1.3 Bad recipient address syntax", DEAD),
        ("rcpt", "551 5.1.6 moved", DEAD),
        ("rcpt", "556 5.1.10 Domain does not accept mail", DEAD),
        ("rcpt", "550 Unknown user x@docomo.ne.jp", DEAD),
        ("rcpt", "550 <x@ezweb.ne.jp>: User unknown", DEAD),
        ("rcpt", "550 : User unknown", Refused("recipient_refused")),
        ("rcpt", "550 Blocked, see our page", Refused("recipient_refused")),
        ("rcpt", "553 not allowed", Refused("recipient_refused")),
        ("rcpt", "550 5.2.1 disabled", Refused("mailbox_disabled")),
        ("rcpt", "452 4.2.2 full", TryLater("mailbox_full")),
        ("rcpt", "452 later", TryLater("mailbox_full")),
        ("rcpt", "552 5.2.2 over quota", FULL),
        ("rcpt", "552 over quota", FULL),
        ("dot", "552 5.2.2 over quota", FULL),
        # not now
        ("rcpt", "450 4.2.0 Greylisted", TryLater("greylisted")),
        ("rcpt", "451 4.7.1 Greylisted", TryLater("greylisted")),
        ("dot", "451 4.7.1 Greylisted", TryLater("greylisted")),
        ("mail", "452 4.3.1 Insufficient system storage", TryLater("server_full")),
        ("dot", "451 4.3.0 queue file write error", TryLater("server_full")),
        ("data", "450 wait", TryLater("deferred")),
        ("mail", "421 4.7.0 too many", TryLater("server_busy")),
        # ours
        ("mail", "550 5.1.8 sender domain unknown", OURS),
        ("mail", "550 5.1.1 whatever", OURS),
        ("mail", "553 5.7.1 sender not owned", OURS),
        ("mail", "530 authentication required", OURS),
        ("rcpt", "550 5.1.8 sender domain not found", OURS),
        ("rcpt", "550 5.7.1 relaying denied", Refused("policy")),
        ("rcpt", "550 5.7.1 unknown user of bad reputation", Refused("policy")),
        ("dot", "550 5.7.515 not authenticated", Refused("policy")),
        ("rcpt", "503 5.5.1 need MAIL", TryLater("protocol_error", 600)),
        ("data", "503 bad sequence", TryLater("protocol_error", 600)),
        # after it was read
        ("dot", "550 Unknown user", Refused("filtered")),
        ("dot", "550 5.1.1 User unknown", Refused("filtered")),
        ("dot", "554 spam", Refused("filtered")),
        ("data", "554 no", Refused("filtered")),
        ("dot", "552 5.3.4 too big", Refused("too_large")),
        ("dot", "552 too big", Refused("too_large")),
        # nothing that can be
        ("dot", "354 go on", Unclear("no_answer")),
        ("data", "250 ok", TryLater("protocol_error")),
        ("rcpt", "550 4.2.2 status and code disagree", Refused("recipient_refused")),
    ],
)
def test_the_table(phase: str, reply: str, expected: Outcome) -> None:
    code, _, text = reply.partition(" ")
    assert outcome_of(Answer(Phase(phase), int(code), text)) == expected


answers = st.builds(
    Answer,
    st.sampled_from([Phase.MAIL, Phase.RCPT, Phase.DATA, Phase.DOT]),
    st.integers(400, 599),
    st.one_of(
        st.text(),
        st.from_regex(r"\A[245]\.[0-9]\.[0-9]{1,3} (User unknown|spam|)\Z"),
        st.sampled_from(["Unknown user", "hanako@example.jp does not exist"]),
    ),
)


@given(answers)
def test_a_refused_mail_is_never_taken_for_accepted_or_in_doubt(answer: Answer) -> None:
    assert isinstance(outcome_of(answer), TryLater | Refused)


@given(answers)
def test_only_a_permanent_answer_to_the_recipient_can_call_an_address_dead(
    answer: Answer,
) -> None:
    outcome = outcome_of(answer)
    if isinstance(outcome, Refused) and outcome.endpoint_dead:
        assert answer.phase is Phase.RCPT
        assert answer.code >= 500
        assert not answer.text.startswith("5.7")


@given(answers.filter(lambda answer: answer.code < 500))
def test_a_temporary_answer_is_always_tried_again(answer: Answer) -> None:
    assert isinstance(outcome_of(answer), TryLater)


@given(answers)
def test_the_servers_own_words_stay_out_of_the_outcome(answer: Answer) -> None:
    outcome = outcome_of(answer)
    assert isinstance(outcome, TryLater | Refused)
    assert outcome.reason.replace("_", "").isalpha()
    assert repr(answer) == f"Answer({answer.phase} {answer.code})"
