"""Why a file was recognised as a ledger, and what was found in it, for the page of imports."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arlib.model.files import Evidence

if TYPE_CHECKING:
    import pandas as pd

    from arlib.ingest.ledger.declaration import LedgerFormat
    from arlib.ingest.ledger.headers import Header
    from arlib.ingest.ledger.numbers import Ledger
    from arlib.ingest.source import Source
    from arlib.model.files import DateOrder


def ledger_evidence(
    source: Source,
    declaration: LedgerFormat,
    header: Header,
    order: DateOrder,
    ledger: Ledger,
    lines: pd.DataFrame,
) -> tuple[Evidence, ...]:
    """Return what was recognised and why, in the order it is shown."""
    titles = [header.layout.headers[position] for position in sorted(header.fields.values())]
    shown = {"count": len(titles), "headers": ", ".join(titles)}
    return (
        Evidence(declaration.name, "{count} columns recognised: {headers}", shown),
        *_text_evidence(source),
        *_order_evidence(order),
        _customers_evidence(lines),
        lettering_evidence(lines),
        *_account_evidence(lines),
        *_counter_evidence(ledger),
        _due_evidence(header),
        *_sheets_evidence(source, header),
    )


def lettering_evidence(lines: pd.DataFrame) -> Evidence:
    """Return how much of the ledger is lettered, or that none is."""
    lettered = int(lines["lettering"].ne("").sum())
    if not lettered:
        return Evidence("No lettering", "Payments are not attached to invoices", is_warning=True)
    percent = round(100 * lettered / len(lines))
    return Evidence(
        "Lettering found",
        "{percent} % of customer lines ({lettered} of {lines})",
        {"percent": percent, "lettered": lettered, "lines": len(lines)},
    )


def _text_evidence(source: Source) -> tuple[Evidence, ...]:
    if source.kind != "text" or source.encoding in {"utf-8", "utf-8-sig"}:
        return ()
    why = "Its bytes are not valid utf-8."
    return (Evidence("Text read as {encoding}", why, {"encoding": source.encoding}),)


def _order_evidence(order: DateOrder) -> tuple[Evidence, ...]:
    why = "The dates of the file show it."
    return (Evidence("Dates read month/day/year", why),) if order == "month_first" else ()


def _customers_evidence(lines: pd.DataFrame) -> Evidence:
    counts = {
        "lines": len(lines),
        "customers": int(lines["customer_id"].nunique()),
        "auxiliary": int(lines["auxiliary"].ne("").sum()),
    }
    why = "{auxiliary} lines carry a customer code of their own"
    return Evidence("{customers} customers on {lines} lines", why, counts)


def _account_evidence(lines: pd.DataFrame) -> tuple[Evidence, ...]:
    """Return that some lines name no account: they are read as customers'."""
    count = int(lines["is_account_assumed"].sum())
    why = "{lines} lines name no account: they are read as those of customers (411)"
    return (Evidence("Accounts absent", why, {"lines": count}, is_warning=True),) if count else ()


def _sheets_evidence(source: Source, header: Header) -> tuple[Evidence, ...]:
    """Return the filled sheets of a workbook that were not read."""
    if source.kind != "workbook":
        return ()
    left = [
        sheet.name for sheet in source.sheets if sheet is not header.layout.sheet and sheet.rows
    ]
    why = "One table is read a file."
    names = {"sheets": ", ".join(left)}
    return (Evidence("Sheets not read: {sheets}", why, names, is_warning=True),) if left else ()


def _counter_evidence(ledger: Ledger) -> tuple[Evidence, ...]:
    """Return that the other side of the entries is not in the file."""
    if (ledger.classes == "").any():
        return ()
    why = "The file holds customer accounts only: kinds come from journals and labels"
    return (Evidence("No counter-accounts", why, is_warning=True),)


def _due_evidence(header: Header) -> Evidence:
    if "due_on" in header.fields:
        title = header.layout.headers[header.fields["due_on"]]
        return Evidence("Due dates", "Read from the column “{header}”", {"header": title})
    why = "The file has none: they are derived from the terms"
    return Evidence("Due dates absent", why, is_warning=True)
