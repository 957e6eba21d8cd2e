"""What must be mended before anybody is asked to agree, each named beside its field.

A draft may be kept with all of it. Inside ``in_municipality``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import product

from kizuna.lib import clock
from messages.domain.announcement import TITLE_LIMIT, Content
from messages.domain.block_words import outside
from messages.domain.problems import Problem
from messages.domain.review import ReviewState
from messages.models import LocalBlock
from messages.rendering.check import check_rendered, check_text
from messages.services import contacts
from messages.services.compose import Composed
from messages.services.preview import (
    Desk,
    Draft,
    Point,
    days_with_text,
    desk,
    in_window,
    meets_a_text,
)
from municipalities.domain.words import Audience, Variant
from municipalities.models import Municipality

MOST_COMPOSED = 12
"""So many readers' texts of one date are composed, the longest first."""

MOST_DATES = 6
A_CONTACT = 100


@dataclass(frozen=True, order=True, slots=True)
class Trouble:
    """``field`` is the one of the form to look at."""

    field: str
    ja: str
    en: str


def troubles(municipality: Municipality, content: Content, on: date) -> list[Trouble]:
    """Everything wrong with it, in the order of the form."""
    return [
        *_of_words(content),
        *_of_range(municipality, content, on),
        *_of_window(content, on),
        *_of_areas(municipality, content),
    ]


def fits(municipality: Municipality, draft: Draft, on: date) -> list[Trouble]:
    """Whether it still fits into LINE and mail, together with the texts and other announcements
    that some reader gets with it, on that date and when another one begins."""
    for day in _dates(draft, on):
        for composed in _longest(desk(municipality, day).holding(draft), draft.content):
            if problems := check_rendered(composed.rendered):
                return [_together(composed, one) for one in problems]
    return []


def _together(composed: Composed, one: Problem) -> Trouble:
    others = "、".join(block.title for block in composed.blocks)
    return Trouble(
        "body",
        f"「{composed.version.subject}」の便り（お知らせ：{others}）といっしょになると、{one.message_ja}",
        f"Together with “{composed.version.subject}” ({others}): {one.message_en}",
    )


def _dates(draft: Draft, on: date) -> list[date]:
    begins = LocalBlock.objects.filter(
        state=ReviewState.APPROVED, kind=draft.content.kind, shown_from__gt=on
    ).order_by("shown_from")
    days = [day for day in begins.values_list("shown_from", flat=True) if day]
    return [on, *[day for day in dict.fromkeys(days) if in_window(draft.content, day)]][:MOST_DATES]


def _longest(open_desk: Desk, content: Content) -> Iterator[Composed]:
    """The longest texts that carry it, one for each set of words."""
    areas = content.areas or ("", *sorted({a for one in open_desk.blocks for a in one.areas}))
    whom = list(Audience) if content.audience is Audience.EVERYONE else [content.audience]
    lengths: dict[tuple[int, ...], tuple[int, Point]] = {}
    for day in days_with_text(content, open_desk.on):
        for who, area in product(whom, areas):
            point = Point(content.kind, day, open_desk.on, who, Variant.STANDARD, area)
            if carried := open_desk.carried(point):
                version, blocks = carried
                key = (version.id, *(one.id for one in blocks))
                lengths[key] = (_rough(version.body, *(one.body for one in blocks)), point)
    longest = sorted(lengths.values(), key=lambda one: -one[0])[:MOST_COMPOSED]
    for _, point in longest:
        if composed := open_desk.preview(point):
            yield composed


def _rough(*bodies: str) -> int:
    return sum(len(body) + A_CONTACT * body.count("{{") for body in bodies)


def _of_words(content: Content) -> Iterator[Trouble]:
    if len(content.title) > TITLE_LIMIT:
        yield Trouble(
            "title",
            f"題名が長すぎます（{len(content.title)}文字。{TITLE_LIMIT}文字までです）。",
            f"The title has {len(content.title)} characters; {TITLE_LIMIT} are allowed.",
        )
    for one in check_text(content.title, content.body, contacts.names()):
        if one.where == "subject":
            ja = one.message_ja.replace("件名", "題名")
            yield Trouble("title", ja, one.message_en.replace("subject", "title"))
        else:
            place = f"{one.line}行目："
            yield Trouble("body", place + one.message_ja, f"Line {one.line}: {one.message_en}")


def _of_range(municipality: Municipality, content: Content, on: date) -> Iterator[Trouble]:
    if outside(content.kind, content.first_day, content.last_day, municipality.last_birthday):
        yield Trouble(
            "range",
            "この時期の人には、便りが届きません。妊娠4週0日から41週6日まで、"
            f"生まれた日から{municipality.last_birthday}歳までの間にします。",
            "Nobody receives texts at that time. It lies between 4w0d and 41w6d of pregnancy, or "
            f"between birth and the birthday number {municipality.last_birthday}.",
        )
    elif not meets_a_text(content, max(on, content.shown_from or on)):
        yield Trouble(
            "range",
            "この時期には、いっしょに届ける共通の便りがありません。時期を広げてください。",
            "No text of the course is sent at that time, so nothing would carry it. Widen the range.",
        )


def _of_window(content: Content, on: date) -> Iterator[Trouble]:
    if content.shown_until and content.shown_until < on:
        yield Trouble(
            "shown_until",
            "終わりの日がもう過ぎています。だれにも届きません。",
            "The last day is over already. Nobody would receive it.",
        )


def gap(content: Content, in_force: LocalBlock | None) -> list[Trouble]:
    """A copy ends the words in force when it is approved: it must not begin later than that."""
    if in_force is None or in_force.state != ReviewState.APPROVED or content.shown_from is None:
        return []
    if content.shown_from <= max(clock.today(), in_force.shown_from or date.min):
        return []
    return [
        Trouble(
            "shown_from",
            "承認されると、いま配信中の文はすぐに終わります。最初の日までの間、何も届かなくなるため、"
            "最初の日を空にするか、新しいお知らせとして書いてください。",
            "Once approved, the words that are being sent end at once, and until the first day "
            "nothing would be sent. Leave the first day empty, or write a new announcement.",
        )
    ]


def _of_areas(municipality: Municipality, content: Content) -> Iterator[Trouble]:
    for area in content.areas:
        if area not in municipality.areas:
            yield Trouble(
                "areas",
                f"地区「{area}」は、いまの地区の一覧にありません。",
                f"The area “{area}” is not in the list of areas any more.",
            )
