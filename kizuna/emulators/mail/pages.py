"""The HTTP side: the mails as a person would see them, and the counts for tests and the demo."""

import json
import re
from datetime import datetime
from email import message_from_bytes, policy
from email.errors import HeaderParseError
from email.header import decode_header, make_header
from email.message import EmailMessage
from html import escape

from aiohttp import web

from kizuna.emulators.mail.faults import Fault, FaultError, Faults
from kizuna.emulators.mail.store import TOKYO, Kept, Store
from kizuna.emulators.page import listing, not_found, page, paged

MAILS_A_PAGE = 50
_LINK = re.compile(r"https?://[^\s<>\"'、。）」]+")
_START = re.compile(r"\s*(<!doctype[^>]*>)?\s*(<html[^>]*>)?\s*(<head[^>]*>)?", re.IGNORECASE)
_SANDBOX = "allow-popups allow-popups-to-escape-sandbox"
"""No scripts, no forms, no access to us; a link in the mail may open a page of its own."""


def routes(store: Store, faults: Faults) -> list[web.RouteDef]:
    pages = Pages(store, faults)
    return [
        web.get("/", pages.mails),
        web.get("/_count", pages.count),
        web.get("/_faults", pages.faults_left),
        web.post("/_faults", pages.plan_faults),
        web.get(r"/messages/{number:\d{1,9}}", pages.mail),
        web.get(r"/messages/{number:\d{1,9}}.eml", pages.source),
        web.get(r"/messages/{number:\d{1,9}}/html", pages.html),
    ]


class Pages:
    def __init__(self, store: Store, faults: Faults) -> None:
        self._store = store
        self._faults = faults

    async def plan_faults(self, request: web.Request) -> web.Response:
        """``POST /_faults``: a list of faults replaces the plan; an empty one ends them."""
        try:
            plan = json.loads(await request.read())
            if not isinstance(plan, list):
                raise FaultError("the plan is a list of faults")
            self._faults.plan = [Fault.parse(one) for one in plan]
        except ValueError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response({"faults": self._faults.left()})

    async def faults_left(self, _: web.Request) -> web.Response:
        return web.json_response({"faults": self._faults.left()})

    async def count(self, request: web.Request) -> web.Response:
        """``GET /_count[?day=YYYY-MM-DD]``."""
        return web.json_response(self._store.count(request.query.get("day")))

    async def mails(self, request: web.Request) -> web.Response:
        """All mails, newest first; ``?to=`` keeps those whose recipient contains it."""
        wanted = request.query.get("to", "").strip().lower()
        kept = self._store.kept[::-1]
        if wanted:
            kept = [one for one in kept if wanted in one.rcpt_to.lower()]
        shown, links = paged(request, kept, MAILS_A_PAGE)
        note = "これは練習用のメール受け皿です。届いたメールを見せるだけで、外には何も送りません。"
        search = (
            '<form action="/"><label>宛先で探す<input name="to" type="search" '
            f'value="{escape(wanted)}"></label><button>探す</button></form>'
        )
        number = f"<p>{len(kept):,}通のメールがあります。新しい順に並んでいます。</p>"
        rows = [_row(one) for one in shown]
        empty = "まだメールがありません。配信を始めると、ここに並びます。"
        body = listing(rows, "その宛先のメールは見つかりません。" if wanted else empty)
        return page(
            "メール（練習用）",
            f'<p class="note">{note}</p>{search}{number if kept else ""}{body}{links}',
        )

    async def mail(self, request: web.Request) -> web.Response:
        kept, message = self._read(request)
        text, html = (_content(message, kind) for kind in ("plain", "html"))
        parts = ['<nav><a href="/">一覧へ戻る</a></nav>', _envelope(kept)]
        if html is not None:
            parts.append(
                f'<h2>HTML</h2><iframe src="/messages/{kept.number}/html" sandbox="{_SANDBOX}" '
                'title="メールの HTML 本文"></iframe>'
            )
        if text is not None:
            parts.append(f'<h2>テキスト</h2><div class="text">{_linked(text)}</div>')
        fields = "".join(f"<dt>{escape(n)}</dt><dd>{escape(v)}</dd>" for n, v in _headers(message))
        parts.append(f"<details><summary>すべてのヘッダー</summary><dl>{fields}</dl></details>")
        parts.append(f'<nav><a href="/messages/{kept.number}.eml">元のメールを保存する</a></nav>')
        return page(_subject(kept), "".join(parts), frames=True)

    async def html(self, request: web.Request) -> web.Response:
        """The HTML part alone, for the frame; nothing in it may run or load."""
        _, message = self._read(request)
        html = _content(message, "html")
        if html is None:
            raise not_found()
        html = _START.sub(lambda start: start[0] + '<base target="_blank">', html, count=1)
        policy = f"default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox {_SANDBOX}"
        headers = {"Content-Security-Policy": policy, "Referrer-Policy": "no-referrer"}
        return web.Response(text=html, content_type="text/html", headers=headers)

    async def source(self, request: web.Request) -> web.Response:
        """The mail's own bytes."""
        kept = self._find(request)
        name = f'attachment; filename="{kept.number}.eml"'
        return web.Response(
            body=self._store.path(kept).read_bytes(),
            content_type="message/rfc822",
            headers={"Content-Disposition": name, "X-Content-Type-Options": "nosniff"},
        )

    def _find(self, request: web.Request) -> Kept:
        kept = self._store.find(int(request.match_info["number"]))
        if kept is None or not self._store.path(kept).exists():
            raise not_found()
        return kept

    def _read(self, request: web.Request) -> tuple[Kept, EmailMessage]:
        kept = self._find(request)
        raw = self._store.path(kept).read_bytes()
        return kept, message_from_bytes(raw, policy=policy.default)


def _row(kept: Kept) -> str:
    return (
        f'<a href="/messages/{kept.number}">{escape(_subject(kept))}</a>'
        f'<p class="note">{escape(kept.rcpt_to)} 宛て・{_at(kept)}</p>'
    )


def _envelope(kept: Kept) -> str:
    rows = (("宛先", kept.rcpt_to), ("差出人", kept.mail_from), ("届いた時刻", _at(kept)))
    return f"<dl>{''.join(f'<dt>{n}</dt><dd>{escape(v)}</dd>' for n, v in rows)}</dl>"


def _at(kept: Kept) -> str:
    return f"{datetime.fromtimestamp(kept.at, TOKYO):%Y年%m月%d日 %H:%M:%S}"


def _subject(kept: Kept) -> str:
    return _in_words(kept.subject) or "（件名なし）"


def _headers(message: EmailMessage) -> list[tuple[str, str]]:
    """All header lines in words; a field that cannot be read is shown as it came."""
    return [(name, _in_words(str(value))) for name, value in message.raw_items()]


def _in_words(value: str) -> str:
    try:
        return str(make_header(decode_header(value.replace("\r\n", ""))))
    except (HeaderParseError, ValueError, LookupError):
        return value


def _content(message: EmailMessage, kind: str) -> str | None:
    """The words of the text/plain or text/html part; None where the mail has no such part."""
    part = message.get_body((kind,))
    if part is None:
        return None
    try:
        return str(part.get_content())
    except (LookupError, ValueError):
        return "（この部分は読み取れません）"


def _linked(text: str) -> str:
    parts, end = [], 0
    for match in _LINK.finditer(text):
        url = escape(match.group())
        parts += [escape(text[end : match.start()]), f'<a href="{url}" rel="noreferrer">{url}</a>']
        end = match.end()
    return "".join(parts) + escape(text[end:])
