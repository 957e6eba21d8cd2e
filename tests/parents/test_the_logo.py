"""A municipality's logo: set by command, shown in the head of its pages, a PNG and nothing else."""

import struct
import zlib
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client

from municipalities.models import Municipality
from tests import world


def png(size: int = 0) -> bytes:
    """One white point, with a comment that makes it ``size`` bytes long."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        sealed = zlib.crc32(kind + data)
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", sealed)

    head = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    point = zlib.compress(b"\x00\xff")
    bare = [b"\x89PNG\r\n\x1a\n", chunk(b"IHDR", head), chunk(b"IDAT", point), chunk(b"IEND", b"")]
    if missing := size - sum(map(len, bare)):
        bare.insert(2, chunk(b"tEXt", b"x" * max(missing - 12, 0)))
    return b"".join(bare)


@pytest.fixture
def aoba(db: None) -> Municipality:
    return world.make_municipality()


def set_logo(file: Path | None, *more: str) -> str:
    out = StringIO()
    files = [str(file)] if file else []
    call_command("set_logo", *files, "--municipality", "aoba", *more, stdout=out)
    return out.getvalue()


def test_without_a_logo_there_is_no_picture_and_no_page(aoba: Municipality) -> None:
    assert Client().get("/m/aoba/logo.png").status_code == 404
    assert "<img" not in Client().get("/m/aoba/").content.decode()


def test_a_logo_that_was_set_is_in_the_head_of_every_page(
    aoba: Municipality, tmp_path: Path
) -> None:
    (tmp_path / "logo.png").write_bytes(png(20_000))
    assert "青葉市" in set_logo(tmp_path / "logo.png")
    shown = Client().get("/m/aoba/").content.decode()
    assert 'src="/m/aoba/logo.png"' in shown
    assert 'alt="青葉市のロゴ"' in shown
    answer = Client().get("/m/aoba/logo.png")
    assert answer.content == png(20_000)
    assert answer["Content-Type"] == "image/png"
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Cache-Control"] == "public, max-age=300"


def test_a_logo_is_one_municipalitys_own(aoba: Municipality, tmp_path: Path) -> None:
    world.make_minato()
    (tmp_path / "logo.png").write_bytes(png())
    set_logo(tmp_path / "logo.png")
    assert Client().get("/m/minato/logo.png").status_code == 404


def test_a_logo_can_be_taken_away_again(aoba: Municipality, tmp_path: Path) -> None:
    (tmp_path / "logo.png").write_bytes(png())
    set_logo(tmp_path / "logo.png")
    assert "外しました" in set_logo(None, "--none")
    assert Client().get("/m/aoba/logo.png").status_code == 404


@pytest.mark.parametrize(
    ("picture", "words"),
    [
        (b"", "PNG形式"),
        (b"<svg onload='alert(1)'/>", "PNG形式"),
        (b"\xff\xd8\xff\xe0 a photograph", "PNG形式"),
        (b"\x89PNG\r\n\x1a\n<script>alert(1)</script>", "PNG形式"),
        (png(20_001), "20kB"),
        (png()[:-3], "途中で切れています"),
    ],
)
def test_a_file_that_is_no_logo_is_refused_with_one_sentence(
    aoba: Municipality, tmp_path: Path, picture: bytes, words: str
) -> None:
    (tmp_path / "logo.png").write_bytes(picture)
    with pytest.raises(CommandError, match=words):
        set_logo(tmp_path / "logo.png")
    assert Client().get("/m/aoba/logo.png").status_code == 404


def test_a_file_that_is_not_there_and_a_place_that_is_none(
    aoba: Municipality, tmp_path: Path
) -> None:
    with pytest.raises(CommandError, match="開けません"):
        set_logo(tmp_path / "missing.png")
    with pytest.raises(CommandError, match="nosuchplace"):
        call_command("set_logo", "--none", "--municipality", "nosuchplace")


def test_a_list_of_municipalities_does_not_read_their_logos(aoba: Municipality) -> None:
    for found in (Municipality.objects.get(pk=aoba.pk), Municipality.objects.with_slug("aoba")):
        assert found is not None
        assert "logo" in found.get_deferred_fields()
