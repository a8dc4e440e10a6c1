"""Large invented files: a French list of invoices as csv and as workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

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


def invoices(count: int, seed: int = 7) -> pd.DataFrame:
    """Return ``count`` invoices over three years, 50 a customer, 97 % of those due are paid."""
    draw = np.random.default_rng(seed)
    customer = draw.integers(0, max(count // 50, 10), count)
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
