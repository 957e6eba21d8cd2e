"""A draft as a chosen municipality's readers would get it, with what is wrong and what may be better."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.clickjacking import xframe_options_sameorigin
from django.views.decorators.http import require_safe

from kizuna.lib import clock
from messages.domain.stage import Stage
from messages.rendering.check import SUBJECT_LIMIT, check_rendered, check_text
from messages.rendering.compose import Rendered
from messages.services import compose
from messages.services.avoided_words import all_hints
from messages.services.compose import Version
from messages.services.desk import Refusal
from messages.views.day_in_words import in_english
from messages.views.npo_desk_said import problem_said, refused
from messages.views.rendered_forms import forms, framed
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import Service, Variant
from municipalities.http import NpoRequest
from municipalities.models import Municipality


def samples() -> list[Municipality]:
    """Those whose letterhead a preview may wear: running ones first, without those that left."""
    found = Municipality.objects.exclude(service__in=[Service.ENDED, Service.EXTERNAL])
    return sorted(found, key=lambda one: (one.service != Service.LIVE, one.name, one.pk))


@dataclass(frozen=True, slots=True)
class Words:
    """What is shown, and where in the course it belongs."""

    stage: Stage
    variant: Variant
    subject: str
    body: str


def context(request: NpoRequest, asked: Mapping[str, str], words: Words) -> dict[str, object]:
    """Everything that ``npo/desk/shown.html`` and ``npo/desk/findings.html`` show.

    ``asked`` names the municipality in whose letterhead it is made.
    """
    there = samples()
    wanted = asked.get("look_municipality", "")
    chosen = next((one for one in there if one.slug == wanted), there[0] if there else None)
    troubles = _troubles(words)
    found: dict[str, object] = {
        "samples": there,
        "chosen": chosen,
        "troubles": troubles,
        "hints": _hints(words),
        "forms": {},
    }
    if chosen and words.body.strip():
        composed = _composed(chosen, words)
        troubles += [("body", problem_said(one)) for one in check_rendered(composed)]
        found["lang"] = compose.lang_of(words.variant)
        found["forms"] = forms(
            _owner(request, chosen.slug), chosen.service_name, composed,
            lambda token, form: reverse("npo:desk_frame", args=[chosen.slug, token, form]),
        )  # fmt: skip
    return found


def _troubles(words: Words) -> list[tuple[str, str]]:
    problems = check_text(words.subject, words.body)
    found = [
        ("subject" if one.where == "subject" else "body", problem_said(one)) for one in problems
    ]
    if len(words.subject) > SUBJECT_LIMIT and not any(field == "subject" for field, _ in found):
        found.insert(0, ("subject", refused(Refusal.TOO_LONG)))
    return found


def _composed(municipality: Municipality, words: Words) -> Rendered:
    """By the function that freezes the day's texts."""
    version = Version(0, 0, words.subject, words.body, compose.lang_of(words.variant))
    head = compose.letterhead(municipality)
    return compose.compose(head, version, (), words.stage, clock.today()).rendered


def _hints(words: Words) -> list[str]:
    if compose.lang_of(words.variant) != "ja":
        return []
    found = all_hints(f"{words.subject}\n{words.body}")
    return [one.en if in_english() else one.ja for one in found]


def _owner(request: NpoRequest, slug: str) -> str:
    return f"npo:{request.user.pk}:{slug}"


@require_safe
@npo(NpoAct.SEE_TEXTS)
@xframe_options_sameorigin
def frame(request: NpoRequest, slug: str, token: str, form: str) -> HttpResponse:
    """What a preview's frame shows: for five minutes, to whoever has asked for it."""
    return framed(request, _owner(request, slug), token, form, slug)
