"""``python -m kizuna.embedded``: the demo, or any command with its services around it."""

import signal
import subprocess
import sys
from collections.abc import Sequence
from types import FrameType

from kizuna.embedded import demo
from kizuna.embedded.places import alone, forget, lasting, throwaway
from kizuna.embedded.process import die_with_parent
from kizuna.embedded.services import Services, given_environment, running_services
from kizuna.embedded.speech import (
    CannotStart,
    ChildDied,
    complain,
    say,
    speak_any_encoding,
)

USAGE = """使い方 / usage:
  python -m kizuna.embedded demo [--once]
      デモを動かします。--once は照合の表まで / the demo; --once ends after the table
  python -m kizuna.embedded run [--throwaway] -- COMMAND …
      PostgreSQL と Valkey を起動してコマンドを実行します / COMMAND with both around it;
      --throwaway: 使い捨ての新しいデータで / with fresh data that are removed afterwards
  python -m kizuna.embedded clean
      デモのデータと鍵を消します / removes the data and keys of the demo
"""
BAD_START, INTERRUPTED = 2, 130


def main(arguments: Sequence[str]) -> int:
    """The command's own status; 1 when something of ours failed, 2 when it cannot start."""
    speak_any_encoding()
    if sys.platform == "win32":
        say("Windows では WSL2 の中で実行してください。", "on Windows run it inside WSL2")
        return BAD_START
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, _interrupt)
    try:
        return _obey(*_split(arguments))
    except CannotStart as error:
        complain(error)
        return BAD_START
    except ChildDied as error:
        complain(error)
        return 1
    except KeyboardInterrupt:
        say("中断しました", "interrupted")
        return INTERRUPTED


def _obey(options: list[str], command: list[str]) -> int:
    if options in (["demo"], ["demo", "--once"]) and not command:
        places = lasting(given_environment(throwaway=False))
        with alone(places):
            return demo.run(places, once="--once" in options)
    if options == ["clean"] and not command:
        places = lasting(given_environment(throwaway=False))
        with alone(places):
            forget(places)
        say(f"データを消しました: {places.base}", "data removed")
        return 0
    if options in (["run"], ["run", "--throwaway"]) and command:
        return run(command, fresh="--throwaway" in options)
    sys.stderr.write(USAGE)
    return BAD_START


def run(command: Sequence[str], *, fresh: bool) -> int:
    """The command's status, 128 + the number of the signal that ended it."""
    if fresh:
        with throwaway() as places, running_services(places, throwaway=True) as services:
            return _attend(command, services)
    places = lasting(given_environment(throwaway=False))
    with alone(places), running_services(places) as services:
        return _attend(command, services)


def _attend(command: Sequence[str], services: Services) -> int:
    """Run it in the foreground, with the terminal. Ctrl-C reaches it from the terminal itself."""
    try:
        process = subprocess.Popen(
            command,
            env=services.environment,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509  no threads here
        )
    except OSError as error:
        raise CannotStart(
            f"{command[0]} を実行できません({error.strerror})。 / Cannot run {command[0]}."
        ) from error
    signal.signal(signal.SIGINT, lambda *_: None)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: process.send_signal(received))
    status = process.wait()
    try:
        services.require_alive()
    except ChildDied as error:
        complain(error)  # The command's failure has its reason there.
        return 128 - status if status < 0 else status or 1
    return status if status >= 0 else 128 - status


def _split(arguments: Sequence[str]) -> tuple[list[str], list[str]]:
    """What stands before ``--``, and the command behind it."""
    words = list(arguments)
    place = words.index("--") if "--" in words else len(words)
    return words[:place], words[place + 1 :]


def _interrupt(_: int, __: FrameType | None) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
