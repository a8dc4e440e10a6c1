"""The page of late payment interest: the sample company, a rate to type, the levels of data, nothing."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from arlib.workspace import Workspace
from tests.pages.conftest import ROOT, run_page, words
from tests.support.books import Book, Doc, load

if TYPE_CHECKING:
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

DUE = date(2027, 1, 31)


def text(app: AppTest) -> str:
    assert not app.exception
    return words(app).replace("\\", "").replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture(scope="module")
def shown(sample_book: Path) -> AppTest:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ARLIB_DB", str(sample_book))
        patch.chdir(ROOT)
        return run_page("penalties")


def one_invoice(path: Path, level: str = "A") -> AppTest:
    """Run the page on an invoice due in a half-year without a rate."""
    doc = Doc("C1", "F1", date(2027, 1, 1), 100_000, due_on=DUE)
    workspace = Workspace.open(path)
    more = {"open_items": {"F1": 100_000}} if level == "C" else {}
    scope = "open_items" if level == "C" else "ledger"
    until = date(2027, 6, 30)
    load(
        workspace,
        Book([doc], level=level, scope=scope, extracted_on=until, covers=(until, until), **more),  # type: ignore[arg-type]
    )
    workspace.close()
    return run_page("penalties")


def test_the_sample_company(shown: AppTest) -> None:
    assert [item.label for item in shown.metric] == [
        "Intérêts théoriques",
        "Indemnités forfaitaires",
        "Factures en retard",
        "À réclamer en l’état",
    ]
    said = text(shown)
    assert "Une simulation, pas une réclamation" in said
    assert "factures à vérifier avant de les réclamer" in said
    assert "Taux par semestre" in said
    assert "Hors total" in said


def test_the_count_is_that_of_the_list(shown: AppTest) -> None:
    people = shown.dataframe[0].value
    late = next(item for item in shown.metric if item.label == "Factures en retard")
    count = int(late.value.replace("\u202f", "").replace("\u00a0", ""))
    assert people["count_invoices"].sum() == count


def test_a_missing_rate_is_asked_for_and_kept(empty_book: Path) -> None:
    app = one_invoice(empty_book)
    said = text(app)
    assert "Aucun taux pour S1 2027" in said
    assert "1 facture sans taux" in said
    app.button(key="penalty_choices_open").click().run()
    app.text_input(key="penalty_late_ecb_ratios_2027-S1").set_value("2,65")
    next(item for item in app.button if item.label == "Enregistrer les choix").click().run()
    assert not app.exception
    app.run()
    assert "Aucun taux" not in text(app)
    assert next(iter(app.metric)).value.replace("\u00a0", " ") == "52 €"


def test_open_items_alone(empty_book: Path) -> None:
    assert "les factures réglées en retard ne sont pas connues" in text(
        one_invoice(empty_book, "C")
    )


def test_no_lettering_is_greyed(empty_book: Path) -> None:
    app = one_invoice(empty_book, "E")
    assert "Indisponible" in text(app) or "Non disponible" in text(app)
    assert not app.metric


def test_an_empty_book(empty_book: Path) -> None:
    assert empty_book
    app = run_page("penalties")
    assert "Aucune donnée" in text(app)
