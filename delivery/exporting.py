"""All of one municipality's data as one file: documented, readable without this program."""

import hashlib
import io
import zipfile
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from delivery.models import DailyFact, MonthEnd, MonthFlow
from kizuna.lib import clock
from kizuna.lib.csv_out import Coding, table
from messages.services import export as texts
from municipalities.models import Municipality
from municipalities.services import export as people

Rows = Iterable[Sequence[object]]


@dataclass(frozen=True, slots=True)
class Export:
    """The zip, its SHA-256, and how many lines each table has."""

    content: bytes
    digest: str
    counts: dict[str, int]


def daily_figures() -> Rows:
    """What became of each day's deliveries, in numbers."""
    yield ["日", "媒体", "状態", "理由", "件数"]
    for one in DailyFact.objects.order_by("run_day", "channel", "state", "reason"):
        yield [one.run_day, one.channel, one.state, one.reason, one.count]


def month_ends() -> Rows:
    """The active readers at each month's end."""
    yield ["月末", "区分", "値", "読者", "登録", "妊娠・子ども", "子どもの数"]
    for one in MonthEnd.objects.order_by("month_end", "dimension", "value"):
        yield [
            one.month_end, one.dimension, one.value, one.readers, one.subscriptions, one.courses,
            one.children,
        ]  # fmt: skip


def month_flows() -> Rows:
    """Who came and went in each month, in numbers."""
    yield ["月", "動き", "区分", "値", "件数"]
    for one in MonthFlow.objects.order_by("month", "flow", "dimension", "value"):
        yield [one.month, one.flow, one.dimension, one.value, one.count]


# file → (what is in it, its rows)
TABLES: dict[str, tuple[str, Callable[[], Rows]]] = {
    "readers.csv": (
        "いま受け取っている方。この形のまま、Kizunaの読者の取り込みに使えます。",
        people.readers,
    ),
    "registrations.csv": ("登録のすべて。停止した登録も入っています。", people.registrations),
    "announcements.csv": ("地域のお知らせ。下書きも入っています。", texts.announcements),
    "broadcasts.csv": ("一斉配信。", texts.broadcasts),
    "contacts.csv": ("窓口・連絡先。", texts.contacts),
    "placements.csv": ("配布場所とコード。", people.placements),
    "births.csv": ("入力された出生数。", people.births),
    "staff.csv": ("職員と権限。", people.staff),
    "records.csv": ("操作の記録。", people.records),
    "daily_figures.csv": ("日ごとの配信の件数。", daily_figures),
    "month_ends.csv": ("月末の配信中の読者。", month_ends),
    "month_flows.csv": ("月ごとの登録、停止などの件数。", month_flows),
}


def build(municipality: Municipality) -> Export:
    """Everything, in memory: 20,000 readers make about 5 MB. Inside ``in_municipality``."""
    out = io.BytesIO()
    counts: dict[str, int] = {}
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, (_what, rows) in TABLES.items():
            lines = list(rows())
            counts[name] = len(lines) - 1
            archive.writestr(name, table(lines, Coding.UTF8))
        archive.writestr("README.txt", _read_me(municipality, counts).encode("utf-8-sig"))
    content = out.getvalue()
    return Export(content, hashlib.sha256(content).hexdigest(), counts)


def _read_me(municipality: Municipality, counts: dict[str, int]) -> str:
    lines = [
        f"{municipality.name}「{municipality.service_name}」のデータ",
        f"作成: {clock.now():%Y-%m-%d %H:%M}（日本時間）",
        "",
        "文字コードはUTF-8（BOM付き）、区切りはカンマ、1行目は見出しです。",
        "「=」などで始まる値の前には、表計算ソフトが式とみなさないように ' を付けています。",
        "宛先（メールアドレス、LINEのユーザーID）が入っています。取り扱いにご注意ください。",
        "読者ひとりずつの配信の記録は入っていません。日ごとの件数は daily_figures.csv にあります。",
        "",
    ]
    lines += [f"{name}  {counts[name]:,}行  {what}" for name, (what, _rows) in TABLES.items()]
    return "\r\n".join([*lines, ""])
