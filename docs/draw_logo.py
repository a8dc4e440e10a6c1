# ruff: noqa: INP001
"""Draw the logo of the sidebar, light and dark, and the icon of the browser tab.

Run from the repository: ``python docs/draw_logo.py``. A text inside an SVG logo cannot use the
page's font, so the pictures are drawn here once and committed under ``static/``.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PIL import Image, ImageDraw, ImageFont

STATIC: Final = Path(__file__).resolve().parent.parent / "static"
SIZE: Final = (336, 60)
BOLD: Final = 650
# Bars of an ageing: light blue, amber, wine; the last two are the same on both themes.
BARS: Final = (("#A9BCD0", 38), ("#F0A04B", 28), ("#7A1426", 18))
DARK_BARS: Final = (("#6FA8C4", 38), ("#F0A04B", 28), ("#E0768F", 18))


def draw_bars(
    draw: ImageDraw.ImageDraw, left: float, base: float, scale: float, bars: object
) -> None:
    """Draw the three bars standing on ``base``."""
    for place, (colour, height) in enumerate(bars):  # type: ignore[call-overload]
        x = left + place * 13 * scale
        top = base - height * scale
        draw.rounded_rectangle((x, top, x + 10 * scale, base), radius=1.5 * scale, fill=colour)


def draw_logo(name: str, ink: str, bars: object) -> None:
    """Draw one logo, four times too large and reduced, so that its edges are smooth."""
    factor = 4
    image = Image.new("RGBA", (SIZE[0] * factor, SIZE[1] * factor), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw_bars(draw, 4 * factor, 49 * factor, factor, bars)
    font = ImageFont.truetype(STATIC / "SourceSans3VF-Upright.woff2", 38 * factor)
    font.set_variation_by_axes([BOLD])
    draw.text((56 * factor, 49 * factor), "Encours", font=font, fill=ink, anchor="ls")
    image.resize(SIZE, Image.Resampling.LANCZOS).save(STATIC / name, optimize=True)


def draw_icon(name: str) -> None:
    """Draw the icon of the browser tab."""
    image = Image.new("RGBA", (256, 256), (0, 0, 0, 0))
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle((0, 0, 255, 255), radius=44, fill="#FFFFFF")
    draw_bars(draw, 32, 218, 5.2, BARS)
    image.resize((64, 64), Image.Resampling.LANCZOS).save(STATIC / name, optimize=True)


if __name__ == "__main__":
    draw_logo("logo-light.png", "#12355B", BARS)
    draw_logo("logo-dark.png", "#E6EBF0", DARK_BARS)
    draw_icon("icon.png")
