"""Headers spelled otherwise, lost accents, more columns: the same file, read the same."""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING, Any

import pytest

from arlib.ingest import read_files
from arlib.model.files import FileInput
from data.generator.exports.page import Page
from data.generator.exports.registry import LAYOUTS
from tests.formats import golden
from tests.formats.invented import book

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.generator.exports.variant import Variant

# The text list of SAP draws its own header.
CASES = [
    pytest.param(format_id, variant, id=f"{format_id}-{variant.file_name}")
    for format_id, variants in LAYOUTS.items()
    for variant in variants
    if (format_id, variant.file_name) != ("sap_fbl5n", "sample_2.txt")
]


def upper(title: str) -> str:
    return title.upper()


def lost(title: str) -> str:
    """Return a title whose accents an export turned into question marks."""
    return "".join(char if char.isascii() or char in "’°º" else "?" for char in title)


def bare(title: str) -> str:
    folded = unicodedata.normalize("NFKD", title.replace("’", "'"))
    return "".join(char for char in folded if not unicodedata.combining(char))


def spaced(title: str) -> str:
    """Return a title padded, its blanks unbreakable."""
    return f" {title.replace(' ', chr(0xA0))} " if title else title


def under(title: str) -> str:
    return title.replace(" ", "_")


def figures(content: bytes, variant: Variant, wanted: dict[str, Any]) -> dict[str, Any]:
    (parsed,) = read_files([FileInput(variant.file_name, content)], golden.options(wanted))
    read = golden.as_read(parsed)
    return {key: read[key] for key in ("format_id", "level", "counts", "control_totals", "rows")}


@pytest.mark.parametrize("respell", [upper, lost, bare, spaced, under])
@pytest.mark.parametrize(("format_id", "variant"), CASES)
def test_headers_spelled_otherwise_read_the_same(
    format_id: str,
    variant: Variant,
    respell: Callable[[str], str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    wanted = golden.expected(golden.FOLDER / format_id / variant.file_name)
    plain = Page.add

    def add(page: Page, role: str, *cells: Any) -> None:
        if role == "header":
            cells = tuple(respell(cell) if isinstance(cell, str) else cell for cell in cells)
        plain(page, role, *cells)

    monkeypatch.setattr(Page, "add", add)
    _, content = variant.write(book())
    found = figures(content, variant, wanted)
    assert found == {key: wanted[key] for key in found}


@pytest.mark.parametrize(("format_id", "variant"), CASES)
def test_one_more_column_changes_nothing(
    format_id: str, variant: Variant, monkeypatch: pytest.MonkeyPatch
) -> None:
    wanted = golden.expected(golden.FOLDER / format_id / variant.file_name)
    plain = Page.add

    def add(page: Page, role: str, *cells: Any) -> None:
        more = {"header": ("Remarque interne",), "item": ("à voir",), "other": ("",)}
        plain(page, role, *cells, *more.get(role, ()))

    monkeypatch.setattr(Page, "add", add)
    _, content = variant.write(book())
    found = figures(content, variant, wanted)
    assert found == {key: wanted[key] for key in found}
