"""Tomorrow, simulated the evening before: how many deliveries, and which readers have no text.

Level-triggered as everything: each tick after six in the evening asks which live municipality has no
forecast of this evening for tomorrow, then for the six days after. Each evening makes them anew, so
that the last one of a day is the evening's before; the page of the day compares it with the plan.
"""

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from datetime import time as wall

import structlog
from django.db import connection
from django.db.models.functions import Now

from delivery import ledger
from delivery.broadcast_reach import count
from delivery.models import Forecast
from delivery.planning import due_today
from kizuna.lib import clock, sqlfile
from messages.domain.review import BroadcastState
from messages.domain.sending_hours import leaves_at
from messages.domain.stage import Kind
from messages.models import Broadcast
from messages.services.compose import pick, shelf
from municipalities.domain.words import AUDIENCE_OF, EndpointKind, Relation, Variant
from municipalities.models import Municipality
from municipalities.tenancy.scope import across_for_npo, in_municipality

log = structlog.get_logger("delivery.forecasting")

EVENING = wall(18)
# A tick has other work: whoever is left comes with the next one.
SECONDS = 20


@dataclass(slots=True)
class Expected:
    """One channel of a day to come. ``broadcasts``: those of ``count`` that are no texts of the day;
    ``gaps``: stage → how many readers have no text there."""

    count: int = 0
    broadcasts: int = 0
    gaps: Counter[str] = field(default_factory=Counter)


def look(now: datetime) -> int:
    """Make the forecasts that are missing, from the evening on; how many were made."""
    evening = clock.at(now.astimezone(clock.TOKYO).date(), EVENING)
    if now < evening:
        return 0
    until, made = time.monotonic() + SECONDS, 0
    for municipality_id, on in _without_one(evening):
        if time.monotonic() > until:
            break
        try:
            made += make(municipality_id, on)
        except Exception:
            log.exception("no forecast", municipality_id=municipality_id, run_day=str(on))
    return made


def make(municipality_id: int, on: date) -> bool:
    """Write one municipality's forecast anew; False where somebody else writes it at the moment."""
    with in_municipality(municipality_id):
        if not _alone(municipality_id):
            return False
        found = expected(Municipality.objects.get(pk=municipality_id), on)
        Forecast.objects.filter(run_day=on).delete()
        Forecast.objects.bulk_create(
            Forecast(
                municipality_id=municipality_id,
                run_day=on,
                channel=channel,
                expected=one.count,
                broadcasts=one.broadcasts,
                without_text=one.gaps.total(),
                gaps=dict(one.gaps),
                made_at=Now(),
            )
            for channel, one in found.items()
        )
    return True


def expected(municipality: Municipality, on: date) -> dict[str, Expected]:
    """Both channels of that day as readers, texts and approved broadcasts are now.

    Inside ``in_municipality``. Who rests or is blocked counts: the planning writes a row for them.
    """
    found = {kind.value: Expected() for kind in EndpointKind}
    texts, due = shelf(on), due_today(on, municipality.last_birthday)
    rows = ledger.run(
        "forecast",
        run_day=on,
        kinds=[kind.value for kind, _ in due],
        anchors=[anchor for _, anchor in due],
    )
    for kind, anchor, variant, relation, channel, readers in rows:
        stage, audience = due[Kind(kind), anchor], AUDIENCE_OF[Relation(relation)]
        if pick(texts, stage, audience, Variant(variant)) is None:
            found[channel].gaps[stage.key] += readers
        else:
            found[channel].count += readers
    for channel, readers in _broadcasts(on).items():
        found[channel].count += readers
        found[channel].broadcasts += readers
    return found


def _broadcasts(on: date) -> Counter[str]:
    """Approved broadcasts are rows of the same day."""
    counts: Counter[str] = Counter()
    begin, end = clock.at(on, wall.min), clock.at(on, wall.max)
    waiting = Broadcast.objects.filter(
        state=BroadcastState.APPROVED, send_at__gte=begin, send_at__lte=end
    )
    for one in waiting.select_related("municipality", "corrects"):
        if one.send_at and one.approved_at:
            counts.update(count(one, leaves_at(one.send_at, one.approved_at)).by_channel)
    return counts


def _alone(municipality_id: int) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_try_advisory_xact_lock(hashtext('forecast'), %s)", [municipality_id]
        )
        (free,) = cursor.fetchone()
    return bool(free)


def _without_one(evening: datetime) -> list[tuple[int, date]]:
    tomorrow = evening.date() + timedelta(days=1)
    with across_for_npo(), connection.cursor() as cursor:
        cursor.execute(
            sqlfile.load(__file__, "forecast_due"), {"tomorrow": tomorrow, "evening": evening}
        )
        return list(cursor.fetchall())
