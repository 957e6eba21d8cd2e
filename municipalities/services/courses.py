"""A reader puts the dates of a pregnancy or a child right, or adds another one.

A moved date takes effect at once and is looked up anew every day: no text comes twice, none of the
days in between is made up for, and a day that has had its text gets no second one
(``delivery/sql/plan_day.sql``). Inside ``in_municipality``; repeating a change changes nothing, and
of two tabs the last one wins.
"""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db import transaction

from kizuna.lib import clock
from municipalities.domain.words import Relation
from municipalities.models import ConsentRecord, Course, Reader, Subscription, Suppressed
from municipalities.services.following import following, lock, present_endpoint

MOST_COURSES = 5
ADD_TEXT = "own-page-add-1"
"""The wording beside the button that adds a child; a new wording gets a new number."""


class TooMany(Exception):
    """The reader follows ``MOST_COURSES`` already."""


class NowhereToSend(Exception):
    """The reader has no confirmed address left."""


@dataclass(frozen=True, slots=True)
class Dates:
    """What is known of one pregnancy or child; twins are ``children=2``."""

    due: date | None = None
    birth: date | None = None
    children: int = 1
    is_provisional: bool = False

    @property
    def anchor(self) -> date | None:
        return self.birth or self.due


def set_dates(subscription: Subscription, dates: Dates, *, on: date) -> bool:
    """Write the dates of the course down; whether anything changed.

    A due date that is known stays beside a birth date: it tells how early a child came.
    """
    with transaction.atomic():
        # Of everybody who changes this course at once, one after the other. An ended one stays.
        course = (
            Course.objects.select_for_update(no_key=True)
            .filter(pk=subscription.course_id, closed_at=None)
            .first()
        )
        if course is None:
            return False
        before = (course.due_date, course.birth_date, course.children, course.is_provisional)
        if (dates.birth, dates.anchor) != (course.birth_date, course.anchor):
            course.realigned_on = on
        course.due_date = dates.due or course.due_date
        course.birth_date = dates.birth
        course.children = dates.children
        course.is_provisional = dates.is_provisional
        after = (course.due_date, course.birth_date, course.children, course.is_provisional)
        if before == after:
            return False
        course.save(
            update_fields=[
                *("due_date", "birth_date", "children", "is_provisional", "realigned_on"),
            ]
        )
        return True


def is_followed(reader: Reader, dates: Dates) -> bool:
    """Whether the reader has a pregnancy or child with this date already."""
    return any(
        (one.course.birth_date, one.course.anchor) == (dates.birth, dates.anchor)
        for one in following(reader)
    )


def add_course(reader: Reader, dates: Dates, relation: Relation, *, on: date) -> None:
    """Follow one more pregnancy or child, from tomorrow on, by the address of the others.

    A date that is followed already is not followed twice: a double press adds one.

    Raises:
        TooMany: ``MOST_COURSES`` are followed.
        NowhereToSend: no confirmed address is left.
    """
    with transaction.atomic():
        lock(reader.pk)
        if is_followed(reader, dates):
            return
        if len(following(reader)) >= MOST_COURSES:
            raise TooMany
        endpoint = present_endpoint(reader)
        if endpoint is None or endpoint.verified_at is None:
            raise NowhereToSend
        here = {"municipality_id": reader.municipality_id}
        course = Course.objects.create(
            **here,
            due_date=dates.due,
            birth_date=dates.birth,
            children=dates.children,
            is_provisional=dates.is_provisional,
        )
        Subscription.objects.create(
            **here,
            reader=reader,
            course=course,
            endpoint=endpoint,
            relation=relation,
            starts_on=on + timedelta(days=1),
        )
        ConsentRecord.objects.create(
            **here,
            reader=reader,
            given=True,
            text_version=ADD_TEXT,
            source="own_page",
            at=clock.now(),
        )
        # Once it asked to be left alone for good; now it asked for texts.
        Suppressed.objects.filter(
            kind=endpoint.kind, address_key=bytes(endpoint.address_key)
        ).delete()
