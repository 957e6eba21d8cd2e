"""``python -m tests.bench.one MODULE OPTIONS OUT``: the measures of one module, in this process.

Started by ``tests.bench`` with the environment of web and workers; OPTIONS and OUT are JSON.
"""

import importlib
import json
import os
import sys
from dataclasses import asdict
from pathlib import Path

import django

from tests.bench import harness


def main(name: str, options: str, out: str) -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kizuna.settings")
    django.setup()
    module = importlib.import_module(f"tests.bench.{name}")
    results = harness.run_module(module.__name__, harness.Options(**json.loads(options)))
    Path(out).write_text(json.dumps([asdict(one) for one in results]), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:4])
