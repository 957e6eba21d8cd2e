"""The state's register of local-government codes, as shipped in ``municipalities/data``."""

import csv
from datetime import date
from pathlib import Path

from municipalities.models import LocalGovernment

FILE = Path(__file__).resolve().parent.parent / "data" / "local-governments.csv"
SOURCE = "総務省 全国地方公共団体コード"
AS_OF = date(2024, 1, 1)


def load_codes() -> int:
    """Write the register's rows; how many there are. Repeating it changes nothing."""
    with FILE.open(encoding="utf-8", newline="") as file:
        rows = [
            LocalGovernment(
                code=row["code"],
                kind=row["type"],
                prefecture=row["prefecture"],
                city_of_ward=row["city_of_ward"],
                name=row["name"],
                kana=row["kana"],
                source=SOURCE,
                as_of=AS_OF,
            )
            for row in csv.DictReader(file)
        ]
    LocalGovernment.objects.bulk_create(
        rows,
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["kind", "prefecture", "city_of_ward", "name", "kana", "source", "as_of"],
        batch_size=500,
    )
    return len(rows)
