"""The pages of the library, as a clerk walks through them."""

from django.test import Client

from messages.models import ExchangeCase
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.blocks.desk import Person

ROOM = "/console/aoba/exchange/"


def test_the_empty_library_says_what_to_do(alice: Person, bob: Person) -> None:
    assert "最初の1件" in alice.client().get(ROOM).content.decode()
    assert "new/" not in bob.client().get(ROOM).content.decode()
    nothing = alice.client().get(f"{ROOM}?words=ない").content.decode()
    assert "あてはまる事例はありません" in nothing


def test_an_announcement_is_offered_with_its_words_and_stages(
    alice: Person, aoba: Municipality
) -> None:
    block = world.make_block(aoba, title="ふたりの教室", body="土曜日に。")
    empty = alice.client().get(f"{ROOM}new/").content.decode()
    assert 'value="announcement"' not in empty
    assert 'value="flyer"' in empty
    form = alice.client().get(f"{ROOM}new/?block={block.pk}").content.decode()
    assert "土曜日に。" in form
    posted = {
        "sort": "announcement",
        "block": block.pk,
        "title": "ふたりの教室",
        "body": "土曜日に。",
    }
    answer = alice.client().post(f"{ROOM}new/", posted)
    case = ExchangeCase.objects.get()
    assert answer["Location"] == f"{ROOM}{case.pk}/"
    assert (case.kind, case.first_day, case.last_day) == ("child", 0, 100)


def test_bad_input_is_told_and_nothing_typed_is_lost(alice: Person) -> None:
    typed = {"sort": "flyer", "title": "あ" * 61, "body": "のこる文", "result": "よ" * 401}
    answer = alice.client().post(f"{ROOM}new/", typed)
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "のこる文" in page
    assert "あ" * 61 in page
    assert page.count('class="error"') == 2
    assert not ExchangeCase.objects.exists()


def test_strange_input_does_no_harm(alice: Person) -> None:
    typed = {"sort": "nothing", "title": "\0題", "body": "\0文", "season": "x", "block": "9" * 40}
    assert alice.client().post(f"{ROOM}new/", typed).status_code == 400
    typed |= {"sort": "announcement", "season": ""}
    assert alice.client().post(f"{ROOM}new/", typed).status_code == 400
    for query in ("words=%00", "page=x", "page=99", "sort=x&season=y", "block=" + "9" * 40):
        assert alice.client().get(f"{ROOM}?{query}").status_code == 200


def test_a_case_is_changed_and_withdrawn_on_its_page(alice: Person, aoba: Municipality) -> None:
    case = world.make_case(aoba)
    typed = {"title": "席をふたつ", "body": "窓口の横に。", "result": "泣かれなくなりました。"}
    alice.client().post(f"{ROOM}{case.pk}/edit/", typed)
    page = alice.client().get(f"{ROOM}{case.pk}/").content.decode()
    assert "席をふたつ" in page
    assert "泣かれなくなりました。" in page
    alice.client().post(f"{ROOM}{case.pk}/withdraw/")
    assert "席をふたつ" not in alice.client().get(ROOM).content.decode()
    assert "席をふたつ" in alice.client().get(f"{ROOM}?mine=yes").content.decode()
    assert alice.client().post(f"{ROOM}{case.pk}/edit/", typed).status_code == 400


def test_another_municipalitys_case_has_no_page_to_change_it(
    charlie: Person, aoba: Municipality
) -> None:
    case = world.make_case(aoba)
    there = f"/console/minato/exchange/{case.pk}/"
    assert charlie.client().get(f"{there}edit/").status_code == 404
    assert charlie.client().post(f"{there}edit/", {"title": "x", "body": "x"}).status_code == 404
    assert charlie.client().post(f"{there}withdraw/").status_code == 404
    assert "edit/" not in charlie.client().get(there).content.decode()
    case.withdrawn_at = case.published_at
    with in_municipality(aoba.pk):
        case.save()
    assert charlie.client().get(there).status_code == 404


def test_the_first_page_shows_an_idea_of_somebody_else(
    alice: Person, aoba: Municipality, minato: Municipality
) -> None:
    world.make_case(aoba, title="じぶんの")
    assert "じぶんの" not in alice.client().get("/console/aoba/").content.decode()
    case = world.make_case(minato, title="みなとの")
    page = alice.client().get("/console/aoba/").content.decode()
    assert f"/console/aoba/exchange/{case.pk}/" in page


def test_the_npo_reads_cases_and_how_often_they_were_taken_over(
    charlie: Person, aoba: Municipality
) -> None:
    naomi = Client(headers={"accept-language": "ja"})
    naomi.force_login(world.make_naomi(), backend="django.contrib.auth.backends.ModelBackend")
    assert "最初の1件" in naomi.get("/npo/meetings/cases/").content.decode()
    case = world.make_case(aoba)
    charlie.client().post(f"/console/minato/exchange/{case.pk}/adopt/")
    page = naomi.get("/npo/meetings/cases/").content.decode()
    assert "窓口の横に席をおきました。" in page
    assert "1自治体が取り入れました" in page


def test_taking_over_leads_to_the_draft(charlie: Person, aoba: Municipality) -> None:
    case = world.make_case(aoba, sort="announcement", kind="pregnancy", first_day=140, last_day=195)
    answer = charlie.client().post(f"/console/minato/exchange/{case.pk}/adopt/")
    assert "/blocks/" in answer["Location"]
    assert answer["Location"].endswith("/edit/")
    shown = charlie.client().get(answer["Location"]).content.decode()
    assert "青葉市" in shown
    again = charlie.client().get(f"/console/minato/exchange/{case.pk}/").content.decode()
    assert "/console/minato/blocks/" in again
