"""The ASCII file of QuadraCompta: fixed widths, a line M an entry, a line C an account.

Positions (from 1): 2 account (8), 10 journal (2), 15 date DDMMYY (6), 22 label (20), 42 side D or C,
43 signed cents (13), 64 due date (6), 70 lettering (2), 75 document (5), 100 document (8),
108 currency (3), 111 journal (3), 117 label (30), 149 document (10). Source: the layout described
by several public exporters of accounting software.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from arlib.ingest.ledger.headers import Header, match_fields
from arlib.ingest.reading import Layout
from arlib.ingest.source import Source
from arlib.model.files import FileInput

if TYPE_CHECKING:
    from arlib.ingest.ledger.declaration import LedgerFormat

TITLES: Final = (
    "Compte", "Intitulé", "Journal", "Date", "Pièce", "Libellé", "Débit", "Crédit", "Lettre", "Échéance",
)  # fmt: skip
_ENTRY: Final = re.compile(r"M.{8}.{2}.{3}\d{6}.{21}[DC][ +-]?[\d ]{11,12}")
_KINDS: Final = frozenset("MCRIBTLFA")
_SURE: Final = 0.95
_LEAST_SHARE: Final = 0.8
_LAST_CENTURY: Final = 80


def confidence(source: Source) -> float:
    """Return how sure it is that the file is the ASCII of QuadraCompta, 0 to 1."""
    if source.kind != "text":
        return 0.0
    lines = [line for line in source.head_lines() if line.strip()]
    entries = [line for line in lines if line.startswith("M")]
    if not entries or any(line[0] not in _KINDS for line in lines[:20]):
        return 0.0
    fitting = sum(bool(_ENTRY.match(line)) for line in entries)
    return _SURE if fitting >= _LEAST_SHARE * len(entries) else 0.0


def as_table(source: Source, declaration: LedgerFormat) -> tuple[Source, Header]:
    """Return the same file as a table of text without a header, and what its columns are.

    Lines keep their numbers: each line M gives one line of the table, others a blank one.
    """
    lines = source.text.replace("\r\n", "\n").split("\n")
    names = {line[1:9].strip(): line[9:39].strip() for line in lines if line.startswith("C")}
    rows = [_row(line, names) if line.startswith("M") else "" for line in lines]
    while rows and not rows[-1]:
        rows.pop()
    header = Header(Layout(TITLES, 1, 1, 0.0, "\t"), match_fields(TITLES, declaration))
    return Source(FileInput(source.name, "\n".join(rows).encode())), header


def _row(line: str, names: dict[str, str]) -> str:
    line = line.ljust(158).replace("\t", " ")
    account = line[1:9].strip()
    label = line[116:146].strip() or line[21:41].strip()
    piece = line[148:158].strip() or line[99:107].strip() or line[74:79].strip()
    journal = line[9:11].strip() or line[110:113].strip()
    cents = _cents(line[42:55])
    debit, credit = (cents, "") if line[41] == "D" else ("", cents)
    cells = (
        account, names.get(account, ""), journal, _day(line[14:20]), piece, label, debit, credit,
        line[69:71].strip(), _day(line[63:69]),
    )  # fmt: skip
    return "\t".join(cells)


def _day(text: str) -> str:
    """Return DDMMYY as DD/MM/YYYY, blank for zeros; what is no date as written."""
    bare = text.strip()
    if not bare.strip("0"):
        return ""
    if not re.fullmatch(r"\d{6}", bare):
        return bare
    century = "19" if int(bare[4:]) >= _LAST_CENTURY else "20"
    return f"{bare[:2]}/{bare[2:4]}/{century}{bare[4:]}"


def _cents(text: str) -> str:
    """Return an amount in units from signed cents; what is no number as written, to be refused."""
    bare = text.replace(" ", "")
    if not re.fullmatch(r"[+-]?\d+", bare):
        return bare or "?"
    sign = "-" if bare.startswith("-") else ""
    digits = bare.lstrip("+-").zfill(3)
    return f"{sign}{digits[:-2]},{digits[-2:]}"
