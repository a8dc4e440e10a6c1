"""The import page: what each dropped file is asked, answered and loaded as."""

from __future__ import annotations

import io
import json
import re
import zipfile
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest
import streamlit as st
from streamlit.elements.lib import policies

from arlib.model.files import FileInput, ImportOptions
from arlib.workspace import Workspace
from tests.pages.conftest import SAMPLES, run_page, words

if TYPE_CHECKING:
    from pathlib import Path

    from streamlit.testing.v1 import AppTest

UNKNOWN = "Quoi;Qui;Quand;Limite;Combien\nF1;Durand;25/03/2026;30/04/2026;1 200,00\nF2;Martin;26/03/2026;15/05/2026;850,50\n"
ANSWER = {"customer_id": "Qui", "issued_on": "Quand", "due_on": "Limite", "amount": "Combien"}
UNDECIDABLE = "Code client;N° facture;Date facture;Montant TTC\nC1;F1;05/03/2026;1200,00\nC2;F2;07/04/2026;850,50\n"
PAID = "Code client;N° facture;Date facture;Montant TTC;Date paiement\nC1;F1;25/03/2026;1200,00;30/03/2026\nC2;F2;17/04/2026;850,50;\n"
LIMITS = "Code client;Nom client;Limite de crédit\nC0001;Durand;1000\n"


def dropped(*files: tuple[str, bytes | str]) -> AppTest:
    """Run the import page with files dropped on it."""
    app = run_page("imports")
    assert not app.exception
    return drop(app, *files)


def drop(app: AppTest, *files: tuple[str, bytes | str]) -> AppTest:
    """Drop files on the page as it is."""
    given = [
        (name, content.encode() if isinstance(content, str) else content, "")
        for name, content in files
    ]
    app.file_uploader[0].set_value(given).run()
    assert not app.exception
    return app


def click(app: AppTest, label: str) -> AppTest:
    """Click a button by the start of its words."""
    button = next(item for item in app.button if item.label.startswith(label))
    assert not button.disabled, label
    button.click().run()
    assert not app.exception
    return app


def text(app: AppTest) -> str:
    """Return the words of the page as they are read."""
    return words(app).replace("\\", "").replace("\u2060", "")


def confirm(app: AppTest) -> AppTest:
    """Confirm the import."""
    app.button(key="import_confirm").click().run()
    assert not app.exception
    return app


def answer(app: AppTest, place: int = 0) -> None:
    """Answer the mapping form."""
    for name, header in ANSWER.items():
        app.selectbox(key=f"map_{place}_{name}").set_value(header).run()


@pytest.mark.usefixtures("empty_book")
def test_the_mapping_form_checks_live_and_is_remembered() -> None:
    app = dropped(("journal.csv", UNKNOWN))
    assert "Il manque encore : le client (code ou nom)" in text(app).replace("\u00a0", " ")
    assert app.button(key="map_send_0").disabled
    app.selectbox(key="map_0_customer_name").set_value("Qui").run()
    app.selectbox(key="map_0_issued_on").set_value("Quand").run()
    missing = text(app).replace("\u00a0", " ")
    assert "Il manque encore : un montant" in missing
    assert "le client (code ou nom)" not in missing
    app.selectbox(key="map_0_amount").set_value("Combien").run()
    assert "Tout ce qui est nécessaire est là" in text(app)
    assert "1\u202f200,00" in text(app)
    click(app, "Lire le fichier ainsi")
    assert "Totaux de contrôle" in text(app)
    confirm(app)
    assert "journal.csv : 2 lignes importées" in text(app).replace("\u00a0", " ")

    again = drop(app, ("suivant.csv", UNKNOWN.replace("F1", "F3").replace("F2", "F4")))
    assert "Dites quelle colonne est quoi" not in text(again)
    assert "Totaux de contrôle" in text(again)
    click(again, "Annuler")
    click(again, "Oublier")
    forgotten = drop(again, ("suivant.csv", UNKNOWN))
    assert "Dites quelle colonne est quoi" in text(forgotten)


@pytest.mark.usefixtures("empty_book")
def test_a_column_says_one_thing_but_a_code_may_be_the_name(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(policies, "_shown_default_value_warning", False)
    app = dropped(("journal.csv", UNKNOWN))
    assert app.selectbox(key="map_0_limit").value == "Limite"
    answer(app)
    assert app.selectbox(key="map_0_limit").value is None
    app.selectbox(key="map_0_customer_name").set_value("Qui").run()
    assert app.selectbox(key="map_0_customer_id").value == "Qui"
    app.selectbox(key="map_0_open").set_value("Combien").run()
    assert app.selectbox(key="map_0_amount").value is None
    assert not policies._shown_default_value_warning  # no list is told two values


def test_a_shared_mapping_dropped_with_its_file_reads_it(empty_book: Path) -> None:
    asked = dropped(("journal.csv", UNKNOWN))
    signature = asked.session_state["import_draft"].parsed[0].mapping.signature
    shared = {
        "kind": "encours-mapping",
        "version": 1,
        "signature": signature,
        "fields": ANSWER,
    }
    click(asked, "Annuler")
    app = drop(
        asked,
        ("journal.csv", UNKNOWN),
        ("modele.encours.json", json.dumps(shared)),
    )
    assert "Totaux de contrôle" in text(app)
    confirm(app)
    st.cache_resource.clear()  # the page lets go of the book
    workspace = Workspace.open(empty_book)
    assert workspace.known_mappings() == {signature: ANSWER}
    workspace.close()


@pytest.mark.usefixtures("empty_book")
def test_a_shared_mapping_is_loaded_alone() -> None:
    app = run_page("imports")
    shared = {"kind": "encours-mapping", "version": 1, "signature": "ab", "fields": ANSWER}
    app.file_uploader[1].set_value(("m.encours.json", json.dumps(shared).encode(), "")).run()
    assert not app.exception
    said = text(app).replace("\u00a0", " ")
    assert "m.encours.json : correspondance des colonnes mémorisée" in said
    assert "Code client = Qui, Date de facture = Quand, Échéance = Limite" in said


@pytest.mark.usefixtures("empty_book")
def test_a_file_without_headers_names_its_columns_by_letters() -> None:
    app = dropped(("sans_titres.csv", UNKNOWN.split("\n", 1)[1]))
    said = text(app)
    assert "Dites quelle colonne est quoi" in said
    boxes = app.selectbox(key="map_0_customer_id")
    assert boxes.options[1:] == [f"Colonne {letter}" for letter in "ABCDE"]
    for name, header in (("customer_id", "B"), ("number", "A"), ("amount", "E")):
        app.selectbox(key=f"map_0_{name}").set_value(header).run()
    app.selectbox(key="map_0_issued_on").set_value("C").run()
    app.selectbox(key="map_0_due_on").set_value("D").run()
    assert "1\u202f200,00" in text(app)
    click(app, "Lire le fichier ainsi")
    confirm(app)
    assert "2 lignes importées" in text(app).replace("\u00a0", " ")
    again = drop(
        app,
        (
            "autres.csv",
            "F8;Durand;05/04/2026;30/05/2026;7,00\nF9;Leroy;28/04/2026;30/06/2026;8,00\n",
        ),
    )
    assert "Dites quelle colonne est quoi" not in text(again)


@pytest.mark.usefixtures("empty_book")
def test_a_broken_mapping_is_said() -> None:
    app = dropped(("modele.encours.json", '{"kind": "encours-mapping", "version": 9}'))
    assert "n’est pas un modèle de correspondance" in text(app)


@pytest.mark.usefixtures("empty_book")
@pytest.mark.parametrize(("answer", "first"), [("Jour", "05/03/2026"), ("Mois", "03/05/2026")])
def test_undecidable_dates_are_asked(answer: str, first: str) -> None:
    app = dropped(("liste.csv", UNDECIDABLE))
    assert "choisissez avant de charger" in text(app)
    assert app.button(key="import_confirm").disabled
    click(app, answer)
    assert first in text(app)
    confirm(app)
    assert "2 lignes importées" in text(app).replace("\u00a0", " ")


@pytest.mark.usefixtures("empty_book")
def test_what_has_no_question_loads_and_what_waits_stays() -> None:
    app = dropped(("liste.csv", UNDECIDABLE), ("sure.csv", UNDECIDABLE.replace("05/03", "25/03")))
    assert "1 fichier attend votre réponse" in text(app).replace("\u00a0", " ")
    confirm(app)
    said = text(app).replace("\u00a0", " ")
    assert "sure.csv : 2 lignes importées" in said
    assert "choisissez avant de charger" in said
    assert [file.name for file in app.session_state["import_draft"].files] == ["liste.csv"]


@pytest.mark.usefixtures("book")
def test_another_kind_of_file_over_the_same_period_is_asked() -> None:
    name = "armor_liste.csv"
    app = dropped((name, (SAMPLES / name).read_bytes()))
    company = app.session_state["import_draft"].parsed[0].company_id
    labels = [item.label for item in app.button]
    if not any(label.startswith("Remplacer") for label in labels):  # the list names no company
        app.selectbox(key="company_0").select_index(0).run()
        assert app.session_state["import_draft"].parsed[0].company_id != company
    assert app.button(key="import_confirm").disabled
    click(app, "Remplacer")
    assert re.search("remplace 1 import", text(app).replace("\u00a0", " "))
    confirm(app)
    assert "lignes importées" in text(app)


@pytest.mark.usefixtures("empty_book")
def test_a_later_file_replaces_the_earlier_one_unless_it_is_added() -> None:
    app = confirm(dropped(("mars.csv", PAID)))
    longer = PAID + "C3;F3;29/04/2026;10,00;\n"
    app = drop(app, ("avril.csv", longer))
    assert "Il remplace 1 import" in text(app).replace("\u00a0", " ")
    click(app, "Ajouter sans remplacer")
    said = text(app)
    assert "Il s’ajoute aux imports antérieurs" in said
    assert app.session_state["import_draft"].parts[0].result.supersedes == ()
    click(app, "Remplacer les imports antérieurs")
    assert "Il remplace 1 import" in text(app).replace("\u00a0", " ")


@pytest.mark.usefixtures("empty_book")
def test_files_of_an_archive_are_dropped_one_by_one() -> None:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("a.csv", UNDECIDABLE)
        archive.writestr("b/plafonds.csv", LIMITS)
    app = dropped(("lot.zip", content.getvalue()))
    said = text(app).replace("\u00a0", " ")
    assert "2 fichiers, compris ensemble" in said
    assert "lot.zip › a.csv" in said
    click(app, "Laisser ce fichier")
    assert [file.name for file in app.session_state["import_draft"].files] == [
        "lot.zip › b/plafonds.csv"
    ]


@pytest.mark.usefixtures("empty_book")
def test_a_protected_workbook_asks_its_password() -> None:
    app = dropped(("secret.xlsx", protected("sésame")))
    assert "mot de passe" in text(app)
    app.text_input(key="password_0").set_value("faux")
    click(app, "Ouvrir le classeur")
    assert "Ce mot de passe n’ouvre pas" in text(app)
    app.text_input(key="password_0").set_value("sésame")
    click(app, "Ouvrir le classeur")
    assert "Totaux de contrôle" in text(app)
    assert "sésame" not in text(app)


@pytest.mark.usefixtures("empty_book")
def test_a_reading_can_be_corrected() -> None:
    app = dropped(("liste.csv", UNDECIDABLE.replace("05/03", "25/03")))
    app.date_input(key="read_extracted_0").set_value(date(2026, 4, 30))
    app.text_input(key="read_terms_0").set_value("45 jours")
    click(app, "Lire le fichier ainsi")
    draft = app.session_state["import_draft"]
    assert draft.parsed[0].extracted_on == date(2026, 4, 30)
    assert draft.reading["liste.csv"].terms == "45 jours"


def test_limits_take_the_company_of_what_is_dropped_with_them() -> None:
    workspace = Workspace.open(None)
    fec = "111111118FEC20261031.txt"
    files = [
        FileInput(fec, (SAMPLES / fec).read_bytes()),
        FileInput("plafonds.csv", LIMITS.encode()),
    ]
    both = workspace.read(files, _options())
    alone = workspace.read(files[1:], _options())
    workspace.close()
    assert [item.company_id for item in both] == ["111111118", "111111118"]
    assert alone[0].company_id not in ("", "111111118")


def _options() -> ImportOptions:
    return ImportOptions()


def protected(password: str) -> bytes:
    """Return a small workbook protected by a password."""
    from msoffcrypto.format.ooxml import OOXMLFile

    book, raw, out = openpyxl.Workbook(), io.BytesIO(), io.BytesIO()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Code client", "N° facture", "Date facture", "Date échéance", "Montant TTC"])
    sheet.append(["C1", "F1", "2026-03-25", "2026-04-25", 100.5])
    book.save(raw)
    raw.seek(0)
    OOXMLFile(raw).encrypt(password, out)
    return out.getvalue()


@pytest.mark.usefixtures("empty_book")
def test_the_columns_of_a_recognised_list_can_be_corrected() -> None:
    text_of_list = (
        "Client;Facture;Date facture;Montant;Total dossier\n"
        "C1;F1;25/03/2026;1200,00;1500,00\nC2;F2;17/04/2026;850,50;900,00\n"
    )
    app = dropped(("liste.csv", text_of_list))
    assert "2\u202f050,50" in text(app)
    click(app, "Corriger les colonnes")
    assert app.selectbox(key="map_0_amount").value == "Montant"
    app.selectbox(key="map_0_amount").set_value("Total dossier").run()
    click(app, "Lire le fichier ainsi")
    assert "2\u202f400,00" in text(app)
    again = drop(app, ("suivante.csv", text_of_list.replace("F1", "F3")))
    parsed = {item.file_name: item for item in again.session_state["import_draft"].parsed}
    assert parsed["suivante.csv"].control_totals == {"EUR": 240000}
