"""A number that changed in the register is right in every announcement of the next morning."""

import pytest

from delivery.planning import plan_day
from kizuna.lib import clock
from messages.domain.stage import Stage
from messages.models import Contact, Edition
from messages.rendering.check import check_text
from messages.rendering.compose import Letterhead, Part, edition_values, render
from municipalities.models import Municipality
from municipalities.tenancy.scope import in_municipality
from tests.world import make_block, make_family, make_minato, make_municipality, make_text

TODAY = clock.today()
HEAD = Letterhead(
    "青葉市", "あおば", "", "", "", "https://example.jp/m/aoba/",
    contacts=(("こころ", '03-1111-2222 <b>"&"</b> %%STOP_URL%%'),),
)  # fmt: skip


def contact(municipality: Municipality, name: str, value: str) -> None:
    with in_municipality(municipality.pk):
        Contact.objects.update_or_create(
            municipality=municipality, name=name, defaults={"value": value, "verified_on": TODAY}
        )


@pytest.mark.django_db
def test_an_announcement_carries_the_value_of_its_own_municipality() -> None:
    aoba, minato = make_municipality(), make_minato()
    make_text("d45")
    for town, number in ((aoba, "03-1111-1111"), (minato, "03-2222-2222")):
        contact(town, "こころ", number)
        make_block(town, body="**相談**は {{窓口:こころ}} へ。")
        make_family(town)
        plan_day(town.pk, TODAY)
        with in_municipality(town.pk):
            frozen = Edition.objects.get()
        for form in (frozen.mail_text, frozen.mail_html, frozen.line_text, frozen.web_html):
            assert number in form
            assert "窓口" not in form


@pytest.mark.django_db
def test_a_change_takes_effect_with_the_next_plan_and_keeps_the_approval() -> None:
    aoba = make_municipality()
    make_text("d45")
    contact(aoba, "こころ", "03-1111-1111")
    block = make_block(aoba, body="{{窓口：こころ}}")
    make_family(aoba)
    plan_day(aoba.pk, TODAY)
    contact(aoba, "こころ", "03-9999-9999")
    make_family(aoba)
    plan_day(aoba.pk, TODAY)
    with in_municipality(aoba.pk):
        before, after = Edition.objects.order_by("pk")
        block.refresh_from_db()
    assert "03-1111-1111" in before.line_text
    assert "03-9999-9999" in after.line_text
    assert block.state == "approved"


def made(body: str, subject: str = "題") -> tuple[str, ...]:
    values = edition_values(HEAD, Stage.parse("d45"), TODAY)
    one = render(subject, [Part("", body)], values, HEAD)
    return one.subject, one.mail_text, one.mail_html, one.line_text, one.web_html


def test_a_value_is_words_in_every_form_and_never_markup() -> None:
    _, mail_text, mail_html, line_text, web_html = made("電話 {{窓口:こころ}}")
    for text in (mail_text, line_text):
        assert '03-1111-2222 <b>"&"</b> STOP_URL' in text
    for html in (mail_html, web_html):
        assert "03-1111-2222 &lt;b&gt;&quot;&amp;&quot;&lt;/b&gt; STOP_URL" in html


def test_a_contact_that_is_missing_shows_what_was_typed_and_is_refused() -> None:
    for form in made("電話 {{窓口:ことば}}", "{{窓口:ことば}}"):
        assert "{{窓口:ことば}}" in form
    [problem] = check_text("題", "電話 {{窓口:ことば}}", ["こころ"])
    assert (problem.line, problem.column) == (1, 4)
    assert "窓口・連絡先」のページ" in problem.message_ja


def test_a_base_text_may_quote_no_register() -> None:
    subject, body = check_text("{{窓口:こころ}}", "{{窓口:こころ}}")
    assert (subject.where, body.where) == ("subject", "body")
    assert check_text("題", "{{窓口:こころ}}", {"こころ"}) == []


def test_the_length_for_line_reckons_with_the_longest_value() -> None:
    assert check_text("題", "{{窓口:こころ}}" * 25, {"こころ"}) == []
    [problem] = check_text("題", "{{窓口:こころ}}" * 26, {"こころ"})
    assert "LINE では長すぎます" in problem.message_ja


def test_the_register_is_no_part_of_the_frame() -> None:
    """One frame a municipality: a changed number must not fill the store of frames."""
    assert Letterhead("青葉市", "あおば", "", "", "", "https://example.jp/m/aoba/") == HEAD
