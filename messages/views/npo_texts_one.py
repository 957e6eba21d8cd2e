"""One base text: its versions in every wording, who receives which, and any two side by side."""

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.template.response import TemplateResponse
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from kizuna.lib import clock
from messages.domain.stage import Stage
from messages.models import BaseText, TextVersion
from messages.services import library, version_use
from messages.views.calendar_words import variant_choices, variant_label
from messages.views.version_words import facts_changed, words_changed
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.words import Audience, Variant
from municipalities.http import NpoRequest
from municipalities.services import npo_staff

ON_A_PAGE = 100


@require_safe
@npo(NpoAct.SEE_TEXTS)
def text(request: NpoRequest, key: str, audience: str) -> HttpResponse:
    """All there is about one place of the course."""
    stage, who = _place(key, audience)
    found = library.text_at(stage, who)
    on = clock.today()
    wordings = library.wordings(found, on) if found else []
    staff = [
        number
        for wording in wordings
        for one in wording.versions
        for number in (one.version.published_by_id, one.version.reviewed_by_id)
    ]
    there = {wording.variant for wording in wordings}
    context = {
        "place": "base_texts",
        "on": on,
        "stage": stage,
        "audience": who,
        "text": found,
        "wordings": wordings,
        "several": sum(len(wording.versions) for wording in wordings) > 1,
        "names": npo_staff.names(staff),
        "lacking": [one for one in Variant if one not in there],
        "running": version_use.running(),
        "announcements": library.announcements(found, on).count() if found else 0,
    }
    return TemplateResponse(request, "npo/texts/text.html", context)


@require_POST
@npo(NpoAct.WRITE_TEXTS)
def begin(request: NpoRequest, key: str, audience: str) -> HttpResponse:
    """Off to the desk with a wording that this place does not have yet."""
    stage, who = _place(key, audience)
    asked = request.POST.get("variant", "")
    variant = Variant(asked) if asked in set(Variant) else Variant.STANDARD
    return redirect("npo:desk_write", library.text_for(stage, who).pk, variant)


@require_safe
@npo(NpoAct.SEE_TEXTS)
def compare(request: NpoRequest, key: str, audience: str) -> HttpResponse:
    """Any two versions, of one wording or of two."""
    found = _text(key, audience)
    versions = library.all_versions(found)
    before, after = (_chosen(versions, request.GET.get(name, "")) for name in ("from", "to"))
    context = {
        "place": "base_texts",
        "stage": found.stage,
        "audience": found.audience,
        "versions": [(str(one.pk), _version_words(one)) for one in versions],
        "before": before,
        "after": after,
        "from": str(before.pk) if before else "",
        "to": str(after.pk) if after else "",
        "differences": (
            words_changed(before, after) + facts_changed(before, after) if before and after else []
        ),
    }
    return TemplateResponse(request, "npo/texts/compare.html", context)


@require_safe
@npo(NpoAct.SEE_TEXTS)
def receivers(request: NpoRequest, key: str, audience: str) -> HttpResponse:
    """Which municipality sent which version of one wording, and which has sent none yet."""
    found = _text(key, audience)
    asked = request.GET.get("variant", "")
    variant = Variant(asked) if asked in set(Variant) else Variant.STANDARD
    every = version_use.receivers(found, variant)
    page = Paginator(every, ON_A_PAGE).get_page(request.GET.get("page"))
    there = {one.variant for one in library.all_versions(found)}
    context = {
        "place": "base_texts",
        "stage": found.stage,
        "audience": found.audience,
        "variant": variant,
        "variants": variant_choices(one for one in Variant if one in {*there, variant}),
        "page": page,
        "receivers": page.object_list,
        "sent": sum(one.version is not None for one in every),
        "none": sum(one.version is None for one in every),
        "query": f"variant={variant}",
    }
    return TemplateResponse(request, "npo/texts/receivers.html", context)


@require_safe
@npo(NpoAct.SEE_TEXTS)
def announcements(request: NpoRequest, key: str, audience: str) -> HttpResponse:
    """The municipalities' own announcements that can come with this text."""
    found = _text(key, audience)
    page = Paginator(library.announcements(found, clock.today()), ON_A_PAGE).get_page(
        request.GET.get("page")
    )
    context = {
        "place": "base_texts",
        "stage": found.stage,
        "audience": found.audience,
        "page": page,
        "blocks": page.object_list,
        "query": "",
    }
    return TemplateResponse(request, "npo/texts/announcements.html", context)


def _place(key: str, audience: str) -> tuple[Stage, Audience]:
    try:
        return Stage.parse(key), Audience(audience)
    except ValueError:
        raise Http404 from None


def _text(key: str, audience: str) -> BaseText:
    found = library.text_at(*_place(key, audience))
    if found is None:
        raise Http404
    return found


def _chosen(versions: list[TextVersion], asked: str) -> TextVersion | None:
    return next((one for one in versions if str(one.pk) == asked), None)


def _version_words(version: TextVersion) -> str:
    return _("%(words)s, version %(number)s, from %(day)s") % {
        "words": variant_label(version.variant),
        "number": version.number,
        "day": date_format(version.effective_from, "DATE_FORMAT"),
    }
