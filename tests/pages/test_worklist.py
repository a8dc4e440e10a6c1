"""The page Relances du jour: the list and its filters, a promise noted, lists beside, empty states."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from arlib.workspace import Workspace
from tests.pages.conftest import run_page
from tests.pages.test_sales import text
from tests.support.books import Book, Doc
from tests.support.books import load as fill

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

D = date(2025, 6, 30)


@pytest.fixture(scope="module")
def shown(sample_book: Path) -> AppTest:
    """Return one run of the page on the sample company, only read by the tests."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARLIB_DB", str(sample_book))
        return run_page("worklist")


def test_the_list_of_the_day(shown: AppTest) -> None:
    said = text(shown)
    assert "à relancer" in said
    assert "Échu par étape, à la date" in said
    assert "Prescription : 60 mois depuis l’échéance" in said
    assert "Cochez un client" in said
    table = shown.dataframe[0].value
    assert table["rank"].tolist() == sorted(table["rank"])
    assert (table["to_collect_minor"] >= 0).all()
    assert table["reason"].str.len().min() > 0
    buttons = {item.label: item.disabled for item in shown.button}
    assert buttons["Noter un appel, une promesse"]  # nothing is ticked
    assert buttons["Ouvrir la fiche"]


def test_filters_and_the_other_parts(open_book: Callable[..., AppTest]) -> None:
    app = open_book("worklist")
    whole = app.dataframe[0].value
    owner = min(whole["owner"])
    app.selectbox(key="worklist_to_do_owner").set_value(owner).run()
    kept = app.dataframe[0].value
    assert set(kept["owner"]) == {owner}
    assert len(kept) == (whole["owner"] == owner).sum()
    app.selectbox(key="worklist_to_do_owner").set_value("").run()
    app.selectbox(key="worklist_to_do_level").set_value("R5").run()
    assert set(app.dataframe[0].value["level"]) == {"R5"}
    for part, words in (
        ("waiting", "à suivre plus tard"),
        ("suspended", "non relancé"),
        ("due_soon", "Pour un message de courtoisie"),
        ("to_complete", "à compléter"),
    ):
        app.segmented_control(key="worklist_part").set_value(part).run()
        assert words in text(app), part
    kinds = app.pills(key="worklist_missing").options
    app.pills(key="worklist_missing").set_value(["review_overdue"]).run()
    assert set(app.dataframe[0].value["kind_text"]) == {"Revue en retard"}
    assert any("Revue en retard" in option for option in kinds)


def test_nothing_imported(empty_book: Path) -> None:
    assert not empty_book.exists()
    assert "Aucune donnée" in text(run_page("worklist"))


def test_nothing_overdue_and_no_reminder_known(empty_book: Path) -> None:
    workspace = Workspace.open(empty_book)
    fill(workspace, Book([Doc("C", "F", D, 100_00, due_on=date(2025, 8, 1))], covers=(D, D)))
    workspace.close()
    said = text(run_page("worklist"))
    assert "Personne à relancer à cette date" in said
    assert "Aucune relance ni aucun appel" in said
    assert "aucun fichier ne dit les commandes" in said


def test_open_items_alone(empty_book: Path) -> None:
    workspace = Workspace.open(empty_book)
    docs = [Doc("C", "F", date(2025, 4, 1), 100_00, due_on=date(2025, 5, 1))]
    found = Book(docs, open_items={"F": 100_00}, level="C", scope="open_items",
                 covers=(D, D), extracted_on=D)  # fmt: skip
    assert [item.status for item in fill(workspace, found)] == ["imported"]
    workspace.close()
    app = run_page("worklist")
    assert app.dataframe[0].value["to_collect_minor"].tolist() == [100_00]
    assert "ne disent pas qui a payé" in text(app)
