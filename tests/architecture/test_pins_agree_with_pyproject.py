"""The requirement files are what `make requirements` makes of pyproject.toml, for every platform."""

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.specifiers import SpecifierSet
from packaging.utils import canonicalize_name
from packaging.version import Version

CHECKOUT = Path(__file__).resolve().parents[2]
FILES = ("base", "demo", "dev", "uv")


def project() -> dict[str, Any]:
    return tomllib.loads((CHECKOUT / "pyproject.toml").read_text(encoding="utf-8"))


def wanted(name: str) -> list[Requirement]:
    """What the file has to satisfy: `demo` adds the embedded services, `dev` the tools."""
    if name == "uv":
        lines = (CHECKOUT / "requirements" / "uv.in").read_text(encoding="utf-8").splitlines()
        return [Requirement(line) for line in lines if line and not line.startswith("#")]
    tables = project()
    texts = list(tables["project"]["dependencies"])
    if name in {"demo", "dev"}:
        texts += tables["project"]["optional-dependencies"]["embedded"]
    if name == "dev":
        texts += tables["dependency-groups"]["dev"]
    return [Requirement(text) for text in texts]


def text(name: str) -> str:
    return (CHECKOUT / "requirements" / f"{name}.txt").read_text(encoding="utf-8")


def pins(name: str) -> dict[str, set[Version]]:
    """Every pinned version by name; a package may have one a platform or Python."""
    found: dict[str, set[Version]] = {}
    for package, version in re.findall(r"^([A-Za-z0-9._-]+)==(\S+)", text(name), re.MULTILINE):
        found.setdefault(canonicalize_name(package), set()).add(Version(version))
    return found


@pytest.mark.parametrize("name", FILES)
def test_every_dependency_is_pinned_within_its_bounds(name: str) -> None:
    pinned = pins(name)
    wrong = {
        str(requirement): sorted(map(str, pinned.get(canonicalize_name(requirement.name), set())))
        for requirement in wanted(name)
        if not (versions := pinned.get(canonicalize_name(requirement.name)))
        or not all(version in requirement.specifier for version in versions)
    }
    assert wrong == {}, "run `make requirements`"


@pytest.mark.parametrize("name", FILES)
def test_every_pin_has_a_hash_and_nothing_but_pins_is_there(name: str) -> None:
    for block in re.split(r"\n(?=\S)", text(name).strip()):
        if not block.startswith("#"):
            first, *rest = [line.strip() for line in block.splitlines()]
            assert re.match(r"[A-Za-z0-9._-]+==\S+", first), first
            assert any(line.startswith("--hash=sha256:") for line in rest), first


@pytest.mark.parametrize("name", FILES)
def test_no_file_names_a_place_to_download_from(name: str) -> None:
    assert "://" not in text(name)
    assert "index-url" not in text(name)


def test_the_larger_files_contain_the_smaller_ones_as_they_are() -> None:
    base, demo, dev = pins("base"), pins("demo"), pins("dev")
    assert base.items() <= demo.items() <= dev.items()


def test_the_makefile_takes_the_interpreters_the_project_allows() -> None:
    allowed = SpecifierSet(project()["project"]["requires-python"])
    makefile = (CHECKOUT / "Makefile").read_text(encoding="utf-8")
    bounds = re.search(r"\(3, (\d+)\) <= sys\.version_info\[:2\] <= \(3, (\d+)\)", makefile)
    assert bounds
    taken = set(range(int(bounds[1]), int(bounds[2]) + 1))
    assert taken == {minor for minor in range(20) if Version(f"3.{minor}") in allowed}
    named = {
        int(minor) for minor in re.findall(r"python3\.(\d+)", makefile.split("for name in")[-1])
    }
    assert taken <= named
