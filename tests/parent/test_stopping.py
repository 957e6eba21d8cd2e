"""One press stops, opening a link changes nothing, and a mail program may press by itself."""

import pytest
from django.test import Client

from kizuna.lib.tokens import sign
from municipalities.models import ConsentRecord, Municipality, Subscription
from municipalities.services.withdraw import stop_subscription
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.world import Family

ONE_CLICK = {"List-Unsubscribe": "One-Click"}


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


@pytest.fixture
def family(aoba: Municipality) -> Family:
    return world.make_family(aoba)


@pytest.fixture
def link(aoba: Municipality, family: Family) -> str:
    return f"/m/aoba/stop/{sign('stop', aoba.pk, family.subscription.pk)}/"


def stopped(family: Family) -> bool:
    with in_municipality(family.reader.municipality_id):
        return Subscription.objects.get(pk=family.subscription.pk).stopped_at is not None


def records(family: Family) -> list[tuple[bool, str, str]]:
    with in_municipality(family.reader.municipality_id):
        return list(
            ConsentRecord.objects.filter(reader=family.reader).values_list(
                "given", "source", "text_version"
            )
        )


def test_opening_the_link_shows_one_button_and_changes_nothing(link: str, family: Family) -> None:
    for _ in range(5):
        Client().get(link, headers={"sec-purpose": "prefetch"})
    shown = Client().get(link).content.decode()
    assert shown.count("<button") == 1
    assert "配信を止めますか？" in shown
    assert not stopped(family)


@pytest.mark.parametrize("method", ["head", "options", "put", "delete"])
def test_no_other_method_changes_anything(link: str, family: Family, method: str) -> None:
    getattr(Client(), method)(link)
    assert not stopped(family)


def test_the_button_stops_without_cookies_or_login(link: str, family: Family) -> None:
    answer = Client(enforce_csrf_checks=True).post(link, ONE_CLICK)
    assert answer.status_code == 200
    assert "止めました。" in answer.content.decode()
    assert stopped(family)
    assert records(family) == [(False, "stop_link", "stop-1")]


def test_the_buttons_form_is_what_the_page_posts(link: str, family: Family) -> None:
    shown = " ".join(Client().get(link).content.decode().split())
    assert '<form method="post">' in shown
    assert 'name="List-Unsubscribe" value="One-Click"' in shown


def test_a_mail_programs_one_click_as_multipart_stops_too(link: str, family: Family) -> None:
    body = '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n'
    answer = Client(enforce_csrf_checks=True).post(
        link, body, content_type="multipart/form-data; boundary=x"
    )
    assert answer.status_code == 200
    assert stopped(family)


def test_stopping_twice_is_stopping_once(link: str, family: Family) -> None:
    answers = [Client().post(link, ONE_CLICK) for _ in range(3)]
    assert {answer.status_code for answer in answers} == {200}
    assert len(records(family)) == 1
    assert "止めました。" in Client().get(link).content.decode()


@pytest.mark.parametrize(
    "body", [{}, {"List-Unsubscribe": "yes"}, {"list-unsubscribe": "One-Click"}, {"stop": "1"}]
)
def test_any_other_body_changes_nothing(link: str, family: Family, body: dict[str, str]) -> None:
    assert Client().post(link, body).status_code == 400
    assert not stopped(family)


@pytest.mark.parametrize("tail", ["", "/", ">", "/>", "。", "）", ".", ")", "/."])
def test_what_mail_programs_add_to_a_link_does_no_harm(
    link: str, family: Family, tail: str
) -> None:
    answer = Client().post(link.rstrip("/") + tail, ONE_CLICK)
    assert answer.status_code == 200
    assert stopped(family)


def damaged(link: str) -> list[str]:
    token = link.split("/")[4]
    return [
        token[:-1],
        token[:-1] + ("A" if token[-1] != "A" else "B"),
        token.lower(),
        token + "=",
        token.replace(":", "%253A"),
        token.split(":")[0],
        "x",
        "1:2",
        "=3D" + token,
        sign("confirm", 1, 1),
        sign("stop", 1),
        sign("stop", 1, 2, 3),
        sign("stop", 10**30, 10**30),
    ]


def test_links_that_do_not_work_end_on_one_page_with_a_way_on(
    link: str, family: Family, aoba: Municipality
) -> None:
    gone = sign("stop", aoba.pk, 10**9)
    huge = sign("stop", aoba.pk, 10**30)
    answers = [Client().get(f"/m/aoba/stop/{token}/") for token in [*damaged(link), gone, huge]]
    answers += [Client().post(f"/m/aoba/stop/{token}/", ONE_CLICK) for token in damaged(link)]
    assert {answer.status_code for answer in answers} == {404}
    assert len({answer.content for answer in answers}) == 1
    assert "こども課 000-000-0000" in answers[0].content.decode()
    assert not stopped(family)


def test_the_page_is_kept_by_no_cache_and_its_address_told_to_nobody(link: str) -> None:
    for answer in (Client().get(link), Client().get("/m/aoba/stop/x/")):
        assert answer["Referrer-Policy"] == "same-origin"
        assert "no-store" in answer["Cache-Control"]
        assert answer["X-Frame-Options"] == "DENY"


def test_the_other_parent_and_the_other_child_stay(aoba: Municipality, family: Family) -> None:
    partner = world.make_family(aoba, course=family.course, relation="father")
    with in_municipality(aoba.pk):
        stop_subscription(family.subscription.pk)
    assert stopped(family)
    assert not stopped(partner)


def test_the_log_knows_the_page_and_not_the_link(
    link: str, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    with caplog.at_level("DEBUG"):
        Client().post(link, ONE_CLICK)
    written = caplog.text + capsys.readouterr().err
    assert "parent:stop" in written
    assert link.split("/")[4] not in written
