"""Load the demo: municipalities, staff, texts, readers; open today's runs. May be repeated.

On a later day the fictional families do not age: their dates move on with the calendar, so that
somebody is always born today.
"""

import json
import random
import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from django.conf import settings
from django.db.models import F

from delivery.models import Run
from delivery.planning import open_run, whole_day
from kizuna.demo import desk, npo, past
from kizuna.demo.families import SEED, families
from kizuna.demo.hard_cases import SILENTLY_BLOCKED_LINE, add_hard_cases
from kizuna.demo.places import PLACES, Place
from messages.content_files import read_course
from messages.services.compose import shelf
from messages.services.publish import publish_many
from municipalities.domain.npo_roles import NpoRole
from municipalities.domain.roles import Role
from municipalities.domain.words import EndpointKind, Service
from municipalities.models import (
    Course,
    Endpoint,
    LineChannel,
    Membership,
    Municipality,
    Reader,
    StaffUser,
)
from municipalities.services.codes import load_codes
from municipalities.services.enrol import Consent, enrol_many
from municipalities.tenancy.scope import in_municipality

PASSWORD = "kizuna-demo-2026"  # noqa: S105  printed, on loopback, refused under https
NPO_STAFF = (
    (NpoRole.HEAD, "npo@example.jp", "代表"),
    (NpoRole.OPERATOR, "npo-operator@example.jp", "運用"),
    (NpoRole.EDITOR, "npo-editor@example.jp", "編集"),
    (NpoRole.REVIEWER, "npo-reviewer@example.jp", "監修"),
    (NpoRole.PARTNER, "npo-partner@example.jp", "自治体担当"),
    (NpoRole.COMMS, "npo-comms@example.jp", "広報"),
)
CONTENT = Path(settings.BASE_DIR) / "content" / "ja"


def load(today: date) -> Iterator[str]:
    """Do it, telling each step as a line."""
    yield f"自治体コード {load_codes():,}件"
    course = read_course(CONTENT)
    if course.problems:
        raise ValueError("\n".join(problem.told for problem in course.problems))
    publish_many(course.files, effective_from=today - timedelta(days=1))
    yield f"原稿 {len(course.files):,}本（見本。監修はまだ受けていません）"
    editor = _staff("editor@example.jp", "編集 花子")
    approver = _staff("approver@example.jp", "承認 花子")
    for number, place in enumerate(PLACES, start=1):
        municipality = _municipality(place)
        with in_municipality(municipality.pk):
            _line_channel(municipality, place, number)
            desk.fill(municipality, place, editor, approver)
            added = _readers(municipality, place, today)
            past.remember(municipality, today, births=place.readers // 2)
            open_run(municipality, today, whole_day(today))
            total = Reader.objects.count()
        yield f"{place.name}「{place.service_name}」 読者 {total:,}人（今回の追加 {added:,}人）"
    people = {role.value: _npo(role, email, word) for role, email, word in NPO_STAFF}
    npo.fill(today, people, editor)
    yield "NPO 担当の割り当て、下書き、情報交換会、事例"
    yield from _tell_line()


def staff_logins() -> Iterator[tuple[str, str, str]]:
    """One login per role: (what it may do, e-mail, password). Made when missing."""
    nakano = Municipality.objects.get(slug=PLACES[0].slug)
    words = {
        Role.VIEWER: "閲覧",
        Role.EDITOR: "編集",
        Role.APPROVER: "承認",
        Role.MANAGER: "管理",
        Role.AUDITOR: "監査",
    }
    for role, word in words.items():
        user = _staff(f"{role.value}@example.jp", f"{word} 花子")
        with in_municipality(nakano.pk):
            Membership.objects.get_or_create(
                municipality=nakano, user=user, defaults={"role": role}
            )
        yield f"中野区 {word}（{role.value}）", user.email, PASSWORD
    manager = StaffUser.objects.get(email="manager@example.jp")
    for place in PLACES[1:]:
        other = Municipality.objects.get(slug=place.slug)
        with in_municipality(other.pk):
            Membership.objects.get_or_create(
                municipality=other, user=manager, defaults={"role": Role.MANAGER}
            )
    for npo_role, email, word in NPO_STAFF:
        yield f"NPO {word}（{npo_role.value}）", _npo(npo_role, email, word).email, PASSWORD


def _npo(npo_role: NpoRole, email: str, word: str) -> StaffUser:
    user = _staff(email, f"NPO {word}")
    if user.npo_role != npo_role:
        user.npo_role = npo_role
        user.save(update_fields=["npo_role"])
    return user


def _staff(email: str, name: str) -> StaffUser:
    found = StaffUser.objects.filter(email=email).first()
    return found or StaffUser.objects.create_user(email, PASSWORD, name=name)


def _municipality(place: Place) -> Municipality:
    found = Municipality.objects.filter(slug=place.slug).first()
    return found or Municipality.objects.create(
        slug=place.slug,
        kind=place.kind,
        code_id=place.code or None,
        name=place.name,
        service_name=place.service_name,
        service=Service.LIVE,
        contact=place.contact,
        postal_address=place.postal_address,
        brand_colour=place.brand_colour,
        mail_name=place.service_name,
        mail_address=place.mail_address,
        send_time=place.send_time,
    )


def _line_channel(municipality: Municipality, place: Place, number: int) -> None:
    if place.line_share and not LineChannel.objects.exists():
        channel = LineChannel(municipality=municipality, channel_id=f"16500000{number:02d}")
        channel.secret = f"{random.Random(f'{SEED}-{number}').getrandbits(128):032x}"  # noqa: S311
        channel.save()


def _readers(municipality: Municipality, place: Place, today: date) -> int:
    if Reader.objects.exists():
        _move_dates_on(today)
        return 0
    stages = sorted({stage for stage, _, _ in shelf(today)})
    enrol_many(
        municipality,
        families(place, stages, today),
        starts_on=today - timedelta(days=30),
        consent=Consent(source="demo", text_version="demo-1"),
    )
    if place is PLACES[0]:
        add_hard_cases(municipality, today)
    return Reader.objects.count()


def _move_dates_on(today: date) -> None:
    """By the days since the last run was opened; 0 on the same day."""
    latest = Run.objects.order_by("-run_day").values_list("run_day", flat=True).first()
    if latest and latest < today:
        days = today - latest
        Course.objects.update(
            due_date=F("due_date") + days,
            birth_date=F("birth_date") + days,
        )


def _tell_line() -> Iterator[str]:
    """Introduce channels and friends to the emulator; the real LINE knows its own."""
    if not settings.LINE_API_BASE_URL.startswith("http://127.0.0.1"):
        return
    for place in PLACES:
        municipality = Municipality.objects.get(slug=place.slug)
        with in_municipality(municipality.pk):
            channel = LineChannel.objects.first()
            if channel is None:
                continue
            users = {
                endpoint.address: "friend"
                for endpoint in Endpoint.objects.filter(kind=EndpointKind.LINE)
            }
            secret = channel.secret
        if SILENTLY_BLOCKED_LINE in users:
            users[SILENTLY_BLOCKED_LINE] = "blocked"
        names = {"channel_id": channel.channel_id, "name": place.service_name}
        _post({**names, "channel_secret": secret, "users": users})
        yield f"LINE（手元の代わり）: {place.name}の友だち {len(users):,}人"


def _post(channel: dict[str, object]) -> None:
    request = urllib.request.Request(  # noqa: S310  a loopback address, checked above
        f"{settings.LINE_API_BASE_URL}/_control/channels",
        data=json.dumps(channel).encode(),
        headers={"Content-Type": "application/json"},
    )
    try:
        urllib.request.urlopen(request, timeout=10).close()  # noqa: S310
    except (urllib.error.URLError, OSError) as error:
        raise ValueError(
            f"{settings.LINE_API_BASE_URL} の LINE の代わりにつながりません（{type(error).__name__}）。"
        ) from error
