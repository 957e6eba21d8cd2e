"""A page as PDF. The library needs the system's Pango; where that is missing, one prints the page."""

from functools import cache
from pathlib import Path
from typing import Any

from django.contrib.staticfiles import finders

STYLES = (
    "kizuna/vendor/digital-go-jp-tokens.css",
    "kizuna/kizuna.css",
    "kizuna/charts.css",
    "kizuna/report.css",
)


class NotPossible(Exception):
    """No PDF on this machine."""


def of(html: str) -> bytes:
    """The page, with our own styles and nothing fetched from anywhere.

    Raises NotPossible without Pango.
    """
    library = _library()
    page = library.HTML(
        string=html.replace("<defs>", f"<defs>{_drawing()}"),
        base_url="about:blank",
        url_fetcher=_nothing(),
    )
    return bytes(page.write_pdf(stylesheets=_styles(), pdf_variant="pdf/ua-1"))


@cache
def _library() -> Any:
    # 2 s and 30 MB: only whoever asks for a PDF pays.
    try:
        import weasyprint
    except (ImportError, OSError) as error:
        raise NotPossible from error
    return weasyprint


@cache
def _styles() -> list[Any]:
    paths = [finders.find(name) for name in STYLES]
    return [_library().CSS(filename=path, url_fetcher=_nothing()) for path in paths if path]


@cache
def _drawing() -> str:
    """The styles inside of each SVG."""
    path = finders.find("kizuna/report-drawing.css")
    words = Path(path).read_text(encoding="utf-8") if path else ""
    return f"<style>{words}</style>"


def _nothing() -> Any:
    """Opens no address of any kind: a report has everything in it."""
    return _library().urls.URLFetcher(allowed_protocols=())
