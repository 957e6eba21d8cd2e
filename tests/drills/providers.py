"""The mail catcher and the LINE emulator as a drill sees them: processes that count by themselves."""

import json
import signal
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any
from urllib.request import Request

from kizuna.embedded.places import CHECKOUT
from kizuna.embedded.ports import open_directly
from kizuna.embedded.process import Child


class Emulator:
    """The mail catcher or the LINE emulator: its own process, port and directory."""

    def __init__(
        self, module: str, environment: Mapping[str, str], directory: Path, log: Path
    ) -> None:
        self._module, self._environment, self.directory, self._log = (
            module, environment, directory, log,
        )  # fmt: skip
        self.ports: dict[str, int] = {}
        self._child = self._start()

    def _start(self) -> Child:
        if self._module == "mail":
            wanted = {"smtp-port": self.ports.get("smtp_port", 0)}
            wanted["http-port"] = self.ports.get("http_port", 0)
        else:
            wanted = {"port": self.ports.get("http_port", 0)}
        command = [sys.executable, "-m", f"kizuna.emulators.{self._module}"]
        for name, port in wanted.items():
            command += [f"--{name}", str(port)]
        child = Child(
            f"{self._module} emulator",
            [*command, "--dir", str(self.directory)],
            log=self._log,
            environment=self._environment,
            cwd=CHECKOUT,
        )
        child.wait_until(lambda: "ready {" in child.said(), 30)
        line = next(one for one in child.said().splitlines() if one.startswith("ready "))
        self.ports = json.loads(line.removeprefix("ready "))
        return child

    @property
    def page(self) -> str:
        return f"http://127.0.0.1:{self.ports['http_port']}"

    def order(self, path: str, body: Any) -> None:
        """POST an order of ours."""
        request = Request(
            self.page + path,
            data=json.dumps(body).encode(),
            headers={"Content-Type": "application/json"},
        )
        open_directly(request, timeout=30).close()

    def freeze(self) -> None:
        """Connections are taken by the kernel and never answered: a black hole."""
        self._child.process.send_signal(signal.SIGSTOP)

    def resume(self) -> None:
        with suppress(ProcessLookupError):
            self._child.process.send_signal(signal.SIGCONT)

    def stop(self) -> None:
        """Connections are refused from now on."""
        self.resume()
        self._child.end()

    def start_again(self) -> None:
        """On the same port, with everything it had received. Its plan of faults is gone."""
        self._child = self._start()

    def received(self) -> list[dict[str, Any]]:
        """Its journal: what it counted by itself, in order."""
        path = self.directory / f"{self._module}.jsonl"
        with path.open(encoding="utf-8") as lines:
            return [json.loads(line) for line in lines if line.endswith("\n")]
