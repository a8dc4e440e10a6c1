"""Every list of a page as a workbook: the button is there, its rows are those shown."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
import streamlit as st

if TYPE_CHECKING:
    from collections.abc import Callable

    from openpyxl.workbook import Workbook
    from streamlit.testing.v1 import AppTest

Buttons = dict[str, Any]


@pytest.fixture
def buttons(monkeypatch: pytest.MonkeyPatch) -> Buttons:
    """Return the download buttons drawn, by key, each with what it was given."""
    drawn: Buttons = {}
    plain = st.download_button

    def recorded(label: str, **given: Any) -> bool:
        drawn[given["key"]] = given | {"label": label}
        return bool(plain(label, **given))

    monkeypatch.setattr(st, "download_button", recorded)
    return drawn


def workbook(given: dict[str, Any]) -> Workbook:
    return openpyxl.load_workbook(BytesIO(given["data"]()), data_only=True)


def header_of(book: Workbook) -> tuple[list[Any], list[list[Any]]]:
    """Return the titles and the rows under them: the header is the last line above the filter."""
    sheet = book.worksheets[0]
    first = int(str(sheet.auto_filter.ref).split(":")[0].lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    found = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=first)]
    return found[0], found[1:]


def test_customers_by_segment(open_book: Callable[..., AppTest], buttons: Buttons) -> None:
    app = open_book("segments")
    assert not app.exception
    given = buttons["download_segments_EUR"]
    assert given["label"] == "Télécharger (Excel)"
    assert given["file_name"].startswith("encours_segments_EUR_")
    book = workbook(given)
    titles, rows = header_of(book)
    assert titles[0] == "Code client"
    for title in ("Client", "Segment", "Pourquoi", "Encours"):
        assert title in titles
    shown = app.dataframe[0].value
    assert len(rows) == len(shown)
    place = titles.index("Encours")
    assert sum(row[place] or 0 for row in rows) == pytest.approx(
        shown["outstanding_minor"].sum() / 100
    )
    said = {row[1].value: row[2].value for row in book["Méthode"].iter_rows()}
    assert said["Filtres"] == "aucun"
    assert said["Programme"].startswith("Encours ")


@pytest.mark.parametrize(
    ("page", "keys"),
    [
        ("behaviour", ["download_behaviour_customer_EUR"]),
        ("dso", ["download_dso_EUR"]),
        ("warnings", []),
    ],
)
def test_lists_open(
    open_book: Callable[..., AppTest], buttons: Buttons, page: str, keys: list[str]
) -> None:
    app = open_book(page)
    assert not app.exception
    assert set(keys) <= set(buttons)
    for key, given in buttons.items():
        if key.startswith("download_"):
            titles, rows = header_of(workbook(given))
            assert None not in titles
            assert rows


def test_parts_of_the_dso_page(open_book: Callable[..., AppTest], buttons: Buttons) -> None:
    app = open_book("dso")
    for part, keys in (("receipts", ["due", "received"]), ("cohorts", ["cohorts"])):
        app.session_state["dso_part"] = part
        app.run()
        assert not app.exception
        for key in keys:
            titles, rows = header_of(workbook(buttons[f"download_{key}_EUR"]))
            assert titles[0] == "Mois"
            assert len(rows) > 6
    buttons.clear()
    app.session_state["filter_search"] = "SARL"
    app.run()
    charts = [given for key, given in buttons.items() if key.startswith("data_")]
    book = workbook(charts[0])
    said = {row[1].value: str(row[2].value) for row in book["Méthode"].iter_rows()}
    assert "SARL" in said["Filtres"]
    assert said["Sociétés"]
    assert said["Programme"].startswith("Encours ")
    assert said["Arrêté au"].startswith("2026-")
    line = str(book.worksheets[0]["A3"].value)
    assert said["Filtres"] in line
    assert said["Sociétés"] in line
