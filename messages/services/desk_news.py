"""Whom the desk has something to tell: reviews that wait, and what became of those asked for.

Derived at every look from the drafts that are open and their history; kept is only who was mailed
about which row of it (``DeskNotice``). For each person:

- a review that waits concerns whoever may sign it: every reviewer who wrote none of the words, except
  who asked. A return or a signature concerns the writer of the words and who asked;
- each row is told once. What is over before that, asked and then changed, is not told at all;
- a mail leaves when the oldest row that is not told is ``SETTLED`` old, and takes all of them along:
  whoever asks for thirty in a row causes one. Between two mails lies ``BETWEEN`` at least;
- a review that has waited for ``LATE`` is told once more, all of them together, once in ``LATE``.

All inside the NPO's door.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Q

from messages.domain.desk import DeskAct, DraftState
from messages.models import DeskNotice, TextDraft, TextEvent
from municipalities.domain.npo_roles import NpoAct
from municipalities.models import StaffUser
from municipalities.services.npo_staff import who_may

SETTLED = timedelta(minutes=5)
"""So long who asked may still think better of it, and asks for the next."""
BETWEEN = timedelta(hours=1)
LATE = timedelta(days=7)

# The state that a draft has while its newest act still holds.
_HOLDS = {
    DeskAct.ASKED: DraftState.ASKED,
    DeskAct.RETURNED: DraftState.DRAFT,
    DeskAct.REVIEWED: DraftState.REVIEWED,
}


@dataclass(frozen=True, slots=True)
class News:
    """What one person is told: reviews that ``wait``, those of them told before and ``late``, and
    ``answers`` to what this person wrote or asked. The oldest first."""

    person: StaffUser
    wait: list[TextEvent]
    late: list[TextEvent]
    answers: list[TextEvent]

    def every(self) -> list[TextEvent]:
        """All rows that the mail names."""
        return [*self.wait, *self.late, *self.answers]


@dataclass(frozen=True, slots=True)
class _Turn:
    """The newest step of an open draft, who ``wrote`` any of its words, and who asked last."""

    event: TextEvent
    draft: TextDraft
    wrote: frozenset[int | None]
    asked_by: int | None

    @property
    def is_question(self) -> bool:
        return self.event.act == DeskAct.ASKED

    def concerns(self, person: StaffUser) -> bool:
        if person.pk == self.event.by_id:
            return False
        if self.is_question:
            return person.may_for_npo(NpoAct.REVIEW_TEXTS) and person.pk not in self.wrote
        theirs = (self.draft.written_by_id, self.asked_by)
        return person.may_for_npo(NpoAct.WRITE_TEXTS) and person.pk in theirs


class _Told:
    """Who was told of which rows, as far as it decides anything now."""

    def __init__(self, turns: Iterable[_Turn], now: datetime) -> None:
        self.rows: set[tuple[int, int]] = set()
        self.last: dict[int, datetime] = {}
        self.reminded: dict[int, datetime] = {}
        wanted = Q(event__in=[one.event.pk for one in turns]) | Q(at__gt=now - LATE)
        rows = DeskNotice.objects.filter(wanted).order_by("at")
        for event, person, at, happened in rows.values_list("event", "told", "at", "event__at"):
            self.rows.add((event, person))
            self.last[person] = at
            if at - happened >= LATE:
                self.reminded[person] = at


def due(now: datetime) -> list[News]:
    """Everybody who is to get a mail at this moment, with what it says."""
    turns = _turns()
    if not turns:
        return []
    told = _Told(turns, now)
    people = {
        one.pk: one for act in (NpoAct.REVIEW_TEXTS, NpoAct.WRITE_TEXTS) for one in who_may(act)
    }
    found = (_for(person, turns, told, now) for person in people.values())
    return [one for one in found if one is not None]


def note(news: News, now: datetime) -> None:
    """Keep that this person was told."""
    DeskNotice.objects.bulk_create(
        DeskNotice(event=event, told_id=news.person.pk, at=now) for event in news.every()
    )


def _for(person: StaffUser, turns: Collection[_Turn], told: _Told, now: datetime) -> News | None:
    last = told.last.get(person.pk)
    if last is not None and now - last < BETWEEN:
        return None
    mine = [one for one in turns if one.concerns(person)]
    new = [one for one in mine if (one.event.pk, person.pk) not in told.rows]
    known = [one for one in mine if (one.event.pk, person.pk) in told.rows]
    late = _late(known, told.reminded.get(person.pk), now)
    if not late and all(one.event.at > now - SETTLED for one in new):
        return None
    return News(
        person,
        wait=[one.event for one in new if one.is_question],
        late=late,
        answers=[one.event for one in new if not one.is_question],
    )


def _late(known: Iterable[_Turn], reminded: datetime | None, now: datetime) -> list[TextEvent]:
    if reminded is not None and now - reminded < LATE:
        return []
    return [one.event for one in known if one.is_question and one.event.at <= now - LATE]


def _turns() -> list[_Turn]:
    """The newest step of each open draft but for savings, where it still holds; the oldest first."""
    steps = (
        TextEvent.objects.filter(draft__state__in=DraftState.open())
        .exclude(act=DeskAct.SAVED)
        .select_related("draft__base_text")
        .defer("content", "draft__body")
        .order_by("draft", "-pk")
        .distinct("draft")
    )
    holding = [
        (one, one.draft)
        for one in steps
        if one.draft and _HOLDS.get(DeskAct(one.act)) == one.draft.state
    ]
    wrote, asked = _hands([draft.pk for _event, draft in holding])
    return [
        _Turn(
            event,
            draft,
            frozenset({draft.written_by_id, *wrote.get(draft.pk, ())}),
            asked.get(draft.pk),
        )
        for event, draft in sorted(holding, key=lambda pair: (pair[0].at, pair[0].pk))
    ]


def _hands(
    drafts: Collection[int],
) -> tuple[dict[int | None, set[int | None]], dict[int | None, int | None]]:
    """Of each of these drafts: who saved it, and who asked last."""
    wrote: dict[int | None, set[int | None]] = {}
    asked: dict[int | None, int | None] = {}
    rows = TextEvent.objects.filter(draft__in=drafts, act__in=[DeskAct.SAVED, DeskAct.ASKED])
    for draft, act, by in rows.order_by("pk").values_list("draft", "act", "by"):
        if act == DeskAct.SAVED:
            wrote.setdefault(draft, set()).add(by)
        else:
            asked[draft] = by
    return wrote, asked
