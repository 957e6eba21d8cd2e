"""What a reader may have received: ledger rows of a family, with the editions behind them."""

from dataclasses import dataclass
from datetime import date

from django.db import connection

from messages.models import Edition
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests.console.days import make_edition
from tests.world import Family


@dataclass(frozen=True)
class Received:
    pk: int
    edition: Edition


def receive(
    municipality: Municipality,
    family: Family,
    on: date,
    stage_key: str = "d45",
    *,
    words: str = "今日も一日おつかれさまです。",
    subject: str = "",
    state: str = "sent",
    web_html: str = "",
) -> Received:
    """One row of the ledger in that state; returns its number and its edition."""
    subject = subject or f"{stage_key}の便り"
    edition = make_edition(
        municipality,
        stage_key,
        on=on,
        subject=subject,
        web_html=web_html
        or f'<article class="letter" lang="ja"><h1>{subject}</h1><p>{words}</p></article>',
    )
    return Received(_row(municipality, family, edition, on, state), edition)


def _row(municipality: Municipality, family: Family, edition: Edition, on: date, state: str) -> int:
    with in_municipality(municipality.pk), connection.cursor() as cursor:
        cursor.execute("SELECT delivery_ensure_month(%s)", [on])
        cursor.execute(
            """
            INSERT INTO delivery_delivery (
                run_day, municipality_id, subscription_id, endpoint_id, course_id, text_id,
                edition_id, not_before, expires_at, anchor, kind, channel, state, reason,
                first_attempt_at, settled_at)
            VALUES (%(on)s, %(municipality)s, %(subscription)s, %(endpoint)s, %(course)s, %(text)s,
                %(edition)s, now(), now(), %(on)s, 'child', 'email', %(state)s,
                CASE WHEN %(state)s IN ('sent', 'planned') THEN '' ELSE 'worker_lost' END, now(),
                CASE WHEN %(state)s IN ('sent', 'failed', 'skipped') THEN now() END)
            RETURNING id
            """,
            {
                "on": on,
                "municipality": municipality.pk,
                "subscription": family.subscription.pk,
                "endpoint": family.endpoint.pk,
                "course": family.course.pk,
                "text": edition.base_text_id,
                "edition": edition.pk,
                "state": state,
            },
        )
        return int(cursor.fetchone()[0])
