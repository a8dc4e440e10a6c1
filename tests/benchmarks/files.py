"""Large invented files: a French list of invoices as csv and as workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from tests.ingest.fec_builder import HEADER

if TYPE_CHECKING:
    from pathlib import Path

COLUMNS = [
    "Code client",
    "Nom client",
    "N° facture",
    "Date facture",
    "Date échéance",
    "Montant TTC",
    "Montant TVA",
    "Date règlement",
    "Conditions",
    "Catégorie",
    "Secteur",
    "Commercial",
    "Mode de règlement",
    "Référence",
    "Devise",
]


def invoices(count: int, seed: int = 7, a_customer: int = 50) -> pd.DataFrame:
    """Return ``count`` invoices over three years, 50 a customer, 97 % of those due are paid."""
    draw = np.random.default_rng(seed)
    customer = draw.integers(0, max(count // a_customer, 10), count)
    issued = np.datetime64("2022-01-01") + draw.integers(0, 1096, count)
    due = issued + 30 * draw.integers(1, 3, count)
    paid = due + draw.integers(-10, 60, count)
    amount = draw.integers(1_000, 2_000_000, count)
    is_paid = (paid < np.datetime64("2024-12-31")) & (draw.random(count) < 0.97)

    def french(cents: np.ndarray) -> pd.Series:
        text = pd.Series(cents // 100).astype(str)
        return text + "," + pd.Series(cents % 100).astype(str).str.zfill(2)

    def day(values: np.ndarray) -> pd.Series:
        return pd.Series(values).dt.strftime("%d/%m/%Y")

    number = pd.Series(np.arange(count)).astype(str)
    code = "C" + pd.Series(customer).astype(str).str.zfill(6)
    return pd.DataFrame(
        {
            "Code client": code,
            "Nom client": "Société " + code,
            "N° facture": "FA" + number.str.zfill(8),
            "Date facture": day(issued),
            "Date échéance": day(due),
            "Montant TTC": french(amount),
            "Montant TVA": french(amount // 6),
            "Date règlement": day(paid).where(is_paid, ""),
            "Conditions": "30 jours",
            "Catégorie": pd.Series(np.where(customer % 3 == 0, "PME", "Grand compte")),
            "Secteur": "Industrie",
            "Commercial": "Vendeur " + pd.Series(customer % 7).astype(str),
            "Mode de règlement": "Virement",
            "Référence": "CMD" + number,
            "Devise": "EUR",
        }
    )[COLUMNS]


def write_csv(path: Path, count: int) -> None:
    """Write the list as French software does: semicolons, commas, dd/mm/yyyy."""
    invoices(count).to_csv(path, sep=";", index=False, encoding="utf-8")


def write_workbook(path: Path, count: int) -> None:
    """Write the list as a workbook with real dates and numbers."""
    import xlsxwriter

    frame = invoices(count)
    dates = {"Date facture", "Date échéance", "Date règlement"}
    for name in dates:
        frame[name] = pd.to_datetime(frame[name], format="%d/%m/%Y")
    for name in ("Montant TTC", "Montant TVA"):
        frame[name] = frame[name].str.replace(",", ".").astype(float)
    book = xlsxwriter.Workbook(
        str(path), {"constant_memory": True, "default_date_format": "dd/mm/yyyy"}
    )
    sheet = book.add_worksheet("Factures")
    sheet.write_row(0, 0, COLUMNS)
    plain = frame.astype(object).where(frame.notna(), None)
    for row, values in enumerate(plain.to_numpy().tolist(), 1):
        sheet.write_row(
            row, 0, [v.to_pydatetime() if hasattr(v, "to_pydatetime") else v for v in values]
        )
    book.close()


_LINES_A_SALE = 5


def write_fec(path: Path, count: int, seed: int = 7) -> None:
    """Write a ledger of about ``count`` lines: sales of three lines, receipts of two, 95 % lettered.

    Lines come in the order of their entries: all sales, then all receipts.
    """
    draw = np.random.default_rng(seed)
    sales = count // _LINES_A_SALE
    customer = draw.integers(0, max(sales // 20, 10), sales)
    issued = np.datetime64("2025-01-01") + draw.integers(0, 300, sales)
    paid = issued + draw.integers(1, 64, sales)
    net = draw.integers(1_000, 2_000_000, sales)
    tax = net // 5
    is_lettered = draw.random(sales) < 0.95
    number = pd.Series(np.arange(1, sales + 1))
    letter = ("L" + number.astype(str)).where(is_lettered, "")
    lettered_on = _compact(paid).where(is_lettered, "")
    code = "C" + pd.Series(customer).astype(str).str.zfill(6)
    empty = pd.Series([""] * sales)

    def line(
        journal: str,
        account: str,
        amount: np.ndarray,
        day: np.ndarray,
        entry: pd.Series,
        *,
        of: bool,
    ) -> pd.DataFrame:
        """Return one line of each entry; ``of``: that of the customer."""
        values = [
            journal,
            journal,
            entry.astype(str),
            _compact(day),
            account,
            "Compte " + account,
            code if of else empty,
            "Société " + code if of else empty,
            "FA" + number.astype(str).str.zfill(8),
            _compact(day),
            "Facture " + number.astype(str),
            _euros(np.maximum(amount, 0)),
            _euros(np.maximum(-amount, 0)),
            letter if of else empty,
            lettered_on if of else empty,
            _compact(day),
            "",
            "",
        ]
        frame = dict(zip(HEADER, values, strict=True))
        return pd.DataFrame(frame, index=number.index)

    sold = [
        line("VE", "41100000", net + tax, issued, number, of=True),
        line("VE", "70700000", -net, issued, number, of=False),
        line("VE", "44571000", -tax, issued, number, of=False),
    ]
    received = [
        line("BQ", "51200000", net + tax, paid, number + sales, of=False),
        line("BQ", "41100000", -(net + tax), paid, number + sales, of=True),
    ]
    parts = [pd.concat(lines).sort_index(kind="stable") for lines in (sold, received)]
    pd.concat(parts).to_csv(path, sep="\t", index=False, encoding="utf-8")


def _compact(days: np.ndarray) -> pd.Series:
    return pd.Series(days).dt.strftime("%Y%m%d")


def _euros(amounts: np.ndarray) -> pd.Series:
    return (
        pd.Series(amounts // 100).astype(str)
        + ","
        + pd.Series(amounts % 100).astype(str).str.zfill(2)
    )
