"""What a day would bring, without writing anything: counts per stage and channel, and the gaps."""

from collections import Counter
from collections.abc import Sequence
from datetime import date

from django.db import connection

from delivery.planning import wanted_today
from kizuna.lib import sqlfile
from messages.domain.stage import Stage
from messages.services.compose import pick, shelf
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality


def preview(municipality: Municipality, on: date) -> list[str]:
    """Lines for a terminal. What is already planned for that day is not counted again."""
    counts: Counter[tuple[Stage, str]] = Counter()
    gaps: set[tuple[Stage, str]] = set()
    with in_municipality(municipality.pk):
        texts = shelf(on)
        groups = wanted_today(municipality, on)
        for group, relations in groups.items():
            if pick(texts, group.stage, group.audience, group.variant) is None:
                gaps.add((group.stage, group.audience.value))
                continue
            for channel, count in _readers(
                municipality, on, group.kind, group.anchor, relations, group.variant
            ):
                counts[group.stage, channel] += count
    lines = [
        f"{municipality.name}（{municipality.slug}） {on}: これから {sum(counts.values()):,}件"
    ]
    lines += [
        f"  {stage.key:<8}{stage.label_ja}  {channel}  {count:,}件"
        for (stage, channel), count in sorted(counts.items())
    ]
    lines += [
        f"  {stage.key:<8}{stage.label_ja}  {audience} 向けの原稿がありません"
        for stage, audience in sorted(gaps)
    ]
    return lines


def _readers(  # noqa: PLR0917  a statement's parameters, in its order
    municipality: Municipality,
    on: date,
    kind: str,
    anchor: date,
    relations: Sequence[str],
    variant: str,
) -> list[tuple[str, int]]:
    with connection.cursor() as cursor:
        cursor.execute(
            sqlfile.load(__file__, "count_readers"),
            {
                "municipality": municipality.pk,
                "run_day": on,
                "kind": str(kind),
                "anchor": anchor,
                "relations": [str(relation) for relation in relations],
                "variant": str(variant),
            },
        )
        return list(cursor.fetchall())
