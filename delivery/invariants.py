"""Sixteen sentences that must be true of every day, asked of the database itself.

The questions are ``sql/invariants.sql``. Production asks them every night about yesterday, the
drills after each drill. An answer is a count: it names no reader.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime

import structlog
from django.core.cache import cache

from delivery import ledger
from delivery.models import Run
from delivery.planning import due_today
from delivery.reconciliation import rollup
from messages.domain.stage import Kind, Stage
from messages.models import TextVersion
from messages.services.compose import pick, shelf
from municipalities.domain.words import AUDIENCE_OF, Relation, Service, Variant
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality, the_municipality_id

log = structlog.get_logger("delivery.invariants")

SENTENCES: Mapping[str, str] = {
    "I1": "予定から漏れた読者がいます",
    "I2": "同じ人に二重に予定されたか、二重を防ぐ索引がありません",
    "I3": "終わらないまま止まっている行があります",
    "I4": "送った時刻や回数の記録が合いません",
    "I5": "終わった行に担当が残っています",
    "I6": "送信先が同じものを二度受け取りました",
    "I7": "送ったことになっているのに、送信先が受け取っていません",
    "I8": "送信先が受け取ったのに、送ったことになっていません",
    "I9": "予定の数と台帳の数が合いません",
    "I10": "送ってよい時間の外に送りました",
    "I11": "停止や休止のあとに送りました",
    "I12": "行が指す読者・文章・宛先がこの自治体にありません",
    "I13": "LINE の再送の鍵の決まりが破られました",
    "I14": "台帳から行が消えました",
    "I15": "状態が後戻りしたか、それを防ぐ決まりが外れています",
    "I16": "送った読者が、数字のもとになる履歴にいません",
    "unchecked": "確かめようとして失敗しました。ログの check failed を見ます",
}
NEED_A_WITNESS = ("I6", "I7", "I8")
"""Asked only when somebody says what the providers saw."""

_LAST_CHECK = "delivery.broken_invariants"
_TWO_DAYS = 2 * 86_400


@dataclass(frozen=True, slots=True)
class Seen:
    """One hand-over that a provider says it took.

    ``key`` is the mail's Message-ID, or the retry key of a LINE request that was executed (a
    repeat that LINE answered with 409 is none).
    """

    channel: str
    key: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Finding:
    """One invariant of one municipality that does not hold: how many rows contradict it."""

    invariant: str
    municipality_id: int
    count: int

    @property
    def sentence(self) -> str:
        """What is wrong, in words for staff."""
        return SENTENCES[self.invariant]


def check(run_day: date, witness: Sequence[Seen] | None = None) -> list[Finding]:
    """What does not hold of the current municipality's day; empty when all is well.

    Inside ``in_municipality`` only. Without ``witness`` the three ``NEED_A_WITNESS`` are not asked.
    """
    groups = owed(run_day)
    kinds, anchors, variants, relations = (
        (list(column) for column in zip(*groups, strict=True)) if groups else ([], [], [], [])
    )
    rows = ledger.run(
        "invariants",
        run_day=run_day,
        kinds=kinds,
        anchors=anchors,
        variants=variants,
        relations=relations,
        witness_channels=None if witness is None else [one.channel for one in witness],
        witness_keys=None if witness is None else [one.key for one in witness],
        witness_times=None if witness is None else [one.at for one in witness],
    )
    return [Finding(name, municipality, count) for name, municipality, count in rows if count]


def check_all(
    run_day: date, municipalities: Iterable[Municipality], witness: Sequence[Seen] | None = None
) -> list[Finding]:
    """Check each; every finding is logged as an error. A check that fails is a finding as well."""
    findings: list[Finding] = []
    for municipality in municipalities:
        try:
            with in_municipality(municipality.pk):
                found = check(run_day, witness)
        except Exception:
            log.exception("check failed", municipality_id=municipality.pk, run_day=str(run_day))
            found = [Finding("unchecked", municipality.pk, 1)]
        for one in found:
            log.error(
                "invariant broken",
                invariant=one.invariant,
                municipality_id=one.municipality_id,
                run_day=str(run_day),
                count=one.count,
            )
        findings += found
    return findings


def check_night(run_day: date) -> list[Finding]:
    """The nightly look at a day that is over: check it, remember the result, count it once more."""
    municipalities = list(Municipality.objects.exclude(service=Service.PREPARING).order_by("pk"))
    findings = check_all(run_day, municipalities)
    remember(findings)
    for municipality in municipalities:
        try:
            with in_municipality(municipality.pk):
                _count_again(run_day)
        except Exception:
            log.exception("sweeping failed", municipality_id=municipality.pk, run_day=str(run_day))
    return findings


def _count_again(run_day: date) -> None:
    """A worker that slept past the run's end may have settled an unclear row since. A run that
    somebody holds at the moment is counted by them."""
    if Run.objects.select_for_update(skip_locked=True).filter(run_day=run_day).first():
        rollup(run_day)


def remember(findings: Iterable[Finding]) -> None:
    """Keep what the monitoring shows: invariant → in how many municipalities it is broken."""
    broken = dict.fromkeys(SENTENCES, 0)
    for finding in findings:
        broken[finding.invariant] += 1
    cache.set(_LAST_CHECK, broken, _TWO_DAYS)


def remembered() -> dict[str, int]:
    """The last night's result; empty when nobody checked for two days or the cache was emptied."""
    found: dict[str, int] = cache.get(_LAST_CHECK, {})
    return found


def owed(on: date) -> list[tuple[str, date, str, str]]:
    """The groups of readers for whom there was a text before the day was last topped up."""
    municipality = Municipality.objects.get(pk=the_municipality_id())
    run = Run.objects.filter(run_day=on).first()
    known = TextVersion.objects.all()
    if run is not None and run.topped_up_at is not None:
        # Published later on the same day: owed from tomorrow on.
        known = known.filter(created_at__lt=run.topped_up_at)
    ids = set(known.values_list("pk", flat=True))
    texts = {key: version for key, version in shelf(on).items() if version.id in ids}
    due: dict[tuple[Kind, date], Stage] = due_today(on, municipality.last_birthday)
    return [
        (kind.value, anchor, variant.value, relation.value)
        for (kind, anchor), stage in due.items()
        for variant in Variant
        for relation in Relation
        if pick(texts, stage, AUDIENCE_OF[relation], variant) is not None
    ]
