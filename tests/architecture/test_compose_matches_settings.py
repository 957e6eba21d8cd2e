"""docker-compose.yml and .env.example say what the settings read, and keep the owner's door shut."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from kizuna.embedded.demo import BEAT, WORKERS, worker_arguments
from kizuna.queues import Queue

CHECKOUT = Path(__file__).resolve().parents[2]
COMPOSE_ONLY = {"POSTGRES_PASSWORD", "KIZUNA_OWNER_PASSWORD", "KIZUNA_APP_PASSWORD"}
"""Known to the postgres container and inside of addresses; the settings never see them."""
STORES = {"postgres", "redis"}
OLDEST_POSTGRES = 15


def read(name: str) -> str:
    return (CHECKOUT / name).read_text(encoding="utf-8")


def services() -> dict[str, Any]:
    return dict(yaml.safe_load(read("docker-compose.yml"))["services"])


def app_services() -> dict[str, Any]:
    return {name: service for name, service in services().items() if name not in STORES}


def words(service: dict[str, Any]) -> list[str]:
    command = service["command"]
    return command.split() if isinstance(command, str) else list(command)


def read_by_settings() -> set[str]:
    """Names in ``env…("NAME"``, ``required("NAME")`` and ``database("NAME")``."""
    return set(
        re.findall(
            r'\b(?:env(?:\.\w+)?|required|database)\(\s*"([A-Z_]+)"', read("kizuna/settings.py")
        )
    )


def required_by_settings() -> set[str]:
    return set(
        re.findall(
            r'(?:\brequired|"default": database)\(\s*"([A-Z_]+)"', read("kizuna/settings.py")
        )
    )


def test_the_settings_are_understood_by_this_test() -> None:
    assert {"SECRET_KEY", "DATABASE_URL", "DATABASE_OWNER_URL", "LOG_LEVEL"} <= read_by_settings()
    assert {"SECRET_KEY", "DATABASE_URL", "EMAIL_URL"} <= required_by_settings()


@pytest.mark.parametrize("name", app_services())
def test_an_app_service_sets_what_the_settings_read_and_nothing_else(name: str) -> None:
    given = set(app_services()[name]["environment"])
    assert given <= read_by_settings()
    assert required_by_settings() <= given


def test_every_variable_of_the_file_is_one_the_settings_read() -> None:
    used = set(re.findall(r"\$\{([A-Z_]+)", read("docker-compose.yml")))
    assert used <= read_by_settings() | COMPOSE_ONLY
    assert used >= COMPOSE_ONLY


def test_only_the_migration_knows_the_owner() -> None:
    knows = {
        name
        for name, service in app_services().items()
        if "DATABASE_OWNER_URL" in service["environment"]
        or "kizuna_owner" in str(service["environment"])
    }
    assert knows == {"migrate"}
    assert words(services()["migrate"])[-2:] == ["--database", "owner"]


@pytest.mark.parametrize("name", sorted(set(app_services()) - {"migrate"}))
def test_the_app_works_as_the_weak_role_and_waits_for_the_tables(name: str) -> None:
    service = app_services()[name]
    assert service["environment"]["DATABASE_URL"].startswith("postgresql://kizuna_app:")
    assert service["depends_on"]["migrate"]["condition"] == "service_completed_successfully"


def test_the_workers_together_listen_to_exactly_the_queues_there_are() -> None:
    listened: set[str] = set()
    for name, service in services().items():
        if name.startswith("worker-"):
            command = words(service)
            listened |= set(command[command.index("-Q") + 1].split(","))
    assert listened == {queue.value for queue in Queue}


def test_the_supervisor_starts_the_same_workers_and_beat() -> None:
    for name in WORKERS:
        celery = ["celery", "-A", "kizuna"]
        assert words(services()[f"worker-{name}"]) == [*celery, *worker_arguments(name)]
    assert words(services()["beat"]) == ["celery", "-A", "kizuna", *BEAT]


def test_there_are_two_beats_with_one_lock() -> None:
    beat = services()["beat"]
    assert beat["deploy"]["replicas"] == 2
    assert "redbeat.RedBeatScheduler" in words(beat)


def test_redis_evicts_nothing() -> None:
    command = words(services()["redis"])
    assert command[command.index("--maxmemory-policy") + 1] == "noeviction"


def test_postgres_is_new_enough_and_gets_its_roles() -> None:
    postgres = services()["postgres"]
    version = re.fullmatch(r"postgres:(\d+)", postgres["image"])
    assert version
    assert int(version[1]) >= OLDEST_POSTGRES
    mounted = dict(volume.split(":")[:2] for volume in postgres["volumes"])
    scripts = {
        source: target for source, target in mounted.items() if "/docker-entrypoint" in target
    }
    assert sorted(scripts, key=lambda source: scripts[source]) == [
        "./kizuna/embedded/roles.sql",
        "./kizuna/embedded/compose.sql",
    ]
    for source in scripts:
        assert (CHECKOUT / source).is_file()


def test_the_example_names_every_variable_once_with_its_meaning() -> None:
    lines = read(".env.example").splitlines()
    named: list[str] = []
    for before, line in zip(["", *lines], lines, strict=False):
        variable = re.match(r"#?([A-Z_]+)=", line)
        if variable:
            named.append(variable[1])
            explained = before.startswith("# ") or re.match(r"#?[A-Z_]+=", before)
            assert explained, f"{variable[1]} has no line of meaning"
    assert len(named) == len(set(named))
    assert set(named) == read_by_settings() | COMPOSE_ONLY


def test_the_image_installs_the_pins_and_does_not_run_as_root() -> None:
    dockerfile = read("Dockerfile")
    assert "--require-hashes -r requirements/base.txt" in dockerfile
    assert dockerfile.index("\nUSER kizuna") > dockerfile.index("collectstatic")
    assert re.search(r"^FROM python:3\.1[1-3]-slim$", dockerfile, re.MULTILINE)
    built_with = set(re.findall(r"\b([A-Z_]{4,})=", dockerfile.split("RUN SECRET_KEY")[1]))
    assert required_by_settings() - {"SECRET_KEY"} <= built_with


def test_secrets_stay_out_of_the_image() -> None:
    assert ".env" in read(".dockerignore").splitlines()
    assert ".git" in read(".dockerignore").splitlines()
