"""What somebody without a login meets: the front page, a municipality's page, its colour, errors."""

import pytest
from django.conf import settings
from django.test import Client

from municipalities.models import Municipality
from municipalities.views.colour import ENOUGH, NIGHT, Brand, contrast
from tests import world


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality(brand_colour="#ffcc00")


def test_the_front_page_says_what_this_is_and_where_staff_log_in(db: None) -> None:
    shown = Client().get("/").content.decode()
    assert "その日にあわせた短いお便り" in shown
    assert 'href="/console/"' in shown


def test_the_landing_page_names_service_office_and_ways_to_stop(aoba: Municipality) -> None:
    shown = Client().get("/m/aoba/").content.decode()
    for words in (
        "あおば子育てメール",
        "青葉市",
        "こども課 000-000-0000",
        "お便りの最後にある「配信の停止」のリンク",
        "登録している方",
    ):
        assert words in shown


@pytest.mark.parametrize(
    ("service", "words"),
    [
        ("live", "料金はかかりません"),
        ("preparing", "準備中です"),
        ("paused", "お休みしています"),
        ("ended", "終了しました"),
    ],
)
def test_the_landing_page_is_honest_about_the_service(db: None, service: str, words: str) -> None:
    world.make_municipality(service=service)
    assert words in Client().get("/m/aoba/").content.decode()


def test_a_municipality_that_is_none_is_no_page(db: None) -> None:
    assert Client().get("/m/nosuchplace/").status_code == 404
    assert Client().get("/m/nosuchplace/stop/x/").status_code == 404


def test_the_colour_comes_as_a_stylesheet_that_caches_may_keep(aoba: Municipality) -> None:
    answer = Client().get("/m/aoba/brand.css")
    assert answer["Content-Type"] == "text/css; charset=utf-8"
    assert answer["Cache-Control"] == "public, max-age=300"
    assert b"--brand:#ffcc00;--brand-ink:#000000" in answer.content


def rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


@pytest.mark.parametrize(
    "colour",
    ["#000000", "#ffffff", "#ffcc00", "#0017c1", "#777777", "#ff0000", "#00ff00", "#fefefe"],
)
def test_every_colour_is_made_readable(colour: str) -> None:
    brand = Brand.of(colour)
    assert brand.ground == colour
    assert contrast(rgb(brand.ground), rgb(brand.ink)) >= ENOUGH
    assert contrast(rgb(brand.text), (255, 255, 255)) >= ENOUGH
    assert contrast(rgb(brand.night), NIGHT) >= ENOUGH
    assert f"prefers-color-scheme:dark){{.night{{--brand-text:{brand.night}}}}}" in brand.css()


def test_the_stylesheet_paints_the_night_that_colours_are_measured_against() -> None:
    css = (settings.BASE_DIR / "kizuna" / "static" / "kizuna" / "kizuna.css").read_text()
    assert "--paper: #{:02x}{:02x}{:02x};".format(*NIGHT) in css


def test_contrast_agrees_with_the_standards_own_ends() -> None:
    assert contrast((0, 0, 0), (255, 255, 255)) == pytest.approx(21)
    assert contrast((119, 119, 119), (255, 255, 255)) == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("colour", ["", "red", "#12345g", "#fff", "}body{"])
def test_what_is_no_colour_becomes_the_default(colour: str) -> None:
    assert Brand.of(colour) == Brand.of("#0017c1")


def test_error_pages_are_japanese_with_an_english_line_and_kept_by_no_cache(db: None) -> None:
    quiet = Client(raise_request_exception=False)
    answer = quiet.get("/nowhere/")
    assert answer.status_code == 404
    assert "no-store" in answer["Cache-Control"]
    assert "ページが見つかりません" in answer.content.decode()
    assert '<p lang="en">There is no such page.</p>' in answer.content.decode()
    strange = quiet.get("/", headers={"host": "evil.example"})
    assert strange.status_code == 400
    assert "うまく読み取れませんでした" in strange.content.decode()


def test_a_fault_of_ours_shows_a_page_without_any_detail(
    db: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(colour: str) -> None:
        raise RuntimeError("secret detail")

    monkeypatch.setattr(Brand, "of", broken)
    world.make_municipality()
    answer = Client(raise_request_exception=False).get("/m/aoba/brand.css")
    assert answer.status_code == 500
    assert "ただいま表示できません" in answer.content.decode()
    assert "secret detail" not in answer.content.decode()


def test_a_form_without_its_token_is_refused_with_words(db: None) -> None:
    answer = Client(enforce_csrf_checks=True).post("/accounts/login/", {"login": "x"})
    assert answer.status_code == 403
    assert "もう一度お試しください" in answer.content.decode()
