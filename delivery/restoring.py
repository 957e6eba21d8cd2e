"""After a restore from an older backup: nobody gets a second copy of what was sent since.

Runs while workers and beat are stopped. It plans the day, so that every reader has a row again, and
then tells the ledger what the send log remembers. The rest waits for a person, every municipality's
day and every broadcast: one may have been held, stopped or taken back since, and the send log cannot
tell.
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import date

from django.db import connection

from delivery import broadcasting, holding, ledger
from delivery.domain.outcome import Accepted, Outcome, Refused, Unclear
from delivery.domain.states import State
from delivery.ledger import Shift
from delivery.models import Run
from delivery.planning import plan_day
from delivery.sendlog import Handed
from kizuna.lib import clock
from municipalities.domain.words import Service, Unasked
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality

RESTORED = "restored"


def guard(run_day: date, handed: Sequence[Handed] | None) -> Counter[str]:
    """Bring that day's ledger up to what is known; without a log (None) nothing more is sent.

    Returns how many rows became what; ``unknown`` counts evidence about readers that the backup
    does not know. Repeating it changes nothing.
    """
    told: Counter[str] = Counter()
    if handed:
        _skip_used_numbers(max(one.delivery_id for one in handed))
    for municipality in _with_runs(run_day):
        plan_day(municipality.pk, run_day)
        # One that was on its way is approved and waiting again: who had it must be found in it.
        broadcasting.plan_all(municipality.pk, run_day)
        with in_municipality(municipality.pk):
            if handed is None:
                told[State.SKIPPED.value] += len(ledger.run("restore_blind", run_day=run_day))
            else:
                told += _tell(run_day, [h for h in handed if h.municipality_id == municipality.pk])
            broadcasting.pause_all(run_day, Unasked.RESTORED_BROADCAST)
            if run_day >= clock.today():
                holding.pause_unasked(municipality, run_day, Unasked.RESTORED_DAY)
    return told


def _with_runs(run_day: date) -> Iterator[Municipality]:
    """Live ones, and whoever had begun that day: a town that is paused now may be resumed today."""
    for municipality in Municipality.objects.order_by("pk"):
        with in_municipality(municipality.pk):
            begun = Run.objects.filter(run_day=run_day).exists()
        if begun or municipality.service == Service.LIVE:
            yield municipality


def _tell(run_day: date, handed: Iterable[Handed]) -> Counter[str]:
    by_text = {(one.subscription_id, min(one.text_id, 0)): one for one in handed}
    if not by_text:
        return Counter()
    parameters = {
        "run_day": run_day,
        "subscriptions": [subscription for subscription, _ in by_text],
        "broadcasts": [broadcast for _, broadcast in by_text],
        "times": [one.at for one in by_text.values()],
    }
    ledger.run("restore", before=State.PLANNED.value, state=State.CLAIMED.value, **parameters)
    rows = ledger.run(
        "restore", before=State.CLAIMED.value, state=State.SENDING.value, **parameters
    )
    outcomes = {
        pk: _outcome(by_text[subscription, min(text, 0)], endpoint, text)
        for pk, subscription, endpoint, text in rows
    }
    ledger.mark(Shift(run_day, "", RESTORED), outcomes)
    known = {row[0] for row in ledger.run("restore_known", run_day=run_day)}
    told = Counter(type(outcome).__name__.lower() for outcome in outcomes.values())
    told["unknown"] = sum(subscription not in known for subscription, _ in by_text)
    return told


def _outcome(handed: Handed, endpoint_id: int, text_id: int) -> Outcome:
    if (handed.endpoint_id, handed.text_id) != (endpoint_id, text_id):
        # This morning it was another text or address; the change was lost with the rest.
        return Unclear(RESTORED)
    if handed.state == State.SENT:
        return Accepted()
    if handed.state == State.FAILED:
        return Refused(RESTORED)
    return Unclear(RESTORED)


def _skip_used_numbers(highest: int) -> None:
    """A number that a Message-ID carried in the life before must never name another mail."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT nextval('delivery_delivery_id_seq')")
        (reached,) = cursor.fetchone()
        cursor.execute(
            "SELECT count(nextval('delivery_delivery_id_seq')) FROM generate_series(%s, %s)",
            [reached, highest],
        )
