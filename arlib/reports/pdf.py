"""A document from a template and its data: the only module that knows the typesetter.

A template (``typst/NAME.typ``) holds the layout and no word of a customer. What it prints comes as
data, which the typesetter reads as text and never as markup: a name cannot become a command.
"""

from __future__ import annotations

import json
import unicodedata
from datetime import UTC, datetime, time
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from arlib.charts import palette
from arlib.i18n import translator
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    import typst

_HERE: Final = Path(__file__).parent
TEMPLATES: Final = _HERE / "typst"
FONTS: Final = _HERE / "fonts"
# Signs that are not drawn and could reorder or hide the others; joiners and breaks of words stay.
_HIDDEN: Final = frozenset({"Cc", "Cf", "Cs"})
_KEPT: Final = frozenset("\n\u00ad\u200b")


def compile_pdf(
    template: str, data: Mapping[str, Any], *, created_on: date, lang: str = "fr"
) -> bytes:
    """Return a tagged PDF of ``typst/<template>.typ`` filled with ``data``.

    ``data`` is what JSON can hold: texts are printed as they are, SVG pictures are texts that the
    template draws. ``title`` names the document; ``confidential`` (default: the word) stands at the
    foot; ``header_left`` and ``header_right`` at the head. The same data and ``created_on`` always
    give the same bytes: no clock is read, no font of the machine is used, nothing is fetched.
    """
    return compile_counted(template, data, created_on=created_on, lang=lang)[0]


def compile_pages(
    template: str, data: Mapping[str, Any], *, created_on: date, lang: str = "fr", dpi: int = 80
) -> list[bytes]:
    """Return the pages of the same document as pictures (PNG), to show or to look at."""
    made = _compiler(template, data, created_on, lang).compile(format="png", ppi=dpi)
    return [made] if isinstance(made, bytes) else list(made or [])


def compile_counted(
    template: str, data: Mapping[str, Any], *, created_on: date, lang: str = "fr"
) -> tuple[bytes, int]:
    """Return the document and how many pages it has.

    Raises:
        UserError: ``report_failed``: the template and its data do not go together.
    """
    import typst

    compiler = _compiler(template, data, created_on, lang)
    try:
        content = compiler.compile(format="pdf", timestamp=_moment(created_on))
        pages = compiler.query("<page-count>", field="value", one=True)
    except typst.TypstError as error:
        raise UserError("report_failed", value=template, detail=error.message) from error
    return content if isinstance(content, bytes) else b"", int(json.loads(pages))


def _compiler(
    template: str, data: Mapping[str, Any], created_on: date, lang: str
) -> typst.Compiler:
    """Return the typesetter, holding one template and its data."""
    import typst

    return typst.Compiler(
        input=TEMPLATES / f"{template}.typ",
        root=TEMPLATES,
        font_paths=_fonts(),
        ignore_system_fonts=True,
        package_path=TEMPLATES,
        package_cache_path=TEMPLATES,  # holds no package: nothing is looked for elsewhere
        sys_inputs={"data": json.dumps(_filled(data, created_on, lang), ensure_ascii=False)},
    )


def _moment(created_on: date) -> datetime:
    return datetime.combine(created_on, time(), UTC)


@cache
def _fonts() -> typst.Fonts:
    """Return the fonts of this folder alone: the same page on every machine."""
    import typst

    return typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])


def _filled(data: Mapping[str, Any], created_on: date, lang: str) -> dict[str, Any]:
    """Return the data with what every document has: language, colours, words of the foot."""
    _ = translator(lang)
    common = {
        "lang": lang,
        "created_on": [created_on.year, created_on.month, created_on.day],
        "palette": COLOURS,
        "title": "",
        "header_left": "",
        "header_right": "",
        "confidential": _("Confidential"),
        # The typesetter counts the pages; it puts the numbers in place of the braces.
        "page_of": _("Page {page} of {pages}"),
    }
    return common | {name: plain(value) for name, value in data.items()}


def plain(value: Any) -> Any:
    r"""Return a value whose texts hold only signs that are drawn.

    >>> plain(["A\u202eB", {"name": "C\x00D"}])
    ['AB', {'name': 'CD'}]
    """
    if isinstance(value, str):
        return value if value.isascii() and value.isprintable() else _drawn(value)
    if isinstance(value, dict):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    return value


def _drawn(text: str) -> str:
    return "".join(
        sign for sign in text if sign in _KEPT or unicodedata.category(sign) not in _HIDDEN
    )


COLOURS: Final = {
    "ink": palette.INK,
    "second": palette.INK_SECOND,
    "mute": palette.MUTE,
    "rest": palette.REST,
    "grid": palette.GRID,
    "panel": palette.PANEL,
    "row": palette.ROW,
    "brand": palette.BRAND,
    "heading": palette.HEADING,
    "favourable": palette.FAVOURABLE,
    "unfavourable": palette.UNFAVOURABLE,
    "orange_text": palette.ORANGE_TEXT,
    "blue_text": palette.BLUE_TEXT,
}
