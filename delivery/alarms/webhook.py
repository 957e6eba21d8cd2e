"""Calls ALARM_WEBHOOK_URL: for a chat room, or for whatever wakes somebody up. No personal data."""

import http.client
import json
import urllib.error
import urllib.request
from collections.abc import Sequence
from typing import Any

import structlog
from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from delivery.alarms import wording
from delivery.models import Alarm

log = structlog.get_logger("delivery.alarms")

SECONDS = 5
MOST = 50


class _Straight(urllib.request.HTTPRedirectHandler):
    """A redirect is an answer like any other: what we say is said to the one address that was set."""

    def redirect_request(self, *_given: Any, **_named: Any) -> None:
        return None


def call(alarms: Sequence[Alarm]) -> bool:
    """Whether everything was taken."""
    with translation.override("ja"):
        bodies = [
            json.dumps(_body(alarms[start : start + MOST]), ensure_ascii=False).encode()
            for start in range(0, len(alarms), MOST)
        ]
    return all(_post(body) for body in bodies)


def _post(body: bytes) -> bool:
    request = urllib.request.Request(  # noqa: S310  the settings take http and https only
        settings.ALARM_WEBHOOK_URL,
        data=body,
        headers={"Content-Type": "application/json; charset=utf-8", "User-Agent": "Kizuna"},
    )
    try:
        with urllib.request.build_opener(_Straight).open(request, timeout=SECONDS) as answer:
            return bool(200 <= answer.status < 300)
    except urllib.error.HTTPError as answer:
        log.warning("webhook not accepted", status=answer.code)
    except (OSError, http.client.HTTPException) as why:
        log.warning("webhook not reached", error=type(why).__name__)
    return False


def _body(alarms: Sequence[Alarm]) -> dict[str, Any]:
    """``text`` is what a chat room shows; ``alarms`` is for programs."""
    return {
        "text": "\n".join(_line(alarm) for alarm in alarms),
        "alarms": [
            {
                "id": alarm.pk,
                "cause": alarm.cause,
                "state": alarm.state,
                "municipality": _municipality(alarm),
                "about": alarm.about,
                "facts": alarm.facts,
                "title": wording.title(alarm),
                "sentence": wording.sentence(alarm),
                "opened_at": alarm.opened_at.isoformat(),
                "url": f"{settings.PUBLIC_BASE_URL}/npo/alarms/",
            }
            for alarm in alarms
        ],
    }


def _line(alarm: Alarm) -> str:
    what = {"title": wording.title(alarm), "sentence": wording.sentence(alarm)}
    if alarm.municipality is None:
        return _("%(title)s. %(sentence)s") % what
    return _("%(where)s: %(title)s. %(sentence)s") % {"where": alarm.municipality.name, **what}


def _municipality(alarm: Alarm) -> dict[str, str | None] | None:
    if alarm.municipality is None:
        return None
    one = alarm.municipality
    return {"slug": one.slug, "name": one.name, "code": one.code_id}
