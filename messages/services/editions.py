"""Freeze the day's editions of one municipality, before a single delivery is planned."""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

import psycopg
import structlog
from django.db import connection

import messages
from kizuna.lib import sqlfile
from messages.domain.stage import Kind, Stage
from messages.models import Edition
from messages.rendering.check import check_rendered
from messages.rendering.compose import Letterhead, Rendered
from messages.services.compose import (
    Block,
    Composed,
    Version,
    approved_blocks,
    blocks_for,
    compose,
    day_number,
    letterhead,
    pick,
    shelf,
)
from municipalities.domain.words import Audience, Variant
from municipalities.models import Municipality

log = structlog.get_logger("messages.editions")


@dataclass(frozen=True, slots=True)
class Wanted:
    """A group of readers that needs the same edition. ``area``: "" unless a block speaks to it."""

    kind: Kind
    anchor: date
    stage: Stage
    variant: Variant
    audience: Audience
    area: str = ""


@dataclass(frozen=True, slots=True)
class Frozen:
    """Where a group's edition is; ``text_id`` is the base text it counts as."""

    edition_id: int
    text_id: int


def freeze(municipality: Municipality, on: date, wanted: Iterable[Wanted]) -> dict[Wanted, Frozen]:
    """Compose and store what these groups need. A group without a text is left out.

    Inside ``in_municipality`` only. Groups that get the same words share one edition. Calling it
    again the same day stores nothing twice; a text corrected meanwhile makes a new edition, which
    only readers planned from then on receive.
    """
    head = letterhead(municipality)
    texts, blocks = shelf(on), approved_blocks(on)
    made: dict[tuple[int, tuple[int, ...], Stage], Composed] = {}
    chosen: dict[Wanted, tuple[int, tuple[int, ...], Stage]] = {}
    for group in wanted:
        version = pick(texts, group.stage, group.audience, group.variant)
        if version is None:
            continue
        day = day_number(group.kind, group.anchor, on)
        own = blocks_for(blocks, group.kind, day, group.audience, group.area)
        key = (version.id, tuple(block.id for block in own), group.stage)
        chosen[group] = key
        if key not in made:
            made[key] = _composed(head, version, own, group.stage, on)
    digests = {key: _digest(composed.rendered) for key, composed in made.items()}
    # Two base texts may say the same: the text belongs to the key.
    ids = _store(municipality, on, {(made[k].version.text_id, digests[k]): made[k] for k in made})
    return {
        group: Frozen(ids[made[key].version.text_id, digests[key]], made[key].version.text_id)
        for group, key in chosen.items()
    }


def _composed(
    head: Letterhead, version: Version, own: tuple[Block, ...], stage: Stage, on: date
) -> Composed:
    """With the announcements that join; without them where together they are too long to be taken.

    Their length was checked when they were approved, but the register they quote and the base text
    may have grown since: the text of the day must not die of that.
    """
    whole = compose(head, version, own, stage, on)
    if not own or not check_rendered(whole.rendered):
        return whole
    log.error("announcements left out: too long together", blocks=[block.id for block in own])
    return compose(head, version, (), stage, on)


def _digest(rendered: Rendered) -> bytes:
    parts = (rendered.subject, rendered.mail_text, rendered.mail_html, rendered.line_text)
    return hashlib.sha256("\0".join(parts).encode()).digest()


def _store(
    municipality: Municipality, on: date, composed: dict[tuple[int, bytes], Composed]
) -> dict[tuple[int, bytes], int]:
    # Bound by the server: writing megabytes of text into a statement first took a fifth of the time.
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        cursor.execute(
            sqlfile.load(messages.__file__, "freeze_editions"),
            {
                "municipality": municipality.pk,
                "run_day": on,
                "editions": json.dumps(
                    [_row(one, digest) for (_, digest), one in composed.items()],
                    ensure_ascii=False,
                ),
            },
        )
    rows = Edition.objects.filter(run_day=on).values_list("base_text_id", "digest", "id")
    return {(text_id, bytes(digest)): edition_id for text_id, digest, edition_id in rows}


def _row(one: Composed, digest: bytes) -> dict[str, object]:
    return {
        "base_text_id": one.version.text_id,
        "text_version_id": one.version.id,
        "block_ids": [block.id for block in one.blocks],
        "subject": one.rendered.subject,
        "mail_text": one.rendered.mail_text,
        "mail_html": one.rendered.mail_html,
        "line_text": one.rendered.line_text,
        "web_html": one.rendered.web_html,
        "digest": digest.hex(),
    }
