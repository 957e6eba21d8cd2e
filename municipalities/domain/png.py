"""What may be a municipality's logo."""

from municipalities.domain.problem import ValueProblem

MOST_BYTES = 20_000
"""The head of every page carries it, also on a phone with a slow connection."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_FIRST = b"IHDR"
_LAST = b"IEND\xaeB`\x82"


class PictureProblem(ValueProblem):
    """A file that cannot be a logo."""


def check_png(picture: bytes) -> None:
    """Raises ``PictureProblem`` unless this is a whole PNG of at most ``MOST_BYTES``."""
    if not picture.startswith(_SIGNATURE) or picture[12:16] != _FIRST:
        raise PictureProblem(
            "not_png",
            "PNG形式の画像ではありません。画像ソフトで「PNG」を選んで保存したファイルを指定してください。",
            "This is not a PNG picture. Save it as PNG and name that file.",
        )
    if len(picture) > MOST_BYTES:
        raise PictureProblem(
            "too_large",
            f"ロゴは20kBまでです（このファイルは{-(-len(picture) // 1000)}kB）。"
            "横400ピクセルほどに縮めて保存したものを指定してください。",
            f"A logo has at most 20 kB; this file has {-(-len(picture) // 1000)} kB. Make it smaller.",
        )
    if not picture.endswith(_LAST):
        raise PictureProblem(
            "cut_off",
            "画像が途中で切れています。元のファイルをもう一度コピーして指定してください。",
            "The picture is cut off. Copy the original once more.",
        )
