"""The LINE account of a municipality: tried when it is entered, named, and never broken by a slip."""

import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from kizuna.lib import clock
from municipalities.domain.line_account import NO_USE, Result, Said, may_take_over
from municipalities.models import LineChannel, Municipality, StaffAct
from municipalities.services import line_account
from municipalities.tenancy.scope import across_for_npo, in_municipality
from tests import world
from tests.console.days import Rows, make_facts
from tests.emulators.line_server import LineServer
from tests.npo_municipalities.conftest import SECRET

PAGE = "/npo/municipality/aoba/line/"
OTHER = "f" * 32


@pytest.fixture
def offer(line: LineServer) -> Callable[..., dict[str, str]]:
    """An account at LINE, and what the clerk types for it."""
    numbers = iter(range(1_657_000_000, 1_657_000_100))

    def offer(name: str = "あおば市 子育て", **settings: Any) -> dict[str, str]:
        channel_id = str(next(numbers))
        order = {"channel_id": channel_id, "channel_secret": SECRET, "name": name}
        line.control("channels", {**order, **settings})
        return {"channel_id": channel_id, "secret": SECRET}

    return offer


def page(client: Client, address: str = PAGE) -> str:
    return client.get(address).content.decode()


def sentence(shown: str) -> str:
    """The first line of the state, as read."""
    found = re.search(r'story-sentence">(.*?)</p>', shown, re.DOTALL)
    return " ".join(found.group(1).split()) if found else ""


def held(one: Municipality) -> line_account.Held | None:
    with across_for_npo():
        return line_account.seen(one)


def secret_of(one: Municipality) -> str:
    with in_municipality(one.pk):
        return LineChannel.objects.get().secret


def acts(one: Municipality) -> list[tuple[str, str, Any]]:
    with in_municipality(one.pk):
        return list(StaffAct.objects.order_by("pk").values_list("act", "about", "details"))


def test_what_is_entered_is_tried_and_the_account_named(
    operator: Client, aoba: Municipality, offer: Callable[..., dict[str, str]], line: LineServer
) -> None:
    typed = offer(plan_quota=1200)
    answer = operator.post(PAGE, {**typed, "secret": SECRET.upper()})
    assert (answer.status_code, answer["Location"]) == (302, PAGE)
    shown = page(operator)
    now = held(aoba)
    assert now is not None
    assert now.account is not None
    assert now.account.basic_id.startswith("@")
    assert sentence(shown) == f"「あおば市 子育て」（{now.account.basic_id}）につながりました"
    assert "月に1,200通まで" in shown
    assert re.search(r"\d+年\d+月\d+日 \d+:\d\d にLINEへ問い合わせました", shown)
    assert secret_of(aoba) == SECRET
    assert "あおば市 子育て" in page(operator, "/npo/municipality/aoba/")
    channel = f"channel {typed['channel_id']}"
    assert acts(aoba) == [("npo.line_connected", channel, {"answered": True})]


def test_a_refused_secret_is_not_kept_and_the_channel_id_is_not_lost(
    operator: Client, aoba: Municipality, offer: Callable[..., dict[str, str]]
) -> None:
    typed = offer()
    answer = operator.post(PAGE, {**typed, "secret": OTHER})
    shown = answer.content.decode()
    assert answer.status_code == 400
    assert "LINEが受け付けませんでした" in shown
    assert f'value="{typed["channel_id"]}"' in shown
    assert OTHER not in shown
    assert held(aoba) is None
    channel = f"channel {typed['channel_id']}"
    assert acts(aoba) == [("npo.line_tried", channel, {"answered": False})]


@pytest.mark.parametrize("service", ["preparing", "live"])
def test_a_slip_does_not_take_the_place_of_what_works(
    operator: Client,
    aoba: Municipality,
    offer: Callable[..., dict[str, str]],
    line: LineServer,
    service: str,
) -> None:
    works = offer()
    operator.post(PAGE, works)
    Municipality.objects.filter(pk=aoba.pk).update(service=service)
    before = held(aoba)
    assert operator.post(PAGE, {**offer(), "secret": OTHER}).status_code == 400
    line.control("faults", [{"kind": "error_before", "call": "token"}])
    silent = operator.post(PAGE, offer("みなと町"))
    assert silent.status_code == 400
    assert "いまの設定がそのまま使われます" in silent.content.decode()
    line.control("faults", [{"kind": "forbidden", "call": "info"}])
    closed = operator.post(PAGE, offer("削除された"))
    assert "公式アカウントが見つかりませんでした" in closed.content.decode()
    assert held(aoba) == before
    assert secret_of(aoba) == SECRET

    operator.post(PAGE, offer("あおば市 新しい窓口"))
    assert "あおば市 新しい窓口" in sentence(page(operator))


def test_with_line_away_the_first_account_is_kept_and_marked_as_untried(
    operator: Client, aoba: Municipality, offer: Callable[..., dict[str, str]], line: LineServer
) -> None:
    typed = offer()
    line.control("faults", [{"kind": "reset_before", "call": "token"}])
    said = operator.post(PAGE, typed, follow=True).content.decode()
    assert "ただ、LINEから返事がありませんでした" in said
    assert sentence(said) == "まだ確かめられていません"
    assert secret_of(aoba) == SECRET
    now = held(aoba)
    assert now is not None
    assert not now.answers
    operator.post(f"{PAGE}try/")
    assert "につながりました" in sentence(page(operator))
    assert [act for act, _, _ in acts(aoba)] == ["npo.line_connected", "npo.line_tried"]


def test_a_secret_that_was_issued_anew_is_seen_by_one_press(
    operator: Client, aoba: Municipality, offer: Callable[..., dict[str, str]], line: LineServer
) -> None:
    typed = offer()
    operator.post(PAGE, typed)
    line.control("channels", {"channel_id": typed["channel_id"], "channel_secret": OTHER})
    operator.post(f"{PAGE}try/")
    shown = page(operator)
    assert sentence(shown) == "LINEがチャネルシークレットを受け付けません"
    assert "あおば市 子育て" in shown
    now = held(aoba)
    assert now is not None
    assert not now.answers
    assert "つながりません" in page(operator, "/npo/municipality/aoba/")
    # What does not work may be replaced even while LINE is away.
    line.control("faults", [{"kind": "reset_before", "call": "token"}])
    operator.post(PAGE, {**typed, "secret": OTHER})
    assert secret_of(aoba) == OTHER
    assert sentence(page(operator)) == "まだ確かめられていません"


def test_an_hour_of_silence_takes_nothing_back(
    operator: Client, aoba: Municipality, offer: Callable[..., dict[str, str]], line: LineServer
) -> None:
    operator.post(PAGE, offer())
    line.control("faults", [{"kind": "error_before", "call": "info"}])
    operator.post(f"{PAGE}try/")
    shown = page(operator)
    assert "につながりました" in sentence(shown)
    assert "LINEに問い合わせましたが、返事がありませんでした" in shown
    now = held(aoba)
    assert now is not None
    assert now.answers
    assert now.result is Result.SILENT


def test_the_same_credentials_typed_again_are_one_more_try(
    operator: Client, aoba: Municipality, offer: Callable[..., dict[str, str]], line: LineServer
) -> None:
    typed = offer()
    operator.post(PAGE, typed)
    line.control("channels", {"channel_id": typed["channel_id"], "channel_secret": OTHER})
    assert operator.post(PAGE, typed).status_code == 400
    now = held(aoba)
    assert now is not None
    assert now.is_of_no_use


def test_an_answer_about_others_credentials_is_nobodys(
    operator: Client, aoba: Municipality, offer: Callable[..., dict[str, str]]
) -> None:
    world.give_line(aoba)
    with across_for_npo():
        old = line_account.credentials(aoba)
    operator.post(PAGE, offer())
    before, user = held(aoba), world.make_npo_staff("head", "h@npo.example.jp")
    assert old is not None
    with across_for_npo():
        refused = Said(Result.REFUSED)
        assert not line_account.tried(aoba, user, old, refused)
    assert held(aoba) == before


def test_without_an_account_there_is_nothing_to_try(operator: Client, aoba: Municipality) -> None:
    said = operator.post(f"{PAGE}try/", follow=True).content.decode()
    assert "LINEアカウントはまだありません" in said
    assert acts(aoba) == []


def test_a_secret_that_no_key_opens_is_entered_again(
    operator: Client, aoba: Municipality, offer: Callable[..., dict[str, str]]
) -> None:
    world.give_line(aoba)
    with in_municipality(aoba.pk):
        LineChannel.objects.update(secret_sealed=b"\x02k9broken")
    assert "読めなくなっています" in operator.post(f"{PAGE}try/", follow=True).content.decode()
    assert operator.post(PAGE, offer()).status_code == 302
    assert secret_of(aoba) == SECRET


def test_a_partner_manager_tries_nothing(partner: Client, aoba: Municipality) -> None:
    assert partner.post(f"{PAGE}try/").status_code == 403
    assert partner.get(PAGE).status_code == 403


def test_a_day_by_line_leads_here_where_a_refused_secret_is_mended(
    operator: Client, partner: Client, aoba: Municipality
) -> None:
    day = clock.today()
    address = f"/npo/today/aoba/{day}/"
    make_facts(aoba, day, Rows("email", "sent", 3))
    assert PAGE not in page(operator, address)
    make_facts(aoba, day, Rows("line", "skipped", 3, "late_bad_credentials"))
    assert PAGE in page(operator, address)
    assert PAGE not in page(partner, address)


@pytest.mark.usefixtures("aoba")
def test_it_speaks_english_too(operator: Client, offer: Callable[..., dict[str, str]]) -> None:
    operator.post(PAGE, offer())
    shown = operator.get(PAGE, headers={"accept-language": "en"}).content.decode()
    assert re.fullmatch(r"“あおば市 子育て” \(@\w+\) is connected", sentence(shown))


def test_credentials_show_no_secret() -> None:
    assert SECRET not in repr(line_account.Credentials("1650000000", SECRET))


@pytest.mark.parametrize("running", [True, False])
@pytest.mark.parametrize("answered", [True, False])
@pytest.mark.parametrize("before", [None, *Result])
def test_what_line_says_decides_and_silence_never_breaks_what_may_be_in_use(
    before: Result | None, answered: bool, running: bool
) -> None:
    def may(said: Result) -> bool:
        return may_take_over(said, before, held_answered=answered, running=running)

    assert may(Result.ANSWERED)
    assert not any(may(said) for said in NO_USE)
    free = before is None or before in NO_USE
    assert may(Result.SILENT) is (free or not (answered or running))
