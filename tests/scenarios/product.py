"""Files put through the product: bytes in, a book out, views read back."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from arlib.model.files import FileInput, ImportOptions
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.views import aging, risk
from arlib.workspace import Author, Workspace
from tests.scenarios.worked_set import Row, workbook

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    import pandas as pd

    from arlib.model.files import ImportResult, ParsedFile
    from arlib.model.portfolio import Portfolio

POLICY = Policy()
BY = Author("tests", datetime(2030, 1, 1))  # noqa: DTZ001 - the book's clock has no zone


def load(workspace: Workspace, name: str, content: bytes, **options: Any) -> ImportResult:
    """Read and load one file, as the import page and the command do."""
    chosen = ImportOptions(**options)
    [result] = workspace.load(workspace.read([FileInput(name, content)], chosen), chosen, BY)
    assert_nothing_lost(result.parsed)
    return result


def fill(workspace: Workspace, lines: Mapping[str, Sequence[Row]], **options: Any) -> ImportResult:
    """Load sheets of a template workbook; the company is added when it is not given."""
    company: list[Row] = [{"name": "Essai", "currency": "EUR"}]
    result = load(
        workspace,
        "modele.xlsx",
        workbook({"company": company, **{k: list(v) for k, v in lines.items()}}),
        **options,
    )
    assert result.status == "imported", result.reason
    return result


def book(lines: Mapping[str, Sequence[Row]]) -> Workspace:
    """Return a book in memory that holds one template workbook."""
    workspace = Workspace.open(None)
    fill(workspace, lines)
    return workspace


def together(cases: Mapping[str, Mapping[str, Sequence[Row]]]) -> dict[str, list[Row]]:
    """Return one workbook in which each case is a customer of its own, called as the case."""
    lines: dict[str, list[Row]] = {}
    for name, sheets in cases.items():
        for sheet, rows in sheets.items():
            lines.setdefault(sheet, []).extend({**row, "customer_id": name} for row in rows)
    return lines


def invoice(
    number: str,
    amount: float,
    issued: date,
    due: date | None,
    customer: str = "C1",
    **cells: object,
) -> Row:
    """Return a line of the sheet Documents; the amount is in major units."""
    return {
        "customer_id": customer,
        "kind": "invoice",
        "number": number,
        "issued_on": issued,
        "due_on": due,
        "amount_minor": round(amount * 100),
        **cells,
    }


def credit_note(number: str, amount: float, day: date, customer: str = "C1") -> Row:
    """Return a credit note; the amount is positive."""
    return invoice(number, -amount, day, day, customer, kind="credit_note")


def payment(number: str, amount: float, day: date, customer: str = "C1", **cells: object) -> Row:
    """Return a line of the sheet Règlements."""
    return {
        "customer_id": customer,
        "number": number,
        "issued_on": day,
        "amount_minor": round(amount * 100),
        **cells,
    }


def pays(source: str, debit: str, amount: float, customer: str = "C1") -> Row:
    """Return a line of the sheet Imputations."""
    return {
        "customer_id": customer,
        "number": source,
        "invoice_number": debit,
        "amount_minor": round(amount * 100),
    }


def limit(customer: str, amount: float | None, **cells: object) -> Row:
    """Return a line of the sheet Limites."""
    return {
        "scope_id": customer,
        "amount_minor": None if amount is None else round(amount * 100),
        "currency": "EUR",
        **cells,
    }


def at(workspace: Workspace, day: date, **filters: Any) -> Portfolio:
    """Return the book at a date."""
    return workspace.portfolio(day, Filters(**filters))


COLUMNS = ("not_due", "1-30", "31-60", "61-90", "90+", "unallocated", "total")


def aged(workspace: Workspace, day: date, **options: Any) -> dict[str, tuple[float, ...]]:
    """Return the aged balance of a book of one currency, in major units: ``COLUMNS`` by customer."""
    blocks = aging.build(at(workspace, day), POLICY, **options).blocks
    if not blocks:
        return {}
    [block] = blocks
    rows = block.customers.set_index("customer_id")[[f"{name}_minor" for name in COLUMNS]]
    return {
        str(code): tuple(int(value) / 100 for value in row)
        for code, row in zip(rows.index, rows.to_numpy(), strict=True)
    }


def opens(workspace: Workspace, day: date, customer: str) -> list[tuple[str, float]]:
    """Return a customer's open items at a date: number and open amount, by due date, credits last."""
    frame = at(workspace, day).items(None, customer)
    frame = frame.sort_values(["due_on", "number"], kind="stable", na_position="last")
    return [
        (str(number), int(minor) / 100)
        for number, minor in zip(frame["number"], frame["open_minor"], strict=True)
    ]


def risk_rows(workspace: Workspace, day: date, exposure: str | None = None) -> pd.DataFrame:
    """Return the table Gestion du risque, by customer."""
    return risk.build(at(workspace, day), POLICY, exposure=exposure).customers.set_index(
        "customer_id", drop=False
    )


def assert_nothing_lost(parsed: ParsedFile) -> None:
    """Every line read is kept, ignored or refused, and every refused one is named."""
    assert parsed.rows_read == parsed.rows_kept + parsed.rows_ignored + parsed.rows_refused
    refused = [item for item in parsed.issues if item.severity == "refused"]
    assert len([item for item in refused if item.row_number]) >= parsed.rows_refused
