"""The second and third screen: an address, and the mail that asks it."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils.html import escape

from municipalities.models import Endpoint, MailAsked, Municipality, Reader
from municipalities.services.registering import CONSENT_TEXT
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.signing_up import DUE, NOON, PREGNANT, Parent, hidden, mails, registrations


@pytest.fixture(autouse=True)
def _noon() -> Iterator[None]:
    with time_machine.travel(NOON, tick=False):
        yield


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality(privacy_url="https://www.city.aoba.example.jp/privacy")


def test_a_sign_up_is_written_down_and_a_mail_asks_the_address(aoba: Municipality) -> None:
    shown = Parent().signs_up(relation="father", variant="easy")

    assert "確認のメールを送りました" in shown
    assert '<p class="big">hanako@example.jp</p>' in shown
    assert mails(aoba) == [("confirm", "hanako@example.jp")]
    (one,) = registrations(aoba)
    assert one.address == "hanako@example.jp"
    assert (one.due_date, one.birth_date, one.is_provisional) == (DUE, None, False)
    assert (one.relation, one.variant, one.language) == ("father", "easy", "ja")
    assert (one.purpose, one.source, one.consent_version) == ("signup", "signup_form", CONSENT_TEXT)
    assert one.expires_at - one.created_at == timedelta(hours=48)
    assert one.confirmed_at is None
    with in_municipality(aoba.pk):
        assert not Reader.objects.exists()
        assert not Endpoint.objects.exists()


def test_who_gave_a_week_is_registered_for_now(aoba: Municipality) -> None:
    Parent().signs_up({"state": "pregnant", "weeks": "12"})
    (one,) = registrations(aoba)
    assert (one.due_date, one.is_provisional) == (DUE, True)


def test_who_answers_neither_question_has_answered(aoba: Municipality) -> None:
    Parent().signs_up()
    (one,) = registrations(aoba)
    assert (one.relation, one.variant, one.area) == ("undisclosed", "standard", "")


def test_the_consent_stands_above_its_button_with_the_way_to_the_whole_of_it(
    aoba: Municipality,
) -> None:
    shown = Parent().posts("date", **PREGNANT)
    consent, link = "メールアドレスと日付は、青葉市が", "https://www.city.aoba.example.jp/privacy"
    last = shown.rindex("同意して登録する")
    assert shown.index(consent) < shown.index(link) < last
    assert shown.count('type="checkbox"') == 0


def test_the_enter_key_goes_on_and_not_back(aoba: Municipality) -> None:
    shown = Parent().posts("date", **PREGNANT)
    steps = re.findall(r'name="step"\s+value="(\w+)"', shown)
    assert steps == ["send", "edit", "send"]


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "メールアドレスを入れてください。"),
        ("\u3000\u200b", "メールアドレスを入れてください。"),
        ("hanako", "「@」がありません。"),
        ("@example.jp", "「@」の前が空です。"),
        ("hanako@", "「@」の後ろが空です。"),
        ("a@@b.com", "「@」が2つ以上あります。"),
        ("a b@c.jp", "メールアドレスの途中に空白があります。"),
        ("a@example,com", "「,」（コンマ）が入っています。"),
        ("a@example.jp,b@example.jp", "メールアドレスが2つ入っています。"),
        ("a@example.jp\nBcc: b@example.jp", "途中に改行などの見えない文字が"),
        ("a%0d%0aBcc:b@example.jp", "途中に改行などの見えない文字が"),
        ("日本@example.com", "「@」の前に、日本語など、"),
        ("a..b@gmail.com", "「@」の前で「.」が続いているか、"),
        (".a@example.com", "「@」の前で「.」が続いているか、"),
        ("a@example..com", "「@」の後ろで「.」が続いているか、"),
        ("a@example.com.", "「@」の後ろで「.」が続いているか、"),
        ('"a b"@example.com', "かっこは使えません。"),
        ("a(x)@example.com", "かっこは使えません。"),
        ("a@localhost", "「@」の後ろ"),
        ("a@[127.0.0.1]", "「@」の後ろ"),
        ("a@10.0.0.1", "「@」の後ろ"),
        ("a@-example.com", "「@」の後ろ"),
        ("a@example.c", "「@」の後ろ"),
        ("a" * 65 + "@example.jp", "メールアドレスが長すぎます。"),
        ("a@" + "x" * 5000 + ".jp", "メールアドレスが長すぎます。"),
        ("kosodate@aoba.example.jp", "これは配信に使っているアドレスです。"),
        ("KOSODATE@aoba.example.jp", "これは配信に使っているアドレスです。"),
    ],
)
def test_every_slip_in_an_address_has_its_own_sentence(
    aoba: Municipality, typed: str, sentence: str
) -> None:
    shown = Parent().signs_up(address=typed)
    assert shown.count(sentence) == 2
    assert '<a href="#address">' in shown
    assert 'aria-invalid="true"' in shown
    assert "きょうは妊娠12週3日です" in shown
    assert registrations(aoba) == []
    assert mails(aoba) == []


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ｈａｎａｋｏ＠ｅｘａｍｐｌｅ．ｃｏｍ", "hanako@example.com"),
        ("\u3000hanako@example.com\u200b", "hanako@example.com"),
        ("hanako@example。com", "hanako@example.com"),
        ("Hanako@EXAMPLE.COM", "Hanako@example.com"),
        ("花子 <hanako@example.com>", "hanako@example.com"),
        ("mailto:hanako@example.com", "hanako@example.com"),
        ("a..b@docomo.ne.jp", "a..b@docomo.ne.jp"),
        (".a@docomo.ne.jp", ".a@docomo.ne.jp"),
        ("a-.@ezweb.ne.jp", "a-.@ezweb.ne.jp"),
        ("a@日本.jp", "a@xn--wgv71a.jp"),
        ("o'brien@example.co.jp", "o'brien@example.co.jp"),
        ("info@example.co.jp", "info@example.co.jp"),
    ],
)
def test_an_address_is_taken_as_it_is_meant_and_shown_back(
    aoba: Municipality, typed: str, meant: str
) -> None:
    shown = Parent().signs_up(address=typed)
    assert f'<p class="big">{escape(meant)}</p>' in shown
    assert mails(aoba) == [("confirm", meant)]


def test_answers_that_were_not_offered_are_refused(aoba: Municipality) -> None:
    shown = Parent().signs_up(relation="boss", variant="klingon", area="月")
    for field, name in (
        ("relation", "あなたは"),
        ("variant", "ことば"),
        ("area", "お住まいの地域"),
    ):
        assert f'<a href="#{field}">「{name}」は、画面にあるものから' in shown
    assert "（3か所）" in shown
    assert registrations(aoba) == []


def test_the_area_is_asked_only_where_there_are_areas(aoba: Municipality) -> None:
    assert "お住まいの地域" not in Parent().posts("date", **PREGNANT)
    with in_municipality(aoba.pk):
        Municipality.objects.update(areas=["北部", "南部"])
    shown = Parent().posts("date", **PREGNANT)
    assert re.search(r'<option\s+value="南部"', shown)
    Parent().signs_up(area="南部")
    assert registrations(aoba)[0].area == "南部"


def test_a_hidden_field_that_was_changed_is_judged_like_any_other(aoba: Municipality) -> None:
    parent = Parent()
    carried = parent.opens()
    typed = {**carried, "state": "pregnant", "year": "2031", "month": "6", "day": "6"}
    shown = parent.posts("send", **typed, address="hanako@example.jp")
    assert "今日はまだ妊娠0週より前になります。" in shown
    assert registrations(aoba) == []


def test_a_slip_of_the_domain_is_asked_about_and_mended_with_one_press(aoba: Municipality) -> None:
    parent = Parent()
    shown = parent.signs_up(address="hanako@gmial.com")
    assert "もしかして hanako@gmail.com ですか。" in shown
    with time_machine.travel(NOON + timedelta(seconds=30), tick=False):
        shown = parent.posts("suggested", **hidden(shown))
    assert '<p class="big">hanako@gmail.com</p>' in shown
    assert "もしかして" not in shown
    assert mails(aoba) == [("confirm", "hanako@gmial.com"), ("confirm", "hanako@gmail.com")]


def test_the_third_screen_helps_when_nothing_arrives(aoba: Municipality) -> None:
    shown = Parent().signs_up()
    for words in (
        "2分待っても届かないとき",
        '<code class="copy">aoba.example.jp</code>',
        "迷惑メールのフォルダ",
        "https://www.docomo.ne.jp/",
        "もう一度送る",
        "アドレスを直す",
    ):
        assert words in shown
    help_page = Client(headers={"accept-language": "ja"}).get("/m/aoba/mail-help/")
    assert '<code class="copy">aoba.example.jp</code>' in help_page.content.decode()


def test_asking_again_renews_the_same_sign_up_so_that_both_mails_work(aoba: Municipality) -> None:
    parent = Parent()
    shown = parent.signs_up()
    with time_machine.travel(NOON + timedelta(minutes=3), tick=False):
        parent.posts("again", **hidden(shown))
    assert len(mails(aoba)) == 2
    (one,) = registrations(aoba)
    assert one.expires_at == NOON + timedelta(minutes=3, hours=48)


def test_the_address_is_corrected_with_everything_else_kept(aoba: Municipality) -> None:
    parent = Parent()
    shown = parent.signs_up(address="hanakoo@example.jp", relation="grandparent")
    shown = parent.posts("address", **hidden(shown))
    assert 'value="hanakoo@example.jp"' in shown
    assert re.search(r'value="grandparent"\s+checked', shown)
    assert "きょうは妊娠12週3日です" in shown
    assert len(mails(aoba)) == 1


def test_a_form_that_comes_back_faster_than_a_thumb_is_asked_for_one_more_press(
    aoba: Municipality,
) -> None:
    parent = Parent()
    carried = {**parent.opens(), **PREGNANT, "address": "hanako@example.jp"}
    shown = parent.posts("send", **carried)
    assert "もう一度「同意して登録する」を押してください。" in shown
    assert 'value="hanako@example.jp"' in shown
    assert mails(aoba) == []
    with time_machine.travel(NOON + timedelta(seconds=4), tick=False):
        parent.posts("send", **hidden(shown), address="hanako@example.jp")
    assert len(mails(aoba)) == 1


@pytest.mark.parametrize("opened", ["", "x", "signup:1vNbeq:forged"])
def test_a_form_without_our_time_is_asked_for_one_more_press(
    aoba: Municipality, opened: str
) -> None:
    parent = Parent()
    shown = parent.posts("send", **PREGNANT, opened=opened, address="hanako@example.jp")
    assert "もう一度「同意して登録する」" in shown
    with time_machine.travel(NOON + timedelta(seconds=4), tick=False):
        parent.posts("send", **hidden(shown), address="hanako@example.jp")
    assert len(mails(aoba)) == 1


def test_a_form_that_lay_open_for_a_week_still_works(aoba: Municipality) -> None:
    parent = Parent()
    carried = parent.opens()
    with time_machine.travel(NOON + timedelta(days=7), tick=False):
        parent.posts("send", **carried, **PREGNANT, address="hanako@example.jp")
    assert len(mails(aoba)) == 1


def test_a_program_that_fills_in_everything_sees_success_and_sends_nothing(
    aoba: Municipality,
) -> None:
    parent = Parent()
    shown = parent.posts("date", **PREGNANT)
    assert re.search(r'<div class="trap" aria-hidden="true">', shown)
    assert "確認のメールを送りました" in parent.signs_up(memo="buy now")
    assert mails(aoba) == []
    assert registrations(aoba) == []


def test_a_known_address_gets_the_way_in_and_the_page_is_the_same(aoba: Municipality) -> None:
    stranger = Parent().signs_up(address="someone@example.jp")
    world.make_family(aoba, email="hanako@example.jp")
    known = Parent().signs_up(address="hanako@example.jp")
    assert mails(aoba)[-1] == ("entrance", "hanako@example.jp")
    assert len(registrations(aoba)) == 1
    assert anonymous(known) == anonymous(stranger)


def test_an_address_of_the_neighbour_is_a_stranger_here(aoba: Municipality) -> None:
    world.make_family(world.make_minato(), email="hanako@example.jp")
    Parent().signs_up()
    assert mails(aoba) == [("confirm", "hanako@example.jp")]


def test_who_stopped_may_come_back_by_the_same_form(aoba: Municipality) -> None:
    world.make_family(aoba, email="hanako@example.jp", stopped_at=NOON - timedelta(days=90))
    Parent().signs_up()
    assert mails(aoba) == [("confirm", "hanako@example.jp")]


def test_the_last_press_is_cheap(aoba: Municipality) -> None:
    parent = Parent()
    shown = parent.posts("date", **parent.opens(), **PREGNANT)
    with (
        time_machine.travel(NOON + timedelta(seconds=9), tick=False),
        CaptureQueriesContext(
            connection,
        ) as queries,
    ):
        parent.posts("send", **hidden(shown), address="hanako@example.jp")
    asked = [q["sql"] for q in queries if "SAVEPOINT" not in q["sql"]]
    assert len(asked) < 10, asked
    assert len(mails(aoba)) == 1


def test_without_its_token_the_form_is_refused(aoba: Municipality) -> None:
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/m/aoba/register/", {"step": "date"}).status_code == 403


def test_no_address_and_no_date_stand_in_the_log(
    aoba: Municipality, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level("DEBUG", logger="kizuna"):
        Parent().signs_up()
    assert MailAsked.objects.count() == 2  # the address and the municipality; no network here
    assert "hanako" not in caplog.text
    assert "2027" not in caplog.text


def anonymous(page: str) -> str:
    """A page without what belongs to one visitor."""
    page = re.sub(r'name="(csrfmiddlewaretoken|opened)" value="[^"]*"', "", page)
    return re.sub(r"\w+@example\.jp", "", page)
