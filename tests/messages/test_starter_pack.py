"""The texts that come with the product: complete, marked as samples, fit for every channel."""

import re
from collections import Counter
from datetime import date
from pathlib import Path

import pytest

from messages.content_files import ContentFile, read_course
from messages.domain.placeholders import fill
from messages.rendering.check import check_rendered
from messages.rendering.compose import Letterhead, Part, edition_values, render
from messages.rendering.fragments import fragments

PACK = Path(__file__).parents[2] / "content" / "ja"
COURSE = read_course(PACK)
STANDARD = {
    file.stage.key: file
    for file in COURSE.files
    if (file.audience, file.variant) == ("everyone", "standard")
}
PROMISED = [
    *(f"p{week}w0d" for week in range(4, 42)),
    *(f"d{day}" for day in (*range(0, 99, 7), 100)),
    *(f"m{month}" for month in range(4, 36) if month not in (12, 24)),
    *("y1", "y2", "y3"),
]
HEAD = Letterhead(
    municipality_name="かすみがうら市",
    service_name="かすみがうら子育て応援メール",
    contact="子育て支援課 0299-00-0000",
    postal_address="茨城県かすみがうら市",
    brand_colour="#0a7f5a",
    signup_url="https://kizuna.example.jp/m/kasumigaura/",
)

every_text = pytest.mark.parametrize("file", COURSE.files, ids=lambda file: file.path)


def length(file: ContentFile) -> int:
    """Letters a parent reads: the web form without tags, readings and white space."""
    html = re.sub(r"<rp>.*?</rp>|<rt>.*?</rt>", "", fill(fragments(file.body, 2).web_html, {}))
    return len(re.sub(r"<[^>]*>|\s", "", html))


def test_the_pack_reads_without_a_problem() -> None:
    assert [problem.told for problem in COURSE.problems] == []


def test_every_promised_stage_has_its_standard_text_for_everyone() -> None:
    assert [key for key in PROMISED if key not in STANDARD] == []


def test_no_two_texts_share_a_subject_or_a_body() -> None:
    bodies = Counter(file.body for file in COURSE.files)
    subjects = Counter((file.variant, file.subject) for file in COURSE.files)
    assert [body for body, times in bodies.items() if times > 1] == []
    assert [subject for subject, times in subjects.items() if times > 1] == []


@every_text
def test_a_text_is_marked_as_an_unsupervised_sample(file: ContentFile) -> None:
    assert (file.sample, file.supervisor, file.reviewed_on) == (True, "", None)


@every_text
def test_a_text_has_150_to_400_characters(file: ContentFile) -> None:
    assert 150 <= length(file) <= 400


@every_text
def test_a_text_asks_at_most_once(file: ContentFile) -> None:
    assert file.body.count("ください") <= 1


@every_text
def test_a_text_renders_for_every_channel(file: ContentFile) -> None:
    values = edition_values(HEAD, file.stage, date(2026, 10, 3))
    made = render(file.subject, [Part("", file.body)], values, HEAD)
    assert check_rendered(made) == []
    for form in (made.subject, made.mail_text, made.mail_html, made.line_text, made.web_html):
        assert form.strip()
        assert "{{" not in form
