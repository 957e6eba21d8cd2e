"""SQL lives in named files, where it can be read, explained and measured alone."""

from functools import cache
from pathlib import Path


@cache
def load(package_file: str, name: str) -> str:
    """The text of ``sql/<name>.sql`` beside the module ``package_file`` (pass ``__file__``)."""
    return (Path(package_file).parent / "sql" / f"{name}.sql").read_text(encoding="utf-8")
