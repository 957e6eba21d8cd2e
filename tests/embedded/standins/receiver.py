"""Stands in for a receiver: counts what the environment says it counted."""

import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

from kizuna.embedded.ports import free_port
from tests.embedded.standins.notes import note_the_end


class Count(BaseHTTPRequestHandler):
    counted = "3,0"

    def do_GET(self) -> None:
        accepted, doubled = self.counted.split(",")
        self.send_response(200)
        self.end_headers()
        answer = {"accepted": int(accepted), "distinct": 0, "doubled": int(doubled)}
        self.wfile.write(json.dumps(answer).encode())

    def log_message(self, *_: object) -> None:
        pass


def main() -> None:
    name, option = ("email", "--http-port") if "--smtp-port" in sys.argv else ("line", "--port")
    Count.counted = os.environ.get(f"STANDIN_{name.upper()}", Count.counted)
    note_the_end(name)
    port = free_port(int(sys.argv[sys.argv.index(option) + 1]))
    server = HTTPServer(("127.0.0.1", port), Count)
    print("ready " + json.dumps({"http_port": port, "smtp_port": 2525}), flush=True)
    server.serve_forever()
