"""Stands in for ``python -m gunicorn``: answers 404 to everything."""

import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from tests.embedded.standins.notes import note_the_end


class NothingHere(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    note_the_end("web")
    host, port = sys.argv[sys.argv.index("--bind") + 1].split(":")
    HTTPServer((host, int(port)), NothingHere).serve_forever()
