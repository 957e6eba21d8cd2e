"""A reader reads again what was received: all of it, by month, by words, and nobody else's."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from delivery.letters import PER_PAGE
from kizuna.lib import clock
from municipalities.access import let_in
from municipalities.models import Municipality, Subscription
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.parents.received import receive
from tests.world import Family

LIST = "/m/aoba/my/letters/"


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def family(aoba: Municipality) -> Family:
    return world.make_family(aoba, starts_on=clock.today() - timedelta(days=400))


def inside(family: Family) -> Client:
    """A browser that came in by the family's own link."""
    client, answer = Client(), HttpResponse()
    let_in(answer, family.reader)
    client.cookies = answer.cookies
    return client


def before(days: int) -> date:
    return clock.today() - timedelta(days=days)


def test_what_was_sent_is_there_newest_first_with_day_and_stage(
    aoba: Municipality, family: Family
) -> None:
    receive(aoba, family, before(2), "d43", subject="一昨日の便り")
    receive(aoba, family, before(1), "d44", subject="昨日の便り")
    shown = inside(family).get(LIST).content.decode()
    assert shown.index("昨日の便り") < shown.index("一昨日の便り")
    assert "生後44日" in shown


def test_texts_are_grouped_by_month(aoba: Municipality, family: Family) -> None:
    receive(aoba, family, before(0))
    receive(aoba, family, before(70), "d1")
    shown = inside(family).get(LIST).content.decode()
    today, then = before(0), before(70)
    assert shown.index(f"<h2>{today.year}年{today.month}月</h2>") < shown.index(
        f"<h2>{then.year}年{then.month}月</h2>"
    )


def test_an_unclear_one_is_there_and_says_so(aoba: Municipality, family: Family) -> None:
    receive(aoba, family, before(1), subject="途中の便り", state="unclear")
    shown = inside(family).get(LIST).content.decode()
    assert "途中の便り" in shown
    assert "届いたかどうか、はっきりしません" in shown


@pytest.mark.parametrize("state", ["planned", "failed", "skipped"])
def test_what_never_came_is_not_there(aoba: Municipality, family: Family, state: str) -> None:
    row = receive(aoba, family, before(1), subject="来なかった便り", state=state)
    client = inside(family)
    assert "来なかった便り" not in client.get(LIST).content.decode()
    assert client.get(f"{LIST}{row.pk}/").status_code == 404


def test_one_text_is_a_page_with_its_own_markup(aoba: Municipality, family: Family) -> None:
    row = receive(aoba, family, before(1), "d44", words="つわりが<ruby>軽<rt>かる</rt></ruby>く")
    shown = inside(family).get(f"{LIST}{row.pk}/").content.decode()
    assert "<ruby>軽<rt>かる</rt></ruby>く" in shown
    assert shown.count("<h1") == 1
    assert "生後44日" in shown


def test_another_readers_text_is_no_page(aoba: Municipality, family: Family) -> None:
    neighbour = world.make_family(aoba, starts_on=before(30))
    row = receive(aoba, neighbour, before(1), subject="となりの便り")
    client = inside(family)
    assert client.get(f"{LIST}{row.pk}/").status_code == 404
    assert "となりの便り" not in client.get(LIST).content.decode()
    assert inside(neighbour).get(f"{LIST}{row.pk}/").status_code == 200


def test_a_reader_of_another_municipality_finds_nothing_here(
    aoba: Municipality, family: Family
) -> None:
    row = receive(aoba, family, before(1))
    stranger = world.make_family(world.make_minato())
    for path in (LIST, f"{LIST}{row.pk}/"):
        answer = inside(stranger).get(path)
        assert (answer.status_code, answer["Location"]) == (302, "/m/aoba/my/entrance/")


def test_without_the_readers_own_link_there_is_no_way_in(aoba: Municipality) -> None:
    answer = Client().get(LIST)
    assert (answer.status_code, answer["Location"]) == (302, "/m/aoba/my/entrance/")


@pytest.mark.parametrize("number", ["0", "999999999999999999999999"])
def test_a_number_that_is_none_is_no_page(family: Family, number: str) -> None:
    assert inside(family).get(f"{LIST}{number}/").status_code == 404


def test_after_a_stop_everything_stays_readable(aoba: Municipality, family: Family) -> None:
    row = receive(aoba, family, before(1), subject="昨日の便り")
    with in_municipality(aoba.pk):
        Subscription.objects.filter(pk=family.subscription.pk).update(stopped_at=clock.now())
    client = inside(family)
    assert "昨日の便り" in client.get(LIST).content.decode()
    assert client.get(f"{LIST}{row.pk}/").status_code == 200


def test_a_page_has_thirty_texts_and_a_way_to_older_ones(
    aoba: Municipality, family: Family
) -> None:
    for days in range(PER_PAGE + 1):
        receive(aoba, family, before(days), f"d{100 - days}", subject=f"便り{days:02}")
    client = inside(family)
    first = client.get(LIST).content.decode()
    assert "便り29" in first
    assert "便り30" not in first
    assert "?page=2" in first
    second = client.get(f"{LIST}?page=2").content.decode()
    assert "便り30" in second
    assert "便り29" not in second
    assert "?page=1" in second


@pytest.mark.parametrize("page", ["0", "-3", "x", "", "999999999999999999999"])
def test_a_page_number_that_is_none_does_no_harm(
    aoba: Municipality, family: Family, page: str
) -> None:
    assert inside(family).get(f"{LIST}?page={page}").status_code == 200


@pytest.mark.parametrize(
    ("searched", "found"),
    [
        ("軽くなる", True),  # across a reading above a character
        ("つわり　軽く", True),  # all words, parted by a wide space
        ("つわり ミルク", False),
        ("５センチ", True),  # typed wide, written narrow
        ("AOBA", True),  # large or small
        ("A&amp;B", False),
        ("A&B", True),
        ("100%", True),
        ("1%0", False),  # a sign of the database's own means itself
        ("5_センチ", False),
        ("\\", False),
        ("strong", False),  # a tag is no word
        ("article", False),
        ("   ", True),
        ("\0", True),
    ],
)
def test_words_are_looked_for_as_they_are_read(
    aoba: Municipality, family: Family, searched: str, found: bool
) -> None:
    words = (
        "つわりが<ruby>軽<rt>かる</rt></ruby>くなる方も。<strong>5センチ</strong>ほど。"
        "aobaのA&amp;B室、定員は100%です。"
    )
    receive(aoba, family, before(1), subject="探す便り", words=words)
    receive(aoba, family, before(2), "d44", subject="別の便り", words="何もない日です。")
    shown = inside(family).get(LIST, {"q": searched}).content.decode()
    assert ("探す便り" in shown) is found
    if searched.strip(" \0"):
        assert "別の便り" not in shown
        assert ("見つかりませんでした" in shown) is not found


def test_the_words_stay_in_the_field_and_in_the_way_to_older_ones(
    aoba: Municipality, family: Family
) -> None:
    for days in range(PER_PAGE + 1):
        receive(aoba, family, before(days), f"d{100 - days}")
    shown = inside(family).get(LIST, {"q": '"><b>便り'}).content.decode()
    assert 'value="&quot;&gt;&lt;b&gt;便り"' in shown
    shown = inside(family).get(LIST, {"q": "便り"}).content.decode()
    assert "?q=%E4%BE%BF%E3%82%8A&amp;page=2" in shown


def test_before_the_first_text_the_page_says_what_will_be_there(family: Family) -> None:
    assert "まだお便りは届いていません" in inside(family).get(LIST).content.decode()


def test_a_list_costs_as_many_statements_as_an_empty_one(
    aoba: Municipality, family: Family
) -> None:
    client = inside(family)

    def statements() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(LIST)
        return len(asked)

    empty = statements()
    for days in range(10):
        receive(aoba, family, before(days), f"d{100 - days}")
    assert statements() == empty


def test_months_before_the_reader_came_are_not_opened(aoba: Municipality) -> None:
    came = world.make_family(aoba, starts_on=before(3))
    longer = world.make_family(aoba, starts_on=before(90))
    receive(aoba, longer, before(80), "d1")
    receive(aoba, came, before(1))
    with CaptureQueriesContext(connection) as asked:
        inside(came).get(LIST)
    sql = next(one["sql"] for one in asked if "generate_series" in one["sql"])
    with in_municipality(aoba.pk), connection.cursor() as cursor:
        cursor.execute("EXPLAIN (ANALYZE, TIMING OFF) " + sql.replace("%", "%%"), {})
        plan = "\n".join(row[0] for row in cursor.fetchall())
    month = f"{before(80):%Y_%m}"
    assert any(
        f"delivery_delivery_{month}" in line and "never executed" in line
        for line in plan.splitlines()
    ), plan
