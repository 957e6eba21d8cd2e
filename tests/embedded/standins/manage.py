"""Stands in for Django: writes down what it was asked, and answers as the demo expects."""

import json
import os
import sys
import time

from tests.embedded.standins.notes import note


def main() -> None:
    command = sys.argv[1]
    owner = " as owner" if "DATABASE_OWNER_URL" in os.environ else ""
    note(f"manage {' '.join(sys.argv[1:])}{owner}")
    if command == os.environ.get("STANDIN_FAILS"):
        sys.exit("CommandError: as planned")
    if command == os.environ.get("STANDIN_SLEEPS"):
        print("sleeping", flush=True)
        time.sleep(300)
    if command == "reconcile" and "json" in sys.argv:
        print(json.dumps(reconciled(sys.argv[3])))
    if command == "load_demo":
        print(f"EMAIL_URL {os.environ['EMAIL_URL']}")
        print(f"LINE_API_BASE_URL {os.environ['LINE_API_BASE_URL']}")


def reconciled(day: str) -> dict[str, object]:
    same = {"planned": 3, "skipped": {}, "failed": {}, "unclear": 0, "unexplained": 0}
    pending = int(os.environ.get("STANDIN_PENDING", "0"))
    rows = [
        {"municipality": "nakano", "channel": "email", "sent": 2, "pending": pending} | same,
        {"municipality": "okazaki", "channel": "email", "sent": 1, "pending": 0} | same,
        {"municipality": "nakano", "channel": "line", "sent": 3, "pending": 0} | same,
    ]
    return {"date": day, "rows": rows, "total": {"sent": 6, "pending": pending} | same}
