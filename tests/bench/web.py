"""The web as the supervisor starts it: gunicorn, two processes of four threads."""

import re
import socket
import time

import requests

TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')

OPENED = re.compile(r'name="opened"\s+value="([^"]+)"')


def command(port: int) -> list[str]:
    """For ``day.processes``."""
    return [
        "gunicorn", "kizuna.wsgi", "--bind", f"127.0.0.1:{port}", "--workers", "2",
        "--worker-class", "gthread", "--threads", "4", "--no-control-socket",
    ]  # fmt: skip


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def wait_for(port: int) -> None:
    """Raises ``TimeoutError`` when the web does not answer within half a minute."""
    for _ in range(300):
        try:
            if requests.get(f"http://127.0.0.1:{port}/livez", timeout=10).ok:
                return
        except requests.RequestException:
            time.sleep(0.1)
    raise TimeoutError("the web does not answer")
