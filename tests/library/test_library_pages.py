"""The library's pages: what is listed, what is missing, who receives what, and what changed."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from kizuna.lib import clock
from messages.domain import rhythm
from messages.domain.desk import DraftState
from messages.domain.stage import Stage
from messages.models import BaseText, TextDraft, TextVersion, VersionUse
from messages.services import completeness, library
from messages.services.library import Mark, Part, Phase, Wanted
from municipalities.domain.npo_roles import NpoRole
from municipalities.domain.words import Audience, Variant
from municipalities.models import Municipality
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world

TODAY = date(2026, 11, 25)
PAGE = "/npo/texts/"


def words(answer: Any) -> str:
    assert answer.status_code == 200, answer.status_code
    return " ".join(answer.content.decode().split())


def marks(key: str, **wanted: Any) -> set[Mark]:
    with across_for_npo():
        found = library.lines(TODAY, Wanted(**wanted))
    return set(next(one for one in found if one.stage == Stage.parse(key)).marks)


def reviewed(key: str, **fields: Any) -> TextVersion:
    version = world.make_text(key)
    made = TextVersion(
        base_text=version.base_text,
        number=version.number + 1,
        subject=version.subject,
        body=version.body,
        effective_from=date(2020, 1, 1),
        supervisor="山田医師",
        reviewed_on=date(2025, 1, 1),
    )
    for name, value in fields.items():
        setattr(made, name, value)
    made.save()
    return made


# --- The list -------------------------------------------------------------------------------------
def test_an_empty_library_says_how_texts_come_in(emi: Client) -> None:
    assert "load_course" in words(emi.get(PAGE))
    assert "load_course" in words(emi.get(f"{PAGE}complete/"))
    assert emi.get(f"{PAGE}calendar/").status_code == 200


def test_a_text_is_listed_with_its_version_supervisor_and_day_of_review(emi: Client) -> None:
    reviewed("d45", review_by=date(2027, 3, 1))
    shown = words(emi.get(f"{PAGE}?part=hundred_days"))
    assert "生後45日のおたより" in shown
    assert "第2版" in shown
    assert "山田医師" in shown
    assert "2027年3月1日" in shown


@pytest.mark.parametrize(
    ("days", "mark"), [(-1, Mark.OVERDUE), (0, Mark.SOON), (60, Mark.SOON), (61, None)]
)
def test_a_review_is_overdue_or_due_soon(db: None, days: int, mark: Mark | None) -> None:
    reviewed("d45", review_by=TODAY + timedelta(days=days))
    assert marks("d45") == ({mark} if mark else set())


def test_a_text_nobody_reviewed_is_marked(db: None) -> None:
    world.make_text("d45")
    assert marks("d45") == {Mark.UNREVIEWED}


def test_another_wording_is_missing_where_only_the_standard_text_stands(emi: Client) -> None:
    world.make_text("d45")
    world.make_text("d46", variant="en")
    assert marks("d45", variant=Variant.ENGLISH) == {Mark.WITHOUT}
    shown = words(emi.get(f"{PAGE}?variant=en&state=without&part=hundred_days"))
    assert 'href="/npo/texts/d45/everyone/"' in shown
    assert 'href="/npo/texts/d46/everyone/"' not in shown


def test_a_version_that_waits_and_a_draft_are_marked(db: None) -> None:
    world.make_text("d45", effective_from=TODAY + timedelta(days=1))
    base = world.make_text("d46").base_text
    with across_for_npo():
        TextDraft.objects.create(base_text=base, variant="standard", subject="a", body="b")
    assert marks("d45") == {Mark.WITHOUT, Mark.LATER}
    assert marks("d46") == {Mark.UNREVIEWED, Mark.DRAFT}


def test_a_version_that_a_higher_number_has_overtaken_waits_for_nothing(db: None) -> None:
    world.make_text("d45", effective_from=TODAY + timedelta(days=9))
    world.make_text("d45", effective_from=TODAY)
    assert marks("d45") == {Mark.UNREVIEWED}


def test_a_withdrawn_version_gives_way_to_the_one_before(db: None) -> None:
    first = world.make_text("d45", "はじめの版")
    second = world.make_text("d45", "つぎの版")
    second.withdrawn_at = clock.now()
    second.save(update_fields=["withdrawn_at"])
    with across_for_npo():
        (wording,) = library.wordings(first.base_text, TODAY)
    assert wording.current == first
    assert [one.phase for one in wording.versions] == [Phase.WITHDRAWN, Phase.CURRENT]


def test_readers_of_one_sort_have_a_place_wherever_the_course_has_one(db: None) -> None:
    world.make_text("d45")
    world.make_text("d45", audience="partner")
    world.make_text("d46")
    assert marks("d45", audience=Audience.PARTNER) == {Mark.UNREVIEWED}
    assert marks("d46", audience=Audience.PARTNER) == {Mark.WITHOUT}


@pytest.mark.parametrize(
    ("key", "part"),
    [
        ("p20w0d", Part.PREGNANCY),
        ("d0", Part.HUNDRED_DAYS),
        ("d100", Part.HUNDRED_DAYS),
        ("d101", Part.FIRST_YEAR),
        ("y1", Part.FIRST_YEAR),
        ("m13", Part.SECOND_YEAR),
        ("y2", Part.SECOND_YEAR),
        ("m25", Part.LATER_YEARS),
    ],
)
def test_a_stage_lies_in_one_part_of_the_course(key: str, part: Part) -> None:
    assert library.part_of(Stage.parse(key)) is part


def test_words_are_found_in_subject_body_and_stage(emi: Client) -> None:
    world.make_text("d45", "離乳食のはなし")
    world.make_text("d46", subject="予防接種")
    for asked, found in (("離乳食", "45"), ("予防接種", "46"), ("生後45日", "45"), ("d46", "46")):
        shown = words(emi.get(PAGE, {"q": asked}))
        assert f"生後{found}日のおたより" in shown or f"生後{found}日</a>" in shown, asked
        assert shown.count('href="/npo/texts/d') == 1, asked


def test_what_an_address_cannot_mean_is_passed_over(emi: Client) -> None:
    world.make_text("d45")
    shown = words(emi.get(f"{PAGE}?variant=xx&audience=yy&part=zz&state=q&page=abc&q=%00"))
    assert "妊娠4週0日" in shown


# --- The calendar and the bars --------------------------------------------------------------------
def test_the_calendar_names_each_place_in_words(emi: Client) -> None:
    reviewed("p20w0d", review_by=TODAY - timedelta(days=1))
    shown = words(emi.get(f"{PAGE}calendar/"))
    assert "妊娠20週0日: 配信中の原稿あり、監修の期限を過ぎている" in shown


def test_the_share_of_a_wording_is_that_of_the_course(db: None) -> None:
    for day in range(101):
        world.make_text(f"d{day}")
    for day in range(25):
        world.make_text(f"d{day}", variant="easy")
    world.make_text("m4")
    world.make_text("d120")  # in the same three days as m4
    world.make_text("y5")  # behind the course
    with across_for_npo():
        found = {(s.variant, s.audience): s for s in completeness.shares(TODAY)}
        gaps = completeness.course(TODAY).gaps
    standard, easy = (found[how, Audience.EVERYONE] for how in (Variant.STANDARD, Variant.EASY))
    assert (easy.there, easy.whole, easy.missing) == (25, 533, 508)
    assert (standard.there, standard.missing) == (102, 431)
    assert len(gaps) == 431
    assert Stage.parse("d103") in gaps
    assert found[Variant.STANDARD, Audience.PARTNER].there == 0


def test_a_gap_of_the_course_shows_in_the_list_and_in_the_calendar(emi: Client) -> None:
    world.make_text("p12w0d")
    world.make_text("m4")
    for page in ("", "calendar/"):
        assert "標準のコース533か所のうち、原稿があるのは2か所です" in words(emi.get(PAGE + page))
    assert "原稿があるのは0か所です" in words(emi.get(f"{PAGE}?variant=en"))
    shown = words(emi.get(f"{PAGE}calendar/"))
    for gap in ("妊娠12週1日", "生後100日", "生後103日", "生後1092日"):
        assert f"{gap}: 配信中の原稿がない" in shown
    assert "生後4か月: 配信中の原稿あり" in shown
    assert "生後5か月: 配信の予定がない日" in shown
    shown = words(emi.get(f"{PAGE}?q=d103"))
    assert 'href="/npo/texts/d103/everyone/"' in shown
    shown = words(emi.get(f"{PAGE}?state=without"))
    assert "533件のうち531件" in shown
    shown = words(emi.get(f"{PAGE}complete/"))
    assert "そのうち2か所です。残りの531か所には原稿がなく" in shown


def test_a_text_that_was_begun_names_the_gap(db: None) -> None:
    base = world.make_text("d102", variant="en").base_text
    with across_for_npo():
        gaps = completeness.course(TODAY).gaps
    assert base.stage in gaps
    assert Stage.parse("d103") not in gaps
    assert len(gaps) == 533


def test_a_whole_course_says_so(emi: Client) -> None:
    text = world.make_text("d0")
    stages = [one.stage for one in rhythm.places() if one.stage.key != "d0"]
    made = BaseText.objects.bulk_create(
        BaseText(unit=one.unit, number=one.number, audience="everyone") for one in stages
    )
    TextVersion.objects.bulk_create(
        TextVersion(
            base_text=one,
            variant="standard",
            number=1,
            subject="件名",
            body="本文",
            effective_from=text.effective_from,
        )
        for one in made
    )
    shown = words(emi.get(f"{PAGE}complete/"))
    assert "欠けているところはありません" in shown
    assert "533件" in words(emi.get(PAGE))
    assert "のうち533件" not in words(emi.get(PAGE))


def test_every_bar_says_its_numbers_and_leads_to_what_is_missing(emi: Client) -> None:
    world.make_text("d45")
    world.make_text("d46")
    world.make_text("d45", variant="vi")
    shown = words(emi.get(f"{PAGE}complete/"))
    assert "つぎにそろっているのは、Tiếng Việt" in shown
    assert "variant=vi&amp;audience=everyone&amp;state=without" in shown
    assert "表で見る" in shown


# --- One text -------------------------------------------------------------------------------------
def test_all_versions_of_all_wordings_stand_on_the_page_of_the_text(
    emi: Client, aoba: Municipality
) -> None:
    version = reviewed("d45")
    world.make_text("d45", variant="zh", subject="你好")
    with in_municipality(aoba.pk):
        VersionUse.objects.create(
            municipality=aoba, version=version, first_day=TODAY, last_day=TODAY
        )
    shown = words(emi.get(f"{PAGE}d45/everyone/"))
    assert "第1版" in shown
    assert "第2版" in shown
    assert "1 / 1" in shown
    assert '<span lang="zh">' in shown or 'lang="zh"' in shown
    assert "English" in shown  # among the wordings without a text


def test_a_place_without_a_text_says_so_and_what_is_no_place_is_not_found(emi: Client) -> None:
    assert "まだ書かれていません" in words(emi.get(f"{PAGE}d45/everyone/"))
    for address in ("x1/everyone/", "d45/nobody/", "d45/everyone/compare/"):
        assert emi.get(PAGE + address).status_code == 404


def test_a_missing_wording_is_begun_at_the_desk(emi: Client) -> None:
    version = world.make_text("d45")
    shown = words(emi.get(f"{PAGE}d45/everyone/"))
    assert f'href="/npo/desk/texts/{version.base_text_id}/standard/write/"' in shown
    answer = emi.post(f"{PAGE}d45/everyone/begin/", {"variant": "vi"})
    assert answer["Location"] == f"/npo/desk/texts/{version.base_text_id}/vi/write/"
    assert emi.get(answer["Location"]).status_code == 200


def test_the_first_words_of_a_place_are_begun_at_the_desk(emi: Client) -> None:
    answer = emi.post(f"{PAGE}d46/partner/begin/", {"variant": "standard"})
    assert emi.get(answer["Location"]).status_code == 200
    assert BaseText.objects.filter(unit="life_day", number=46, audience="partner").exists()


def test_who_only_reads_is_not_offered_to_write(db: None) -> None:
    world.make_text("d45")
    client = Client(headers={"accept-language": "ja"})
    client.force_login(
        world.make_npo_staff(NpoRole.REVIEWER),
        backend="django.contrib.auth.backends.ModelBackend",
    )
    shown = words(client.get(f"{PAGE}d45/everyone/"))
    assert "/write/" not in shown
    assert "/begin/" not in shown
    assert "/bulk/" not in shown
    assert client.post(f"{PAGE}d45/everyone/begin/").status_code == 403


def test_any_two_versions_are_compared(emi: Client) -> None:
    old = world.make_text("d45", "きょうは晴れです。")
    new = world.make_text("d45", "きょうは雨です。")
    easy = world.make_text("d45", "きょうは あめ です。", variant="easy")
    shown = words(emi.get(f"{PAGE}d45/everyone/compare/?from={old.pk}&to={new.pk}"))
    assert "</span>晴れ<span" in shown
    assert "</span>雨<span" in shown
    assert emi.get(f"{PAGE}d45/everyone/compare/?from={old.pk}&to={easy.pk}").status_code == 200
    assert "2つ選びます" in words(emi.get(f"{PAGE}d45/everyone/compare/?from=999&to=x"))


def test_municipalities_stand_with_the_version_they_receive(
    emi: Client, aoba: Municipality
) -> None:
    world.make_minato()
    version = world.make_text("d45")
    with in_municipality(aoba.pk):
        VersionUse.objects.create(
            municipality=aoba,
            version=version,
            first_day=TODAY - timedelta(days=3),
            last_day=TODAY,
        )
    shown = words(emi.get(f"{PAGE}d45/everyone/receivers/"))
    assert "2026年11月22日" in shown
    assert shown.index("青葉市") < shown.index("みなと町") < shown.index("まだ送っていません")


def test_announcements_that_come_with_a_text_are_counted_and_listed(
    emi: Client, aoba: Municipality
) -> None:
    world.make_text("d45")
    world.make_block(aoba, title="赤ちゃん訪問")
    world.make_block(aoba, title="まだの分", state="draft", approved_by=None, approved_at=None)
    world.make_block(aoba, title="おわった", shown_until=TODAY - timedelta(days=1))
    world.make_block(aoba, title="あとの月", first_day=60)
    world.make_block(aoba, title="妊娠中", kind="pregnancy", first_day=28, last_day=200)
    assert "いっしょに届くお知らせ1件" in words(emi.get(f"{PAGE}d45/everyone/"))
    shown = words(emi.get(f"{PAGE}d45/everyone/announcements/"))
    assert "赤ちゃん訪問" in shown
    for title in ("まだの分", "おわった", "あとの月", "<strong>妊娠中"):
        assert title not in shown


def test_a_partners_text_is_used_by_announcements_for_partners_and_everyone(
    db: None, aoba: Municipality
) -> None:
    text = world.make_text("d45", audience="partner").base_text
    for audience in Audience:
        world.make_block(aoba, title=audience.value, audience=audience)
    with across_for_npo():
        found = {one.title for one in library.announcements(text, TODAY)}
    assert found == {"everyone", "partner"}


def test_a_draft_in_work_is_seen_on_its_text(emi: Client) -> None:
    base = world.make_text("d45").base_text
    with across_for_npo():
        TextDraft.objects.create(
            base_text=base, variant="pt", subject="Olá", body="b", state=DraftState.DRAFT
        )
    shown = words(emi.get(f"{PAGE}d45/everyone/"))
    assert "Português" in shown
    assert "下書きあり" in shown
