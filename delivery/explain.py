"""Why did, or didn't, this reader get a text on that day? One sentence for each subscription."""

from datetime import date

from delivery.models import Delivery, Run
from delivery.planning import due_today
from delivery.reasons import words
from messages.domain.schedule import stage_on
from messages.domain.stage import Kind
from messages.services.compose import pick, shelf
from municipalities.domain.words import AUDIENCE_OF, Relation, Service, Variant
from municipalities.models import Course, Municipality, Subscription


def explain(municipality: Municipality, subscription: Subscription, on: date) -> str:
    """Inside ``in_municipality`` only. Derived like the plan itself; nothing is remembered."""
    row = Delivery.objects.filter(
        run_day=on,
        municipality_id=municipality.pk,
        subscription_id=subscription.pk,
        text_id__gt=0,  # what a broadcast brought is another story
    ).first()
    if row is not None:
        return _of_row(row)
    return _of_reader(municipality, subscription, on)


def _of_row(row: Delivery) -> str:
    said = {
        "planned": "予定に入っていて、まだ送っていません",
        "claimed": "いま送る順番が来ています",
        "sending": "いま送っています",
        "sent": "送りました。相手のサーバーが受け取っています",
        "unclear": "送ったあとの返事が途切れ、届いたかどうか分かりません",
        "failed": "送れませんでした",
        "skipped": "見送りました",
    }[row.state]
    why = f"（{words(row.reason)}）" if row.reason else ""
    return f"{row.channel}: {said}{why}。配信番号 {row.run_day:%Y%m%d}-{row.id}"


def _of_reader(municipality: Municipality, subscription: Subscription, on: date) -> str:
    course = Course.objects.get(pk=subscription.course_id)
    if municipality.service != Service.LIVE:
        return f"{municipality.name}の配信は、いま動いていません（{municipality.service}）。"
    if subscription.stopped_at:
        return f"{subscription.stopped_at:%Y-%m-%d} に配信を止めています。"
    if course.closed_at:
        return "このお子さんの配信は、終わっています。"
    if subscription.starts_on > on:
        return f"最初の配信は {subscription.starts_on} からです。"
    return _of_calendar(municipality, subscription, course, on)


def _of_calendar(
    municipality: Municipality, subscription: Subscription, course: Course, on: date
) -> str:
    kind = Kind(course.kind)
    place = stage_on(kind, course.anchor, on)
    if place is None:
        return (
            "妊娠4週0日より前か、41週6日を過ぎています。お生まれの日が分かるまで、静かに待ちます。"
            if kind is Kind.PREGNANCY
            else "お子さんの暦の外の日です。"
        )
    stage = due_today(on, municipality.last_birthday).get((kind, course.anchor))
    if stage is None:
        return f"{place.label_ja}（{place.key}）の日には、原稿がありません。"
    audience = AUDIENCE_OF[Relation(subscription.relation)]
    variant = Variant(subscription.reader.variant)
    if pick(shelf(on), stage, audience, variant) is None:
        return f"{stage.label_ja}（{stage.key}）には、{audience.value} 向けの原稿がありません。"
    run = Run.objects.filter(run_day=on).first()
    if run is None or run.planned_at is None:
        return f"{stage.label_ja}（{stage.key}）の原稿があり、この日の計画はまだ立っていません。"
    return f"{stage.label_ja}（{stage.key}）の原稿があります。次の追加計画（10分ごと）で予定に入ります。"
