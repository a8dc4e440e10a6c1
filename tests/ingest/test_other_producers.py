"""Exports of producers and habits beside those of the declared samples: same figures, said plainly."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest

from arlib.ingest import read_here
from arlib.model.files import FileInput, ImportOptions
from tests.ingest.fec_builder import HEADER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.model.files import ParsedFile

_FEC = [*HEADER, "DateRglt", "ModeRglt", "NatOp", "IdClient"]


def read(text: str | bytes, name: str = "export.csv") -> ParsedFile:
    content = text.encode() if isinstance(text, str) else text
    (parsed,) = read_here([FileInput(name, content)], ImportOptions())
    assert parsed.rows_read == parsed.rows_kept + parsed.rows_ignored + parsed.rows_refused
    return parsed


def csv(*rows: str) -> str:
    return "\r\n".join(rows) + "\r\n"


def open_by_customer(parsed: ParsedFile) -> dict[str, int]:
    """Return what the extraction says remains, by customer."""
    documents = parsed.tables["documents"].to_pandas().set_index("document_id")["customer_id"]
    items = parsed.tables["open_items"].to_pandas()
    sums = items.groupby(items["document_id"].map(documents))["open_minor"].sum()
    return {str(customer): int(amount) for customer, amount in sums.items()}


def names(parsed: ParsedFile) -> dict[str, str | None]:
    table = parsed.tables["customers"].select(["customer_id", "name"])
    return {row["customer_id"]: row["name"] for row in table.to_pylist()}


def codes(parsed: ParsedFile) -> list[str]:
    return [issue.code for issue in parsed.issues]


@pytest.mark.parametrize(
    "header",
    [
        "Reste à percevoir",
        "Montant à encaisser",
        "O/S Amount",
        "Remaining Balance",
        "Amount outstanding",
        "Reste à recouvrer",
        "Total dû",
        "Montant non payé",
    ],
)
def test_what_remains_is_read_whatever_its_header(header: str) -> None:
    parsed = read(
        csv(
            f"Client;Facture;Date facture;Échéance;Montant TTC;{header}",
            "Alpha;F1;13/01/2025;12/02/2025;1200,00;200,00",
        )
    )
    assert open_by_customer(parsed) == {"Alpha": 20000}


@pytest.mark.parametrize("header", ["Acompte", "Reçu", "Montant perçu", "Déjà encaissé"])
def test_what_was_received_is_taken_off(header: str) -> None:
    parsed = read(
        csv(
            f"Client;Facture;Date facture;Échéance;Montant TTC;{header}",
            "Alpha;F1;13/01/2025;12/02/2025;1200,00;400,00",
            "Beta;F2;14/01/2025;13/02/2025;100,00;",
        )
    )
    assert open_by_customer(parsed) == {"Alpha": 80000, "Beta": 10000}


@pytest.mark.parametrize("header", ["Statut", "Invoice Status", "État du document"])
def test_drafts_and_cancelled_documents_are_no_items(header: str) -> None:
    parsed = read(
        csv(
            f"Numéro;Client;Date;Date d'échéance;Total TTC;Solde;{header}",
            "F1;Alpha;13/01/2025;12/02/2025;120,00;120,00;Envoyée",
            "F2;Alpha;14/01/2025;13/02/2025;50,00;50,00;Brouillon",
            "F3;Alpha;15/01/2025;14/02/2025;70,00;70,00;Void",
            "F4;Alpha;16/01/2025;15/02/2025;80,00;80,00;Annulée",
        )
    )
    assert open_by_customer(parsed) == {"Alpha": 12000}
    assert parsed.tables["documents"]["number"].to_pylist() == ["F1"]
    aside = [issue for issue in parsed.issues if issue.code == "not_posted"]
    assert [(issue.row_number, issue.amount_minor) for issue in aside] == [
        (3, 5000),
        (4, 7000),
        (5, 8000),
    ]


def test_a_list_of_limits_by_an_insurer() -> None:
    parsed = read(csv("Code client;Limite autorisée;Assureur", "001;15 000,00;Exemple"))
    assert parsed.scope == "reference"
    assert parsed.tables["limits"]["amount_minor"].to_pylist() == [1500000]


def test_sage_balance_with_its_longer_headers_keeps_the_codes() -> None:
    parsed = read(
        csv(
            "Balance âgée clients",
            "Situation au 30/06/2025",
            "Numéro compte tiers;Intitulé du tiers;Solde;A échoir;0-30 jours;31-60 jours;61-90 jours;+90 jours",
            "411DUP;Dupré SARL;1 234,56;234,56;1 000,00;;;",
            "411LEO;Léo;-50,00;;;;;-50,00",
            ";Total;1 184,56;234,56;1 000,00;;;-50,00",
        )
    )
    assert open_by_customer(parsed) == {"411DUP": 123456, "411LEO": -5000}
    assert names(parsed) == {"411DUP": "Dupré SARL", "411LEO": "Léo"}


def test_ages_said_late_by() -> None:
    parsed = read(
        csv(
            "Situation au 30/09/2025",
            "Code client;Nom;Total dû;Non échu;Échu de 1 à 30 j;Échu de 31 à 60 j;Échu à plus de 60 j",
            "C1;Alpha;900,00;400,00;300,00;200,00;0,00",
            "C2;Beta;50,00;;;;50,00",
        )
    )
    assert open_by_customer(parsed) == {"C1": 90000, "C2": 5000}
    assert parsed.extracted_on is not None
    assert parsed.extracted_on.isoformat() == "2025-09-30"


def test_quickbooks_summary_in_french() -> None:
    parsed = read(
        csv(
            "Résumé de l'ancienneté des comptes clients",
            "SARL Exemple",
            "Au 30 juin 2025",
            "",
            ",EN COURS,1 - 30,31 - 60,61 - 90,91 ET PLUS,Total",
            'Hôtel des Arts,"1 250,00","480,00",,,,"1 730,00"',
            'Café Zola,,"-100,00",,,"20,00","-80,00"',
            'TOTAL,"1 250,00","380,00",,,"20,00","1 650,00"',
        )
    )
    assert open_by_customer(parsed) == {"Hôtel des Arts": 173000, "Café Zola": -8000}
    assert str(parsed.extracted_on) == "2025-06-30"


def test_the_titles_of_a_quickbooks_report_name_no_customer() -> None:
    parsed = read(
        csv(
            "Example Co",
            "A/R Aging Detail",
            '"As of December 31, 2025"',
            "",
            "Date,Transaction type,Num,Customer full name,Due date,Amount,Open balance",
            "Over 90 days",
            "15/08/2025,Invoice,1007,Cool Cars,14/09/2025,2310.00,2310.00",
            "Total for Over 90 days,,,,,2310.00,2310.00",
            "TOTAL,,,,,2310.00,2310.00",
        )
    )
    assert open_by_customer(parsed) == {"Cool Cars": 231000}
    assert names(parsed) in ({"Cool Cars": "Cool Cars"}, {"Cool Cars": None})


def test_the_word_that_announces_a_customer_is_no_part_of_its_name() -> None:
    parsed = read(
        csv(
            "N° pièce;Date;Échéance;Montant TTC;Reste dû",
            "Client : C001 - Dupré SARL;;;;",
            "F1;01/07/2025;31/07/2025;1200,00;1000,00",
            "Sous-total C001;;;1200,00;1000,00",
            "Client : Léo;;;;",
            "F3;15/08/2025;14/09/2025;99,90;99,90",
        )
    )
    assert open_by_customer(parsed) == {"C001": 100000, "Léo": 9990}
    assert names(parsed)["C001"] == "Dupré SARL"


def test_sections_under_the_column_of_accounts() -> None:
    parsed = read(
        csv(
            "Arrêtée au 31/10/2025",
            "Compte;Date;Pièce;Échéance;Non échu;De 1 à 30 jours;De 31 à 60 jours;Plus de 60 jours",
            "411ALPHA Alpha SA;;;;;;;",
            ";13/09/2025;F1;13/10/2025;;1 000,00;;",
            ";13/10/2025;F2;12/11/2025;200,00;;;",
            "Total 411ALPHA;;;;200,00;1 000,00;;",
            "411BETA Beta;;;;;;;",
            ";13/06/2025;F0;13/07/2025;;;;30,00",
            "Total général;;;;200,00;1 000,00;;30,00",
        )
    )
    assert sorted(open_by_customer(parsed).values()) == [3000, 120000]


def test_odoo_aged_with_the_date_of_the_entry() -> None:
    header: list[Any] = [
        "",
        "Date de création de la pièce",
        "Jnl",
        "Compte",
        "Date prévue d'encaissement",
    ]
    ages: list[Any] = [
        "Au : 31/12/2025",
        "1 - 30",
        "31 - 60",
        "61 - 90",
        "91 - 120",
        "Plus ancien",
        "Total",
    ]
    rows: list[list[Any]] = [
        header + ages,
        ["Azur", "", "", "", "", 100, 200, 0, 0, 0, 0, 300],
        ["INV/1", "01/11/2025", "INV", "411100", "15/12/2025", 0, 200, 0, 0, 0, 0, 200],
        ["INV/2", "10/12/2025", "INV", "411100", "09/01/2026", 100, 0, 0, 0, 0, 0, 100],
        ["Total", "", "", "", "", 100, 200, 0, 0, 0, 0, 300],
    ]
    parsed = read(workbook(rows), "export.xlsx")
    assert open_by_customer(parsed) == {"Azur": 30000}


def workbook(rows: Sequence[Sequence[Any]]) -> bytes:
    book = openpyxl.Workbook()
    assert book.active is not None
    for row in rows:
        book.active.append(list(row))
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_one_line_an_article_counts_its_invoice_once() -> None:
    header = "*ContactName,InvoiceNumber,InvoiceDate,DueDate,Total,TaxTotal,InvoiceAmountDue,Description,Quantity,UnitAmount"
    parsed = read(
        csv(
            header,
            "Alpha,INV-1,13/01/2025,12/02/2025,1200.00,200.00,1200.00,Desk,1,500",
            "Alpha,INV-1,13/01/2025,12/02/2025,1200.00,200.00,1200.00,Chair,1,500",
            "Beta,INV-2,14/01/2025,13/02/2025,600.00,100.00,500.00,Desk,1,500",
        )
    )
    assert open_by_customer(parsed) == {"Alpha": 120000, "Beta": 50000}
    assert codes(parsed).count("duplicate_line") == 1


def test_an_invoice_repeated_for_each_payment_counts_once() -> None:
    parsed = read(
        csv(
            "Code client;N° facture;Date facture;Échéance;Montant TTC;Date paiement;Montant payé",
            "C1;F1;13/01/2025;12/02/2025;1000,00;20/02/2025;400,00",
            "C1;F1;13/01/2025;12/02/2025;1000,00;20/03/2025;350,00",
            "C2;F2;13/02/2025;12/03/2025;500,00;20/03/2025;100,00",
            "C2;F3;14/02/2025;14/03/2025;200,00;20/03/2025;200,00",
            "C2;F3;14/02/2025;14/04/2025;200,00;20/04/2025;200,00",
        )
    )
    documents = parsed.tables["documents"].to_pandas()
    debits = documents[documents["kind"] == "invoice"].groupby("number")["amount_minor"].sum()
    assert debits.to_dict() == {"F1": 100000, "F2": 50000, "F3": 40000}
    assert documents["amount_minor"].sum() == 190000 - 40000 - 35000 - 10000 - 20000 - 20000
    paid = parsed.tables["allocations"].to_pandas()["amount_minor"].tolist()
    assert sorted(paid) == [10000, 20000, 20000, 35000, 40000]
    assert [i.row_number for i in parsed.issues if i.code == "invoice_repeated"] == [2, 3]
    assert parsed.control_totals == {"EUR": 190000}


def test_a_balance_that_runs_on_is_no_open_amount() -> None:
    parsed = read(
        csv(
            "Code client;Nom;N° pièce;Date;Échéance;Montant;Solde",
            "C1;Alpha;F1;13/01/2025;12/02/2025;1000,00;1000,00",
            "C1;Alpha;F2;14/01/2025;13/02/2025;500,00;1500,00",
            "C1;Alpha;R2;24/01/2025;;-200,00;1300,00",
            "C2;Beta;F3;15/01/2025;14/02/2025;200,00;200,00",
        )
    )
    assert open_by_customer(parsed) == {"C1": 130000, "C2": 20000}
    assert "running_balance" in codes(parsed)


def test_what_remains_of_each_invoice_is_no_running_balance() -> None:
    parsed = read(
        csv(
            "Code client;Nom;N° pièce;Date;Échéance;Montant;Solde",
            "C1;Alpha;F1;13/01/2025;12/02/2025;1000,00;400,00",
            "C1;Alpha;F2;14/01/2025;13/02/2025;500,00;500,00",
            "C2;Beta;F3;15/01/2025;14/02/2025;200,00;0,00",
        )
    )
    assert open_by_customer(parsed) == {"C1": 90000, "C2": 0}
    assert "running_balance" not in codes(parsed)


def test_lines_that_differ_by_their_label_are_kept_without_articles() -> None:
    parsed = read(
        csv(
            "Client;Facture;Date facture;Échéance;Solde;Libellé",
            "Alpha;F1;13/01/2025;12/02/2025;100,00;Janvier",
            "Alpha;F1;13/01/2025;12/02/2025;100,00;Février",
        )
    )
    assert open_by_customer(parsed) == {"Alpha": 20000}


def test_a_web_page_named_as_a_workbook_is_said_to_be_one() -> None:
    parsed = read("<html><body><table><tr><td>Client</td></tr></table></body></html>", "export.xls")
    assert parsed.refusal is not None
    assert parsed.refusal.code == "file_web_page"


def test_a_list_of_suppliers_is_refused_as_such() -> None:
    parsed = read(
        csv(
            "Fournisseur;N° facture;Date facture;Échéance;Montant TTC;Reste à payer",
            "Durand;A1;13/01/2025;12/02/2025;100,00;100,00",
        )
    )
    assert parsed.refusal is not None
    assert parsed.refusal.code == "payables_list"


def test_a_cash_book_names_its_customers_by_their_id() -> None:
    lines = []
    for entry, client, amount in (("1", "CLI7", "1000,00"), ("2", "CLI8", "90,00")):
        first, second = (
            {"CompteNum": "411000", "Debit": amount, "Credit": "0,00", "IdClient": client},
            {"CompteNum": "707000", "Debit": "0,00", "Credit": amount},
        )
        for own in (first, second):
            day = {"EcritureDate": "20250110", "PieceDate": "20250110"}
            usual = {"JournalCode": "VE", "EcritureNum": entry, "PieceRef": f"F{entry}"}
            cells = {**usual, **day, "EcritureLib": "Facture", **own}
            lines.append("\t".join(cells.get(title, "") for title in _FEC))
    parsed = read(csv("\t".join(_FEC), *lines), "123456789FEC20251231.txt")
    documents = parsed.tables["documents"].select(["customer_id", "amount_minor"]).to_pylist()
    assert {row["customer_id"]: row["amount_minor"] for row in documents} == {
        "CLI7": 100000,
        "CLI8": 9000,
    }


def test_a_column_of_yes_and_no_says_what_is_paid() -> None:
    parsed = read(
        csv(
            "N° facture;Client;Date facture;Date échéance;Total TTC;Payée ?",
            "F1;Alpha;13/01/2025;12/02/2025;100,00;Oui",
            "F2;Alpha;14/01/2025;13/02/2025;50,00;Non",
            "F3;Beta;15/01/2025;14/02/2025;70,00;",
        )
    )
    assert open_by_customer(parsed) == {"Alpha": 5_000, "Beta": 7_000}
    assert parsed.control_totals == {"EUR": 12_000}


def test_parts_that_no_reader_opens_may_be_written_as_office_likes() -> None:
    """Office keeps document properties in UTF-16 parts: nothing to be afraid of."""
    book = openpyxl.Workbook()
    assert book.active is not None
    book.active.append(["N° facture", "Client", "Date facture", "Date échéance", "Total TTC"])
    book.active.append(["F1", "Alpha", "13/01/2025", "12/02/2025", 100])
    content = io.BytesIO()
    book.save(content)
    with zipfile.ZipFile(content, "a") as package:
        package.writestr("customXml/item1.xml", "<?xml version='1.0'?><a/>".encode("utf-16"))
    assert open_by_customer(read(content.getvalue(), "export.xlsx")) == {"Alpha": 10_000}


def test_part_paid_and_wholly_open_says_nothing() -> None:
    parsed = read(
        csv(
            "N° facture;Client;Date facture;Total TTC;Reste dû;Statut",
            "F1;Alpha;13/01/2025;100,00;100,00;Partiel",
            "F2;Alpha;14/01/2025;50,00;20,00;Partiel",
        )
    )
    (refused,) = [issue for issue in parsed.issues if issue.severity == "refused"]
    assert (refused.code, refused.amount_minor) == ("status_without_amount", 10_000)
    assert open_by_customer(parsed) == {"Alpha": 2_000}
