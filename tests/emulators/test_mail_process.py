"""The mail catcher as a process: what it keeps, where it listens, how it ends."""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.emulators.mail_server import MailServer

DAY = "2026-11-25"


@pytest.fixture
def own(tmp_path: Path) -> Iterator[MailServer]:
    server = MailServer(tmp_path / "mail")
    yield server
    if server.process.poll() is None:
        server.stop()


def deliver(server: MailServer, key: str) -> None:
    code, _ = server.deliver(
        "a@example.jp", Message_ID=f"<d.{key}@x>", X_Kizuna_Day=DAY, Subject=f"mail {key}"
    )
    assert code == 250


def test_a_restart_keeps_mails_and_counts_and_who_was_put_off(own: MailServer) -> None:
    for key in ("1", "2", "1"):
        deliver(own, key)
    assert own.deliver("later+a@example.jp")[0] == 451
    before = own.count(DAY)
    assert before == {"accepted": 3, "distinct": 2, "doubled": 1}
    assert own.stop() == 0
    own.start()
    assert own.count(DAY) == before
    assert own.message(2)["Message-ID"] == "<d.2@x>"
    assert own.deliver("later+a@example.jp")[0] == 250
    deliver(own, "2")
    assert own.count(DAY) == {"accepted": 4, "distinct": 2, "doubled": 2}


def test_a_killed_catcher_has_every_mail_it_answered_for(own: MailServer) -> None:
    for key in ("1", "2", "3"):
        deliver(own, key)
    own.stop(signal.SIGKILL)
    with (own.directory / "mail.jsonl").open("ab") as journal:
        journal.write(b'{"number":4,"at":17')
    own.start()
    assert own.count(DAY)["accepted"] == 3
    deliver(own, "4")
    own.stop()
    own.start()
    assert own.count(DAY)["accepted"] == 4
    assert own.message(4)["Subject"] == "mail 4"


def test_each_mail_is_a_file_under_its_day(own: MailServer) -> None:
    deliver(own, "1")
    (file,) = own.directory.glob("*-*-*/*/*.eml")
    assert file.name == "0000001.eml"
    assert b"Message-ID: <d.1@x>\r\n" in file.read_bytes()


def test_taken_ports_are_passed_over(own: MailServer) -> None:
    own.stop()
    with socket.socket() as smtp, socket.socket() as http:
        for taken in (smtp, http):
            taken.bind(("127.0.0.1", 0))
            taken.listen()
        asked = smtp.getsockname()[1], http.getsockname()[1]
        own.start(*asked)
        assert own.smtp_port > asked[0]
        assert own.http_port > asked[1]
        assert own.smtp_port != own.http_port


def test_it_answers_on_loopback_only(own: MailServer) -> None:
    for port in (own.smtp_port, own.http_port):
        with socket.socket() as probe:
            # Another loopback address reaches everything that listens on all addresses.
            assert probe.connect_ex(("127.0.0.2", port)) != 0


def test_a_second_catcher_in_the_same_directory_is_refused(own: MailServer) -> None:
    command = [sys.executable, "-m", "kizuna.emulators.mail", "--smtp-port", "0"]
    second = subprocess.run(
        [*command, "--http-port", "0", "--dir", own.directory],
        capture_output=True,
        text=True,
        timeout=20,
        check=False,
    )
    assert second.returncode == 1
    assert "another emulator uses" in second.stderr
    assert "Traceback" not in second.stderr


def test_it_ends_by_sigterm_while_a_client_is_connected(own: MailServer) -> None:
    with socket.create_connection(("127.0.0.1", own.smtp_port), 10) as client:
        assert client.recv(4) == b"220 "
        assert own.stop() == 0


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child of its parent's end")
def test_it_ends_with_its_parent(tmp_path: Path) -> None:
    starter = (
        "import subprocess, sys\n"
        "child = subprocess.Popen([sys.executable, '-m', 'kizuna.emulators.mail',"
        " '--smtp-port', '0', '--http-port', '0', '--dir', sys.argv[1]],"
        " stdout=subprocess.PIPE, text=True)\n"
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
    pytest.fail("the catcher outlived its parent")
