"""The first request finds every page loaded, and no request pays for walking what stays anyway."""

import subprocess
import sys

from kizuna.embedded.places import CHECKOUT

START = """
import gc, sys
import kizuna.wsgi
print("delivery.views.npo" in sys.modules, gc.get_freeze_count() > len(gc.get_objects()))
"""


def test_pages_are_loaded_and_set_aside_before_the_first_request() -> None:
    started = subprocess.run(
        [sys.executable, "-c", START], cwd=CHECKOUT, capture_output=True, text=True, check=True
    )
    assert started.stdout.split() == ["True", "True"], started.stderr
