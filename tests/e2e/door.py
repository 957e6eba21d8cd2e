"""Aoba as parents meet it, and a phone in a parent's hand. Labels are what is read on the screen."""

from dataclasses import dataclass
from datetime import date, timedelta
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from kizuna.lib import clock
from messages.rendering.compose import Letterhead, Part, render
from municipalities.models import Municipality, Reader, Registration, Subscription
from municipalities.services import entrance
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.e2e.town import BODY
from tests.parents.received import receive
from tests.world import Family

LOSS_HELP = """\
青葉市こども課 保健師 000-000-0001（平日 8時30分から17時）
○○県 グリーフケア相談 000-000-0002（毎日 10時から20時）"""


@dataclass(frozen=True)
class Town:
    """The municipality, and a mother who has been reading for a while."""

    aoba: Municipality
    mother: Family
    minato: Municipality


def make_door() -> Town:
    """A live service with texts; a mother at 38 weeks with a dozen letters behind her."""
    today = clock.today()
    aoba = world.make_municipality(
        brand_colour="#b5485d",
        loss_help=LOSS_HELP,
        areas=["東地区", "西地区"],
        privacy_url="https://www.example.jp/privacy",
    )
    minato = world.make_minato()
    for stage in ("p12w4d", "d1", "d45"):
        world.make_text(stage, BODY)
    mother = world.make_family(
        aoba,
        due_date=today + timedelta(days=12),
        email="hanako@example.jp",
        starts_on=today - timedelta(days=60),
    )
    with in_municipality(aoba.pk):
        Subscription.objects.filter(pk=mother.subscription.pk).update(
            created_at=clock.now() - timedelta(days=61)
        )
    letters(aoba, mother, today)
    return Town(aoba, mother, minato)


SUBJECTS = (
    "もうすぐ会えますね",
    "入院の荷物をたしかめましょう",
    "おなかが張るときは",
    "お産の始まりのサイン",
    "よく眠れないときに",
    "パートナーと話しておきたいこと",
)


def letters(aoba: Municipality, mother: Family, today: date) -> None:
    """Several weeks of letters, the newest of them yesterday's."""
    for number, subject in enumerate(SUBJECTS):
        day = 268 - 1 - 7 * number
        receive(
            aoba,
            mother,
            today - timedelta(days=1 + 7 * number),
            f"p{day // 7}w{day % 7}d",
            subject=subject,
            state="unclear" if number == 2 else "sent",
            web_html=_page(aoba, subject),
        )


def _page(aoba: Municipality, subject: str) -> str:
    head = Letterhead(
        aoba.name, aoba.service_name, aoba.contact, aoba.postal_address, aoba.brand_colour, ""
    )
    local = "両親学級は毎月第2土曜日です。お申し込みはこども課まで。"
    return render(subject, [Part("", BODY), Part("青葉市より", local)], {}, head).web_html


def phone(
    browser: Browser, *, scripts: bool = True, width: int = 320, sharp: bool = False
) -> BrowserContext:
    """A small phone; ``sharp`` with two dots for one, for pictures."""
    context = browser.new_context(
        locale="ja-JP",
        timezone_id="Asia/Tokyo",
        viewport={"width": width, "height": 640},
        java_script_enabled=scripts,
        color_scheme="light",
        device_scale_factor=2 if sharp else 1,
    )
    context.set_default_timeout(10_000)
    return context


def path_of(url: str) -> str:
    return urlsplit(url).path


def way_in(one: Family | Reader) -> str:
    """The path of the link at the foot of a reader's mails."""
    reader = one.reader if isinstance(one, Family) else one
    with in_municipality(reader.municipality_id):
        municipality = Municipality.objects.get(pk=reader.municipality_id)
        fresh = Reader.objects.get(pk=reader.pk)
        return path_of(entrance.my_url(municipality, fresh.pk, fresh.link_generation))


def confirmation(aoba: Municipality) -> str:
    """The path of the link in the latest mail that asks an address."""
    with in_municipality(aoba.pk):
        latest = Registration.objects.filter(confirmed_at=None).latest("pk")
        return path_of(entrance.confirm_url(aoba, latest))


def newest_subscription(aoba: Municipality) -> Subscription:
    with in_municipality(aoba.pk):
        return Subscription.objects.select_related("course", "reader").latest("pk")


def fill_date(page: Page, day: date) -> None:
    """The three boxes."""
    for box, value in (("year", day.year), ("month", day.month), ("day", day.day)):
        page.locator(f"main input[name={box}]").fill(str(value))
