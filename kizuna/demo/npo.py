"""The demo's NPO: who looks after whom, a draft that waits for review, a meeting, a case, a neighbour
that sends from another system. Written by the same services as behind the door; once."""

from datetime import date, timedelta

from delivery.figures import last_day
from kizuna.demo.places import PLACES
from kizuna.lib import clock
from messages.domain.stage import Stage
from messages.models import BaseText, Meeting, TextReport
from messages.services import avoided_words, cases, desk, meetings
from messages.services.review import Hand
from municipalities.domain.words import MunicipalityKind, Service, Variant
from municipalities.models import Assignment, ExternalFigure, Municipality, StaffUser, Thanks
from municipalities.services import partners
from municipalities.tenancy.scope import across_for_npo, in_municipality

WORDS = (
    ("お母さん", "読者の方、保護者の方", "父親や、ほかの家族も読みます"),
    ("しなければなりません", "〜できます、〜がおすすめです", "急がせず、選べるように書きます"),
    ("普通は", "多くの場合は", "ちがう人を、普通でないと言わないために"),
)
THANKS = (
    ("毎朝、ひとりではないと思えました。三年間ありがとうございました。", True),
    ("里帰りした青葉町の実家でも、同じ便りが届いて心強かったです。", False),
)


def fill(today: date, people: dict[str, StaffUser], clerk: StaffUser) -> None:
    """``people``: the NPO's staff by role. ``clerk`` writes for the first municipality."""
    with across_for_npo():
        if Assignment.objects.exists():
            return
        _partners(today, people["partner"], people["head"])
        _desk(people["editor"])
        _meeting(today, people["partner"])
    _external(today)
    first = Municipality.objects.get(slug=PLACES[0].slug)
    with in_municipality(first.pk):
        _voices_and_reports(first, today)
    second = Municipality.objects.get(slug=PLACES[1].slug)
    with in_municipality(second.pk):
        cases.publish(
            Hand(second, clerk, may_write=True, may_approve=False),
            cases.Offer(
                sort=cases.PRACTICE,
                title="母子手帳と同じ大きさの登録カード",
                body="母子健康手帳にはさめる名刺大のカードにしました。窓口で手渡し、その場で登録まで案内します。",
                result="手渡しを始めた月から、妊娠中の登録が増えました（デモの例です）。",
            ),
        )


def _partners(today: date, partner: StaffUser, head: StaffUser) -> None:
    for place in PLACES:
        municipality = Municipality.objects.get(slug=place.slug)
        partners.assign(municipality, partner.pk, head, "")
        partners.write_down(
            municipality,
            partner,
            "call",
            "4月の窓口の変更について、確認をお願いしました。",
            today - timedelta(days=12),
        )


def _desk(editor: StaffUser) -> None:
    for word, instead, why in WORDS:
        avoided_words.keep(editor, None, word, instead, why)
    stage = Stage.parse("d100")
    text = BaseText.objects.get(unit=stage.unit, number=stage.number, audience="everyone")
    newest = desk.newest(text, Variant.STANDARD)
    if newest is not None:
        desk.write_draft(
            editor,
            text,
            Variant.STANDARD,
            newest.subject,
            f"{newest.body}\n\n写真を1枚撮っておくと、あとで見返す楽しみになります。",
            occasion="100日の節目に、ひとことの提案を足します",
        )


def _meeting(today: date, partner: StaffUser) -> None:
    begins = clock.now().replace(hour=14, minute=0, second=0, microsecond=0) + timedelta(days=30)
    meeting = meetings.create(
        partner,
        meetings.Details(
            title=f"{today.year}年度 情報交換会",
            starts_at=begins,
            ends_at=begins + timedelta(hours=2),
            place="オンライン",
            topics=("妊娠中の登録をふやす工夫", "4月の引き継ぎ"),
            invitation="各地の工夫を持ち寄る会です。はじめての方もどうぞ。",
            answer_by=today + timedelta(days=20),
        ),
    )
    meetings.invite(
        Meeting.objects.get(pk=meeting.pk),
        list(Assignment.objects.values_list("municipality", flat=True)),
    )


def _external(today: date) -> None:
    """A town whose texts another system sends; it reports its month ends."""
    town, _made = Municipality.objects.get_or_create(
        slug="shiokaze",
        defaults={
            "kind": MunicipalityKind.CITY,
            "name": "しおかぜ町",
            "service_name": "しおかぜ子育て便り",
            "service": Service.EXTERNAL,
            "contact": "子育て支援の窓口（デモ） 00-0000-0009",
            "postal_address": "しおかぜ町（デモの住所）",
        },
    )
    end = last_day(today.replace(day=1) - timedelta(days=1))
    with in_municipality(town.pk):
        for back in range(6):
            ExternalFigure.objects.create(
                municipality=town,
                month_end=end,
                active_readers=418 - 9 * back,
                children=402 - 9 * back,
                registrations=14,
                source="ほかの配信サービス（デモ）",
            )
            end = end.replace(day=1) - timedelta(days=1)


def _voices_and_reports(municipality: Municipality, today: date) -> None:
    month = today.replace(day=1)
    for text, is_cleared in THANKS:
        Thanks.objects.create(
            municipality=municipality,
            text=text,
            may_publish=True,
            month=month,
            quotable_text=text if is_cleared else "",
            quotable_at=clock.now() if is_cleared else None,
        )
    stage = Stage.parse("d28")
    base = BaseText.objects.get(unit=stage.unit, number=stage.number, audience="everyone")
    version = desk.newest(base, Variant.STANDARD)
    if version is not None:
        TextReport.objects.create(
            municipality=municipality,
            base_text=base,
            version=version,
            said="「1か月健診」の時期は、病院によって違うように思います。",
            reported_on=today,
        )
