"""What must be mended before anybody is asked to agree, each named beside its field.

A draft may be kept with all of it. Inside ``in_municipality``.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from messages.domain.announcement import TITLE_LIMIT, Content
from messages.domain.block_words import outside
from messages.rendering.check import check_rendered, check_text
from messages.services import contacts
from messages.services.preview import Draft, Point, days_with_text, meets_a_text, preview
from municipalities.domain.words import Variant
from municipalities.models import Municipality

MANY_DAYS = 40
"""So many days of a range are composed to see whether they still fit; the longest base texts of a
course differ by little, and a thousand would take seconds."""


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


def fits(
    municipality: Municipality, draft: Draft, on: date, *, most: int = MANY_DAYS
) -> list[Trouble]:
    """Whether it still fits into LINE and mail, together with the texts it rides on."""
    days = list(days_with_text(draft.content, on))
    step = max(len(days) // most, 1)
    who = draft.content.audience
    for day in days[::step]:
        point = Point(draft.content.kind, day, on, who, Variant.STANDARD, _area(draft.content))
        composed = preview(municipality, point, draft)
        if composed and (problems := check_rendered(composed.rendered)):
            return [
                Trouble(
                    "body",
                    f"「{composed.version.subject}」の便りといっしょになると：{one.message_ja}",
                    f"Together with “{composed.version.subject}”: {one.message_en}",
                )
                for one in problems
            ]
    return []


def _area(content: Content) -> str:
    return content.areas[0] if content.areas else ""


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


def _of_areas(municipality: Municipality, content: Content) -> Iterator[Trouble]:
    for area in content.areas:
        if area not in municipality.areas:
            yield Trouble(
                "areas",
                f"地区「{area}」は、いまの地区の一覧にありません。",
                f"The area “{area}” is not in the list of areas any more.",
            )
