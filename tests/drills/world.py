"""A morning with more than 5,000 deliveries in eight municipalities, all due today; seeded."""

import json
import random
from dataclasses import asdict, dataclass, field
from datetime import date, time, timedelta
from pathlib import Path
from typing import Any

SIZES = {
    # Deliveries of today, and the share by LINE. The rest is by e-mail.
    "nishi": (2_000, 0.5),
    "higashi": (1_200, 0.55),
    "minami": (800, 0.5),
    "kita": (500, 0.0),
    "hama": (400, 1.0),
    "yama": (200, 0.5),
    "shima": (80, 0.5),
    "mura": (20, 0.5),
}
STAGES = 40
"""Texts in use: LINE groups of about a dozen readers in the largest municipality."""


@dataclass
class World:
    """What was made. ``rows`` are the deliveries owed today: slug → channel → how many."""

    today: str
    seed: int
    rows: dict[str, dict[str, int]] = field(default_factory=dict)
    line: list[dict[str, Any]] = field(default_factory=list)
    """What the emulator has to know of each channel."""

    @property
    def total(self) -> int:
        return sum(sum(by.values()) for by in self.rows.values())

    @property
    def slugs(self) -> list[str]:
        return list(self.rows)

    def of(self, channel: str) -> int:
        return sum(by[channel] for by in self.rows.values())

    def keep(self, path: Path) -> None:
        path.write_text(json.dumps(asdict(self)), encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> "World":
        return cls(**json.loads(path.read_text(encoding="utf-8")))


def build(today: date, seed: int) -> World:
    """Into an empty, migrated database. Runs inside Django."""
    from kizuna.demo.load import CONTENT
    from messages.content_files import read_course
    from messages.domain.schedule import anchors_for
    from messages.services.compose import shelf
    from messages.services.publish import publish_many
    from municipalities.tenancy.scope import in_municipality

    draw = random.Random(f"world-{seed}")
    publish_many(read_course(CONTENT).files, effective_from=today - timedelta(days=1))
    stages = sorted({stage for stage, _, _ in shelf(today)})
    due = [(stage.kind, anchor) for stage in stages for anchor in anchors_for(stage, today)]
    due = draw.sample(due, min(STAGES, len(due)))
    world = World(today.isoformat(), seed)
    for number, (slug, (readers, line_share)) in enumerate(SIZES.items(), start=1):
        municipality = _municipality(slug)
        with in_municipality(municipality.pk):
            people = _people(draw, slug, readers, line_share, due)
            _enrol(municipality, people, today)
            world.rows[slug] = {
                kind: sum(one.channel == kind for one in people) for kind in ("email", "line")
            }
            if line_share:
                users = [one.address for one in people if one.channel == "line"]
                world.line.append(_line_channel(municipality, number, users))
    return world


def _municipality(slug: str) -> Any:
    from municipalities.domain.words import MunicipalityKind, Service
    from municipalities.models import Municipality

    return Municipality.objects.create(
        slug=slug,
        kind=MunicipalityKind.CITY,
        name=f"{slug}市",
        service_name=f"{slug}の子育てメール",
        service=Service.LIVE,
        contact="子育て支援の窓口 00-0000-0000",
        postal_address=f"{slug}市本町1-1",
        mail_name=f"{slug}の子育てメール",
        mail_address=f"kosodate@{slug}.example",
        # The whole day: a drill may be run at any hour.
        send_time=time(0, 0),
        last_hour=time(23, 59, 59),
    )


def _people(
    draw: random.Random, slug: str, readers: int, line_share: float, due: list[tuple[Any, date]]
) -> list[Any]:
    from messages.domain.stage import Kind
    from municipalities.domain.words import EndpointKind, Relation
    from municipalities.services.enrol import Enrolment

    made: list[Enrolment] = []
    for number in range(readers):
        by_line = draw.random() < line_share
        address = (
            f"U{draw.getrandbits(128):032x}" if by_line else f"r{number}@{slug}-family.example"
        )
        kind, anchor = draw.choice(due)
        family = f"{slug}-{number}"
        if made and draw.random() < 0.1:  # a father on the course of the family before
            before = made[-1]
            family = before.family
            due_date, birth_date = before.due_date, before.birth_date
        else:
            due_date, birth_date = (anchor, None) if kind is Kind.PREGNANCY else (None, anchor)
        made.append(
            Enrolment(
                channel=EndpointKind.LINE if by_line else EndpointKind.EMAIL,
                address=address,
                compared=address,
                due_date=due_date,
                birth_date=birth_date,
                relation=draw.choice((Relation.MOTHER, Relation.MOTHER, Relation.FATHER)),
                family=family,
            )
        )
    return made


def _enrol(municipality: Any, people: list[Any], today: date) -> None:
    from municipalities.services.enrol import Consent, enrol_many

    enrol_many(
        municipality,
        people,
        starts_on=today - timedelta(days=30),
        consent=Consent(source="drill", text_version="drill-1"),
    )


def _line_channel(municipality: Any, number: int, users: list[str]) -> dict[str, Any]:
    from municipalities.models import LineChannel

    secret = f"{number:032x}"
    channel = LineChannel(municipality=municipality, channel_id=f"16600000{number:02d}")
    channel.secret = secret
    channel.save()
    return {
        "channel_id": channel.channel_id,
        "channel_secret": secret,
        "name": municipality.slug,
        "users": dict.fromkeys(users, "friend"),
    }
