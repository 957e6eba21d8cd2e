"""Days as the console may find them: runs and ledger rows in any state."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import connection

from delivery.models import DailyFact, Lane, Run
from kizuna.lib import clock
from messages.domain.stage import Stage
from messages.models import Edition
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world

DAY = date(2026, 11, 25)
NOON = datetime.combine(DAY, time(12, 0), tzinfo=clock.TOKYO)


@dataclass(frozen=True)
class Rows:
    channel: str
    state: str
    count: int
    reason: str = ""


def make_run(
    municipality: Municipality, on: date = DAY, *, planned: bool = True, finished: bool = False
) -> Run:
    opens = clock.at(on, municipality.send_time)
    with in_municipality(municipality.pk):
        return Run.objects.create(
            municipality=municipality,
            run_day=on,
            opens_at=opens,
            closes_at=clock.at(on, municipality.last_hour),
            planned_at=opens - timedelta(minutes=50) if planned else None,
            finished_at=opens + timedelta(minutes=20) if finished else None,
        )


def make_ledger(
    municipality: Municipality,
    *rows: Rows,
    on: date = DAY,
    edition: int = 1,
    lost: int = 0,
    first: int = 1,
) -> None:
    """Rows of the ledger and what was planned; ``lost`` were planned and are not there."""
    start = first
    with in_municipality(municipality.pk), connection.cursor() as cursor:
        cursor.execute("SELECT delivery_ensure_month(%s)", [on])
        for row in rows:
            cursor.execute(
                """
                INSERT INTO delivery_delivery (
                    run_day, municipality_id, subscription_id, endpoint_id, course_id, text_id,
                    edition_id, not_before, expires_at, anchor, kind, channel, state, reason,
                    first_attempt_at, settled_at, lease_owner, lease_until)
                SELECT %(on)s, %(municipality)s, n, n, n, 1, %(edition)s, now(), now(), %(on)s,
                    'child', %(channel)s, %(state)s, %(reason)s, now(),
                    CASE WHEN %(state)s IN ('sent', 'failed', 'skipped') THEN now() END,
                    CASE WHEN %(state)s IN ('claimed', 'sending') THEN 'w' END,
                    CASE WHEN %(state)s IN ('claimed', 'sending') THEN now() END
                FROM generate_series(%(start)s, %(start)s + %(count)s - 1) AS n
                """,
                {
                    "on": on,
                    "municipality": municipality.pk,
                    "edition": edition,
                    "channel": row.channel,
                    "state": row.state,
                    "reason": row.reason,
                    "start": start,
                    "count": row.count,
                },
            )
            start += row.count
        for channel in {row.channel for row in rows}:
            planned = sum(row.count for row in rows if row.channel == channel) + lost
            lane, _ = Lane.objects.get_or_create(
                municipality=municipality,
                run_day=on,
                channel=channel,
                defaults={"not_before": clock.now()},
            )
            lane.planned += planned
            lane.save()


def make_facts(municipality: Municipality, on: date, *rows: Rows) -> None:
    with in_municipality(municipality.pk):
        DailyFact.objects.bulk_create(
            DailyFact(
                municipality=municipality,
                run_day=on,
                channel=row.channel,
                state=row.state,
                reason=row.reason,
                count=row.count,
            )
            for row in rows
        )


def make_edition(
    municipality: Municipality,
    stage_key: str = "d45",
    *,
    on: date = DAY,
    subject: str = "",
    **texts: str,
) -> Edition:
    version = world.make_text(
        stage_key, subject=subject or f"{Stage.parse(stage_key).label_ja}の便り"
    )
    bodies = {
        "mail_text": "今日も一日おつかれさまです。\n\n配信の停止\n%%STOP_URL%%\nマイページ\n%%MY_URL%%\n",
        "mail_html": '<!DOCTYPE html><html lang="ja"><head><title>便り</title></head><body>'
        '<p style="margin:0">今日も一日おつかれさまです。</p>'
        '<a href="%%STOP_URL%%">配信の停止</a><a href="%%MY_URL%%">マイページ</a></body></html>',
        "line_text": "今日も一日おつかれさまです。",
        "web_html": '<article class="letter"><h1>便り</h1><p>今日も一日おつかれさまです。</p></article>',
    }
    with in_municipality(municipality.pk):
        return Edition.objects.create(
            municipality=municipality,
            run_day=on,
            base_text=version.base_text,
            text_version=version,
            subject=version.subject,
            digest=version.subject.encode()[:32],
            **{**bodies, **texts},
        )
