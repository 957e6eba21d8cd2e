"""A family's whole way through the parents' door, screen by screen, as one generator.

Each screen is named when it is reached; whoever walks along looks at it as they like. What must be
on a screen is asked on the way: the walk fails where a family would be lost.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

from playwright.sync_api import Page, expect

from kizuna.lib import clock, tokens
from tests.e2e.door import Town, confirmation, fill_date, newest_subscription, path_of, way_in
from tests.e2e.following import follow

HASTY_MS = 2_100
"""A form that comes back in less than two seconds is asked once more."""


def everything(page: Page, base: str, town: Town) -> Iterator[str]:
    """All of it, in the order of life."""
    for part in (
        sign_up,
        change_things,
        birth,
        invite_and_join,
        side_ways,
        move,
        stop_and_lose,
        read_again,
    ):
        yield from part(page, base, town)


def sign_up(page: Page, base: str, town: Town) -> Iterator[str]:
    """From the short address on a leaflet to the own page."""
    page.goto(base + "/m/aoba/?p=kado")
    yield "date"
    press(page, "date")
    expect(page.get_by_role("alert")).to_be_visible()
    yield "date-mistaken"
    choose(page, "state", "pregnant")
    fill_date(page, clock.today() + timedelta(days=193))
    press(page, "date")
    expect(page.get_by_text("妊娠12週3日")).to_be_visible()
    yield "contact"
    page.wait_for_timeout(HASTY_MS)
    page.locator("#address").fill("taro@@example.jp")
    press(page, "send")
    expect(page.locator("#address")).to_have_attribute("aria-invalid", "true")
    expect(page.locator("#address")).to_have_value("taro@@example.jp")
    yield "contact-mistaken"
    page.locator("#address").fill("yuki@example.jp")
    press(page, "send")
    expect(page.get_by_text("yuki@example.jp")).to_be_visible()
    yield "sent"
    page.goto(base + confirmation(town.aoba))
    yield "confirm"
    submit(page)
    expect(page.locator(".notice.good")).to_be_visible()
    yield "confirmed"
    page.goto(base + "/m/aoba/my/")
    expect(page.get_by_role("heading", name="妊娠12週3日")).to_be_visible()
    yield "my-new"
    press_at(page, "/my/leave/")
    page.goto(base + "/m/aoba/my/")
    expect(page).to_have_url(re.compile("/my/entrance/"))
    yield "entrance"


def change_things(page: Page, base: str, town: Town) -> Iterator[str]:
    """What the mother of the town can change at 38 weeks, looked at and mistaken once."""
    page.goto(base + way_in(town.mother))
    expect(page.get_by_role("heading", name="妊娠38週2日")).to_be_visible()
    yield "my"
    mine = f"{base}/m/aoba/my/"
    page.goto(f"{mine}date/{town.mother.subscription.pk}/")
    yield "change-date"
    fill_date(page, clock.today() + timedelta(days=14))
    submit(page)
    expect(page.locator(".echo")).to_contain_text("妊娠38週0日")
    yield "change-date-echo"
    press(page, "save")
    expect(page.get_by_role("heading", name="妊娠38週0日")).to_be_visible()
    for name in ("child", "words", "pause", "address"):
        page.goto(f"{mine}{name}/")
        yield name
    submit(page)
    expect(page.get_by_role("alert")).to_be_visible()
    yield "address-mistaken"
    page.goto(f"{mine}pause/")
    press(page, "two_weeks")
    yield "my-resting"
    press(page, "go_on")


def birth(page: Page, base: str, town: Town) -> Iterator[str]:
    """The baby is there: two screens, and the page speaks of its days."""
    page.goto(base + way_in(town.mother))
    follow(page, page.locator(f"a[href$='/my/birth/{town.mother.subscription.pk}/']"))
    yield "birth"
    submit(page)
    expect(page.get_by_role("alert")).to_be_visible()
    yield "birth-mistaken"
    fill_date(page, clock.today() - timedelta(days=3))
    submit(page)
    expect(page.locator(".echo")).to_contain_text("生後3日")
    yield "birth-echo"
    press(page, "save")
    expect(page.get_by_role("heading", name="生後3日")).to_be_visible()
    yield "my-born"


def invite_and_join(page: Page, base: str, town: Town) -> Iterator[str]:
    """A link for the father; he types nothing but an address."""
    page.goto(base + way_in(town.mother))
    page.goto(f"{base}/m/aoba/my/invite/")
    yield "invite"
    submit(page)
    expect(page.get_by_role("alert")).to_be_visible()
    yield "invite-mistaken"
    page.locator("main input[type=checkbox]").check()
    submit(page)
    text = page.locator("#forward").input_value()
    yield "invite-link"
    found = re.search(r"https?://\S+/join/\S+", text)
    assert found, text
    page.context.clear_cookies()
    page.goto(base + path_of(found.group()))
    expect(page.locator(".echo")).to_contain_text("生後3日")
    yield "join"
    submit(page)
    expect(page.get_by_role("alert")).to_be_visible()
    yield "join-mistaken"
    page.locator("main input[type=email]").fill("taro@example.jp")
    choose(page, "relation", "father")
    page.locator("main input[type=checkbox]").check()
    submit(page)
    yield "join-asked"
    page.goto(base + confirmation(town.aoba))
    submit(page)
    expect(page.locator(".notice.good")).to_be_visible()
    joined = newest_subscription(town.aoba)
    assert joined.course_id == town.mother.course.pk
    assert joined.invitation_id is not None


def side_ways(page: Page, base: str, town: Town) -> Iterator[str]:
    """Pages one comes to by mistake, by mail or once in a lifetime."""
    page.context.clear_cookies()
    page.goto(base + "/m/aoba/mail-help/")
    yield "mail-help"
    page.goto(base + "/m/aoba/my/entrance/")
    submit(page)
    yield "entrance-mistaken"
    page.locator("#address").fill("hanako@example.jp")
    submit(page)
    yield "entrance-sent"
    for name, path in (
        ("link-cut", "confirm/x/"),
        ("entrance-old", "my/enter/x/"),
        ("stop-cut", "stop/x/"),
        ("join-ended", "join/x/"),
    ):
        page.goto(f"{base}/m/aoba/{path}")
        yield name
    page.goto(base + "/m/aoba/")
    choose(page, "state", "born")
    fill_date(page, clock.today() - timedelta(days=365 * 4))
    press(page, "date")
    yield "grown-up"
    page.goto(base + way_in(town.mother))
    for name in ("data", "data/delete", "thanks"):
        page.goto(f"{base}/m/aoba/my/{name}/")
        yield name.replace("/", "-")


def move(page: Page, base: str, town: Town) -> Iterator[str]:
    """To the town next door: chosen here, agreed to there, and the texts from here go on till then."""
    page.goto(base + way_in(town.mother))
    page.goto(f"{base}/m/aoba/my/move/")
    yield "move"
    follow(page, page.locator("main a[href$='/my/move/minato/']"))
    yield "move-minato"
    submit(page)
    expect(page.get_by_role("alert")).to_be_visible()
    yield "move-mistaken"
    choose(page, "when", "later")
    page.locator("main input[name=agree]").check()
    submit(page)
    expect(page.get_by_text("みなとすくすくメール").first).to_be_visible()
    yield "moved"
    page.goto(base + confirmation(town.minato))
    yield "move-confirm"
    submit(page)
    expect(page.locator(".notice.good")).to_be_visible()
    yield "move-confirmed"
    there = newest_subscription(town.minato)
    assert there.course.birth_date == clock.today() - timedelta(days=3)


def stop_and_lose(page: Page, base: str, town: Town) -> Iterator[str]:
    """Stop by the link of a mail, take it back, stop again, and the page for a loss."""
    page.context.clear_cookies()
    token = tokens.sign("stop", town.aoba.pk, town.mother.subscription.pk)
    link = f"{base}/m/aoba/stop/{token}/"
    page.goto(link)
    yield "stop"
    submit(page)
    yield "stopped"
    press_at(page, "/undo/")
    yield "undone"
    page.goto(link)
    submit(page)
    follow(page, page.locator("main a[href$='/loss/']"))
    expect(page.get_by_text("000-000-0002")).to_be_visible()
    yield "loss"
    page.locator("main input[name=others]").check()
    press(page, "end")
    yield "loss-ended"
    page.goto(link + "undo/")
    yield "undo-no-more"


def read_again(page: Page, base: str, town: Town) -> Iterator[str]:
    """Afterwards, what was received is still there to be read."""
    page.goto(base + way_in(town.mother))
    yield "my-after"
    page.goto(f"{base}/m/aoba/my/letters/")
    expect(page.get_by_text("はっきりしません")).to_be_visible()
    yield "letters"
    page.get_by_role("searchbox").fill("軽くなる サイン")
    submit(page)
    expect(page.get_by_role("link", name="お産の始まりのサイン")).to_be_visible()
    expect(page.get_by_role("link", name="もうすぐ会えますね")).to_have_count(0)
    yield "letters-found"
    follow(page, page.get_by_role("link", name="お産の始まりのサイン"))
    expect(page.get_by_role("heading", level=1)).to_have_text("お産の始まりのサイン")
    yield "letter"
    page.goto(f"{base}/m/aoba/my/letters/?q=きりん")
    yield "letters-none"
    page.goto(f"{base}/m/aoba/my/letters/0/")
    yield "letter-missing"


def press(page: Page, value: str) -> None:
    """The button with that value; of two, the one that is seen."""
    follow(page, page.locator(f"main button[value='{value}']").last)


def press_at(page: Page, action: str) -> None:
    """The button of the form that goes to that address."""
    follow(page, page.locator(f"main form[action$='{action}'] button").last)


def submit(page: Page) -> None:
    """The main button of the page's form."""
    follow(page, page.locator("main form button[type=submit]:not(.unseen)").first)


def choose(page: Page, name: str, value: str) -> None:
    page.locator(f"main input[name='{name}'][value='{value}']").check()
