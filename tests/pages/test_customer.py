"""The customer's file: every tab, entries made and undone, codes linked, dated terms, its workbook."""

from __future__ import annotations

import html
import re
from datetime import date, datetime
from typing import TYPE_CHECKING

import pytest
import streamlit as st

from arlib.model.files import FileInput, ImportOptions
from arlib.workspace import Author, Workspace
from tests.pages.conftest import BY, run_page, words
from tests.support.kept import copied

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

HEADER = "Code client;Nom client;N° facture;Date facture;Montant TTC;Reste à payer\n"
OPEN = (
    "C1;Durand SA;F1;05/03/2026;1000,00;1000,00\n"
    "C1;Durand SA;F2;25/03/2026;500,00;500,00\n"
    "C2;DURAND SARL;F3;20/03/2026;250,00;250,00\n"
)


def load(path: Path, name: str, content: str, extracted_on: date, by: Author = BY) -> None:
    """Load a list of open items into a book."""
    st.cache_resource.clear()
    workspace = Workspace.open(path)
    options = ImportOptions(extracted_on=extracted_on, company_id="ACME")
    files = [FileInput(name, content.encode())]
    results = workspace.load(workspace.read(files, options), options, by)
    workspace.close()
    assert [item.status for item in results] == ["imported"]


def text(app: AppTest) -> str:
    """Return the words of the page as they are read."""
    assert not app.exception
    return words(app).replace("\\", "").replace("\u00a0", " ").replace("\u202f", " ")


@pytest.fixture
def open_items(empty_book: Path) -> Path:
    """A book of three invoices without due dates, two codes of one customer."""
    march = date(2026, 3, 31)
    return copied(empty_book, "march", lambda path: load(path, "mars.csv", HEADER + OPEN, march))


TABS = ("Synthèse", "Factures", "Comportement", "Score", "Limites", "Suivi", "Identité")


def written(app: AppTest) -> str:
    """Return the words of the page, those of its tables and figures too."""
    drawn = [item.proto for kind in ("html", "plotly_chart") for item in app.get(kind)]
    return text(app) + html.unescape(" ".join(str(proto) for proto in drawn))


def opened(tab: str) -> AppTest:
    """Run the page with one of its tabs open."""
    return show(run_page("customer"), tab)


def show(app: AppTest, tab: str) -> AppTest:
    """Open a tab of the page, as a click does."""
    app.session_state["customer_tab"] = tab
    app.run()
    assert not app.exception
    assert not app.error
    return app


@pytest.mark.usefixtures("open_items")
def test_terms_move_due_dates_and_can_be_undone() -> None:
    app = opened("Identité")
    before = text(show(app, "Factures"))
    show(app, "Identité")
    assert app.button(key="terms_save").disabled
    app.text_input(key="terms_text").set_value("bientôt").run()
    assert "bientôt" in text(app)
    assert app.button(key="terms_save").disabled
    app.text_input(key="terms_text").set_value("45 jours fin de mois").run()
    assert "Une facture du 31/03/2026 échoira le 31/05/2026" in text(app)
    app.button(key="terms_save").click().run()
    said = text(app)
    assert "2 échéances recalculées" in said
    assert "Conditions de règlement : 45 jours fin de mois" in said
    assert "30/04/2026" in text(show(app, "Factures"))  # 5 March + 45 days, end of that month
    assert "30/04/2026" not in before
    show(app, "Identité").button(key="terms_undo_0").click().run()
    assert "annulée" in text(app)
    assert "30/04/2026" not in text(show(app, "Factures"))


@pytest.mark.usefixtures("open_items")
def test_a_duplicate_code_is_linked_and_unlinked() -> None:
    app = opened("Identité")
    assert "Ressemble à ce client : même nom" in text(app)
    alone = app.metric[0].value
    app.button(key="link_0").click().run()
    said = text(app)
    assert "1 code rattaché" in said
    assert app.metric[0].value != alone
    assert "1 750" in app.metric[0].value.replace("\u202f", " ")
    app.button(key="unlink_0").click().run()
    assert "Codes de ce client" in text(app)
    assert "1 750" not in app.metric[0].value.replace("\u202f", " ")


def test_a_past_date_as_known_then(open_items: Path) -> None:
    later = Author("tests", datetime(2026, 12, 31, 9, 0))  # noqa: DTZ001 - the book keeps naive times
    more = OPEN + "C3;Martin;F4;28/03/2026;4000,00;4000,00\n"
    load(open_items, "mars_complet.csv", HEADER + more, date(2026, 3, 31), later)
    app = run_page("overview")
    app.date_input(key="as_of").set_value(date(2026, 12, 1)).run()
    now = app.metric[0].value
    app.toggle(key="known_then").set_value(True).run()
    said = text(app)
    assert "Tel que connu le 01/12/2026" in said
    assert "Connu alors, connu aujourd’hui" in said
    assert "+4 000,00 €" in said
    assert app.metric[0].value != now
    app.switch_page("pages/aging.py").run()
    app.toggle(key="known_then").set_value(True).run()
    assert "Connu alors, connu aujourd’hui" in text(app)
    app.toggle(key="known_then").set_value(False).run()
    assert "Tel que connu le" not in text(app)


def test_every_tab_of_the_worst_customer(open_book: Callable[..., AppTest]) -> None:
    app = open_book("customer")
    expected = {
        "Synthèse": "À savoir avant d’appeler",
        "Factures": "dernières factures échues",
        "Comportement": "Panier moyen",
        "Score": "Facteurs du score",
        "Limites": "Décisions de limite",
        "Suivi": "Des faits seulement",
        "Identité": "Les identifiants sont bien formés",
    }
    for tab in TABS:
        said = written(show(app, tab))
        assert expected[tab] in said, tab
        for word in ("nan", "None", "NaT", "<NA>"):
            assert not re.search(rf"(?<!\w){word}(?!\w)", said), (tab, word)
    assert app.get("download_button")[0].proto.label == "Dossier de crédit"
    app.query_params["lang"] = "en"
    app.run()
    assert not app.exception


@pytest.mark.usefixtures("open_items")
def test_every_tab_where_the_files_tell_little() -> None:
    app = run_page("customer")
    for tab in TABS:
        assert text(show(app, tab))
    assert "Non disponible" in text(show(app, "Comportement"))


@pytest.mark.usefixtures("open_items")
def test_a_note_a_cause_a_review_and_a_promise_are_entered_and_undone() -> None:
    app = opened("Suivi")
    assert "Aucune note sur ce client" in text(app)
    app.button(key="action_save").click().run()
    assert "Une note doit contenir un texte" in app.toast[0].value
    app.text_area(key="action_text").set_value("Rappeler <b>lundi</b> :red[!]").run()
    app.button(key="action_save").click().run()
    assert "1 note" in text(app)
    assert "Rappeler <b>lundi</b>" in text(app)
    assert not app.text_area(key="action_text").value
    choose(app, "cause")
    app.selectbox(key="action_cause").set_value("invoice_contested").run()
    app.button(key="action_save").click().run()
    assert "Facture contestée" in text(app)
    choose(app, "review")
    app.date_input(key="action_due").set_value(date(2026, 3, 1)).run()
    app.button(key="action_save").click().run()
    assert "La prochaine revue ne peut pas être fixée" in app.toast[0].value
    app.date_input(key="action_taken").set_value(date(2026, 2, 20)).run()
    app.button(key="action_save").click().run()
    choose(app, "promise")
    app.text_input(key="action_amount").set_value("400,00").run()
    app.date_input(key="action_taken").set_value(date(2026, 3, 30)).run()
    app.date_input(key="action_due").set_value(date(2026, 4, 10)).run()
    app.button(key="action_save").click().run()
    assert "1 promesse en cours" in text(app)
    summary = text(show(app, "Synthèse"))
    assert "Promesses en cours" in summary
    assert "400,00" in summary
    assert "01/03/2026" in summary
    app = show(app, "Suivi")
    app.button(key="action_undo_0").click().run()
    assert "Aucune promesse connue" in text(app)
    assert "annulée" in text(app)


@pytest.mark.usefixtures("open_items")
def test_what_was_begun_for_one_customer_is_not_offered_for_another() -> None:
    app = opened("Suivi")
    app.text_area(key="action_text").set_value("Appeler avant midi").run()
    first, second = (app.selectbox(key="customer_select").options)[:2]
    assert first != second
    app.selectbox(key="customer_select").select_index(1).run()
    assert app.text_area(key="action_text").value == ""
    app.button(key="action_save").click().run()
    assert "Une note doit contenir un texte" in app.toast[0].value


@pytest.mark.usefixtures("book")
def test_a_note_said_after_the_closing_date_is_not_counted_there() -> None:
    app = show(run_page("customer"), "Suivi")
    app.text_area(key="action_text").set_value("Appelé").run()
    app.button(key="action_save").click().run()
    assert "Entrée enregistrée : Note" in text(app)
    assert "non comptée" not in text(app)
    app.date_input(key="as_of").set_value(date(2026, 6, 30)).run()
    said = text(app)
    assert "1 note" not in said
    assert "dite après cette date d’arrêté, non comptée" in said


@pytest.mark.usefixtures("open_items")
def test_a_text_too_long_is_refused_and_kept_in_the_form() -> None:
    app = opened("Suivi")
    app.text_area(key="action_text").set_value("a" * 2_001).run()
    app.button(key="action_save").click().run()
    assert "2000 au plus" in app.toast[0].value
    assert len(str(app.text_area(key="action_text").value)) == 2_001
    assert "Aucune note sur ce client" in text(app)


@pytest.mark.usefixtures("open_items")
def test_an_amount_that_cannot_be_read_keeps_nothing() -> None:
    app = opened("Suivi")
    choose(app, "promise")
    app.text_input(key="action_amount").set_value("beaucoup").run()
    app.date_input(key="action_due").set_value(date(2026, 4, 10)).run()
    app.button(key="action_save").click().run()
    assert "beaucoup" in app.toast[0].value
    assert "Aucune promesse connue" in text(app)
    assert app.text_input(key="action_amount").value == "beaucoup"


def choose(app: AppTest, kind: str) -> None:
    """Choose what kind of entry is made."""
    app.session_state["action_kind"] = kind
    app.run()
    assert not app.exception
