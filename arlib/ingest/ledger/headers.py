"""Where the table of a ledger starts, and which column is which."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Final

from arlib.ingest.columns import normalise
from arlib.ingest.reading import SEPARATORS, Layout, as_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from arlib.ingest.ledger.declaration import LedgerFormat
    from arlib.ingest.source import RawSheet, Source

# field -> headers seen in ledgers, the most telling first.
COMMON: Final[Mapping[str, str]] = {
    "account": (
        "compte général|n° compte général|compte collectif|comptenum|n° compte|numéro de compte|"
        "n° de compte|numéro compte|compte comptable|code compte|compte|account|g/l account|cpte"
    ),
    "account_label": (
        "comptelib|libellé compte|libellecompte|libellé du compte|intitulé du compte|"
        "intitulé compte|nom du compte|intitulé"
    ),
    "auxiliary": (
        "compte auxiliaire|compauxnum|n° compte tiers|numéro compte tiers|compte tiers|code tiers|"
        "n° tiers|auxiliaire|code auxiliaire|compte client|code client|n° client|client|tiers|"
        "partenaire|partner|customer|code du client"
    ),
    "auxiliary_label": (
        "compauxlib|nom tiers|intitulé tiers|libellé tiers|nom client|nom du client|raison sociale|"
        "intitulé client|libellé auxiliaire|nom auxiliaire|nom du tiers|intitulé du tiers|"
        "libellé compte auxiliaire|intitulé auxiliaire|customer name"
    ),
    "journal": "journalcode|code journal|c.j|c.j.|cj|jnl|jal|journal|jrn|code jnl|jl",
    "journal_label": "journallib|libellé journal|intitulé journal|nom du journal",
    "entry": (
        "ecriturenum|n° écriture|numéro écriture|n° mouvement|n° mvt|mouvement|num écriture|"
        "numéro d'écriture|n° d'écriture|n° interne"
    ),
    "posted_on": (
        "ecrituredate|date comptable|date écriture|date d'écriture|date de l'écriture|date cpta|"
        "date|posting date|date mouvement|date opération"
    ),
    "piece": (
        "n° facture|numéro facture|numéro de facture|pièce|n° pièce|numéro de pièce|numéro pièce|"
        "pieceref|piece 1|n° de pièce|num pièce|n° document|document|numéro document|pce|piéce"
    ),
    "reference": (
        "référence|réf|réf.|référence pièce|réf. pièce|référence interne|réf pièce|piece 2|"
        "référence externe|réf. externe|réf. interne"
    ),
    "piece_on": "piecedate|date pièce|date de pièce|date facture|date document|date de la pièce",
    "label": (
        "ecriturelib|libellé écriture|libellé|libellé de l'écriture|libellé mouvement|libelle|"
        "description|désignation|texte|libellé opération|intitulé écriture"
    ),
    "debit": "debit|débit|montant débit|mouvement débit|débit eur|mouvements débit|débit (eur)",
    "credit": "credit|crédit|montant crédit|mouvement crédit|crédit eur|mouvements crédit|crédit (eur)",
    "amount": "montant|montant eur|montant ttc|amount",
    "side": "sens|d/c|s|débit/crédit|sens d/c",
    "lettering": (
        "ecriturelet|lettrage|code lettrage|codelettrage|lettre|let|let.|lettr.|lettr|l|"
        "lettre de lettrage|code lettre|n° lettrage|rapprochement"
    ),
    "lettered_on": "datelet|date lettrage|date de lettrage",
    "due_on": (
        "échéance|date échéance|date d'échéance|dateecheance|date éch.|date ech|éch.|"
        "date d'échéance pièce|due date|échéance le"
    ),
    "currency": "devise|code devise|idevise|currency|monnaie",
    "payment_method": "mode de règlement|mode règlement|mode rglt|moyen de paiement|mode de paiement",
    "balance": "solde|solde progressif|solde cumulé|solde débit|solde courant",
    "closing": "solde crédit",
}
_SCANNED_ROWS: Final = 60
_FEWEST: Final = 4
_GENERIC: Final = 1000  # ranks of the generic spellings begin there
# What makes amounts; a signed amount alone only beside what no list of invoices has.
_MONEY: Final = (
    ("debit", "credit"),
    ("amount", "side"),
    ("amount", "account", "journal", "lettering"),
)


@dataclass(frozen=True, slots=True)
class Header:
    """A header understood: where it stands, and the column of each field."""

    layout: Layout
    fields: Mapping[str, int]

    @property
    def has_pair(self) -> bool:
        """Tell whether amounts come as a debit and a credit, else as an amount (and a side)."""
        return {"debit", "credit"} <= set(self.fields)

    @property
    def has_customers(self) -> bool:
        """Tell whether lines name their account or their customer themselves."""
        return bool({"account", "auxiliary", "auxiliary_label"} & set(self.fields))


def match_fields(titles: Sequence[str], declaration: LedgerFormat) -> dict[str, int]:
    """Return the column of each field; one header serves one field, one field one header."""
    known = _spellings(tuple(declaration.columns.items()))
    found: dict[str, tuple[int, int]] = {}
    for position, title in enumerate(titles):
        for field, rank in known.get(_plain(title), ()):
            if field not in found or rank < found[field][0]:
                found[field] = (rank, position)
                break
    return {field: position for field, (_rank, position) in found.items()}


def is_header(fields: Mapping[str, int], *, needs_customers: bool = False) -> bool:
    """Tell whether the fields found make a ledger: a date, amounts, and at least one thing more."""
    has_money = any(set(group) <= set(fields) for group in _MONEY)
    has_customers = bool({"account", "auxiliary"} & set(fields))
    is_enough = len(set(fields) - {"balance", "closing"}) >= _FEWEST
    return (
        has_money and "posted_on" in fields and is_enough and (has_customers or not needs_customers)
    )


def has_signature(titles: Sequence[str], declaration: LedgerFormat) -> bool:
    """Tell whether the headers are those of the product declared."""
    present = {_plain(title) for title in titles}
    if present & _keys(declaration.absent):
        return False
    return all(present & _keys(wanted) for wanted in declaration.signature)


def find_headers(source: Source, declaration: LedgerFormat) -> list[Header]:
    """Return the likely headers of a ledger, the most telling first; one a sheet or separator."""
    found = [
        best for layouts in _candidates(source) if (best := _best(layouts, declaration)) is not None
    ]
    return sorted(found, key=lambda header: -len(header.fields))


def lines_above(source: Source, layout: Layout) -> list[str]:
    """Return the text of the lines above a header."""
    if layout.sheet is None:
        return source.head_lines(max(layout.row - 1, 0))
    rows = layout.sheet.rows[: max(layout.row - 1, 0)]
    return [" ".join(as_text(cell) for cell in row if cell != "") for row in rows]


def _best(layouts: Iterator[Layout], declaration: LedgerFormat) -> Header | None:
    """Return the first header that is the most telling of a sheet, or None."""
    best: Header | None = None
    for layout in layouts:
        fields = match_fields(layout.headers, declaration)
        if is_header(fields) and (best is None or len(fields) > len(best.fields)):
            best = Header(layout, fields)
    return best


def _candidates(source: Source) -> Iterator[Iterator[Layout]]:
    if source.kind == "workbook":
        for sheet in source.sheets:
            yield _of_sheet(sheet)
    elif source.kind == "text":
        lines = source.head_lines(_SCANNED_ROWS)
        for separator in SEPARATORS:
            if any(separator in line for line in lines):
                yield _of_text(lines, separator)


def _of_sheet(sheet: RawSheet) -> Iterator[Layout]:
    """Yield every row of the top of a sheet as a header, alone and completed by the row above."""
    above: list[str] = []
    for index, row in enumerate(sheet.rows[:_SCANNED_ROWS]):
        titles = [as_text(cell).strip() for cell in row]
        yield Layout(tuple(titles), index + 1, index + 2, 0.0, sheet=sheet)
        if above and any(titles):
            yield Layout(_completed(above, titles), index + 1, index + 2, 0.0, sheet=sheet)
        above = titles


def _of_text(lines: Sequence[str], separator: str) -> Iterator[Layout]:
    reader = csv.reader((line + "\n" for line in lines), delimiter=separator)
    above: list[str] = []
    start = 1
    try:
        for cells in reader:
            titles = [cell.strip() for cell in cells]
            after = reader.line_num + 1
            if any(titles):
                yield Layout(tuple(titles), start, after, 0.0, separator)
                if above:
                    yield Layout(_completed(above, titles), start, after, 0.0, separator)
            above, start = titles, after
    except csv.Error:
        return


def _completed(above: Sequence[str], titles: Sequence[str]) -> tuple[str, ...]:
    """Return two rows of headers as one: the lower word, else the upper one."""
    width = max(len(above), len(titles))
    upper = [*above, *[""] * (width - len(above))]
    lower = [*titles, *[""] * (width - len(titles))]
    return tuple(low or up for up, low in zip(upper, lower, strict=True))


@lru_cache(maxsize=20_000)
def _plain(title: str) -> str:
    """Return a header without case, accents, punctuation, nor the currency in brackets."""
    return normalise(re.sub(r"[(\[](?:€|eur|euros?)[)\]]", "", title, flags=re.IGNORECASE))


@cache
def _keys(titles: str) -> frozenset[str]:
    """Return plain spellings of ``a|b``, with the accents and without what an export lost of them."""
    found = set()
    for title in titles.split("|"):
        lost = "".join(char if char.isascii() else "" for char in title)
        spelt = re.sub("n°", "no", title, flags=re.IGNORECASE)
        found |= {_plain(title), _plain(lost), _plain(spelt)}
    return frozenset(found - {""})


@cache
def _spellings(
    declared: tuple[tuple[str, str], ...],
) -> Mapping[str, tuple[tuple[str, int], ...]]:
    """Return plain header -> the fields it may be with their rank, the product's own before."""
    found: dict[str, list[tuple[str, int]]] = {}
    own = dict(declared)
    for depth, names in enumerate((own, COMMON)):
        for field, titles in names.items():
            if depth and own.get(field) == "":
                continue
            for rank, title in enumerate(titles.split("|")):
                for key in _keys(title):
                    entry = (field, rank + _GENERIC * depth)
                    if all(field != known for known, _ in found.setdefault(key, [])):
                        found[key].append(entry)
    return {
        key: tuple(sorted(pairs, key=lambda pair: pair[1] >= _GENERIC))
        for key, pairs in found.items()
    }
