"""What each user received, as bubbles. Plain HTML without JavaScript, for a phone's width too."""

import re
from collections.abc import Sequence
from datetime import datetime
from html import escape
from typing import Any, TypeVar
from urllib.parse import quote

from aiohttp import web

from kizuna.emulators.line.state import TOKYO, Channel, State

T = TypeVar("T")

USERS_A_PAGE = 50
MESSAGES_A_PAGE = 20
LINK = re.compile(r"https?://[^\s<>\"'、。）」]+")
STATUS_JA = {
    "friend": "友だち",
    "blocked": "ブロック中",
    "deleted": "アカウント削除",
    "not_friend": "友だちではない",
}
STYLE = """
*{box-sizing:border-box}
body{margin:0;background:#f3f5f7;color:#1a1a1c;line-height:1.7;
font-family:system-ui,-apple-system,"Hiragino Sans","Noto Sans JP","Noto Sans CJK JP",sans-serif}
header{background:#fff;border-bottom:1px solid #d8dcdf;padding:.8rem 1rem}
main,header>div{max-width:40rem;margin:0 auto}
main{padding:1rem}
h1{font-size:1.2rem;margin:0;overflow-wrap:anywhere}
p{margin:.4rem 0;overflow-wrap:anywhere}.note{color:#555;font-size:.9rem}
a{color:#0017c1}a:focus-visible{outline:3px solid #000;outline-offset:2px;background:#fff6b8}
ul.list{list-style:none;margin:1rem 0;padding:0;background:#fff;border:1px solid #d8dcdf;
border-radius:.6rem}
ul.list li{padding:.7rem 1rem;border-top:1px solid #e8eaed;overflow-wrap:anywhere}
ul.list li:first-child{border-top:0}
ol.talk{list-style:none;margin:1rem 0;padding:1rem;background:#d5e1ef;border-radius:.6rem}
ol.talk li{margin:0 0 1.2rem}ol.talk li:last-child{margin:0}
.bubble{background:#fff;border-radius:.2rem 1rem 1rem 1rem;padding:.7rem .9rem;margin:0 0 .4rem;
max-width:32rem;white-space:pre-wrap;overflow-wrap:anywhere}
time{font-size:.85rem;color:#333}
nav{display:flex;gap:1.5rem;flex-wrap:wrap;margin:1rem 0}
"""
HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'",
    "Referrer-Policy": "no-referrer",
}


def routes(state: State) -> list[web.RouteDef]:
    pages = Pages(state)
    return [
        web.get("/", pages.channels),
        web.get("/users/{channel}", pages.users),
        web.get("/users/{channel}/{user}", pages.talk),
    ]


class Pages:
    def __init__(self, state: State) -> None:
        self.state = state

    async def channels(self, _: web.Request) -> web.Response:
        today = self.state.today()
        rows = []
        for channel in self.state.channels.values():
            figures = self.state.count(today, channel.channel_id)
            link = f'<a href="/users/{quote(channel.channel_id)}">{escape(_name(channel))}</a>'
            rows.append(
                f'<li>{link}<p class="note">登録 {len(channel.users):,}人・'
                f"本日 {figures['delivered']:,}通をお届けしました</p></li>"
            )
        listing = _list(rows, "まだチャネルがありません。デモを始めると、ここに並びます。")
        note = "これは練習用の LINE です。実際の LINE には何も送られません。"
        return _page("LINE（練習用）", f'<p class="note">{note}</p>{listing}')

    async def users(self, request: web.Request) -> web.Response:
        channel = self._channel(request)
        last = {
            user: self.state.inbox.get((channel.channel_id, user), [-1])[-1]
            for user in channel.users
        }
        newest_first = sorted(channel.users, key=lambda user: last[user], reverse=True)
        users, links = _paged(request, newest_first, USERS_A_PAGE)
        rows = []
        for user in users:
            number = len(self.state.inbox.get((channel.channel_id, user), []))
            status = STATUS_JA[channel.users[user]]
            href = f"/users/{quote(channel.channel_id)}/{quote(user)}"
            rows.append(
                f'<li><a href="{href}">{escape(user)}</a>'
                f'<p class="note">{status}・受信 {number:,}通</p></li>'
            )
        back = '<nav><a href="/">チャネルの一覧へ</a></nav>'
        return _page(_name(channel), back + _list(rows, "まだ登録している人がいません。") + links)

    async def talk(self, request: web.Request) -> web.Response:
        channel, user = self._channel(request), request.match_info["user"]
        if user not in channel.users:
            raise _not_found()
        numbers = self.state.inbox.get((channel.channel_id, user), [])
        shown, links = _paged(request, numbers[::-1], MESSAGES_A_PAGE)
        items = []
        for one in (self.state.received[number] for number in shown):
            at = datetime.fromtimestamp(one.at, TOKYO)
            bubbles = "".join(
                f'<div class="bubble">{_text(message)}</div>'
                for message in self.state.contents[one.content]
            )
            stamp = f'<time datetime="{at.isoformat()}">{at:%Y年%m月%d日 %H:%M}</time>'
            items.append(f"<li>{bubbles}{stamp}</li>")
        talk = (
            f'<ol class="talk">{"".join(items)}</ol>'
            if items
            else "<p>まだ何も届いていません。</p>"
        )
        href = f"/users/{quote(channel.channel_id)}"
        note = f'<p class="note">{escape(user)}・{STATUS_JA[channel.users[user]]}・新しい順</p>'
        return _page(
            _name(channel), f'<nav><a href="{href}">読者の一覧へ</a></nav>{note}{talk}{links}'
        )

    def _channel(self, request: web.Request) -> Channel:
        channel = self.state.channels.get(request.match_info["channel"])
        if channel is None:
            raise _not_found()
        return channel


def _name(channel: Channel) -> str:
    return channel.name or f"チャネル {channel.channel_id}"


def _text(message: dict[str, Any]) -> str:
    """The words of one message object; other kinds show their alternative text."""
    text = str(message.get("text") or message.get("altText") or f"［{message.get('type')}］")
    parts, end = [], 0
    for match in LINK.finditer(text):
        url = escape(match.group())
        parts += [escape(text[end : match.start()]), f'<a href="{url}">{url}</a>']
        end = match.end()
    return "".join(parts) + escape(text[end:])


def _paged(request: web.Request, rows: Sequence[T], size: int) -> tuple[Sequence[T], str]:
    pages = max(1, -(-len(rows) // size))
    asked = request.query.get("page", "1")
    page = min(max(int(asked), 1), pages) if asked.isascii() and asked.isdigit() else 1
    links = []
    if page > 1:
        links.append(f'<a href="?page={page - 1}">前のページ</a>')
    if page < pages:
        links.append(f'<a href="?page={page + 1}">次のページ</a>')
    where = f"<span>{page} / {pages}ページ</span>" if pages > 1 else ""
    return rows[(page - 1) * size : page * size], f"<nav>{''.join(links)}{where}</nav>"


def _list(rows: list[str], empty: str) -> str:
    return f'<ul class="list">{"".join(rows)}</ul>' if rows else f"<p>{empty}</p>"


def _not_found() -> web.HTTPNotFound:
    return web.HTTPNotFound(text="そのページはありません。", content_type="text/plain")


def _page(title: str, body: str) -> web.Response:
    html = (
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f"<header><div><h1>{escape(title)}</h1></div></header><main>{body}</main></body></html>"
    )
    return web.Response(text=html, content_type="text/html", headers=HEADERS)
