"""The console's pages as a manager of a living municipality finds them, one after the other."""

from collections.abc import Iterator
from datetime import timedelta

from playwright.sync_api import Page, expect

from kizuna.lib import clock
from messages.models import Contact
from municipalities.domain.roles import Role
from municipalities.models import Municipality, StaffUser
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.e2e.test_pages_in_a_browser import log_in

BOSS = "boss@aoba.example.jp"
CLERK = "alice@aoba.example.jp"


def make_office() -> Municipality:
    """Aoba with a clerk, a manager, a register, texts, a running announcement and some families."""
    today = clock.today()
    aoba = world.make_municipality(brand_colour="#b5485d", areas=["東地区", "西地区"])
    world.make_staff(aoba, Role.EDITOR, CLERK)
    world.make_staff(aoba, Role.MANAGER, BOSS)
    for stage in ("p12w3d", "p20w0d", "d0", "d45", "d90"):
        world.make_text(stage, "今日も一日おつかれさまです。")
    world.make_block(
        aoba,
        body="保健師がうかがいます。{{窓口:こども課}}まで。",
        shown_until=today + timedelta(days=9),
    )
    with in_municipality(aoba.pk):
        Contact.objects.create(
            municipality=aoba,
            name="こども課",
            value="こども課 000-000-0001（平日 8時30分から17時）",
            verified_on=today - timedelta(days=200),
            verified_by=StaffUser.objects.get(email=CLERK),
        )
    for number in range(7):
        world.make_family(
            aoba, birth_date=today - timedelta(days=45), email=f"r{number}@example.jp"
        )
    world.make_family(aoba, due_date=today + timedelta(days=193), email="hanako@example.jp")
    return aoba


READ = (
    "", "calendar/", "calendar/dates/", "calendar/d45/", "calendar/p12w3d/", "handover/", "contacts/",
    "contacts/new/", "blocks/", "blocks/new/", "readers/", "phone/", "staff/", "staff/networks/",
    "audit/", "births/",
)  # fmt: skip


def pages(page: Page, base: str) -> Iterator[str]:
    """Every page that is there before anything is done."""
    log_in(page, base, BOSS)
    for path in READ:
        page.goto(f"{base}/console/aoba/{path}")
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        yield path.strip("/").replace("/", "-") or "home"
