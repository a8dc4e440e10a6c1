"""Why a file was recognised as a FEC, and what was found in it, for the page of imports."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arlib.ingest.formats.fec.columns import DECREE
from arlib.model.files import Evidence

if TYPE_CHECKING:
    import pandas as pd

    from arlib.ingest.formats.fec.columns import Layout
    from arlib.ingest.ledger.numbers import Ledger
    from arlib.ingest.source import Source

_ENCODINGS: Final = {"utf-8-sig": "utf-8 (BOM)", "iso-8859-15": "iso-8859-15", "cp1252": "cp1252"}
_SEPARATORS: Final = {
    "\t": "Separator: tab",
    "|": "Separator: vertical bar",
    ";": "Separator: semicolon",
    ",": "Separator: comma",
}


def make_evidence(
    source: Source, layout: Layout, ledger: Ledger, lines: pd.DataFrame, collective: int
) -> tuple[Evidence, ...]:
    """Return what was recognised and why, in the order it is shown."""
    return (
        *_layout_evidence(source, layout),
        _amounts_evidence(layout, ledger),
        _customers_evidence(lines, collective),
        _lettering_evidence(lines),
        *_entries_evidence(ledger),
        *_other_columns_evidence(layout),
    )


def _layout_evidence(source: Source, layout: Layout) -> tuple[Evidence, ...]:
    percent = round(layout.confidence * 100)
    known = Evidence(
        "FEC (accounting entries file)",
        "{count} of the 18 columns of the decree, {percent} % sure",
        {"count": layout.count_decree, "total": len(DECREE), "percent": percent},
    )
    if source.kind == "workbook":
        return (known,)
    return (
        known,
        Evidence(
            _SEPARATORS[layout.separator],
            "Text read as {encoding}",
            {"encoding": _ENCODINGS.get(source.encoding, "utf-8")},
        ),
    )


def _amounts_evidence(layout: Layout, ledger: Ledger) -> Evidence:
    return Evidence(
        "Amounts in Montant and Sens" if layout.has_sides else "Amounts in Debit and Credit",
        "{points} with a decimal point, {spaced} with blanks",
        {"points": ledger.count_points, "spaced": ledger.count_spaced},
    )


def _customers_evidence(lines: pd.DataFrame, collective: int) -> Evidence:
    counts = {
        "lines": len(lines),
        "customers": int(lines["customer_id"].nunique()),
        "auxiliary": int(lines["auxiliary"].ne("").sum()),
        "collective": collective,
    }
    return Evidence(
        "{customers} customers on {lines} lines",
        "{auxiliary} lines carry an auxiliary account; {collective} collective accounts",
        counts,
        is_warning=collective > 0,
    )


def _lettering_evidence(lines: pd.DataFrame) -> Evidence:
    lettered = int(lines["lettering"].ne("").sum())
    if not lettered:
        return Evidence("No lettering", "Payments are not attached to invoices", is_warning=True)
    percent = round(100 * lettered / len(lines))
    return Evidence(
        "Lettering found", "{percent} % of customer lines ({lettered} of {lines})",
        {"percent": percent, "lettered": lettered, "lines": len(lines)},
    )  # fmt: skip


def _entries_evidence(ledger: Ledger) -> tuple[Evidence, ...]:
    """Return that entries had to be put together otherwise than by their number."""
    count = ledger.entries.count_rebuilt
    why = "{lines} lines whose number does not tell entries apart: put together by date and running balance"
    return (Evidence("Entries rebuilt", why, {"lines": count}),) if count else ()


def _other_columns_evidence(layout: Layout) -> tuple[Evidence, ...]:
    """Return the columns beyond the decree, and whether one gives due dates."""
    titles = ", ".join(layout.extras)
    unused = (Evidence("Other columns not used", "{headers}", {"headers": titles}),)
    if "due_on" in layout.names:
        header = layout.headers[layout.names.index("due_on")]
        due = Evidence("Due dates", "Read from the column “{header}”", {"header": header})
    else:
        why = "A FEC has none: they are derived from the terms"
        due = Evidence("Due dates absent", why, is_warning=True)
    return (*(unused if titles else ()), due)
