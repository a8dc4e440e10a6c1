"""The erasure block of the history page: preview, confirmation by the code, and its refusals."""

from __future__ import annotations

from typing import TYPE_CHECKING

from arlib.workspace import ActionEntry, Workspace
from tests.pages.conftest import BY, run_page, words

if TYPE_CHECKING:
    from pathlib import Path

    from streamlit.testing.v1 import AppTest


def _ask(app: AppTest, code: str) -> None:
    app.text_input(key="purge_customer").set_value(code)
    app.button(key="purge_preview").click().run()
    assert not app.exception


def _confirm(app: AppTest, typed: str, reason: str = "Demande") -> None:
    app.text_area(key="purge_reason").set_value(reason)
    app.text_input(key="purge_typed").set_value(typed)
    button = next(item for item in app.button if item.label == "Purger définitivement")
    button.click().run()
    assert not app.exception


def test_a_customer_is_seen_then_erased_once_his_code_is_typed(book: Path) -> None:
    workspace = Workspace.open(book)
    balances = workspace.portfolio().balances()
    company, code, other = (
        str(balances["company_id"].iloc[0]),
        *balances["customer_id"].astype(str).head(2),
    )
    workspace.close()
    app = run_page("history")
    _ask(app, "NOBODY")
    assert "NOBODY" in words(app)
    assert "Purger définitivement" not in words(app)
    _ask(app, code)
    assert f"({code})" in words(app)
    _confirm(app, "autre")
    assert "rien n’a été purgé" in words(app)
    # somebody writes in the book meanwhile
    from arlib.ui.session import book as open_book

    open_book().workspace().add_action(ActionEntry(company, other, "note", text="vu"), BY)
    _confirm(app, code)
    assert "Relire l’aperçu" in words(app)
    _ask(app, code)
    _confirm(app, code)
    said = [item.value for item in app.success]
    assert len(said) == 1
    assert "E0001" in said[0]
    assert code not in open_book().workspace().portfolio().balances()["customer_id"].tolist()
    assert "Demande" in words(app)
    typed = [app.text_input(key="purge_customer").value, app.session_state["purge_typed"]]
    assert typed == ["", ""]  # nothing of what was typed is left for the next erasure
