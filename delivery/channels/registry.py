"""Name → channel; the only importer of the concrete ones. One instance a process."""

from functools import cache

from django.conf import settings

from delivery.channels.line import LineChannel
from delivery.channels.protocol import Channel
from delivery.channels.smtp import SmtpChannel

NAMES = ("email", "line")
REPEATABLE = ["line"]


@cache
def get(name: str) -> Channel:
    """The channel of that name; made at the first call, in the process that sends."""
    if name == "email":
        return SmtpChannel(settings.EMAIL_URL)
    if name == "line":
        return LineChannel(settings.LINE_API_BASE_URL, settings.REDIS_URL)
    raise LookupError(name)
