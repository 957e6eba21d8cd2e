"""Every model, generated: one row in Aoba, one in Minato, and Aoba asks for Minato's in every way."""

import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest
from django.db import (
    DatabaseError,
    IntegrityError,
    ProgrammingError,
    connection,
    models,
    transaction,
)
from django.db.models import Count, ForeignKey, Max
from django_scopes import scopes_disabled
from django_scopes.exceptions import ScopeError

from delivery.models import (
    AudienceFact,
    DailyFact,
    DayFact,
    Delivery,
    FlowFact,
    Forecast,
    FrozenRequest,
    Hold,
    Lane,
    MonthEnd,
    MonthFlow,
    PaceFact,
    RetentionFact,
    Run,
)
from kizuna.lib import clock
from messages.models import (
    BlockEvent,
    Broadcast,
    BroadcastEvent,
    CaseAdoption,
    Contact,
    Edition,
    ExchangeCase,
    LocalBlock,
    Meeting,
    MeetingInvitation,
    Persona,
    TextReport,
    VersionUse,
)
from municipalities.models import (
    Births,
    ConsentRecord,
    ContractEnd,
    ExternalFigure,
    Invitation,
    Membership,
    Municipality,
    Placement,
    ReaderSpan,
    Registration,
    SenderCheck,
    ServiceMail,
    StaffAct,
    StaffInvitation,
    Subscription,
    Suppressed,
    Thanks,
)
from municipalities.tenancy.models import MunicipalityOwned
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world
from tests.isolation.catalogue import owned_models

Rows = dict[type[models.Model], Any]
ALL: list[type[models.Model]] = [*owned_models(), Delivery]
OWNED: list[type[MunicipalityOwned]] = owned_models()
# model, foreign key to another table of the same municipality
KEYS = [
    (model, field.name)
    for model in OWNED
    for field in model._meta.concrete_fields
    if isinstance(field, ForeignKey) and field.related_model in OWNED
]
# What the application was not granted at all.
HISTORY: set[type[models.Model]] = {BlockEvent, BroadcastEvent, StaffAct}
NEVER_CHANGED = {ConsentRecord, Edition, MonthEnd, SenderCheck, Suppressed, *HISTORY}
NEVER_DELETED = {ContractEnd, Delivery, Hold, MonthEnd, ReaderSpan, SenderCheck, *HISTORY}

each_model = pytest.mark.parametrize("model", ALL, ids=lambda model: model.__name__)
each_owned = pytest.mark.parametrize("model", OWNED, ids=lambda model: model.__name__)


@dataclass(frozen=True)
class Town:
    pk: int
    rows: Rows


@dataclass(frozen=True)
class World:
    aoba: Town
    minato: Town


def one_of_each(municipality: Municipality) -> Rows:
    """One row of every model."""
    slug, now, day = municipality.slug, clock.now(), clock.today()
    staff = world.make_staff(municipality, email=f"staff@{slug}.example.jp")
    line = world.give_line(municipality)
    family = world.make_family(municipality)
    block = world.make_block(municipality)
    with in_municipality(municipality.pk):
        broadcast, *written = of_the_desk(block, {"municipality": municipality})
        edition = Edition.objects.create(
            municipality=municipality,
            run_day=day,
            broadcast_id=broadcast.pk,
            subject=slug,
            digest=b"1",
        )
        made: list[models.Model] = [
            *(line, block, edition, broadcast, *written),
            *(family.reader, family.endpoint, family.course, family.subscription),
            Membership.objects.get(user=staff),
            ConsentRecord.objects.create(
                municipality=municipality, reader=family.reader, given=True, source="web", at=now
            ),
            *of_a_run({"municipality": municipality, "run_day": day}),
            *of_the_door(family, {"municipality": municipality}),
            *of_the_npo(family, block, {"municipality": municipality}),
        ]
        ledger = (day, ledger_row(family, edition))
    return {type(one): one.pk for one in made} | {Delivery: ledger}


def of_the_desk(block: LocalBlock, here: dict[str, Any]) -> list[models.Model]:
    """What staff write and do; the broadcast first."""
    LocalBlock.objects.filter(pk=block.pk).update(replaces=block)
    persona = Persona.objects.create(**here, name="コンシェルジュ")
    broadcast = Broadcast.objects.create(**here, subject="おしらせ", persona=persona)
    Broadcast.objects.filter(pk=broadcast.pk).update(corrects=broadcast)
    said: dict[str, Any] = {"act": "saved", "revision": 1, "content": {}}
    return [
        broadcast,
        persona,
        BlockEvent.objects.create(**here, block=block, **said),
        BroadcastEvent.objects.create(**here, broadcast=broadcast, **said),
        Contact.objects.create(**here, name="こころ", value="000", verified_on=clock.today()),
        StaffAct.objects.create(**here, act="looked_up"),
        Births.objects.create(**here, year=2025, count=812, noted_at=clock.now()),
        StaffInvitation.objects.create(
            **here, email="new@example.jp", name="new", role="viewer", expires_at=clock.now()
        ),
    ]


def of_a_run(here: dict[str, Any]) -> list[models.Model]:
    now = clock.now()
    return [
        Run.objects.create(**here, opens_at=now, closes_at=now + timedelta(hours=1)),
        Lane.objects.create(**here, channel="email", not_before=now),
        DailyFact.objects.create(**here, channel="email", state="sent", count=1),
        FrozenRequest.objects.create(
            **here,
            channel="line",
            retry_key=uuid.uuid4(),
            delivery_ids=[],
            body_sealed=b"x",
            not_before=now,
            repeat_until=now,
        ),
    ]


def of_the_door(family: world.Family, here: dict[str, Any]) -> list[models.Model]:
    now, later = clock.now(), clock.now() + timedelta(days=2)
    placement = Placement.objects.create(**here, code="7Q3F", name="leaflet")
    invitation = Invitation.objects.create(
        **here, course=family.course, reader=family.reader, code_key=b"k", expires_at=later
    )
    Subscription.objects.filter(pk=family.subscription.pk).update(
        placement=placement, invitation=invitation
    )
    registration = Registration.objects.create(
        **here,
        purpose="address",
        reader=family.reader,
        address_sealed=b"x",
        address_key=b"k",
        placement=placement,
        invitation=invitation,
        expires_at=later,
    )
    return [
        placement,
        invitation,
        registration,
        ServiceMail.objects.create(
            **here,
            kind="confirm",
            address_sealed=b"x",
            registration=registration,
            reader=family.reader,
            not_before=now,
        ),
        Suppressed.objects.create(**here, kind="email", address_key=b"k", at=now),
        Thanks.objects.create(**here, text="ありがとう", month=clock.today().replace(day=1)),
    ]


def of_the_npo(family: world.Family, block: LocalBlock, here: dict[str, Any]) -> list[models.Model]:
    """What is counted and agreed beside the sending."""
    now, day = clock.now(), clock.today()
    audience = {"readers": 1, "subscriptions": 1, "courses": 1, "children": 1}
    case = ExchangeCase.objects.create(**here, sort="practice", title="訪問", body="手渡し")
    span = {
        "subscription_id": family.subscription.pk,
        "reader_id": family.reader.pk,
        "course_id": family.course.pk,
        "kind": "child",
        "anchor": day,
        "children": 1,
        "channel": "email",
        "relation": "mother",
        "starts_on": day,
        "from_at": now,
    }
    return [
        *of_texts_and_meetings(case, block, here),
        ReaderSpan.objects.first() or ReaderSpan.objects.create(**here, **span),
        Hold.objects.create(**here, run_day=day, kind="pause", reason="誤り", waiting=3),
        DayFact.objects.create(
            **here, run_day=day, channel="email", planned=1, unexplained=0, counted_at=now
        ),
        PaceFact.objects.create(**here, run_day=day, channel="email", slot=96, count=1),
        Forecast.objects.create(**here, run_day=day, channel="email", expected=1, made_at=now),
        AudienceFact.objects.create(**here, on=day, dimension="all", **audience),
        MonthEnd.objects.create(
            **here, month_end=day, dimension="all", last_birthday=3, taken_at=now, **audience
        ),
        FlowFact.objects.create(**here, on=day, flow="registered", count=1),
        MonthFlow.objects.create(**here, month=day, flow="registered", dimension="all", count=1),
        RetentionFact.objects.create(**here, kind="child", weeks=0, at_risk=1, left=0, censored=0),
        SenderCheck.objects.create(
            **here, domain="aoba.example.jp", spf="ok", dkim="ok", dmarc="ok"
        ),
        ExternalFigure.objects.create(**here, month_end=day, active_readers=1, source="other"),
        ContractEnd.objects.create(**here, ends_on=day, reason="満了"),
    ]


def of_texts_and_meetings(
    case: ExchangeCase, block: LocalBlock, here: dict[str, Any]
) -> list[models.Model]:
    """A report about a text, a version that was used, an invitation, an adoption."""
    version = world.make_text()
    now, day = clock.now(), clock.today()
    with across_for_npo():
        meeting = Meeting.objects.create(
            title="情報交換会", starts_at=now, ends_at=now + timedelta(hours=2), place="オンライン"
        )
        invitation = MeetingInvitation.objects.create(**here, meeting=meeting)
    return [
        invitation,
        CaseAdoption.objects.create(**here, case=case, block=block),
        TextReport.objects.create(
            **here, base_text_id=version.base_text_id, version=version, said="誤字", reported_on=day
        ),
        VersionUse.objects.create(**here, version=version, first_day=day, last_day=day),
    ]


def ledger_row(family: world.Family, edition: Edition) -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT delivery_ensure_month(%s)", [edition.run_day])
        cursor.execute(
            "INSERT INTO delivery_delivery (run_day, municipality_id, subscription_id,"
            " endpoint_id, course_id, text_id, edition_id, not_before, expires_at, anchor,"
            " kind, channel) VALUES (%s, %s, %s, %s, %s, %s, %s, now(), now(), %s, 'child',"
            " 'email') RETURNING id",
            [
                edition.run_day,
                edition.municipality_id,
                family.subscription.pk,
                family.endpoint.pk,
                family.course.pk,
                -(edition.broadcast_id or 0),
                edition.pk,
                edition.run_day,
            ],
        )
        return int(cursor.fetchone()[0])


@pytest.fixture
def both(db: None) -> World:
    aoba, minato = world.make_municipality(), world.make_minato()
    return World(Town(aoba.pk, one_of_each(aoba)), Town(minato.pk, one_of_each(minato)))


def table(model: type[models.Model]) -> str:
    return model._meta.db_table


def row_id(model: type[models.Model], pk: Any) -> int:
    return int(pk[1] if model is Delivery else pk)


def execute(sql: str, *values: Any) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(sql, values)
        return int(cursor.rowcount)


def objects(model: type[models.Model]) -> Any:
    return model._default_manager


@contextmanager
def unfiltered(town: Town) -> Iterator[None]:
    """Inside the municipality, without the ORM's own filter: the database stands alone."""
    with in_municipality(town.pk), scopes_disabled():
        yield


def test_the_walk_has_a_row_of_every_model(both: World) -> None:
    assert set(both.aoba.rows) == set(both.minato.rows) == set(ALL)


@each_model
def test_each_finds_its_own(both: World, model: type[models.Model]) -> None:
    for town in (both.aoba, both.minato):
        with in_municipality(town.pk):
            assert objects(model).get(pk=town.rows[model]).municipality_id == town.pk


@each_model
@pytest.mark.parametrize("inside", [lambda t: in_municipality(t.pk), unfiltered], ids=["orm", "db"])
def test_reading_finds_nothing_of_the_neighbour(
    both: World, model: type[models.Model], inside: Callable[[Town], Any]
) -> None:
    theirs, b = both.minato.rows[model], both.minato.pk
    with inside(both.aoba):
        find = objects(model)
        assert [one.pk for one in find.all()] == [both.aoba.rows[model]]
        with pytest.raises(model.DoesNotExist):  # type: ignore[attr-defined]
            find.get(pk=theirs)
        assert not find.filter(pk=theirs).exists()
        assert not find.filter(municipality_id=b).exists()
        assert list(find.exclude(municipality_id=both.aoba.pk)) == []
        assert find.count() == 1
        assert find.aggregate(most=Max("municipality_id"))["most"] == both.aoba.pk
        assert list(
            find.values("municipality_id")
            .annotate(n=Count("*"))
            .values_list("municipality_id", "n")
        ) == [(both.aoba.pk, 1)]
        assert model._base_manager.filter(pk=theirs).first() is None
        assert not find.filter(pk=theirs).union(find.filter(municipality_id=b)).exists()


@each_model
def test_raw_sql_finds_nothing_of_the_neighbour(both: World, model: type[models.Model]) -> None:
    with in_municipality(both.aoba.pk):
        theirs = row_id(model, both.minato.rows[model])
        assert execute(f"SELECT 1 FROM {table(model)}") == 1
        assert execute(f"SELECT 1 FROM {table(model)} WHERE id = %s", theirs) == 0
        if model not in NEVER_CHANGED:
            assert execute(f"SELECT 1 FROM {table(model)} FOR UPDATE") == 1


@pytest.mark.parametrize(("model", "name"), KEYS, ids=[f"{m.__name__}.{n}" for m, n in KEYS])
def test_relations_lead_to_nobody_s_rows(
    both: World, model: type[MunicipalityOwned], name: str
) -> None:
    parent = model._meta.get_field(name).related_model
    theirs = both.minato.rows[parent]  # type: ignore[index]
    with unfiltered(both.aoba):
        assert not objects(model).filter(**{f"{name}__pk": theirs}).exists()
        assert not objects(model).filter(**{f"{name}__municipality": both.minato.pk}).exists()
        assert list(objects(model).values_list(f"{name}__municipality", flat=True)) == [
            both.aoba.pk
        ]


@each_model
def test_changing_and_deleting_touches_nothing_of_the_neighbour(
    both: World, model: type[models.Model]
) -> None:
    theirs = row_id(model, both.minato.rows[model])
    change = f"UPDATE {table(model)} SET municipality_id = municipality_id WHERE id = %s"
    delete = f"DELETE FROM {table(model)} WHERE id = %s"
    for sql, granted in (
        (change, model not in NEVER_CHANGED),
        (delete, model not in NEVER_DELETED),
    ):
        with in_municipality(both.aoba.pk):
            if granted:
                assert execute(sql, theirs) == 0
            else:
                with pytest.raises(ProgrammingError, match="permission denied"):
                    execute(sql, theirs)
    with unfiltered(both.aoba):
        if model not in NEVER_CHANGED:
            assert (
                objects(model)
                .filter(pk=both.minato.rows[model])
                .update(municipality_id=both.aoba.pk)
                == 0
            )
        if model not in NEVER_DELETED:
            assert objects(model).filter(pk=both.minato.rows[model]).delete()[0] == 0
    with in_municipality(both.minato.pk):
        assert objects(model).filter(pk=both.minato.rows[model]).exists()


def copy_of(model: type[models.Model], town: Town, **changed: Any) -> None:
    """Insert the town's row once more under a new id, with some columns changed."""
    columns = [
        field.column
        for field in model._meta.concrete_fields
        if field.column not in {"id", "pk"} and not field.generated
    ]
    values = [f"%({name})s" if name in changed else f'"{name}"' for name in columns]
    names = ", ".join(f'"{name}"' for name in columns)
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"INSERT INTO {table(model)} ({names}) SELECT {', '.join(values)}"
            f" FROM {table(model)} WHERE id = %(own)s",
            {**changed, "own": row_id(model, town.rows[model])},
        )


@each_model
def test_inserting_for_the_neighbour_is_refused(both: World, model: type[models.Model]) -> None:
    with (
        in_municipality(both.aoba.pk),
        pytest.raises(ProgrammingError, match="row-level security"),
    ):
        copy_of(model, both.aoba, municipality_id=both.minato.pk)


@each_model
def test_giving_an_own_row_to_the_neighbour_is_refused(
    both: World, model: type[models.Model]
) -> None:
    with (
        in_municipality(both.aoba.pk),
        pytest.raises(ProgrammingError, match=r"row-level security|permission denied"),
    ):
        execute(f"UPDATE {table(model)} SET municipality_id = %s", both.minato.pk)


@each_owned
def test_saving_a_neighbour_s_object_through_the_orm_is_refused(
    both: World, model: type[MunicipalityOwned]
) -> None:
    with in_municipality(both.minato.pk):
        theirs = objects(model).get(pk=both.minato.rows[model])
    with in_municipality(both.aoba.pk), pytest.raises(DatabaseError), transaction.atomic():
        theirs.save()


@pytest.mark.parametrize(("model", "name"), KEYS, ids=[f"{m.__name__}.{n}" for m, n in KEYS])
def test_pointing_at_the_neighbour_s_parent_is_refused_by_the_key(
    both: World, model: type[MunicipalityOwned], name: str
) -> None:
    field = model._meta.get_field(name)
    column, theirs = field.column, both.minato.rows[field.related_model]  # type: ignore[union-attr,index]
    with (
        in_municipality(both.aoba.pk),
        pytest.raises(IntegrityError, match=f"{column}_tenant_fk"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        if model in NEVER_CHANGED:
            copy_of(model, both.aoba, **{str(column): theirs})
        else:
            cursor.execute(f"UPDATE {table(model)} SET {column} = %s", [theirs])


@each_owned
def test_without_a_municipality_the_orm_raises(both: World, model: type[MunicipalityOwned]) -> None:
    find = objects(model)
    for ask in (
        lambda: list(find.all()),
        lambda: find.get(pk=both.aoba.rows[model]),
        lambda: find.filter(pk=1),
        find.count,
        find.first,
        lambda: find.aggregate(Count("pk")),
        lambda: find.annotate(n=Count("pk")),
        lambda: list(find.exclude(pk=1)),
        lambda: find.update(municipality_id=1),
        lambda: find.values_list("pk"),
        lambda: find.raw(f"SELECT * FROM {table(model)}"),
    ):
        with pytest.raises(ScopeError):
            ask()


@each_model
def test_without_a_municipality_the_database_shows_and_takes_nothing(
    both: World, model: type[models.Model]
) -> None:
    assert execute(f"SELECT 1 FROM {table(model)}") == 0
    assert not model._base_manager.exists()
    with scopes_disabled():
        assert objects(model).count() == 0
    with in_municipality(both.aoba.pk):
        copy = objects(model).get(pk=both.aoba.rows[model])
    values = {
        field.column: field.get_db_prep_save(getattr(copy, field.attname), connection)
        for field in model._meta.concrete_fields
        if field.column not in {"id", "pk"} and not field.generated
    }
    names = ", ".join(f'"{name}"' for name in values)
    marks = ", ".join(["%s"] * len(values))
    with pytest.raises(ProgrammingError, match="row-level security"):
        execute(f"INSERT INTO {table(model)} ({names}) VALUES ({marks})", *values.values())
