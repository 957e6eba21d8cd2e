"""Mails as pages: axe finds nothing, nothing is cut off on a small phone, and words do without HTML."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.db.models.functions import Now
from playwright.sync_api import Browser

from delivery.service_words import words_of
from kizuna.lib import clock
from messages.domain.stage import Stage
from messages.services.compose import Version, compose, letterhead
from municipalities.domain.words import MailKind, Purpose
from municipalities.models import Registration, ServiceMail
from municipalities.tenancy.scope import in_municipality
from tests import world
from tests.e2e.door import phone
from tests.e2e.test_pages_in_a_browser import complaints, picture

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

PAINTED = "html { background: Canvas; color: CanvasText }"
"""What a browser paints under a mail that names no colours; axe takes "no colour" for white."""

BODY = """## からだのこと

**眠れない夜**がつづくころです。{横|よこ}になるだけでも、からだは休まります。

- 左を下にして横になる
- [相談できるところ](https://www.example.jp/soudan)を見ておく
"""


def service_mails() -> Iterator[tuple[str, str, str]]:
    """Name, text and HTML of each kind, in both languages."""
    aoba = world.make_municipality()
    family = world.make_family(aoba)
    with in_municipality(aoba.pk):
        registration = Registration.objects.create(
            municipality=aoba,
            purpose=Purpose.SIGNUP,
            address_sealed=b"x",
            address_key=b"x",
            expires_at=clock.now() + timedelta(hours=48),
        )
        # A text that is sent again is the stage's mail, looked at below.
        for kind in (one for one in MailKind if one is not MailKind.RESEND):
            about: dict[str, Any] = (
                {"registration": registration}
                if kind == MailKind.CONFIRM
                else {"reader": family.reader}
            )
            for language in ("ja", "en"):
                mail = ServiceMail(
                    municipality=aoba, kind=kind, language=language, not_before=Now(), **about
                )
                words = words_of(aoba, mail)
                yield f"{kind}-{language}", words.text, words.html


def stage_mail() -> tuple[str, str, str]:
    minato = world.make_minato()
    version = Version(1, 1, "妊娠28週のおたより", BODY)
    with in_municipality(minato.pk):
        head = letterhead(minato)
    made = compose(head, version, (), Stage.parse("p28w0d"), clock.today()).rendered
    return "stage", made.mail_text, made.mail_html


def test_axe_finds_nothing_in_any_mail_by_day_and_by_night(
    db: None, browser: Browser, pictures: Path
) -> None:
    found: dict[str, list[str]] = {}
    mails = [*service_mails(), stage_mail()]
    with phone(browser) as context:
        page = context.new_page()
        for name, _, html in mails:
            page.set_content(html)
            page.add_style_tag(content=PAINTED)
            for light in ("light", "dark"):
                page.emulate_media(color_scheme=light)
                picture(page, pictures / f"mail-{name}-{light}.png")
                if wrong := complaints(page):
                    found[f"{name} {light}"] = wrong
            width = page.evaluate("document.documentElement.scrollWidth")
            assert width <= 320, f"{name} is {width} wide"
    assert not found, "\n".join(f"{name}: {wrong}" for name, wrong in found.items())


def test_the_text_alone_is_complete(db: None) -> None:
    for name, text, html in [*service_mails(), stage_mail()]:
        for link in (one.split('"')[0] for one in html.split('href="')[1:]):
            assert link.replace("&amp;", "&") in text, f"{name}: {link} is in the HTML only"
        assert "<" not in text.replace("<https", ""), name
        assert "<img" not in html, f"{name} needs a picture to be read"
