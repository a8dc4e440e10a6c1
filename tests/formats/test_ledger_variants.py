"""Ledger layouts as other hands leave them: accents lost, capitals, other ends of lines, a byte order mark."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest

from arlib.ingest.recognise import read_file
from arlib.model.files import FileInput, ImportOptions
from data.generator.exports.ledgers import LEDGERS
from tests.formats.ledgers import _LINES, book

if TYPE_CHECKING:
    from collections.abc import Callable

    from data.generator.exports.ledger_book import LedgerVariant

TEXTS = [
    pytest.param(format_id, variant, id=f"{format_id}-{variant.file_name}")
    for format_id, variants in LEDGERS.items()
    for variant in variants
    if not variant.file_name.endswith("xlsx")
    and (format_id, variant.file_name) != ("quadra_ledger", "sample_2.txt")
]
WANTED = {code: sum(cells[6] for cells in _LINES if cells[0] == code) for code, *_ in _LINES}


def _each_header(text: str, change: Callable[[str], str]) -> str:
    """Change the lines that are headers: a date and a debit or an amount are named there."""
    lines = text.splitlines(keepends=True)
    is_header = re.compile(r"(?i)date.*(d.?bit|montant)|(d.?bit|montant).*date")
    return "".join(change(line) if is_header.search(line) else line for line in lines)


def lost(text: str) -> str:
    return _each_header(text, lambda line: re.sub(r"[^\x00-\x7f]", "?", line))


def capitals(text: str) -> str:
    return _each_header(text, str.upper)


def bare(text: str) -> str:
    plain = str.maketrans("éèÉ°û", "eeEou")
    return _each_header(text, lambda line: line.translate(plain))


def unix(text: str) -> str:
    return re.sub(r"(\r\r\n|\r\n|\r)", "\n", text)


def doubled(text: str) -> str:
    return unix(text).replace("\n", "\r\r\n")


@pytest.mark.parametrize("change", [lost, capitals, bare, unix, doubled])
@pytest.mark.parametrize(("format_id", "variant"), TEXTS)
def test_the_same_figures(
    format_id: str, variant: LedgerVariant, change: Callable[[str], str]
) -> None:
    encodings = ("utf-8-sig", "cp1252")
    content = variant.write(book())[1]
    text = next(text for name in encodings if (text := _decoded(content, name)) is not None)
    changed = change(text).encode("utf-8-sig")
    parsed = read_file(FileInput(variant.file_name, changed), ImportOptions(accept_doubtful=True))
    assert parsed.format_id == format_id
    found: dict[str, int] = {}
    for row in parsed.tables["documents"].to_pylist():
        code = row["customer_id"].removeprefix(variant.prefix)
        found[code] = found.get(code, 0) + row["amount_minor"]
    assert found == WANTED
    assert parsed.rows_refused == 1


def _decoded(content: bytes, encoding: str) -> str | None:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError:
        return None
