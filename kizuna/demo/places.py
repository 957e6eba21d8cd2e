"""The demo's municipalities: services that this product is modelled on, with fictional readers.

Names of services and towns are those of the real examples; telephone numbers, addresses and every
person are made up. All mail addresses end in ``.example``, which no mail server delivers.
"""

from dataclasses import dataclass
from datetime import time

from municipalities.domain.words import MunicipalityKind


@dataclass(frozen=True, slots=True)
class Block:
    """A local announcement: for whom in the calendar, and whether it is approved."""

    title: str
    body: str
    kind: str
    first_day: int
    last_day: int
    approved: bool = True


@dataclass(frozen=True, slots=True)
class Place:
    """One municipality of the demo. ``line_share`` of its readers use LINE, the rest e-mail."""

    slug: str
    kind: MunicipalityKind
    code: str
    name: str
    service_name: str
    contact: str
    postal_address: str
    brand_colour: str
    send_time: time
    readers: int
    line_share: float
    blocks: tuple[Block, ...] = ()

    @property
    def mail_address(self) -> str:
        return f"kosodate@{self.slug}.example" if self.line_share < 1 else ""


PLACES = (
    Place(
        slug="nakano",
        kind=MunicipalityKind.CITY,
        code="131148",
        name="中野区",
        service_name="なかの子育て応援メール",
        contact="子育て支援の窓口（デモ） 00-0000-0001",
        postal_address="東京都中野区（デモの住所）",
        brand_colour="#b5485d",
        send_time=time(8, 0),
        readers=1500,
        line_share=0.6,
        blocks=(
            Block(
                "妊婦さんのおはなし会",
                "区の助産師と、妊娠中の気がかりをゆっくり話せる集まりです。パートナーの方もどうぞ。"
                "\n\n- 毎月第2土曜日の午前10時から\n- 区民センター（予約はいりません）",
                "pregnancy",
                16 * 7,
                35 * 7 + 6,
            ),
            Block(
                "赤ちゃん訪問",
                "生後4か月までに、助産師か保健師がおうちにうかがいます。お電話で日にちをご相談できます。",
                "child",
                0,
                100,
            ),
            Block(
                "春の親子コンサート（準備中）",
                "日にちが決まりましたらお知らせします。",
                "child",
                0,
                1000,
                approved=False,
            ),
        ),
    ),
    Place(
        slug="okazaki",
        kind=MunicipalityKind.CITY,
        code="232025",
        name="岡崎市",
        service_name="子育て応援すくすくメール",
        contact="子育て支援の窓口（デモ） 00-0000-0002",
        postal_address="愛知県岡崎市（デモの住所）",
        brand_colour="#00754a",
        send_time=time(8, 10),
        readers=900,
        line_share=0.0,
        blocks=(
            Block(
                "産後ケアのご案内",
                "眠れない日が続くときは、日帰りや宿泊で休める産後ケアがあります。"
                "窓口に電話でお申し込みいただけます。",
                "child",
                0,
                365,
            ),
        ),
    ),
    Place(
        slug="niigata-nishi",
        kind=MunicipalityKind.WARD,
        code="151076",
        name="新潟市西区",
        service_name="にしっこはぐくみLINK",
        contact="健康福祉の窓口（デモ） 00-0000-0003",
        postal_address="新潟県新潟市西区（デモの住所）",
        brand_colour="#0b5ea8",
        send_time=time(7, 45),
        readers=580,
        line_share=1.0,
        blocks=(
            Block(
                "子育て広場",
                "区内の子育て広場は、予約なしで遊びに来られます。お茶だけ飲みに来る日があっても大丈夫です。",
                "child",
                60,
                1095,
            ),
        ),
    ),
    Place(
        slug="hoshizora",
        kind=MunicipalityKind.CITY,
        code="",
        name="ほしぞら村",
        service_name="ほしぞら子育てだより",
        contact="村の保健センター（デモ） 00-0000-0004",
        postal_address="ほしぞら村（架空の村）",
        brand_colour="#5b3f8c",
        send_time=time(8, 30),
        readers=20,
        line_share=0.5,
    ),
)
