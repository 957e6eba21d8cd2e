"""The LINE emulator as a process: what it keeps, where it listens, how it ends."""

import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulators.line_server import LineServer, user

HELLO = [{"type": "text", "text": "こんにちは"}]


@pytest.fixture
def own(tmp_path: Path) -> Iterator[LineServer]:
    server = LineServer(tmp_path / "line")
    yield server
    if server.process.poll() is None:
        server.stop()


def push(server: LineServer, token: str, key: str) -> int:
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    body = {"to": user(1), "messages": HELLO}
    return server.call("/v2/bot/message/push", body, X_Line_Retry_Key=key, **headers).status


def test_a_restart_keeps_counts_and_keys_and_channels(own: LineServer) -> None:
    line, key = own.new_channel({user(1): "friend"}), str(uuid.uuid4())
    assert push(own, own.token(line), key) == 200
    before = own.count(line)
    assert own.stop() == 0
    own.start()
    assert own.count(line) == before
    assert own.received(line, user(1)) == ["こんにちは"]
    assert push(own, own.token(line), key) == 409
    assert own.count(line) == before


def test_a_killed_emulator_keeps_what_was_flushed_and_drops_a_torn_line(own: LineServer) -> None:
    line = own.new_channel({user(1): "friend"})
    token = own.token(line)
    assert push(own, token, str(uuid.uuid4())) == 200
    time.sleep(0.7)
    own.stop(signal.SIGKILL)
    with (own.directory / "line.jsonl").open("ab") as journal:
        journal.write(b'{"t":"accepted","at":17')
    own.start()
    assert own.count(line)["accepted"] == 1
    assert push(own, own.token(line), str(uuid.uuid4())) == 200
    own.stop()
    own.start()
    assert own.count(line)["accepted"] == 2


def test_a_taken_port_is_passed_over(own: LineServer) -> None:
    own.stop()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        own.start(port)
        assert own.port > port


def test_a_second_emulator_in_the_same_directory_is_refused(own: LineServer) -> None:
    command = [sys.executable, "-m", "kizuna.emulators.line", "--port", "0"]
    second = subprocess.run(
        [*command, "--dir", own.directory], capture_output=True, text=True, timeout=20, check=False
    )
    assert second.returncode == 1
    assert "another emulator uses" in second.stderr
    assert "Traceback" not in second.stderr


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    starter = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-m', 'kizuna.emulators.line', '--port', '0',"
        " '--dir', sys.argv[1]], stdout=subprocess.PIPE, text=True)\n"
        "print(child.stdout.readline(), flush=True)\n"
        "sys.stdin.read()\n"
    )
    parent = subprocess.Popen(
        [sys.executable, "-c", starter, str(tmp_path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert parent.stdout is not None
    port = int(parent.stdout.readline().split('"http_port":')[1].strip(" }\n"))
    parent.kill()
    parent.communicate()
    until = time.monotonic() + 5
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) != 0:
                return
        time.sleep(0.05)
    pytest.fail("the emulator outlived its parent")


def test_pages_show_what_arrived_newest_first_and_escape_it(own: LineServer) -> None:
    line = own.new_channel({user(1): "friend", user(2): "blocked"}, name="なかの<区>")
    token = own.token(line)
    headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
    for text in ("一通目 https://example.jp/a?b=1&c=2。", "二通目<script>alert(1)</script>"):
        body = {"to": user(1), "messages": [{"type": "text", "text": text}]}
        own.call("/v2/bot/message/push", body, **headers)
    start = own.call("/").body
    assert "なかの&lt;区&gt;" in start
    assert "本日 2通" in start
    listing = own.call(f"/users/{line.channel_id}").body
    assert listing.index(user(1)) < listing.index(user(2))
    assert "ブロック中" in listing
    talk = own.call(f"/users/{line.channel_id}/{user(1)}").body
    assert talk.index("二通目") < talk.index("一通目")
    assert '<a href="https://example.jp/a?b=1&amp;c=2">' in talk
    assert "<script" not in talk
    assert own.call(f"/users/{line.channel_id}/{user(7)}").status == 404


def test_a_long_talk_is_paged(own: LineServer) -> None:
    line = own.new_channel({user(1): "friend"})
    headers = {"Authorization": f"Bearer {own.token(line)}", "Content-Type": "application/json"}
    for number in range(25):
        body = {"to": user(1), "messages": [{"type": "text", "text": f"{number}番目"}]}
        own.call("/v2/bot/message/push", body, **headers)
    path = f"/users/{line.channel_id}/{user(1)}"
    assert "24番目" in own.call(path).body
    assert "4番目" in own.call(f"{path}?page=2").body
    assert "24番目" not in own.call(f"{path}?page=2").body
    assert own.call(f"{path}?page=999").status == own.call(f"{path}?page=x").status == 200
