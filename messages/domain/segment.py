"""Who is meant by a broadcast, as values and as a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from messages.domain.stage import (
    DUE_DAY,
    FIRST_PREGNANCY_DAY,
    LAST_PREGNANCY_DAY,
    Kind,
    week_day_label,
)
from municipalities.domain.words import Audience

LAST_LIFE_DAY = 6938


@dataclass(frozen=True, order=True, slots=True)
class Span:
    """Days of a pregnancy (28 … 293) or of a child's life (birth is day 0); both ends belong to it."""

    kind: Kind
    first_day: int
    last_day: int

    def anchors(self, on: date) -> tuple[date, date]:
        """The earliest and the latest due or birth date of the families who are in it on that day."""
        ahead = DUE_DAY if self.kind is Kind.PREGNANCY else 0
        first, last = (on + timedelta(days=ahead - day) for day in (self.last_day, self.first_day))
        return first, last

    @property
    def is_possible(self) -> bool:
        """Whether somebody can be in it at all."""
        pregnant = self.kind is Kind.PREGNANCY
        least, most = (FIRST_PREGNANCY_DAY, LAST_PREGNANCY_DAY) if pregnant else (0, LAST_LIFE_DAY)
        return least <= self.first_day <= self.last_day <= most


@dataclass(frozen=True, slots=True)
class Segment:
    """Nothing in ``spans``, ``audiences``, ``areas`` or ``channel`` means: all of them."""

    spans: tuple[Span, ...] = ()
    audiences: tuple[Audience, ...] = ()
    areas: tuple[str, ...] = ()
    channel: str = ""


@dataclass(frozen=True, slots=True)
class Group:
    """A span with a name that people say."""

    key: str
    span: Span
    ja: str
    en: str


GROUPS: tuple[Group, ...] = (
    Group("early", Span(Kind.PREGNANCY, FIRST_PREGNANCY_DAY, 111), "妊娠初期（〜15週）の人", "people up to week 15 of a pregnancy"),
    Group("middle", Span(Kind.PREGNANCY, 112, 195), "妊娠中期（16〜27週）の人", "people in weeks 16 to 27 of a pregnancy"),
    Group("late", Span(Kind.PREGNANCY, 196, LAST_PREGNANCY_DAY), "妊娠後期（28週〜）の人", "people from week 28 of a pregnancy on"),
    Group("under_100", Span(Kind.CHILD, 0, 100), "生後100日までの子の家族", "families of children up to day 100"),
    Group("rest_of_0", Span(Kind.CHILD, 101, 364), "生後101日から1歳になる前までの子の家族", "families of children from day 101 to the first birthday"),
    Group("one", Span(Kind.CHILD, 365, 729), "1歳の子の家族", "families of children aged 1"),
    Group("two", Span(Kind.CHILD, 730, 1094), "2歳の子の家族", "families of children aged 2"),
    Group("older", Span(Kind.CHILD, 1095, LAST_LIFE_DAY), "3歳以上の子の家族", "families of children aged 3 or more"),
)  # fmt: skip

# Neighbouring groups that are said in one word together, the longest first.
_TOGETHER: tuple[tuple[tuple[str, ...], str, str], ...] = (
    (("early", "middle", "late"), "妊娠中の人", "expecting people"),
    (
        ("under_100", "rest_of_0", "one", "two", "older"),
        "生まれた子の家族すべて",
        "all families of children",
    ),
    (("under_100", "rest_of_0"), "0歳の子の家族", "families of children under 1"),
)

_AUDIENCES_JA: Mapping[Audience, str] = {
    Audience.BIRTH_PARENT: "妊娠・出産する本人",
    Audience.PARTNER: "パートナー",
    Audience.AROUND: "祖父母やまわりの人",
    Audience.EVERYONE: "続柄を答えていない人",
}
_AUDIENCES_EN: Mapping[Audience, str] = {
    Audience.BIRTH_PARENT: "the birth parent",
    Audience.PARTNER: "the partner",
    Audience.AROUND: "grandparents and people around",
    Audience.EVERYONE: "people who did not say who they are",
}
_CHANNELS_JA = {"email": "メールの読者だけ", "line": "LINE の読者だけ"}
_CHANNELS_EN = {"email": "readers by e-mail only", "line": "readers by LINE only"}


def sentence_ja(segment: Segment, municipality: str) -> str:
    """「青葉市の、妊娠中の人と0歳の子の家族（パートナー、南地区）に」"""
    who = _listed(_spans(segment.spans, "ja"), "と") or "すべての読者"
    only = [_listed([_AUDIENCES_JA[one] for one in segment.audiences], "・")]
    only += [_listed(segment.areas, "・")]
    only += [_CHANNELS_JA.get(segment.channel, "")]
    narrower = "、".join(one for one in only if one)
    return f"{municipality}の、{who}{f'（{narrower}）' if narrower else ''}に"


def sentence_en(segment: Segment, municipality: str) -> str:
    """The same in English."""
    who = _listed(_spans(segment.spans, "en"), " and ") or "all readers"
    only = [_listed([_AUDIENCES_EN[one] for one in segment.audiences], ", ")]
    only += [_listed(segment.areas, ", ")]
    only += [_CHANNELS_EN.get(segment.channel, "")]
    narrower = "; ".join(one for one in only if one)
    return f"To {who} in {municipality}{f' ({narrower})' if narrower else ''}"


def days_of(span: Span, *, english: bool) -> str:
    """One that has no name, by its days: 妊娠8週0日〜10週6日の人."""
    return _days_en(span) if english else _days_ja(span)


def _listed(words: Sequence[str], between: str) -> str:
    return between.join(words)


def _spans(spans: Sequence[Span], lang: str) -> list[str]:
    """Named groups by their names, whatever else by its days; an order that people expect."""
    by_span = {group.span: group for group in GROUPS}
    keys = [by_span[span].key for span in sorted(set(spans), key=_order) if span in by_span]
    told: list[str] = []
    while keys:
        for together, ja, en in _TOGETHER:
            if tuple(keys[: len(together)]) == together:
                told.append(ja if lang == "ja" else en)
                keys = keys[len(together) :]
                break
        else:
            group = next(group for group in GROUPS if group.key == keys[0])
            told.append(group.ja if lang == "ja" else group.en)
            keys = keys[1:]
    others = sorted({span for span in spans if span not in by_span}, key=_order)
    return told + [_days_ja(span) if lang == "ja" else _days_en(span) for span in others]


def _order(span: Span) -> tuple[bool, int, int]:
    return span.kind is Kind.CHILD, span.first_day, span.last_day


def _days_ja(span: Span) -> str:
    if span.kind is Kind.PREGNANCY:
        return f"妊娠{week_day_label(span.first_day)}〜{week_day_label(span.last_day)}の人"
    return f"生後{span.first_day}日〜{span.last_day}日の子の家族"


def _days_en(span: Span) -> str:
    if span.kind is Kind.PREGNANCY:
        first, last = (f"{day // 7}w{day % 7}d" for day in (span.first_day, span.last_day))
        return f"people from {first} to {last} of a pregnancy"
    return f"families of children from day {span.first_day} to day {span.last_day}"
