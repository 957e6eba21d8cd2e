"""All municipalities as the NPO looks after them: in which state, by whom, when last in touch."""

from dataclasses import dataclass
from datetime import date
from urllib.parse import urlencode

from django.db.models import Count, Q, QuerySet
from django.http import HttpResponse
from django.template.response import TemplateResponse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from kizuna.lib.text import fold_value
from municipalities.access import npo
from municipalities.domain.npo_roles import NpoAct
from municipalities.domain.romaji import hiragana
from municipalities.domain.words import Service
from municipalities.http import NpoRequest
from municipalities.models import Municipality
from municipalities.services import npo_staff, partners, programmes
from municipalities.views.npo_found import KINDS, SERVICES, TONES

PER_PAGE = 50
NOBODY = "nobody"
MINE = "mine"


@dataclass(frozen=True, slots=True)
class Line:
    """One municipality's row."""

    municipality: Municipality
    state: str | Promise
    tone: str
    kind: str | Promise
    partner: str
    last_contact: date | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which ones are asked for; nothing set means all that have not ended."""

    words: str
    service: str
    partner: str
    programme: str

    @property
    def query(self) -> str:
        """For the links to other pages of the same list."""
        named = {"q": self.words, "state": self.service, "who": self.partner, "in": self.programme}
        return urlencode({name: value for name, value in named.items() if value})


@require_safe
@npo(NpoAct.SEE_MUNICIPALITIES)
def municipalities(request: NpoRequest) -> HttpResponse:
    """Fifty a page, by code and name."""
    asked = request.GET
    wanted = Wanted(
        words=asked.get("q", "")[:80],
        service=asked.get("state", "") if asked.get("state", "") in SERVICES else "",
        partner=asked.get("who", "")[:20],
        programme=asked.get("in", "")[:20],
    )
    found = _found(wanted, request.user.pk)
    page = _number(asked.get("page", "")) or 1
    rows = list(found[(page - 1) * PER_PAGE : page * PER_PAGE + 1])
    context = {
        "place": "municipalities",
        "lines": _lines(rows[:PER_PAGE]),
        "wanted": wanted,
        "states": _states(),
        "partners": [
            ("", _("Everybody's")),
            (MINE, _("Mine")),
            (NOBODY, _("Nobody's")),
            *((str(one.pk), one.name) for one in partners.everybody()),
        ],
        "programmes": [(str(one.pk), one.name) for one in programmes.programmes()],
        "count": found.count(),
        "page": page,
        "earlier": page - 1 if page > 1 else None,
        "later": page + 1 if len(rows) > PER_PAGE else None,
        "may_manage": request.user.may_for_npo(NpoAct.MANAGE_MUNICIPALITIES),
        "may_enter": request.user.may_for_npo(NpoAct.ENTER_FIGURES),
        "is_filtered": bool(wanted.query),
    }
    return TemplateResponse(request, "npo/municipalities/list.html", context)


def _found(wanted: Wanted, user_id: int) -> QuerySet[Municipality]:
    found = Municipality.objects.select_related("programme", "code").order_by(
        "code_id", "name", "pk"
    )
    if wanted.service:
        found = found.filter(service=wanted.service)
    else:
        found = found.exclude(service=Service.ENDED)
    for word in fold_value(wanted.words).split()[:5]:
        found = found.filter(_about(word))
    if wanted.partner == MINE:
        found = found.filter(pk__in=partners.looked_after_by(user_id))
    elif wanted.partner == NOBODY:
        found = found.exclude(pk__in=partners.looked_after())
    elif (number := _number(wanted.partner)) is not None:
        found = found.filter(pk__in=partners.looked_after_by(number))
    if (programme := _number(wanted.programme)) is not None:
        found = found.filter(Q(programme_id=programme) | Q(pk=programme))
    return found


def _about(word: str) -> Q:
    named = Q(name__icontains=word) | Q(service_name__icontains=word) | Q(slug__icontains=word)
    named |= Q(code__prefecture__contains=word) | Q(code__kana__contains=hiragana(word))
    return named | Q(code__code__startswith=word) if word.isdecimal() else named


def _states() -> list[tuple[str, str | Promise, int]]:
    counted = dict(
        Municipality.objects.values_list("service").annotate(Count("pk")).order_by("service")
    )
    return [(state, words, counted.get(state, 0)) for state, words in SERVICES.items()]


def _lines(rows: list[Municipality]) -> list[Line]:
    ids = [one.pk for one in rows]
    present, contacts = partners.present(ids), partners.last_contacts(ids)
    names = npo_staff.names([one.partner_id for one in present.values()])
    return [
        Line(
            municipality=one,
            state=SERVICES[one.service],
            tone=TONES.get(one.service, ""),
            kind=KINDS[one.kind],
            partner=names.get(present[one.pk].partner_id, "") if one.pk in present else "",
            last_contact=contacts.get(one.pk),
        )
        for one in rows
    ]


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 10 and int(text) > 0 else None
