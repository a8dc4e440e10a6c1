"""The page Litiges et promesses: figures, a dispute opened, closed and undone, a plan, empty states."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest
import streamlit as st

from arlib.workspace import Workspace
from tests.pages.conftest import run_page
from tests.pages.test_sales import text
from tests.support.books import Book, Doc
from tests.support.books import load as fill

if TYPE_CHECKING:
    from pathlib import Path

D = date(2025, 6, 30)
_INVOICE = "TEST|receivable|C|invoice|F|2025-04-01"


def filled(path: Path, **more: object) -> None:
    """Fill a book in which C owes 100 and D 60, both overdue."""
    workspace = Workspace.open(path)
    docs = [
        Doc("C", "F", date(2025, 4, 1), 100_00, due_on=date(2025, 5, 1)),
        Doc("D", "G", date(2025, 4, 1), 60_00, due_on=date(2025, 5, 1)),
        Doc("D", "P", D, -1_00, "payment"),
    ]
    fill(workspace, Book(docs, covers=(date(2025, 1, 1), D), **more))  # type: ignore[arg-type]
    workspace.close()


def test_a_dispute_is_opened_closed_and_undone_from_the_page(empty_book: Path) -> None:
    told = [{"number": "G", "opened_on": date(2025, 5, 10), "closed_on": None,
             "amount_minor": 20_00, "reason": "Prix"}]  # fmt: skip
    filled(empty_book, disputes=told)
    app = run_page("disputes")
    assert "1 litige ouvert" in text(app)
    assert app.dataframe[0].value["disputed_minor"].tolist() == [20_00]
    app.button(key="action_save").click().run()
    assert "Choisissez la facture en litige" in app.toast[0].value
    app.selectbox(key="entry_customer").set_value(("TEST", "C")).run()
    app.multiselect(key="action_invoices").set_value([_INVOICE]).run()
    app.text_input(key="action_amount").set_value("100,01").run()
    app.button(key="action_save").click().run()
    assert "dépasse ce qui est dû" in app.toast[0].value
    app.text_input(key="action_amount").set_value("70").run()
    app.text_input(key="action_owner").set_value("Zoé :red[x]").run()
    app.button(key="action_save").click().run()
    assert not app.exception
    said = text(app)
    assert "2 litiges ouverts" in said
    assert "Entrée enregistrée : Litige" in said
    assert sorted(app.dataframe[0].value["disputed_minor"]) == [20_00, 70_00]
    # the one by hand and the one of the file, closed together
    st.cache_resource.clear()
    workspace = Workspace.open(empty_book)
    known = workspace.portfolio(D).disputes()["dispute_id"].tolist()
    workspace.close()
    app = run_page("disputes")
    app.multiselect(key="dispute_close_ids").set_value(known).run()
    app.selectbox(key="dispute_close_outcome").set_value("avoir").run()
    app.button(key="dispute_close_save").click().run()
    assert not app.exception
    said = text(app)
    assert "Aucun litige ouvert" in said
    assert "100 %" in said
    undo = next(item for item in app.button if str(item.key).startswith("disputes_history_undo"))
    undo.click().run()
    assert "1 litige ouvert" in text(app)


def test_a_plan_is_entered_line_by_line(empty_book: Path) -> None:
    filled(empty_book)
    app = run_page("disputes")
    assert "Aucun litige ni promesse" in text(app)
    app.session_state["action_kind"] = "plan"
    app.run()
    app.text_area(key="action_plan").set_value("31/12/2098 20,00\nbientôt 30").run()
    app.button(key="action_save").click().run()
    assert "bientôt 30" in app.toast[0].value
    app.text_area(key="action_plan").set_value("31/12/2098 20,00\n31/01/2099 40").run()
    app.button(key="action_save").click().run()
    assert not app.exception
    table = app.dataframe[0].value
    assert table["amount_minor"].tolist() == [20_00, 40_00]
    assert table["plan"].tolist() == ["1/2", "2/2"]


@pytest.mark.usefixtures("empty_book")
def test_without_a_file() -> None:
    assert "Aucune donnée" in text(run_page("disputes"))


def test_with_open_items_alone(empty_book: Path) -> None:
    workspace = Workspace.open(empty_book)
    docs = [Doc("C", "F", date(2025, 4, 1), 100_00)]
    found = Book(docs, open_items={"F": 100_00}, level="C", scope="open_items", covers=(D, D),
                 extracted_on=D,
                 disputes=[{"number": "F", "opened_on": None, "closed_on": None,
                            "amount_minor": None, "reason": None}])  # fmt: skip
    fill(workspace, found)
    workspace.close()
    said = text(run_page("disputes"))
    assert "1 litige ouvert" in said
