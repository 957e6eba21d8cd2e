"""Rooms and clones for the supervisor's tests."""

import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from kizuna.embedded.places import digest
from tests.embedded.clones import MADE, Clone, discard, make_clone


@pytest.fixture
def room() -> Iterator[Path]:
    """A directory everybody can pass through; pytest's own are closed to ``nobody``."""
    path = Path(tempfile.mkdtemp(prefix="kizuna-test-", dir="/tmp"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def clone(room: Path) -> Iterator[Clone]:
    made = make_clone(room / "clone")
    yield made
    discard(made)


@pytest.fixture(scope="module")
def shared_clone() -> Iterator[Clone]:
    """For tests that leave nothing behind: the cluster is made once."""
    path = Path(tempfile.mkdtemp(prefix="kizuna-test-", dir="/tmp"))
    path.chmod(0o755)
    made = make_clone(path / "clone")
    yield made
    discard(made)
    shutil.rmtree(path, ignore_errors=True)


@pytest.fixture
def other_clone(room: Path) -> Iterator[Clone]:
    made = make_clone(room / "other")
    yield made
    discard(made)


@pytest.fixture(scope="session", autouse=True)
def _nothing_left_elsewhere() -> Iterator[None]:
    """What the supervisor puts outside of a clone is removed by ``clean``, and tests call it."""
    yield
    names = [f"kizuna-{os.geteuid()}-{digest(path)}" for path in MADE]
    left = [Path(parent) / name for parent in ("/tmp", "/var/tmp") for name in names]
    assert [path for path in left if path.exists()] == []
