"""Charts to take along: as a picture, as a drawing, as a table, made of what the page shows."""

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
from django.core.cache import cache
from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, expect

from delivery.facts.benchmarks import count_benchmarks
from municipalities.domain.roles import Role
from municipalities.models import Municipality
from tests import world
from tests.e2e.test_npo_figures_in_a_browser import NAOMI, punctual
from tests.e2e.test_pages_in_a_browser import complaints, log_in, picture
from tests.exchange.test_benchmark import peers
from tests.figures import facts

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.slow]

SVG = "{http://www.w3.org/2000/svg}"
XLINK = "{http://www.w3.org/1999/xlink}href"
WIDTH = 784
"""Of a drawing with its edges; a picture has twice as many pixels."""
OVERVIEW, ONE, PUBLISHED = "/npo/figures/", "/npo/figures/m/aoba/", "/npo/figures/m/aoba/?as=public"
LABELS = {
    "png": "図を画像で保存（PNG）",
    "svg": "図を、拡大しても粗くならない形で保存（SVG）",
    "csv": "数字をExcelで開ける表で保存（CSV）",
}


@pytest.fixture
def aoba(transactional_db: None) -> Iterator[Municipality]:
    cache.clear()
    aoba = world.make_municipality()
    world.make_naomi()
    facts.take_month_ends(aoba, 20, readers=1600, growth=31)
    facts.count_flows(aoba, 20, registered=90, returned=8, stopped=22, blocked=9, graduated=36)
    facts.follow_up(aoba)
    facts.know_births(aoba, y2023=840, y2024=810, y2025=790)
    punctual(aoba)
    yield aoba
    cache.clear()


@pytest.fixture
def page(desk: BrowserContext, live_server: Any, aoba: Municipality) -> Page:
    page = desk.new_page()
    log_in(page, live_server.url, NAOMI)
    return page


def saved(page: Page, key: str, kind: str, place: Path) -> Path:
    """What the button of that chart gives, under the name that it proposes."""
    with page.expect_download() as waiting:
        page.locator(f"[data-chart={key}]").get_by_role("button", name=LABELS[kind]).click()
    path = place / waiting.value.suggested_filename
    waiting.value.save_as(path)
    return path


def words_of(path: Path) -> list[str]:
    return ["".join(one.itertext()) for one in ElementTree.parse(path).iter(f"{SVG}text")]


def colours(path: Path) -> dict[Any, int]:
    with Image.open(path) as image:
        counted = image.convert("RGB").getcolors(1 << 24) or []
    return {colour: count for count, colour in counted}


@pytest.mark.parametrize("key", ["active", "flows", "retention", "coverage", "stage"])
def test_a_picture_holds_the_whole_chart_on_white(
    page: Page, live_server: Any, pictures: Path, key: str
) -> None:
    page.goto(live_server.url + OVERVIEW)
    path = saved(page, key, "png", pictures)
    assert path.name == f"kizuna-{key}-2026-10.png"
    drawn = ElementTree.parse(saved(page, key, "svg", pictures)).getroot()
    with Image.open(path) as image:
        assert image.format == "PNG"
        assert image.size == (WIDTH * 2, int(drawn.attrib["height"]) * 2)
        assert image.convert("RGB").getpixel((1, 1)) == (255, 255, 255)
    found = colours(path)
    inked = sum(count for (r, g, b), count in found.items() if min(r, g, b) < 128)
    assert inked > 5_000
    assert found[(255, 255, 255)] > inked


def test_a_drawing_carries_all_that_it_needs(page: Page, live_server: Any, tmp_path: Path) -> None:
    page.goto(live_server.url + ONE)
    title = page.locator("#flows-title").inner_text()
    path = saved(page, "flows", "svg", tmp_path)
    assert path.name == "kizuna-aoba-flows-2026-10.svg"
    root = ElementTree.parse(path).getroot()
    ids = {one.attrib["id"] for one in root.iter() if "id" in one.attrib}
    for one in root.iter():
        assert one.tag.removeprefix(SVG) not in {"style", "script", "image", "foreignObject", "a"}
        assert not {"class", "style"} & one.attrib.keys()
        for name, value in one.attrib.items():
            assert "var(" not in value
            assert not value.startswith(("http", "//", "data:"))
            if name in {"href", XLINK}:
                assert value[1:] in ids
            if value.startswith("url("):
                assert value[5:-1] in ids
    assert len(list(root.iter(f"{SVG}use"))) > 13
    words = words_of(path)
    told = root.find(f"{SVG}title")
    assert told is not None
    assert told.text == f"{title} / 青葉市 / 2026年10月末の数字"
    assert "".join(words).startswith(title)
    assert "青葉市 / 2026年10月末の数字" in words
    for name in page.locator("#flows .legend li").all_inner_texts():
        assert name.strip() in words


def test_a_picture_as_it_may_be_published_says_so(
    page: Page, live_server: Any, tmp_path: Path
) -> None:
    page.goto(live_server.url + PUBLISHED)
    path = saved(page, "active", "svg", tmp_path)
    assert path.name == "kizuna-aoba-active-2026-10-public.svg"
    assert "公表用の表示です" in "".join(words_of(path))


@pytest.mark.parametrize("screen", [{"color_scheme": "dark"}, {"forced_colors": "active"}])
def test_a_dark_screen_saves_the_same_drawing(
    page: Page, live_server: Any, tmp_path: Path, pictures: Path, screen: Any
) -> None:
    page.goto(live_server.url + OVERVIEW)
    bright = [saved(page, "flows", kind, tmp_path).read_bytes() for kind in ("svg", "png")]
    page.emulate_media(**screen)
    page.evaluate("document.documentElement.classList.add('night')")
    ink = "getComputedStyle(document.querySelector('#flows svg text')).fill"
    assert page.evaluate(ink) != "rgb(26, 26, 26)"
    page.screenshot(path=pictures / f"chart-files-{'-'.join(screen)}.png")
    dark = [saved(page, "flows", kind, tmp_path).read_bytes() for kind in ("svg", "png")]
    assert dark == bright


def test_the_table_is_a_sheet_with_its_numbers(
    page: Page, live_server: Any, tmp_path: Path
) -> None:
    page.goto(live_server.url + ONE)
    path = saved(page, "flows", "csv", tmp_path)
    assert path.read_bytes().startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(path.read_bytes().decode("utf-8-sig"), newline="")))
    assert rows[0] == page.locator("#flows th[scope=col]").all_text_contents()
    assert rows[-1] == ["2026年10月", "90", "8", "22", "9", "36", "31"]
    active = saved(page, "active", "csv", tmp_path).read_text("utf-8-sig")
    assert active.splitlines()[-1].startswith('"2026年10月",1600,')


def test_no_cell_becomes_a_formula_and_what_is_hidden_stays_hidden(
    page: Page, live_server: Any, tmp_path: Path
) -> None:
    page.goto(live_server.url + ONE)
    cells = [
        "=1+1",
        "+81",
        "-cmd",
        "@SUM(A1)",
        "\u200b＝1",
        'He said "x", so',
        "x",
        "-12",
        "-1,234.5",
    ]
    page.evaluate(
        """cells => {
          const row = document.querySelector("#flows tbody tr");
          row.replaceChildren(...cells.map((text) => {
            const cell = document.createElement("td");
            cell.textContent = text;
            return cell;
          }));
        }""",
        cells,
    )
    text = saved(page, "flows", "csv", tmp_path).read_text("utf-8-sig")
    assert text.splitlines()[1] == ",".join([
        '"\'=1+1"', '"\'+81"', '"\'-cmd"', '"\'@SUM(A1)"', '"\'\u200b＝1"',
        '"He said ""x"", so"', '"x"', "-12", "-1234.5",
    ])  # fmt: skip


def test_the_keyboard_reaches_the_buttons_and_saves(
    page: Page, live_server: Any, tmp_path: Path
) -> None:
    page.goto(live_server.url + OVERVIEW)
    page.locator("#flows .scroll").first.focus()
    for kind, label in LABELS.items():
        page.keyboard.press("Tab")
        expect(page.locator("#flows").get_by_role("button", name=label)).to_be_focused()
        with page.expect_download() as waiting:
            page.keyboard.press("Enter")
        assert waiting.value.suggested_filename == f"kizuna-flows-2026-10.{kind}"
    group = page.get_by_role("group", name="この図を保存")
    assert group.count() == page.locator("[data-chart]").count()


def test_a_failure_is_said(page: Page, live_server: Any) -> None:
    page.goto(live_server.url + OVERVIEW)
    page.evaluate("() => { HTMLCanvasElement.prototype.toBlob = (done) => done(null); }")
    page.locator("#flows").get_by_role("button", name=LABELS["png"]).click()
    expect(page.locator("#flows").get_by_role("status")).to_contain_text("保存できませんでした")


@pytest.fixture
def town(aoba: Municipality) -> str:
    """The way to where Aoba stands among eight of its size; its manager can log in."""
    world.make_staff(aoba, Role.MANAGER, "boss@aoba.example.jp")
    peers(9, births=800, on=facts.LAST)
    count_benchmarks()
    return "/console/aoba/benchmark/"


def test_where_one_stands_is_taken_along_strip_by_strip(
    desk: BrowserContext, live_server: Any, town: str, pictures: Path
) -> None:
    page = desk.new_page()
    log_in(page, live_server.url, "boss@aoba.example.jp")
    page.goto(live_server.url + town)
    path = saved(page, "fathers", "svg", pictures)
    assert path.name == "kizuna-aoba-fathers-2026-10.svg"
    words = words_of(path)
    assert {"0%", "100%", "この自治体", "青葉市 / 2026年10月末の数字"} <= set(words)
    sheet = saved(page, "fathers", "csv", pictures).read_text("utf-8-sig").splitlines()
    row = page.locator("tbody[data-charts=fathers] tr").text_content() or ""
    assert len(sheet) == 2
    assert [one.strip('"') for one in sheet[1].split(",")] == row.split()
    with Image.open(saved(page, "fathers", "png", pictures)) as image:
        assert image.width == WIDTH * 2
    own = page.evaluate("getComputedStyle(document.querySelector('.strip .own')).fill")
    assert own in {f"rgb{colour}" for colour in colours(path.with_suffix(".png"))}


def every_page(page: Page, base: str, benchmark: str) -> Iterator[tuple[str, int]]:
    """Each page with charts, its name and how many there are."""
    page.goto(f"{base}/status/")
    yield "status", 2
    log_in(page, base, NAOMI)
    for name, path, charts in (
        ("figures", OVERVIEW, 8),
        ("published", PUBLISHED, 7),
        ("report", "/npo/municipality/aoba/report/2026/10/", 1),
    ):
        page.goto(base + path)
        yield name, charts
    page.context.clear_cookies()
    log_in(page, base, "boss@aoba.example.jp")
    page.goto(f"{base}/console/aoba/report/2026/10/")
    yield "report-console", 1
    page.goto(base + benchmark)
    yield "benchmark", 4


@pytest.mark.parametrize("width", [1280, 320])
def test_every_chart_has_its_three_buttons(
    browser: Browser, live_server: Any, town: str, pictures: Path, width: int
) -> None:
    context = browser.new_context(locale="ja-JP", viewport={"width": width, "height": 800})
    page = context.new_page()
    page.set_default_timeout(10_000)
    said: list[str] = []
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    for name, charts in every_page(page, live_server.url, town):
        groups = page.locator(".chart-files")
        expect(groups).to_have_count(charts)
        expect(groups.get_by_role("button")).to_have_count(charts * 3)
        picture(page, pictures / f"chart-files-{name}-{width}.png")
        assert page.evaluate("document.documentElement.scrollWidth") <= width, name
        assert complaints(page) == [], name
        key = page.locator("[data-chart]").first.get_attribute("data-chart") or ""
        for kind in LABELS:
            assert saved(page, key, kind, pictures).stat().st_size > 100
    assert said == []
    context.close()


def test_without_scripts_there_is_no_button_and_the_tables_stay(
    browser: Browser, live_server: Any, town: str
) -> None:
    context = browser.new_context(locale="ja-JP", java_script_enabled=False)
    page = context.new_page()
    page.set_default_timeout(10_000)
    for name, charts in every_page(page, live_server.url, town):
        assert page.locator("[data-chart]").count() == charts, name
        assert page.locator("[data-chart] button, .chart-files").count() == 0, name
        if name == "figures":
            expect(page.get_by_role("link", name="CSV")).to_have_count(2)
    context.close()
