"""Every address goes through exactly one door, or stands on a list with the reason why not."""

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpRequest, HttpResponse, StreamingHttpResponse
from django.template.response import TemplateResponse
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from municipalities import access
from municipalities.domain.roles import Role
from municipalities.models import Municipality
from municipalities.tenancy.scope import current_municipality_id
from tests import world

# Route name → why no door is asked.
WITHOUT_A_DOOR = {
    "home": "says what this is; reads nothing",
    "placement": "sends a printed address on to the municipality's page; reads nothing",
    "account_login": "where everybody without a session is sent",
    "account_logout": "ends a session, whoever's it is",
    "account_inactive": "tells that an account is closed; reads nothing",
    "account_signup": "says that accounts are made by invitation",
    "account_reauthenticate": "one's own password once more, before the account is changed",
    "mfa_index": "one's own second step; the login is asked for",
    "mfa_authenticate": "the second step itself, between the password and the login",
    "mfa_reauthenticate": "one's own second step once more, before the account is changed",
    "mfa_activate_totp": "one's own app; the password is asked for again",
    "mfa_deactivate_totp": "the same",
    "mfa_view_recovery_codes": "the same",
    "mfa_generate_recovery_codes": "the same",
    "mfa_download_recovery_codes": "the same",
    "mfa_list_webauthn": "one's own passkeys; the login is asked for",
    "mfa_add_webauthn": "the same; the password is asked for again",
    "mfa_edit_webauthn": "the same",
    "mfa_remove_webauthn": "the same",
    "mfa_reauthenticate_webauthn": "one's own passkey once more, before the account is changed",
    "account_sessions": "one's own sessions; the login is asked for",
    "account_invitation": "the signed link in the mail is the right to enter",
    "account_reset_password": "for somebody who cannot log in",
    "account_reset_password_done": "says that a mail was sent, whether it was or not",
    "account_reset_password_from_key": "the key in the mail is the right to enter",
    "account_reset_password_from_key_done": "says that the password is set",
    "livez": "the load balancer has no login; tells nothing but that the process runs",
    "readyz": "the load balancer has no login; tells nothing of any municipality",
    "metrics": "asks for its own token; figures without municipality or person",
}

# Doors that let in somebody without a login, and every route that uses one.
OPEN_TO_EVERYBODY = {
    "status": "how punctual all municipalities together are; no municipality is named",
    "parent:landing": "the municipality's public page",
    "parent:register": "whoever wants to receive; only the mail that is sent proves the address",
    "parent:confirm": "the signed link in that mail is the right to confirm",
    "parent:confirm_as_clicked": "the same link as mail programs alter it",
    "parent:mail_help": "words for everybody whose mail does not arrive",
    "parent:brand": "its colour",
    "parent:logo": "its sign, as on every letter of its office",
    "parent:entrance": "the way to a fresh link; the same answer for every address",
    "parent:enter": "the signed link in a mail is the right to enter",
    "parent:enter_as_clicked": "the same link as mail programs alter it",
    "parent:my_leave": "ends a visit, if there is one",
    "parent:my": "the cookie of the reader's own link; without it the way to a fresh one",
    "parent:my_birth": "the reader's cookie, and the subscription must be the reader's own",
    "parent:my_date": "the reader's cookie, and the subscription must be the reader's own",
    "parent:my_child": "the reader's cookie",
    "parent:my_words": "the reader's cookie",
    "parent:my_pause": "the reader's cookie",
    "parent:my_address": "the reader's cookie, and the present address typed again",
    "parent:letters": "the cookie of the reader's own link; without it the way to a fresh one",
    "parent:letter": "the same, and the text must be the reader's own",
    "parent:report": "the same; what is written is kept without the reader",
    "parent:stop": "the signed link in a mail is the right to stop",
    "parent:stop_as_clicked": "the same link as mail programs alter it",
    "parent:undo": "the same link takes the stop back for a week",
    "parent:stop_everything": "the same link stops the reader's other children",
    "parent:loss": "the same link, for somebody who has lost a child",
    "parent:join": "the code of an invitation, or the way to ordinary registration",
    "parent:my_stop": "the reader's cookie, and the subscription must be the reader's own",
    "parent:invite": "the reader's cookie",
    "parent:revoke": "the reader's cookie, and the invitation must be the reader's own",
    "parent:move": "the reader's cookie",
    "parent:move_to": "the reader's cookie",
    "parent:my_data": "the reader's cookie",
    "parent:my_data_download": "the reader's cookie, and the address typed again",
    "parent:my_data_delete": "the reader's cookie, and the address typed again",
    "parent:thanks": "the reader's cookie",
}

# The first part of a route's name → its doors.
DOORS_OF = {
    "console": {"console", "staff"},
    "npo": {"npo"},
    "status": {"published"},
    "parent": {"parent", "reader"},
}


def routes(
    patterns: list[URLPattern | URLResolver] | None = None, prefix: str = "", path: str = "/"
) -> Iterator[tuple[str, str, Callable[..., Any]]]:
    for one in get_resolver().url_patterns if patterns is None else patterns:
        here = path + str(one.pattern)
        if isinstance(one, URLResolver):
            inner = f"{prefix}{one.namespace}:" if one.namespace else prefix
            yield from routes(one.url_patterns, inner, here)
        else:
            yield f"{prefix}{one.name or here}", here, one.callback


ROUTES = list(routes())
OURS = [(name, view) for name, _, view in ROUTES if not name.startswith("admin:")]


def needs_login(view: Callable[..., Any]) -> bool:
    return bool(getattr(view, "login_required", True))


def test_the_walk_finds_the_pages() -> None:
    names = {name for name, _, _ in ROUTES}
    assert {"console:today", "npo:today", "parent:stop", "admin:index", "home"} <= names


@pytest.mark.parametrize(("name", "view"), OURS, ids=[name for name, _ in OURS])
def test_a_route_has_a_door_or_a_reason(name: str, view: Callable[..., Any]) -> None:
    door = getattr(view, "door", None)
    if door is None:
        assert name in WITHOUT_A_DOOR
    else:
        assert name not in WITHOUT_A_DOOR
        assert door in DOORS_OF[name.split(":", maxsplit=1)[0]]
        assert door != "staff" or name == "console:choose"


@pytest.mark.parametrize(("name", "view"), OURS, ids=[name for name, _ in OURS])
def test_only_listed_routes_are_open_without_a_login(name: str, view: Callable[..., Any]) -> None:
    if not needs_login(view):
        assert name in WITHOUT_A_DOOR or name in OPEN_TO_EVERYBODY


def test_the_lists_name_no_route_that_is_gone() -> None:
    names = {name for name, _, _ in ROUTES}
    assert set(WITHOUT_A_DOOR) | set(OPEN_TO_EVERYBODY) <= names


def test_no_page_of_the_admin_opens_for_anybody_but_an_operator(db: None) -> None:
    paths = [
        re.sub(r"<[^>]+>", "1", path).removesuffix("$").replace("(?P1.*)", "x")
        for name, path, _ in ROUTES
        if name.startswith("admin:")
    ]
    assert len(paths) > 10
    alice = world.make_staff(world.make_municipality(), Role.MANAGER)
    alice.is_staff = True
    alice.save()
    staff = Client()
    staff.force_login(alice, backend="django.contrib.auth.backends.ModelBackend")
    for path in paths:
        answer = staff.get(path)
        refused = answer.status_code == 403 or (
            answer.status_code == 302
            and answer["Location"].startswith(("/admin/login/", "/accounts/login/", "/admin/"))
            and answer["Location"] != path
        )
        assert refused or answer.status_code == 404, path
        assert Client().get(path).status_code in {302, 404}, path


def test_every_slug_in_a_path_is_asked_by_a_door() -> None:
    for name, path, view in ROUTES:
        if "<slug:slug>" in path:
            assert getattr(view, "door", "") in {"console", "npo", "parent", "reader"}, name


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


def test_the_door_is_open_while_the_template_is_rendered(
    aoba: Municipality, rf: Any, tmp_path: Any
) -> None:
    seen: list[int | None] = []

    class Late(TemplateResponse):
        @property
        def rendered_content(self) -> str:
            seen.append(current_municipality_id())
            return "rendered"

    def view(request: HttpRequest) -> HttpResponse:
        return Late(request, "home.html")

    answer = access.parent(view)(rf.get("/"), slug="aoba")
    assert answer.content == b"rendered"
    assert seen == [aoba.pk]
    assert current_municipality_id() is None


def test_a_streamed_answer_is_refused_at_the_door(aoba: Municipality, rf: Any) -> None:
    def view(request: HttpRequest) -> HttpResponse:
        return StreamingHttpResponse(iter(["x"]))  # type: ignore[return-value]

    with pytest.raises(ImproperlyConfigured, match="streamed"):
        access.parent(view)(rf.get("/"), slug="aoba")
