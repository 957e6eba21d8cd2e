"""The draft that a form keeps on the server while somebody types, for a browser that is wiped."""

from http import HTTPStatus

from django.http import JsonResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from kizuna.lib import clock
from messages.domain.announcement import Content
from messages.models import LocalBlock
from messages.services import blocks
from messages.services.blocks import SavedMeanwhile
from messages.services.review import Hand, ReviewRefused


def number(typed: str) -> int:
    """The revision a form was opened with; 0 where it names none."""
    return int(typed) if typed.isascii() and typed.isdecimal() and len(typed) < 9 else 0


def kept_by_itself(
    hand: Hand, block: LocalBlock | None, content: Content | None, revision: str
) -> JsonResponse:
    """Where the draft is now, with its revision; a sentence and 409 where the form must stop."""
    if content is None or not (content.title or content.body.strip()):
        words = _("Kept in this browser only, until the stage and the dates can be read.")
        return JsonResponse({"words": words})
    try:
        if block is None:
            block = blocks.create(hand, content)
        else:
            block = blocks.save(hand, block.pk, content, revision=number(revision), by_itself=True)
    except SavedMeanwhile:
        return _stop(
            _(
                "Somebody else saved in the meantime. Press “Save” to see both versions side by side."
            )
        )
    except ReviewRefused:
        return _stop(_("This is not a draft any more. Press “Save” to keep what you have typed."))
    at = date_format(timezone.localtime(clock.now()), "H:i")
    return JsonResponse(
        {
            "words": _("Draft kept at %(time)s.") % {"time": at},
            "revision": block.revision,
            "block": block.pk,
            "edit": reverse("console:block_edit", args=[hand.municipality.slug, block.pk]),
        }
    )


def _stop(words: str) -> JsonResponse:
    return JsonResponse({"words": words}, status=HTTPStatus.CONFLICT)
