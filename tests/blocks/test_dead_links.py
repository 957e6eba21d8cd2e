"""Asking linked pages: what is told of each, and that nothing inside the network is ever asked."""

import socket
import ssl
from threading import Event
from typing import Any

import pytest

from messages.services import dead_links
from messages.services.dead_links import MOST_LINKS, Checked, Verdict, check, check_links, links_of
from messages.services.link_asking import Answer, Question, answer_of, is_public
from municipalities.domain.roles import Role
from municipalities.models import Municipality
from tests import world
from tests.blocks.desk import Person, fresh, person, write

PUBLIC = "203.0.114.9"
INSIDE = "10.0.0.1"
PAGE = "https://www.example.jp/a"


class Net:
    """Names with their addresses, pages with their answers; remembers who was connected to."""

    def __init__(self, pages: dict[str, Any] | None = None, **names: list[str]) -> None:
        self.names = {"www.example.jp": [PUBLIC]} | {
            name.replace("_", "."): found for name, found in names.items()
        }
        self.pages = pages or {}
        self.asked: list[Question] = []

    def resolve(self, host: str) -> list[str]:
        if host.strip("[]").replace(".", "").isdecimal() or ":" in host:
            return [host]
        if host not in self.names:
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return self.names[host]

    def connect(self, question: Question) -> Answer:
        self.asked.append(question)
        found = self.pages.get(f"{question.method} {question.target}")
        found = self.pages.get(question.target, Answer(200)) if found is None else found
        if isinstance(found, Exception):
            raise found
        assert isinstance(found, Answer)
        return found

    def check(self, link: str) -> Checked:
        return check(link, resolve=self.resolve, connect=self.connect)


@pytest.fixture(autouse=True)
def _no_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_args: object, **_more: object) -> None:
        raise AssertionError("a test went out")

    monkeypatch.setattr("messages.services.link_asking.socket.create_connection", never)
    monkeypatch.setattr("messages.services.link_asking.socket.getaddrinfo", never)


@pytest.mark.parametrize(
    ("answer", "verdict", "status"),
    [
        (Answer(200), Verdict.OPENS, 200),
        (Answer(404), Verdict.DEAD, 404),
        (Answer(410), Verdict.DEAD, 410),
        (Answer(500), Verdict.DEAD, 500),
        (Answer(403), Verdict.UNASKED, 403),
        (Answer(429), Verdict.UNASKED, 429),
        (TimeoutError(), Verdict.UNASKED, None),
        (ConnectionRefusedError(), Verdict.UNASKED, None),
        (ssl.SSLCertVerificationError("expired"), Verdict.DEAD, None),
        (ValueError("no web server"), Verdict.UNASKED, None),
    ],
)
def test_each_link_opens_or_not_or_could_not_be_asked(
    answer: Any, verdict: Verdict, status: int | None
) -> None:
    assert Net({"/a": answer}).check(PAGE) == Checked(PAGE, verdict, status)


def test_a_name_that_nobody_knows_is_a_dead_link() -> None:
    net = Net()
    assert net.check("https://gone.example.jp/").verdict is Verdict.DEAD
    assert net.asked == []


def test_a_server_that_knows_no_head_is_asked_as_a_browser_asks() -> None:
    net = Net({"HEAD /a": Answer(405), "GET /a": Answer(200)})
    assert net.check(PAGE).verdict is Verdict.OPENS
    assert [one.method for one in net.asked] == ["HEAD", "GET"]


def test_the_connection_goes_to_the_address_that_was_looked_at() -> None:
    net = Net(two_example_jp=["2606:4700::1", PUBLIC])
    net.check("https://two.example.jp/x?y=1#z")
    (question,) = net.asked
    assert (question.address, question.host) == (PUBLIC, "two.example.jp")
    assert question.target == "/x?y=1"


INSIDE_LINKS = [
    "https://127.0.0.1/",
    "https://10.0.0.1/",
    "https://[::1]/",
    "https://169.254.169.254/latest/meta-data/",
    "https://inside.example.jp/",
    "https://half.example.jp/",
    "https://www.example.jp:8443/",
    "https://www.example.jp:22/",
    "https://user@www.example.jp/",
    "http://www.example.jp/",
    "ftp://www.example.jp/",
    "https://www.example.jp/a b",
    "https://www.example.jp/\r\nX: y",
    "https:///",
]


def net_with_inside(pages: dict[str, Any] | None = None) -> Net:
    return Net(pages, inside_example_jp=[INSIDE], half_example_jp=[PUBLIC, "192.168.1.1"])


@pytest.mark.parametrize("link", INSIDE_LINKS)
def test_nothing_inside_is_ever_connected_to(link: str) -> None:
    net = net_with_inside()
    assert net.check(link) == Checked(link, Verdict.UNASKED)
    assert net.asked == []


@pytest.mark.parametrize("link", INSIDE_LINKS)
def test_nor_by_a_redirect(link: str) -> None:
    net = net_with_inside({"/a": Answer(302, link)})
    net.check(PAGE)
    assert {(one.address, one.host) for one in net.asked} <= {(PUBLIC, "www.example.jp")}
    assert {one.target for one in net.asked} <= {"/a", "/"}


def test_a_name_that_changes_its_address_between_two_steps_is_looked_at_again() -> None:
    net = Net({"/a": Answer(301, "/b")})
    told = iter([[PUBLIC], ["127.0.0.1"]])
    checked = check(PAGE, resolve=lambda _host: next(told), connect=net.connect)
    assert checked.verdict is Verdict.UNASKED
    assert [one.target for one in net.asked] == ["/a"]


def test_three_redirects_are_followed_and_no_fourth() -> None:
    hops = {f"/{n}": Answer(302, f"/{n + 1}") for n in range(4)}
    assert Net(hops).check("https://www.example.jp/1").verdict is Verdict.OPENS
    net = Net(hops)
    assert net.check("https://www.example.jp/0").verdict is Verdict.UNASKED
    assert len(net.asked) == 4


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.0.1", "169.254.169.254", "100.64.0.1",
        "0.0.0.0", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1",
        "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "fec0::1", "ff02::1",
        "::ffff:10.0.0.1", "::ffff:8.8.8.8", "64:ff9b::a00:1", "64:ff9b:1::1", "2002:a00:1::1",
        "2001:0:a00:1::1", "2001:db8::1", "::10.0.0.1", "", "localhost", "0x7f.1",
    ],
)  # fmt: skip
def test_what_is_no_ordinary_address_of_the_internet(address: str) -> None:
    assert not is_public(address)


def test_ordinary_addresses() -> None:
    assert is_public("8.8.8.8")
    assert is_public(PUBLIC)
    assert is_public("2606:4700::1")


def test_the_links_of_a_text_each_once() -> None:
    text = (
        "[こちら](https://a.example.jp/x)と https://b.example.jp/y。\n"
        "また https://a.example.jp/x 。http://c.example.jp/ tel:110"
    )
    assert links_of(text) == ["https://a.example.jp/x", "https://b.example.jp/y"]


def test_ten_are_asked_and_the_others_are_counted() -> None:
    net = Net()
    text = " ".join(f"https://www.example.jp/{n}" for n in range(MOST_LINKS + 2))
    checked, left_over = check_links(text, resolve=net.resolve, connect=net.connect)
    assert [one.link for one in checked] == text.split()[:MOST_LINKS]
    assert (len(net.asked), left_over) == (MOST_LINKS, 2)


def test_an_answer_is_read_by_its_first_lines() -> None:
    assert answer_of(b"HTTP/1.1 200 OK\r\n\r\nlocation: x") == Answer(200)
    moved = b"HTTP/1.1 301 Moved\r\nLOCATION: https://x.example.jp/\r\n\r\n"
    assert answer_of(moved) == Answer(301, "https://x.example.jp/")
    with pytest.raises(ValueError, match="no web server"):
        answer_of(b"220 mail.example.jp ESMTP\r\n")


def told(who: Person, monkeypatch: pytest.MonkeyPatch, net: Net, body: str) -> str:
    def checked(text: str) -> tuple[list[Checked], int]:
        return check_links(text, resolve=net.resolve, connect=net.connect)

    monkeypatch.setattr("messages.views.block_links.check_links", checked)
    block = write(who, body=body)
    answer = who.client().post(f"/console/aoba/blocks/{block.pk}/links/")
    assert answer.status_code == 200
    assert fresh(block).revision == 1
    return answer.content.decode()


def test_the_page_says_it_of_every_link(
    alice: Person, aoba: Municipality, monkeypatch: pytest.MonkeyPatch
) -> None:
    contact = world.make_contact(aoba, value="https://www.example.jp/register")
    net = net_with_inside({"/gone": Answer(404)})
    body = (
        "https://www.example.jp/ok https://www.example.jp/gone https://inside.example.jp/ "
        f"{{{{窓口:{contact.name}}}}}"
    )
    shown = told(alice, monkeypatch, net, body)
    assert "開きます" in shown
    assert "開きません（ページの答え：404）" in shown
    assert "ここからは確かめられませんでした" in shown
    assert "https://www.example.jp/register</a>" in shown
    assert INSIDE not in {one.address for one in net.asked}


def test_a_text_without_links_asks_nobody(alice: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    net = Net()
    assert "https のリンクはありません" in told(alice, monkeypatch, net, "土曜日です。")
    assert net.asked == []


def test_it_can_be_switched_off(alice: Person, settings: Any) -> None:
    block = write(alice)
    path = f"/console/aoba/blocks/{block.pk}/"
    assert "リンクを確かめる" in alice.client().get(path).content.decode()
    settings.LINK_CHECK = False
    assert "リンクを確かめる" not in alice.client().get(path).content.decode()
    assert alice.client().post(f"{path}links/").status_code == 404


def test_who_only_looks_asks_nobody(aoba: Municipality, alice: Person, bob: Person) -> None:
    block = write(alice)
    assert bob.client().post(f"/console/aoba/blocks/{block.pk}/links/").status_code == 403
    kim = person(world.make_municipality("minato"), "kim", Role.MANAGER)
    assert kim.client().post(f"/console/aoba/blocks/{block.pk}/links/").status_code == 404


def test_a_resolver_that_never_answers_keeps_nobody_waiting(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    never = Event()
    monkeypatch.setattr(dead_links, "SECONDS", -0.9)

    def slow(_host: str) -> list[str]:
        never.wait(5)
        return [INSIDE]

    checked, _left = check_links(PAGE, resolve=slow, connect=Net().connect)
    never.set()
    assert checked == [Checked(PAGE, Verdict.UNASKED)]
