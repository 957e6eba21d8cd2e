"""A municipality on an ordinary day, as the browser tests meet it."""

from datetime import date, timedelta

from kizuna.lib import clock
from kizuna.lib.tokens import sign
from messages.rendering.compose import Letterhead, Part, render
from municipalities.domain.roles import Role
from municipalities.models import Membership, Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.console.days import Rows, make_edition, make_facts, make_ledger, make_run

BODY = """\
おなかの赤ちゃんは、いま **5センチほど**。手や足を動かしはじめるころです。

## 今週のからだ

- つわりが{軽|かる}くなる方もいれば、まだ続く方もいます
- 食べられるものを、食べられるときに

気になることは[こども課](https://www.example.jp/kodomo)へどうぞ。
"""


def make_town() -> dict[str, str]:
    """Aoba in the middle of its day, with a week behind it. Returns the pages' addresses."""
    today = clock.today()
    aoba = world.make_municipality(brand_colour="#b5485d")
    world.make_staff(aoba, Role.EDITOR)
    world.make_naomi()
    both = world.make_staff(aoba, Role.VIEWER, "both@example.jp")
    make_run(aoba, today)
    edition = _edition(aoba, today)
    make_ledger(
        aoba,
        Rows("email", "sent", 812),
        Rows("email", "failed", 3, "unknown_mailbox"),
        Rows("email", "skipped", 4, "paused"),
        Rows("email", "unclear", 1, "worker_lost"),
        Rows("email", "planned", 90),
        Rows("line", "sent", 418),
        Rows("line", "skipped", 1, "stopped"),
        on=today,
        edition=edition,
    )
    for back in range(1, 6):
        rows = [Rows("email", "sent", 900 - back), Rows("email", "failed", back, "policy")]
        make_facts(aoba, today - timedelta(days=back), *rows, Rows("line", "skipped", 12, "paused"))
    minato = world.make_minato()
    with in_municipality(minato.pk):
        Membership.objects.create(municipality=minato, user=both, role=Role.MANAGER)
    make_run(minato, today, finished=True)
    make_facts(minato, today, Rows("email", "sent", 120))
    make_facts(aoba, today, Rows("email", "sent", 812), Rows("email", "planned", 90))
    token = sign("stop", aoba.pk, world.make_family(aoba).subscription.pk)
    return {
        "home": "/",
        "login": "/accounts/login/",
        "reset": "/accounts/password/reset/",
        "today": "/console/aoba/",
        "phone": "/console/aoba/phone/",
        "texts": f"/console/aoba/texts/{today}/",
        "text": f"/console/aoba/texts/{edition}/",
        "landing": "/m/aoba/",
        "stop": f"/m/aoba/stop/{token}/",
        "bad link": "/m/aoba/stop/x/",
        "missing": "/nowhere/",
    }


def _edition(aoba: Municipality, today: date) -> int:
    head = Letterhead(
        aoba.name,
        aoba.service_name,
        aoba.contact,
        aoba.postal_address,
        aoba.brand_colour,
        "https://kizuna.example.jp/m/aoba/",
    )
    parts = [
        Part("", BODY),
        Part("青葉市より", "両親学級は毎月第2土曜日です。お申し込みはこども課まで。"),
    ]
    letter = render("12週の赤ちゃんと、からだのこと", parts, {}, head)
    for key in ("p20w0d", "d45", "m7"):
        make_edition(aoba, key, on=today)
    made = make_edition(
        aoba,
        "p12w0d",
        on=today,
        subject=letter.subject,
        mail_text=letter.mail_text,
        mail_html=letter.mail_html,
        line_text=letter.line_text,
        web_html=letter.web_html,
    )
    return made.pk
