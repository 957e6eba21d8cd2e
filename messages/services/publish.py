"""Publish versions of base texts. What did not change keeps its version."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from messages.content_files import ContentFile
from messages.domain.stage import Stage, Unit
from messages.models import BaseText, TextVersion


@dataclass(frozen=True, slots=True)
class Published:
    """How many texts are new, got a new version, or stayed as they were."""

    new: int
    changed: int
    unchanged: int


def publish_many(files: Iterable[ContentFile], effective_from: date) -> Published:
    """A new version for every file that says something new, in effect from that day on."""
    latest = _latest()
    bases = _bases(files := list(files))
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    versions = []
    for file in files:
        before = latest.get((file.stage, file.audience, file.variant))
        if before and _says(before) == _said(file):
            counts["unchanged"] += 1
            continue
        counts["changed" if before else "new"] += 1
        versions.append(
            TextVersion(
                base_text=bases[file.stage, file.audience],
                variant=file.variant,
                number=before.number + 1 if before else 1,
                subject=file.subject,
                body=file.body,
                supervisor=file.supervisor,
                reviewed_on=file.reviewed_on,
                review_by=file.review_by,
                is_sample=file.sample,
                effective_from=effective_from,
            )
        )
    TextVersion.objects.bulk_create(versions, batch_size=500)
    return Published(**counts)


def _latest() -> dict[tuple[Stage, str, str], TextVersion]:
    versions = TextVersion.objects.select_related("base_text").order_by("number")
    return {(v.base_text.stage, v.base_text.audience, v.variant): v for v in versions}


def _bases(files: Iterable[ContentFile]) -> dict[tuple[Stage, str], BaseText]:
    BaseText.objects.bulk_create(
        [
            BaseText(unit=file.stage.unit, number=file.stage.number, audience=file.audience)
            for file in files
        ],
        ignore_conflicts=True,
        batch_size=500,
    )
    return {
        (Stage(Unit(text.unit), text.number), text.audience): text
        for text in BaseText.objects.all()
    }


def _said(file: ContentFile) -> tuple[object, ...]:
    return (
        file.subject,
        file.body,
        file.supervisor,
        file.reviewed_on,
        file.review_by,
        file.sample,
    )


def _says(version: TextVersion) -> tuple[object, ...]:
    return (
        version.subject,
        version.body,
        version.supervisor,
        version.reviewed_on,
        version.review_by,
        version.is_sample,
    )
