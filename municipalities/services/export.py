"""What a municipality takes along: its readers, its staff and its records, as tables.

Inside ``in_municipality``. Addresses are opened here: whoever calls this notes it in the records.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from django.db.models import QuerySet

from kizuna.lib import clock
from municipalities.domain.words import EndpointKind, Relation
from municipalities.models import Births, Membership, Placement, StaffAct, Subscription
from municipalities.roster.columns import Column

Row = Sequence[object]

# The words that the readers' file understands: what goes out can come in elsewhere as it is.
RELATIONS = {
    Relation.MOTHER: "母",
    Relation.FATHER: "父・パートナー",
    Relation.GRANDPARENT: "祖父母",
    Relation.AROUND: "まわりの人",
    Relation.UNDISCLOSED: "答えない",
}
_AT_ONCE = 2_000


def readers() -> Iterator[Row]:
    """Everybody who receives now, in the form that ``import_readers`` reads."""
    yield [column.value for column in Column]
    for one in _subscriptions().filter(
        stopped_at=None, endpoint__blocked_at=None, course__closed_at=None
    ):
        is_mail = one.endpoint.kind == EndpointKind.EMAIL
        yield [
            "子ども" if one.course.birth_date else "妊娠",
            "" if one.course.birth_date else _day(one.course.due_date),
            _day(one.course.birth_date),
            one.endpoint.address if is_mail else "",
            "" if is_mail else one.endpoint.address,
            RELATIONS[Relation(one.relation)],
            one.reader.variant,
            str(one.course.children),
            str(one.course_id),
        ]


def registrations() -> Iterator[Row]:
    """Everything that was ever registered and is still here, also what has been stopped."""
    yield [
        "登録番号", "読者番号", "子番号", "出産予定日", "生年月日", "人数", "予定日は目安", "宛先の種類", "宛先",
        "宛先の確認", "届かなくなった日時", "届かない理由", "続柄", "ことば", "地区", "お知らせを受け取らない",
        "登録日時", "配信の始まり", "お休みの始まり", "お休みの終わり", "停止日時", "きっかけ",
    ]  # fmt: skip
    for one in _subscriptions():
        course, endpoint, reader = one.course, one.endpoint, one.reader
        yield [
            one.pk, reader.pk, course.pk, _day(course.due_date), _day(course.birth_date),
            course.children, _yes(course.is_provisional), endpoint.kind, endpoint.address,
            _moment(endpoint.verified_at), _moment(endpoint.blocked_at), endpoint.blocked_reason,
            RELATIONS[Relation(one.relation)], reader.variant, reader.area,
            _yes(reader.no_broadcasts), _moment(one.created_at), _day(one.starts_on),
            _moment(one.paused_at), _day(one.paused_until),
            _moment(one.stopped_at or course.closed_at),
            one.placement.name if one.placement else "",
        ]  # fmt: skip


def staff() -> Iterator[Row]:
    """Who works here, and as what."""
    yield ["名前", "メールアドレス", "権限", "担当"]
    for one in Membership.objects.select_related("user").order_by("pk"):
        yield [one.user.name, one.user.email, one.role, one.duties]


def records() -> Iterator[Row]:
    """The audit log, oldest first."""
    yield ["日時", "だれが", "操作", "対象", "目的", "内容"]
    for one in StaffAct.objects.select_related("staff").order_by("pk").iterator(_AT_ONCE):
        who = one.staff.name if one.staff else ""
        yield [_moment(one.at), who, one.act, one.about, one.purpose, str(one.details or "")]


def births() -> Iterator[Row]:
    """The births per year that were entered."""
    yield ["年", "出生数", "出典"]
    for one in Births.objects.order_by("year"):
        yield [one.year, one.count, one.source]


def placements() -> Iterator[Row]:
    """The codes that were printed."""
    yield ["コード", "配布場所", "作成日時"]
    for one in Placement.objects.order_by("pk"):
        yield [one.code, one.name, _moment(one.created_at)]


def _subscriptions() -> QuerySet[Subscription]:
    return Subscription.objects.select_related(
        "reader", "course", "endpoint", "placement"
    ).order_by("pk")


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _moment(moment: datetime | None) -> str:
    return f"{moment.astimezone(clock.TOKYO):%Y-%m-%d %H:%M:%S}" if moment else ""


def _yes(is_so: bool) -> str:
    return "はい" if is_so else ""
