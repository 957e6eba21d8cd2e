"""The fullest report there can be is still one sheet of paper."""

import re
import zlib
from datetime import date

import pytest

from delivery.facts.words import STAGE_BANDS
from delivery.figures import last_day
from delivery.views import pdf
from municipalities.domain.words import Relation
from municipalities.models import Municipality, StaffUser, Thanks
from municipalities.tenancy.scope import in_municipality
from tests.reports.test_the_monthly_report import (
    NOW,
    OCTOBER,
    aoba,
    get,
    month_end,
    viewer,
)

__all__ = ("aoba", "viewer")
IN_USE = {"p5", "p6", "b0", "b12"}


def test_every_stage_and_relation_and_a_voice_fit_on_one_page(
    aoba: Municipality,
    viewer: StaffUser,
) -> None:
    try:
        pdf.of("<p>x</p>")
    except pdf.NotPossible:
        pytest.skip("no Pango on this machine: the report is printed from the page")
    with in_municipality(aoba.pk):
        for band in STAGE_BANDS:
            if band not in IN_USE:
                month_end(aoba, OCTOBER, readers=17, dimension="stage", value=band)
        for relation in Relation:
            month_end(aoba, OCTOBER, readers=60, dimension="relation", value=relation)
        for month in range(1, 9):
            month_end(aoba, last_day(date(2026, month, 1)), readers=200 + month * 10)
        Thanks.objects.create(
            municipality=aoba,
            text="x",
            may_publish=True,
            month=OCTOBER.replace(day=1),
            quotable_text="毎朝ひとりではないと思えました。三年間ありがとうございました。" * 3,
            quotable_at=NOW,
        )
    content = get(viewer, "console:report_pdf", "aoba").content
    assert pages(content) == 1


def pages(content: bytes) -> int:
    """How many pages the file says it has: its table of pages, out of its packed streams."""
    packed = re.findall(rb"stream\r?\n(.*?)\r?\nendstream", content, re.DOTALL)
    whole = content + b"".join(_unpacked(one) for one in packed)
    (count,) = re.findall(
        rb"/Type\s*/Pages[^>]*?/Count\s+(\d+)|/Count\s+(\d+)[^>]*?/Type\s*/Pages", whole
    )
    return int(count[0] or count[1])


def _unpacked(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return b""
