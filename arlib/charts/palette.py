"""Every colour of the product, and the orders that go with them: one place for all rooms.

All pairs stay apart for readers with protan, deutan or tritan vision; a colour is added here only
after the same check.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

INK: Final = "#1F2933"
INK_SECOND: Final = "#52606D"
MUTE: Final = "#7B8794"
REST: Final = "#B8C4D0"
GRID: Final = "#E4E8EC"
PANEL: Final = "#F2F5F9"
ROW: Final = "#F7F9FB"
BRAND: Final = "#12557F"
HEADING: Final = "#12355B"
WHITE: Final = "#FFFFFF"

NOT_DUE: Final = "#A9BCD0"
_AGING_FIVE: Final = (NOT_DUE, "#FBD98F", "#F0A04B", "#CF5A2B", "#7A1426")
_AGING_SIX: Final = (NOT_DUE, "#FDE9B8", "#F8C064", "#E5873A", "#BF4A1D", "#6D1024")
_DARK_INK_TEXT: Final = 3  # from this bucket on, labels inside a segment are white

FAVOURABLE: Final = "#0B6FA4"
UNFAVOURABLE: Final = "#C44E00"
NO_CHANGE: Final = INK_SECOND

SEGMENTS: Final = {
    "reliable": "#0B5D85",
    "watch": "#EDA24A",
    "high_risk": "#8A1538",
    "insufficient_history": REST,
}
SEGMENT_ORDER: Final = ("reliable", "watch", "high_risk", "insufficient_history")
CATEGORIES: Final = (BRAND, "#E69F00", "#3B9C8F", REST)
HEAT: Final = ("#F1F5F9", BRAND)
DARK_HEAT: Final = ("#1C2630", "#1F78AD")  # from the surface of a dark page; white is read on both

# Greys and texts on a dark page; ageing, segment and variance colours do not change.
DARK_PAGE: Final = "#131A22"
DARK_INK: Final = "#E6EBF0"
DARK_INK_SECOND: Final = "#AEBAC6"
DARK_MUTE: Final = "#9AA8B5"
DARK_REST: Final = "#52606D"
DARK_GRID: Final = "#2A3743"
DARK_OUTLINE: Final = "#B9C9D8"
DARK_ORANGE_TEXT: Final = "#F4A063"
DARK_BLUE_TEXT: Final = "#7CC0E6"
DARK_BRAND: Final = "#6FA8C4"
DARK_ROW: Final = "#1C2630"
ORANGE_TEXT: Final = "#B04600"
BLUE_TEXT: Final = FAVOURABLE

KNOWN: Final = frozenset(
    value
    for name, value in list(globals().items())
    if name.isupper() and isinstance(value, str) and value.startswith("#")
) | {*_AGING_FIVE, *_AGING_SIX, *SEGMENTS.values(), *CATEGORIES, *HEAT, *DARK_HEAT}


@dataclass(frozen=True, slots=True)
class Ink:
    """The greys of one theme, light or dark."""

    text: str
    second: str
    mute: str
    rest: str
    grid: str
    page: str
    brand: str
    row: str
    heading: str
    separator: str
    old_outline: str
    orange_text: str
    blue_text: str
    heat: tuple[str, str]

    @property
    def heat_scale(self) -> list[list[float | str]]:
        """Return the colour scale of a heat map, from nothing to the whole."""
        return [[0.0, self.heat[0]], [1.0, self.heat[1]]]

    def heat_text(self, share: float) -> str:
        """Return the colour of a text on the tint of a share: ink or white, the one that is read better.

        >>> LIGHT.heat_text(0.2) == INK, LIGHT.heat_text(0.9) == WHITE, DARK.heat_text(0.2) == WHITE
        (True, True, True)
        """
        tint = _mixed(*self.heat, share)
        return max((INK, WHITE), key=lambda text: contrast(tint, text))


LIGHT: Final = Ink(
    text=INK,
    second=INK_SECOND,
    mute=MUTE,
    rest=REST,
    grid=GRID,
    page=WHITE,
    brand=BRAND,
    row=ROW,
    heading=HEADING,
    separator=WHITE,
    old_outline=WHITE,
    orange_text=ORANGE_TEXT,
    blue_text=BLUE_TEXT,
    heat=HEAT,
)
DARK: Final = Ink(
    text=DARK_INK,
    second=DARK_INK_SECOND,
    mute=DARK_MUTE,
    rest=DARK_REST,
    grid=DARK_GRID,
    page=DARK_PAGE,
    brand=DARK_BRAND,
    row=DARK_ROW,
    heading=DARK_OUTLINE,
    separator=DARK_PAGE,
    old_outline=DARK_OUTLINE,
    orange_text=DARK_ORANGE_TEXT,
    blue_text=DARK_BLUE_TEXT,
    heat=DARK_HEAT,
)


def ink(theme: str | None) -> Ink:
    """Return the greys of a theme, ``dark`` or anything else."""
    return DARK if theme == "dark" else LIGHT


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colours, 1 to 21 (WCAG 2.1).

    >>> contrast("#FFFFFF", "#000000")
    21.0
    """
    low, high = sorted((_luminance(one), _luminance(other)))
    return (high + 0.05) / (low + 0.05)


def _luminance(colour: str) -> float:
    """Return the relative luminance of a colour (WCAG 2.1)."""
    parts = [share / 255 for share in _channels(colour)]
    red, green, blue = (
        part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4  # noqa: PLR2004 - the norm's own
        for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _channels(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _mixed(low: str, high: str, share: float) -> str:
    """Return the colour at a share of the way from one to another."""
    pairs = zip(_channels(low), _channels(high), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02X}" for a, b in pairs)


def aging_colours(count: int) -> tuple[str, ...]:
    """Return the colours of ``count`` buckets, not due first, youngest to oldest.

    Five and six are the published scales; fewer skip the middle, more repeat the oldest but one.
    """
    if count >= len(_AGING_SIX):
        extra = (_AGING_SIX[-2],) * (count - len(_AGING_SIX))
        return (*_AGING_SIX[:-1], *extra, _AGING_SIX[-1])
    if count == len(_AGING_FIVE):
        return _AGING_FIVE
    return (*_AGING_FIVE[: max(count - 1, 1)], *_AGING_FIVE[-1:])[:count]


def inside_text(place: int, count: int) -> str:
    """Return the colour of a label inside a bucket's segment: ink on pale ones, white on the last."""
    return WHITE if place >= max(count - 2, _DARK_INK_TEXT) else INK
