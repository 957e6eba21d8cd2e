"""What a municipality has written, as tables for taking along. Inside ``in_municipality``."""

from collections.abc import Iterator, Sequence

from messages.models import Broadcast, Contact, LocalBlock

Row = Sequence[object]


def announcements() -> Iterator[Row]:
    """Every announcement as it stands, drafts included."""
    yield [
        "番号", "題", "本文", "種別", "始まりの日数", "終わりの日数", "掲載開始", "掲載終了", "対象", "地区",
        "状態", "緊急",
    ]  # fmt: skip
    for one in LocalBlock.objects.order_by("pk"):
        yield [
            one.pk, one.title, one.body, one.kind, one.first_day, one.last_day,
            one.shown_from or "", one.shown_until or "", one.audience, "、".join(one.areas),
            one.state, "はい" if one.is_urgent else "",
        ]  # fmt: skip


def broadcasts() -> Iterator[Row]:
    """Every broadcast as it was written."""
    yield ["番号", "件名", "本文", "差出人", "送信日", "状態"]
    for one in Broadcast.objects.select_related("persona").order_by("pk"):
        persona = one.persona.name if one.persona else ""
        yield [one.pk, one.subject, one.body, persona, one.run_day or "", one.state]


def contacts() -> Iterator[Row]:
    """The register of offices and numbers."""
    yield ["名前", "内容", "確認した日"]
    for one in Contact.objects.order_by("name"):
        yield [one.name, one.value, one.verified_on]
