"""One customer's file as a workbook, opened again: sheets, amounts, notes, date and policy."""

from __future__ import annotations

import io
from datetime import date, datetime
from typing import Any

import pytest
from openpyxl import load_workbook

from arlib.model.policy import Policy
from arlib.reports.customer import customer_workbook
from arlib.views import customer_file
from arlib.workspace import ActionEntry, Author, Workspace
from tests.support.books import Alloc, Book, Doc, load

DAY = date(2025, 6, 30)
BY = Author("Zoé", datetime(2025, 6, 20, 9, 0))  # noqa: DTZ001 - the book keeps naive times


def book() -> Book:
    return Book(
        [
            Doc("C", "F1", date(2025, 1, 10), 100_000, due_on=date(2025, 2, 10)),
            Doc("C", "F2", date(2025, 4, 10), 50_000, due_on=date(2025, 5, 10)),
            Doc("C", "P1", date(2025, 3, 1), -100_000, "payment"),
            Doc("C", "P2", date(2025, 6, 25), -20_000, "payment"),
            Doc("D", "G1", DAY, 1_000),
        ],
        [Alloc("P1", "F1", 100_000), Alloc("P2", "F2", 20_000)],
        customers=[
            {"customer_id": "C", "name": '=HYPERLINK("x") & Fils', "siren": "732829320",
             "vat_number": "FR83404833048", "group_id": "G", "is_natural_person": True},
            {"customer_id": "D", "name": "Dupré", "group_id": "G"},
        ],
        limits=[
            {"change_id": "l1", "scope": "customer", "scope_id": "C", "source": "internal",
             "amount_minor": 25_000, "currency": "EUR", "origin": "file",
             "valid_from": date(2025, 1, 1), "decided_at": datetime(2025, 1, 1)},  # noqa: DTZ001
        ],
        financials=[
            {"customer_id": "C", "measure": "external_score", "value": 11.0, "scale": "0-20",
             "measured_on": date(2024, 1, 31)},
        ],
    )  # fmt: skip


@pytest.fixture(scope="module")
def sheets() -> dict[str, list[tuple[Any, ...]]]:
    workspace = Workspace.open(None)
    load(workspace, book())
    key = workspace.portfolio(DAY).items("TEST", "C")["document_id"].iloc[0]
    for entry in (
        ActionEntry("TEST", "C", "cause", cause="invoice_contested", text="écart de prix"),
        ActionEntry(
            "TEST", "C", "promise", amount_minor=20_000, currency="EUR", due_on=date(2025, 6, 25),
            document_ids=(str(key),),
        ),
        ActionEntry(
            "TEST", "C", "review", due_on=date(2025, 6, 1), taken_on=date(2025, 5, 2)
        ),
    ):  # fmt: skip
        workspace.add_action(entry, BY)
    policy = Policy()
    file = customer_file.build(workspace.portfolio(DAY), policy, customer_id="C")
    content = customer_workbook(file, policy)
    assert customer_workbook(file, policy) == content
    opened = load_workbook(io.BytesIO(content))
    header = opened["Synthèse"].oddHeader
    assert "30/06/2025" in str(header.right.text)
    assert policy.version in str(header.right.text)
    assert "Confidentiel" in str(opened["Synthèse"].oddFooter.left.text)
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in opened}


@pytest.fixture(scope="module")
def linked() -> dict[str, list[tuple[Any, ...]]]:
    workspace = Workspace.open(None)
    load(workspace, book())
    workspace.link("TEST", "D", "C", "même entreprise", BY)
    file = customer_file.build(workspace.portfolio(DAY), Policy(), customer_id="C")
    assert file.codes["customer_id"].tolist() == ["D"]
    opened = load_workbook(io.BytesIO(customer_workbook(file, Policy())))
    return {sheet.title: list(sheet.iter_rows(values_only=True)) for sheet in opened}


def found(rows: list[tuple[Any, ...]], measure: str) -> tuple[Any, ...]:
    return next(row for row in rows if row[1] == measure)


def test_sheets_are_those_of_a_credit_file(sheets: dict[str, Any]) -> None:
    assert list(sheets) == [
        "Synthèse", "Factures ouvertes", "Dernières factures", "Encaissements", "Comportement",
        "Activité", "Score", "Limites", "Notes", "Méthode",
    ]  # fmt: skip


def test_open_items_end_in_a_live_total(sheets: dict[str, Any]) -> None:
    *_items, total = sheets["Factures ouvertes"]
    assert total[0] == "Total"
    assert str(total[5]).startswith("=SUBTOTAL(109,$F$2")


def test_the_summary_says_who_he_is_and_what_he_owes(sheets: dict[str, Any]) -> None:
    rows = sheets["Synthèse"]
    assert found(rows, "Nom")[2] == '=HYPERLINK("x") & Fils'
    assert found(rows, "SIREN")[2:] == ("732829320", "bien formé")
    assert found(rows, "Numéro de TVA")[3] == "contient un autre SIREN"
    assert found(rows, "Montant impayé")[2] == 300
    assert found(rows, "Dépassement")[2] == 50
    assert found(rows, "Score externe")[2:] == ("11 (0-20)", "31/01/2024, périmé")
    assert found(rows, "Cause du retard")[2] == "Facture contestée"
    assert found(rows, "Promesses tenues")[2] == 1
    assert found(rows, "Prochaine revue")[2:] == (datetime(2025, 6, 1), "en retard")  # noqa: DTZ001
    assert found(rows, "Personne physique")[2] == "oui"


def test_what_he_buys_stands_in_the_file(sheets: dict[str, Any]) -> None:
    rows = {row[1]: row for row in sheets["Activité"][1:]}
    assert rows["Ventes TTC"][2] == 1500
    assert rows["Factures"][2] == 2
    assert rows["Panier moyen"][2] == 750
    assert rows["Délai de facturation"][2] == "–"
    assert "livraison" in rows["Délai de facturation"][5]


def test_linked_codes_stand_in_the_file(linked: dict[str, Any]) -> None:
    _subject, _measure, value, remark = found(linked["Synthèse"], "Code rattaché")
    assert value == "D"
    assert "20/06/2025" in remark
    assert "Zoé" in remark


def test_the_lives_of_his_invoices(sheets: dict[str, Any]) -> None:
    titles, *rows = sheets["Dernières factures"]
    lives = [dict(zip(titles, row, strict=True)) for row in rows]
    assert [row["Numéro"] for row in lives] == ["F2", "F1"]
    assert (lives[0]["Reste dû"], lives[0]["Jours de retard"], lives[0]["Promesse"]) == (
        300,
        51,
        "tenue",
    )
    assert (lives[1]["Réglée le"], lives[1]["Jours de retard"]) == (datetime(2025, 3, 1), 19)  # noqa: DTZ001


def test_settlements_limits_and_notes(sheets: dict[str, Any]) -> None:
    titles, *rows = sheets["Encaissements"]
    paid = [dict(zip(titles, row, strict=True)) for row in rows]
    assert [(row["Facture"], row["Montant"], row["Jours de retard"]) for row in paid] == [
        ("F2", 200, 46),
        ("F1", 1000, 19),
    ]
    assert sheets["Limites"][1][0] == 250
    titles, *rows = sheets["Notes"]
    notes = [dict(zip(titles, row, strict=True)) for row in rows]
    assert {row["Nature"] for row in notes} == {"Cause du retard", "Promesse", "Revue"}
    promise = next(row for row in notes if row["Nature"] == "Promesse")
    assert (promise["Factures"], promise["Montant"], promise["État"]) == ("F2", 200, "tenue")
    assert {row["Auteur"] for row in notes} == {"Zoé"}


def test_the_method_holds_policy_and_confidentiality(sheets: dict[str, Any]) -> None:
    rows = sheets["Méthode"]
    assert found(rows, "Politique")[2] == Policy().version
    assert found(rows, "Arrêté au")[2] == datetime(2025, 6, 30)  # noqa: DTZ001
    assert found(rows, "Confidentialité")[2] == "Confidentiel"
    assert found(rows, "promise_grace_days")[2] == "3"


def test_a_customer_who_owes_nothing_has_a_file() -> None:
    workspace = Workspace.open(None)
    load(workspace, Book([Doc("C", "F1", DAY, 10)], customers=[{"customer_id": "Z", "name": "Z"}]))
    file = customer_file.build(workspace.portfolio(DAY), Policy(), customer_id="Z")
    opened = load_workbook(io.BytesIO(customer_workbook(file, Policy(), "en")))
    assert len(opened.sheetnames) == 10
    assert "Confidential" in str(opened.worksheets[0].oddFooter.left.text)
