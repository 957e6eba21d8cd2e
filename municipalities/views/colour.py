"""A municipality's colour, made readable: WCAG 2.2 asks for a contrast of 4.5 for text."""

from dataclasses import dataclass

ENOUGH = 4.5
# Digital Agency's blue-900, where a colour is missing or is none.
DEFAULT = "#0017c1"
# The ground of a page by night; kizuna.css paints it.
NIGHT = (0x17, 0x19, 0x1F)


@dataclass(frozen=True, slots=True)
class Brand:
    """``ground`` as chosen; ``ink`` is readable on it; ``text`` on white, ``night`` in the dark."""

    ground: str
    ink: str
    text: str
    night: str

    @classmethod
    def of(cls, colour: str) -> "Brand":
        """Derive the readable colours from the chosen one."""
        try:
            rgb = _rgb(colour)
        except ValueError:
            return cls.of(DEFAULT)
        white, black = (255, 255, 255), (0, 0, 0)
        ink = "#ffffff" if contrast(rgb, white) >= contrast(rgb, black) else "#000000"
        text = rgb
        while contrast(text, white) < ENOUGH:
            text = (text[0] * 9 // 10, text[1] * 9 // 10, text[2] * 9 // 10)
        night = rgb
        while contrast(night, NIGHT) < ENOUGH:
            night = (_lighter(night[0]), _lighter(night[1]), _lighter(night[2]))
        return cls(_hex(rgb), ink, _hex(text), _hex(night))

    def css(self) -> str:
        """Custom properties for the page."""
        return (
            f":root{{--brand:{self.ground};--brand-ink:{self.ink};--brand-text:{self.text}}}\n"
            f"@media screen and (prefers-color-scheme:dark){{.night{{--brand-text:{self.night}}}}}\n"
        )


def _lighter(part: int) -> int:
    return part + (255 - part + 9) // 10


def contrast(one: tuple[int, int, int], other: tuple[int, int, int]) -> float:
    """The contrast ratio of two sRGB colours, 1 to 21. Source: WCAG 2.2, "contrast ratio"."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(rgb: tuple[int, int, int]) -> float:
    red, green, blue = (_linear(part / 255) for part in rgb)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _rgb(colour: str) -> tuple[int, int, int]:
    if len(colour) != 7 or not colour.startswith("#"):
        raise ValueError(colour)
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(rgb: tuple[int, int, int]) -> str:
    return "#{:02x}{:02x}{:02x}".format(*rgb)
