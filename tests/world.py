"""A small named world. Aoba City (青葉市): Alice edits, Bob looks. Minato Town (みなと町): Charlie
manages. Naomi is the NPO's. Plain functions with good defaults; each opens its municipality."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from kizuna.lib import clock
from messages.domain.stage import Stage
from messages.models import (
    BaseText,
    BlockEvent,
    Broadcast,
    Contact,
    ExchangeCase,
    LocalBlock,
    Meeting,
    MeetingInvitation,
    MeetingMaterial,
    Persona,
    TextVersion,
)
from municipalities.domain.roles import Role
from municipalities.domain.words import MunicipalityKind, Service
from municipalities.models import (
    Course,
    Endpoint,
    LineChannel,
    Membership,
    Municipality,
    Reader,
    SenderCheck,
    StaffUser,
    Subscription,
)
from municipalities.services.endpoints import address_key
from municipalities.tenancy.scope import across_for_npo, in_municipality

PASSWORD = "correct horse battery staple"


@dataclass(frozen=True)
class Family:
    reader: Reader
    endpoint: Endpoint
    course: Course
    subscription: Subscription


def make_municipality(slug: str = "aoba", **fields: Any) -> Municipality:
    defaults = {
        "kind": MunicipalityKind.CITY,
        "name": "青葉市",
        "service_name": "あおば子育てメール",
        "service": Service.LIVE,
        "contact": "こども課 000-000-0000",
        "postal_address": "青葉市本町1-1",
        "mail_name": "あおば子育てメール",
        "mail_address": f"kosodate@{slug}.example.jp",
        # The whole day, so that a test never depends on the hour it runs at.
        "send_time": time(0, 0),
        "last_hour": time(23, 59, 59),
    }
    return Municipality.objects.create(slug=slug, **{**defaults, **fields})


def make_minato() -> Municipality:
    return make_municipality("minato", name="みなと町", service_name="みなとすくすくメール")


def give_line(municipality: Municipality) -> LineChannel:
    with in_municipality(municipality.pk):
        channel = LineChannel(
            municipality=municipality, channel_id=f"{1650000000 + municipality.pk}"
        )
        channel.secret = f"{municipality.pk:032x}"
        channel.save()
        return channel


def make_staff(
    municipality: Municipality, role: Role = Role.EDITOR, email: str = "alice@aoba.example.jp"
) -> StaffUser:
    user = StaffUser.objects.create_user(email, PASSWORD, name=email.split("@", maxsplit=1)[0])
    with in_municipality(municipality.pk):
        Membership.objects.create(municipality=municipality, user=user, role=role)
    return user


def make_naomi() -> StaffUser:
    return StaffUser.objects.create_user(
        "naomi@npo.example.jp", PASSWORD, name="naomi", npo_role="head"
    )


def make_npo_staff(role: str = "operator", email: str = "") -> StaffUser:
    """Somebody of the NPO with that role."""
    address = email or f"{role}@npo.example.jp"
    return StaffUser.objects.create_user(address, PASSWORD, name=str(role), npo_role=role)


def line_id(number: int) -> str:
    return f"U{number:032x}"


_numbers = iter(range(1, 10_000_000))


def make_endpoint(
    municipality: Municipality, reader: Reader, *, email: str = "", line: str = ""
) -> Endpoint:
    """Inside ``in_municipality`` only."""
    kind, address = ("line", line) if line else ("email", email)
    endpoint = Endpoint(
        municipality=municipality, reader=reader, kind=kind, verified_at=clock.now()
    )
    endpoint.address = address
    endpoint.address_key = address_key(kind, address, municipality.pk)
    endpoint.save()
    return endpoint


def make_family(
    municipality: Municipality,
    *,
    due_date: date | None = None,
    birth_date: date | None = None,
    email: str = "",
    line: str = "",
    course: Course | None = None,
    relation: str = "mother",
    variant: str = "standard",
    area: str = "",
    starts_on: date | None = None,
    **subscription: Any,
) -> Family:
    """A verified reader on one course, due from yesterday on."""
    if course is None and due_date is None and birth_date is None:
        birth_date = clock.today() - timedelta(days=45)
    if not email and not line:
        email = f"reader{next(_numbers)}@example.jp"
    with in_municipality(municipality.pk):
        reader = Reader.objects.create(municipality=municipality, variant=variant, area=area)
        endpoint = make_endpoint(municipality, reader, email=email, line=line)
        course = course or Course.objects.create(
            municipality=municipality, due_date=due_date, birth_date=birth_date
        )
        made = Subscription.objects.create(
            municipality=municipality,
            reader=reader,
            course=course,
            endpoint=endpoint,
            relation=relation,
            starts_on=starts_on or clock.today() - timedelta(days=1),
            **subscription,
        )
    return Family(reader, endpoint, course, made)


def make_text(
    stage_key: str = "d45",
    body: str = "今日も一日おつかれさまです。",
    *,
    subject: str = "",
    audience: str = "everyone",
    variant: str = "standard",
    effective_from: date = date(2020, 1, 1),
) -> TextVersion:
    stage = Stage.parse(stage_key)
    base, _ = BaseText.objects.get_or_create(
        unit=stage.unit, number=stage.number, audience=audience
    )
    latest = base.versions.filter(variant=variant).order_by("-number").first()
    return TextVersion.objects.create(
        base_text=base,
        variant=variant,
        number=(latest.number if latest else 0) + 1,
        subject=subject or f"{stage.label_ja}のおたより",
        body=body,
        effective_from=effective_from,
    )


def make_block(municipality: Municipality, **fields: Any) -> LocalBlock:
    """An approved block for children up to day 100."""
    approver = StaffUser.objects.filter(email="approver@example.jp").first()
    if approver is None:
        approver = StaffUser.objects.create_user("approver@example.jp", PASSWORD, name="承認者")
    defaults: dict[str, Any] = {
        "title": "赤ちゃん訪問のお知らせ",
        "body": "保健師がおうちにうかがいます。",
        "kind": "child",
        "first_day": 0,
        "last_day": 100,
        "state": "approved",
        "approved_by": approver,
        "approved_at": datetime.now(tz=clock.TOKYO),
    }
    with in_municipality(municipality.pk):
        return LocalBlock.objects.create(municipality=municipality, **{**defaults, **fields})


def make_contact(
    municipality: Municipality, name: str = "こころ", value: str = "03-1111-1111", days: int = 0
) -> Contact:
    """An entry of the register that somebody made sure of so many days ago."""
    with in_municipality(municipality.pk):
        return Contact.objects.create(
            municipality=municipality,
            name=name,
            value=value,
            verified_on=clock.today() - timedelta(days=days),
        )


def make_written_block(municipality: Municipality) -> tuple[LocalBlock, BlockEvent]:
    """A draft, with the row of history that writing it left."""
    block = make_block(municipality, state="draft", approved_by=None, approved_at=None)
    content = {
        "title": block.title, "body": block.body, "kind": block.kind,
        "first_day": block.first_day, "last_day": block.last_day,
    }  # fmt: skip
    with in_municipality(municipality.pk):
        event = BlockEvent.objects.create(
            municipality=municipality, block=block, act="saved", revision=1, content=content
        )
    return block, event


def make_case(municipality: Municipality, **fields: Any) -> ExchangeCase:
    """A practice that the municipality offers to the others."""
    defaults = {
        "sort": "practice",
        "title": "ロビーに席をつくる",
        "body": "窓口の横に席をおきました。",
    }
    with in_municipality(municipality.pk):
        return ExchangeCase.objects.create(municipality=municipality, **{**defaults, **fields})


def align(municipality: Municipality) -> SenderCheck:
    """A resolver has just said that the domain of its mails is set up."""
    with in_municipality(municipality.pk):
        return SenderCheck.objects.create(
            municipality=municipality,
            domain=municipality.mail_address.rpartition("@")[2],
            spf="ok",
            dkim="ok",
            dmarc="ok",
            details={"selector": municipality.dkim_selector},
        )


def make_meeting(*invited: Municipality, **fields: Any) -> Meeting:
    """A meeting of next week to which these are invited."""
    begins = clock.at(clock.today() + timedelta(days=7), time(14))
    defaults: dict[str, Any] = {
        "title": "秋の情報交換会",
        "starts_at": begins,
        "ends_at": begins + timedelta(hours=2),
        "place": "オンライン",
        "topics": ["パパに届けるくふう"],
    }
    with across_for_npo():
        meeting = Meeting.objects.create(**{**defaults, **fields})
        for one in invited:
            MeetingInvitation.objects.create(municipality=one, meeting=meeting)
    return meeting


def make_paper(*invited: Municipality) -> MeetingMaterial:
    """A meeting with one paper."""
    meeting = make_meeting(*invited)
    with across_for_npo():
        return MeetingMaterial.objects.create(meeting=meeting, title="次第", content=b"%PDF-1.7")


def make_broadcast(municipality: Municipality, **fields: Any) -> Broadcast:
    """A draft that says something, to everybody, in somebody's name."""
    with in_municipality(municipality.pk):
        persona = Persona.objects.create(municipality=municipality, name="さくら")
        defaults = {"subject": "秋の離乳食講座", "body": "ひらきます。", "persona": persona}
        return Broadcast.objects.create(municipality=municipality, **{**defaults, **fields})
