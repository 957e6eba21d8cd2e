"""Readers say that something in a text is wrong. What they say is kept, who said it is not."""

from dataclasses import dataclass

from django.db.models import QuerySet

from kizuna.lib import clock
from messages.domain.plain_text import tidy
from messages.models import Edition, TextReport
from municipalities.domain.npo_roles import NpoAct
from municipalities.models import Municipality, StaffUser

LONGEST = 500
"""Characters of a report."""
LONGEST_ANSWER = 300
MOST_A_DAY = 200
"""Of one municipality: more are no readers."""


class TooMany(Exception):
    """So many came today that no more are taken; the page names the office instead."""


class NotYours(Exception):
    """The role may not answer."""


@dataclass(frozen=True, slots=True)
class Meant:
    """The text of the course that a reader has received and means."""

    edition_id: int
    subject: str
    text_id: int
    version_id: int


def report(municipality: Municipality, meant: Meant, said: str) -> None:
    """Keep it, once however often the button is pressed. Inside ``in_municipality``.

    Raises:
        TooMany: nothing was kept.
    """
    words = tidy(said).strip()[:LONGEST]
    today = TextReport.objects.filter(reported_on=clock.today())
    if today.filter(version=meant.version_id, said=words).exists():
        return
    if today.count() >= MOST_A_DAY:
        raise TooMany
    TextReport.objects.create(
        municipality=municipality,
        base_text_id=meant.text_id,
        version_id=meant.version_id,
        said=words,
        reported_on=clock.today(),
    )


def meant_by(edition_id: int) -> Meant | None:
    """What the number of an edition stands for; None for a broadcast, or another municipality's.

    Inside ``in_municipality``.
    """
    found = Edition.objects.filter(pk=edition_id).only("subject", "base_text_id", "text_version_id")
    one = found.first()
    if one is None or one.base_text_id is None or one.text_version_id is None:
        return None
    return Meant(one.pk, one.subject, one.base_text_id, one.text_version_id)


def still_open() -> list[TextReport]:
    """What nobody has dealt with, the oldest first. Inside the NPO's door."""
    found = TextReport.objects.filter(done_at__isnull=True)
    return list(_with_texts(found.order_by("reported_on", "pk")))


def dealt_with(count: int) -> list[TextReport]:
    """The last few that somebody has dealt with."""
    found = TextReport.objects.filter(done_at__isnull=False)
    return list(_with_texts(found.order_by("-done_at"))[:count])


def deal_with(user: StaffUser, report_id: int, answer: str) -> TextReport:
    """Note what was found and done; the report leaves the list. Inside the NPO's door.

    Raises:
        NotYours: the role may not.
        TextReport.DoesNotExist: there is none of that number.
    """
    if not user.may_for_npo(NpoAct.WRITE_TEXTS):
        raise NotYours
    one = TextReport.objects.get(pk=report_id)
    if one.done_at is None:
        one.answer = tidy(answer).strip()[:LONGEST_ANSWER]
        one.done_at, one.done_by = clock.now(), user
        one.save(update_fields=["answer", "done_at", "done_by"])
    return one


def _with_texts(found: QuerySet[TextReport]) -> QuerySet[TextReport]:
    return found.select_related("base_text", "version", "municipality")
