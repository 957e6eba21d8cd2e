"""Readers' words: nobody quotes what nobody has read, and an origin that tells too much is left out."""

from collections.abc import Callable

import pytest
from django.test import Client

from municipalities.models import Municipality, StaffAct, Thanks
from municipalities.tenancy.scope import in_municipality
from tests.figures import facts

LIST, WAITING = "/npo/voices/", "/npo/voices/waiting/"


def clear(client: Client, one: Thanks, text: str) -> int:
    return client.post(f"/npo/voices/{one.pk}/", {"text": text}).status_code


def test_a_voice_is_quoted_as_it_was_cleared_and_never_as_it_was_written(
    who: Callable[[str], Client], aoba: Municipality
) -> None:
    one = facts.thank(aoba, "みどり保育園のさくらです。毎朝うれしかったです。")
    partner, comms = who("partner"), who("comms")
    assert "みどり保育園" in partner.get(WAITING).content.decode()
    assert "引用できる声はまだありません" in comms.get(LIST).content.decode()
    assert clear(partner, one, "毎朝うれしかったです。") == 302
    page = comms.get(LIST).content.decode()
    assert "毎朝うれしかったです。" in page
    assert "みどり保育園" not in page
    assert "みどり保育園" not in partner.get(WAITING).content.decode()


def test_public_relations_read_no_voice_that_nobody_has_cleared(
    who: Callable[[str], Client], aoba: Municipality
) -> None:
    one = facts.thank(aoba, "ありがとう")
    comms = who("comms")
    assert comms.get(WAITING).status_code == 403
    assert comms.get(f"/npo/voices/{one.pk}/").status_code == 403
    assert clear(comms, one, "ありがとう") == 403


def test_what_its_writer_did_not_allow_is_not_there(head: Client, aoba: Municipality) -> None:
    one = facts.thank(aoba, "ないしょ", may_publish=False)
    assert "ないしょ" not in head.get(WAITING).content.decode()
    assert head.get(f"/npo/voices/{one.pk}/").status_code == 404


def test_clearing_and_taking_back_stand_in_the_municipality_s_records(
    head: Client, aoba: Municipality
) -> None:
    one = facts.thank(aoba, "ありがとう")
    clear(head, one, "ありがとうございました。")
    assert head.post(f"/npo/voices/{one.pk}/", {"back": "1", "text": "x"}).status_code == 302
    with in_municipality(aoba.pk):
        acts = list(StaffAct.objects.order_by("pk").values_list("act", "about"))
        assert acts == [
            ("npo.voice_cleared", f"voice {one.pk}"),
            ("npo.voice_taken_back", f"voice {one.pk}"),
        ]
        assert Thanks.objects.get().quotable_at is None
    assert "ありがとう" in head.get(WAITING).content.decode()


def test_a_voice_that_is_not_fit_leaves_the_queue_and_may_come_back(
    head: Client, aoba: Municipality
) -> None:
    one = facts.thank(aoba, "個人的なお願いです。")
    page = f"/npo/voices/{one.pk}/"
    typed = {"aside": "1", "reason": "引用に向かない内容です。"}
    assert head.post(page, typed).status_code == 302
    assert "個人的なお願い" not in head.get(LIST).content.decode()
    queue = head.get(WAITING).content.decode()
    assert "個人的なお願い" not in queue
    assert "引用しないことにした1件を見る" in queue
    assert "個人的なお願い" in head.get(f"{WAITING}?aside=1").content.decode()
    assert "引用しないことになっています" in head.get(page).content.decode()
    assert head.post(page, {"back": "1"}).status_code == 302
    assert "個人的なお願い" in head.get(WAITING).content.decode()
    with in_municipality(aoba.pk):
        acts = list(StaffAct.objects.order_by("pk").values_list("act", "about", "purpose"))
        assert Thanks.objects.get().set_aside_by is None
    assert acts == [
        ("npo.voice_set_aside", f"voice {one.pk}", "引用に向かない内容です。"),
        ("npo.voice_brought_back", f"voice {one.pk}", ""),
    ]


def test_whoever_sets_a_voice_aside_says_why(head: Client, aoba: Municipality) -> None:
    one = facts.thank(aoba, "ありがとう")
    answer = head.post(f"/npo/voices/{one.pk}/", {"aside": "1", "reason": " "})
    assert answer.status_code == 400
    assert "引用しない理由を" in answer.content.decode()
    assert "ありがとう" in head.get(WAITING).content.decode()


def test_what_was_quoted_is_no_longer_quoted_once_it_is_set_aside(
    head: Client, aoba: Municipality
) -> None:
    one = facts.thank(aoba, "ありがとう")
    clear(head, one, "ありがとう。")
    head.post(f"/npo/voices/{one.pk}/", {"aside": "1", "reason": "本人の希望です。"})
    assert "ありがとう。" not in head.get(LIST).content.decode()


def test_an_empty_box_clears_nothing(head: Client, aoba: Municipality) -> None:
    one = facts.thank(aoba, "ありがとう")
    answer = head.post(f"/npo/voices/{one.pk}/", {"text": " "})
    assert answer.status_code == 400
    assert "欄が空です" in answer.content.decode()


@pytest.mark.parametrize(("voices", "told"), [(4, False), (5, True)])
def test_an_origin_is_told_only_where_five_share_it(
    head: Client, aoba: Municipality, voices: int, told: bool
) -> None:
    for n in range(voices):
        clear(head, facts.thank(aoba, f"声{n}"), f"声{n}")
    page = head.get(LIST).content.decode()
    assert ("青葉市" in page) is told
    assert ("2026年10月" in page) is told
    assert ("自治体名は出しません" in page) is not told
