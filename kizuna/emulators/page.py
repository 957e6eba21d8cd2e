"""The look of an emulator's pages: plain HTML without JavaScript, for a phone's width too."""

from collections.abc import Sequence
from html import escape
from typing import TypeVar

from aiohttp import web

T = TypeVar("T")

STYLE = """
*{box-sizing:border-box}
body{margin:0;background:#f3f5f7;color:#1a1a1c;line-height:1.7;
font-family:system-ui,-apple-system,"Hiragino Sans","Noto Sans JP","Noto Sans CJK JP",sans-serif}
header{background:#fff;border-bottom:1px solid #d8dcdf;padding:.8rem 1rem}
main,header>div{max-width:44rem;margin:0 auto}
main{padding:1rem}
h1{font-size:1.2rem;margin:0;overflow-wrap:anywhere}
h2{font-size:1rem;margin:1.4rem 0 .4rem}
p{margin:.4rem 0;overflow-wrap:anywhere}.note{color:#555;font-size:.9rem}
a{color:#0017c1}a:focus-visible{outline:3px solid #000;outline-offset:2px;background:#fff6b8}
ul.list{list-style:none;margin:1rem 0;padding:0;background:#fff;border:1px solid #d8dcdf;
border-radius:.6rem}
ul.list li{padding:.7rem 1rem;border-top:1px solid #e8eaed;overflow-wrap:anywhere}
ul.list li:first-child{border-top:0}
dl{margin:0;background:#fff;border:1px solid #d8dcdf;border-radius:.6rem;padding:.7rem 1rem}
dt{color:#555;font-size:.85rem}dd{margin:0 0 .4rem;overflow-wrap:anywhere}
.text,iframe{background:#fff;border:1px solid #d8dcdf;border-radius:.6rem;width:100%}
.text{padding:.7rem 1rem;white-space:pre-wrap;overflow-wrap:anywhere}iframe{height:36rem}
details{margin:1rem 0}summary{min-height:2.75rem;padding:.5rem 0}
form{display:flex;gap:.5rem;flex-wrap:wrap;align-items:end}label{font-size:.9rem;flex:1 1 12rem}
input,button{font:inherit;min-height:2.75rem;padding:.3rem .7rem;border:1px solid #767676;
border-radius:.4rem}input{width:100%;background:#fff}
button{background:#0017c1;color:#fff;border-color:#0017c1}
nav{display:flex;gap:1.5rem;flex-wrap:wrap;margin:1rem 0}
"""


def page(title: str, body: str, *, frames: bool = False) -> web.Response:
    """A whole page. ``frames`` allows it an iframe of its own origin."""
    html = (
        '<!doctype html><html lang="ja"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style></head><body>"
        f"<header><div><h1>{escape(title)}</h1></div></header><main>{body}</main></body></html>"
    )
    policy = "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'"
    headers = {
        "Content-Security-Policy": policy + ("; frame-src 'self'" if frames else ""),
        "Referrer-Policy": "no-referrer",
    }
    return web.Response(text=html, content_type="text/html", headers=headers)


def paged(request: web.Request, rows: Sequence[T], size: int) -> tuple[Sequence[T], str]:
    """The rows of the page that ``?page=`` asks for, and links to its neighbours."""
    pages = max(1, -(-len(rows) // size))
    asked = request.query.get("page", "1")
    at = min(max(int(asked), 1), pages) if asked.isascii() and asked.isdigit() else 1
    links = []
    for to, label in ((at - 1, "前のページ"), (at + 1, "次のページ")):
        if 1 <= to <= pages:
            address = escape(str(request.rel_url.update_query(page=str(to))))
            links.append(f'<a href="{address}">{label}</a>')
    where = f"<span>{at} / {pages}ページ</span>" if pages > 1 else ""
    return rows[(at - 1) * size : at * size], f"<nav>{''.join(links)}{where}</nav>"


def listing(rows: Sequence[str], empty: str) -> str:
    """A list of ready HTML rows, or the sentence ``empty``."""
    items = "".join(f"<li>{row}</li>" for row in rows)
    return f'<ul class="list">{items}</ul>' if rows else f"<p>{empty}</p>"


def not_found() -> web.HTTPNotFound:
    return web.HTTPNotFound(text="そのページはありません。", content_type="text/plain")
