"""What people really drop: each fault gets its sentence in French, and no line disappears."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from arlib.cli.main import main
from arlib.i18n.issues import issue_sentence
from arlib.model.files import FileInput, ImportOptions
from arlib.model.issues import CODES
from arlib.workspace import Workspace
from tests.scenarios import worked_set
from tests.scenarios.product import BY, aged, assert_nothing_lost, at, fill, invoice, load, payment

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scenarios.worked_set import Row

DAY = date(2025, 6, 30)
HEADERS = "Code client;Nom client;Numéro facture;Date facture;Date échéance;Montant TTC;Reste à payer;Devise"
GOOD = "C1;ALPHA;F1;13/01/2025;28/02/2025;1 234,56;1 234,56;EUR"


def listing(*lines: str) -> bytes:
    """Return a French list of open invoices."""
    return ("\r\n".join([HEADERS, *lines]) + "\r\n").encode()


@dataclass
class Shell:
    """Runs ``arlib import`` on files of a folder and reads its one document."""

    folder: Path
    capsys: pytest.CaptureFixture[str]
    err: str = ""

    def run(self, *arguments: str, status: int = 0) -> Any:
        found = main(["--db", str(self.folder / "book.duckdb"), *arguments, "--json"])
        out, self.err = self.capsys.readouterr()
        assert found == status, (out, self.err)
        assert "Traceback" not in out + self.err
        return json.loads(out)

    def drop(self, files: dict[str, bytes], *arguments: str, status: int = 0) -> list[Any]:
        for name, content in files.items():
            (self.folder / name).write_bytes(content)
        paths = [str(self.folder / name) for name in files]
        found: list[Any] = self.run("import", *paths, *arguments, status=status)
        for item in found:
            counts = [item[f"rows_{name}"] for name in ("kept", "ignored", "refused")]
            assert item["rows_read"] == sum(counts)
        return found


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Shell:
    return Shell(tmp_path, capsys)


def french(issues: list[dict[str, Any]]) -> dict[tuple[str, int | None], str]:
    """Return the sentences by code and line; every one of them is French."""
    found = {(item["code"], item["row"]): item["message"] for item in issues}
    for sentence in found.values():
        assert sentence[0].isupper() or sentence[0] == "«"
        assert sentence.endswith((".", ")"))
        assert sentence not in CODES.values()
    return found


# -- the whole file

CUT_FEC = b"\r\n".join(worked_set.fec_bytes().splitlines()[:21])
REFUSED: dict[str, tuple[bytes, str, str]] = {
    "vide.csv": (
        b"",
        "file_empty",
        "Le fichier est vide : rien à importer. Refaites l’export depuis le logiciel comptable.",
    ),
    "blanc.csv": (
        b"\xef\xbb\xbf \r\n\r\n",
        "file_empty",
        "Le fichier est vide : rien à importer. Refaites l’export depuis le logiciel comptable.",
    ),
    "facture.pdf": (
        b"%PDF-1.7 ...",
        "file_type_unknown",
        "« facture.pdf » n’est pas un type de fichier lisible. Acceptés : xlsx, xls, xlsb, ods, csv, txt, zip.",
    ),
    "photo.xlsx": (
        b"\x89PNG\r\n\x1a\n\x00\x00",
        "file_type_unknown",
        "« photo.xlsx » n’est pas un type de fichier lisible. Acceptés : xlsx, xls, xlsb, ods, csv, txt, zip.",
    ),
    "sans_lignes.csv": (
        listing(),
        "no_rows",
        "Le fichier est reconnu mais ne contient aucune ligne à importer.",
    ),
    "autre.csv": (
        b"Quoi;Qui;Quand;Combien\r\nF1;C1;31/01/2025;10,00\r\n",
        "format_unknown",
        "Les colonnes de ce fichier n’ont pas été reconnues. En-têtes trouvés : Quoi, Qui, Quand, Combien. Remplissez le formulaire de correspondance.",
    ),
    worked_set.FEC_NAME: (
        CUT_FEC,
        "ledger_not_balanced",
        "Le total des débits et le total des crédits diffèrent de 18 000,00 € : le fichier comptable est incomplet.",
    ),
}


def plain_spaces(text: str) -> str:
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def test_files_that_cannot_be_loaded_say_why_in_french_and_leave_the_book_empty(
    shell: Shell,
) -> None:
    files = {name: content for name, (content, _, _) in REFUSED.items()}
    found = shell.drop(files, status=1)
    assert {item["file"]: item["reason_code"] for item in found} == {
        name: code for name, (_, code, _) in REFUSED.items()
    }
    assert {item["file"]: plain_spaces(item["reason"]) for item in found} == {
        name: sentence for name, (_, _, sentence) in REFUSED.items()
    }
    assert {item["status"] for item in found} == {"refused"}
    # People read the same sentence on standard error, one a file.
    assert shell.err.count("\n") == len(REFUSED)
    assert shell.run("status")["companies"] == []


def test_a_wrong_extension_does_not_matter_when_the_content_is_a_list() -> None:
    for name in ("liste.xlsx", "liste.docx", "liste"):
        result = load(Workspace.open(None), name, listing(GOOD))
        assert (result.status, result.parsed.format_id) == ("imported", "flat")


# -- lines of a list

BAD_LINES = {
    3: ("C1;ALPHA;F2;31/02/2025;28/02/2025;10,00;10,00;EUR", "date_unreadable", "10.00"),
    4: (";;F3;14/01/2025;28/02/2025;20,00;20,00;EUR", "customer_missing", "20.00"),
    5: ("C1;ALPHA;F4;14/01/2025;28/02/2025;NaN;NaN;EUR", "amount_missing", None),
    6: ("C1;ALPHA;F5;14/01/2025;28/02/2025;douze;douze;EUR", "amount_unreadable", None),
    7: ("C1;ALPHA;F6;;;60,00;60,00;EUR", "invoice_date_missing", "60.00"),
}
SENTENCES = {
    3: "La date « 31/02/2025 » de la colonne « Date facture » ne peut pas être lue.",
    4: "La ligne ne nomme aucun client.",
    5: "La ligne n’a pas de montant.",
    6: "Le montant « douze » de la colonne « Montant TTC » ne peut pas être lu.",
    7: "La ligne n’a pas de date de facture.",
}
KEPT_LINES = (
    "C1;ALPHA;F7;14/01/2025;;50,00;50,00;EUR",  # no due date: 30 days, said
    "C1;ALPHA;F8;14/01/2025;demain;50,00;50,00;EUR",  # unreadable due date: the same, said
    'C2;=HYPERLINK("x");F9;14/01/2025;28/02/2025;7,00;7,00;EUR',
    "C3;<b>x</b>;F10;14/01/2025;28/02/2025;8,00;8,00;USD",
)


def test_bad_lines_of_a_list_are_refused_one_by_one_with_their_amount(shell: Shell) -> None:
    lines = [line for line, _, _ in BAD_LINES.values()]
    [found] = shell.drop(
        {"liste.csv": listing(GOOD, *lines, *KEPT_LINES)}, "--extracted-on", DAY.isoformat()
    )
    assert [found[f"rows_{name}"] for name in ("read", "kept", "ignored", "refused")] == [
        10,
        5,
        0,
        5,
    ]
    refused = {
        i["row"]: (i["code"], i["amount"]) for i in found["issues"] if i["severity"] == "refused"
    }
    assert refused == {row: (code, amount) for row, (_, code, amount) in BAD_LINES.items()}
    sentences = french(found["issues"])
    for row, (_, code, _) in BAD_LINES.items():
        assert plain_spaces(sentences[code, row]) == SENTENCES[row]
    assert sentences["due_date_missing", 8].startswith("Pas d’échéance")
    assert plain_spaces(sentences["date_unreadable", 9]) == (
        "La date « demain » de la colonne « Date échéance » ne peut pas être lue."
    )
    # Two currencies are never added, and what is kept is to the cent.
    assert found["control_totals"] == {"EUR": "1341.56", "USD": "8.00"}
    blocks = {b["currency"]: b for b in shell.run("aging", "--as-of", DAY.isoformat())["blocks"]}
    assert {code: block["totals"]["total"] for code, block in blocks.items()} == {
        "EUR": "1341.56",
        "USD": "8.00",
    }
    names = {row["customer_id"]: row["name"] for b in blocks.values() for row in b["customers"]}
    assert names == {"C1": "ALPHA", "C2": '=HYPERLINK("x")', "C3": "<b>x</b>"}
    items = {i["number"]: i["due_on"] for i in shell.run("customer", "C1")["items"]}
    assert items == {"F1": "2025-02-28", "F7": "2025-02-13", "F8": "2025-02-13"}
    quality = shell.run("status")["quality"]
    counts = {(row["code"], row["severity"]): row["count"] for row in quality}
    assert counts["date_unreadable", "refused"] == counts["date_unreadable", "doubtful"] == 1
    assert counts["due_date_missing", "note"] == 2


# -- lines of the template


def template_lines() -> dict[str, list[Row]]:
    """Return one good line and one of each fault, sheet by sheet."""
    issued, due = date(2025, 1, 14), date(2025, 2, 28)
    return {
        "company": [{"name": "Essai", "currency": "EUR", "extracted_on": DAY}],
        "customers": [
            {"customer_id": "C1", "name": '=HYPERLINK("x")'},
            {"customer_id": "C2", "name": "<b>x</b>"},
        ],
        "documents": [
            invoice("F1", 10, issued, due),
            {**invoice("F2", 0, issued, due), "amount_minor": "NaN"},
            {**invoice("F3", 30, issued, due), "issued_on": "31/02/2025"},
            invoice("F4", 40, issued, due, "INCONNU"),
            invoice("F5", 50, issued, None, "C2"),
            invoice("F6", 60, issued, due, "C2", currency="USD"),
        ],
        "settlements": [{**payment("P1", 5, due), "issued_on": "jamais"}],
        "allocations": [
            {"customer_id": "C1", "number": "P1", "invoice_number": "F1", "amount_minor": 500}
        ],
    }


def test_bad_lines_of_the_template_name_their_sheet_and_row(shell: Shell) -> None:
    content = worked_set.workbook(template_lines())
    [found] = shell.drop({"modele.xlsx": content})
    assert found["status"] == "imported"
    refused = {
        (i["sheet"], i["row"]): (i["code"], i["amount"])
        for i in found["issues"]
        if i["severity"] == "refused"
    }
    assert refused == {
        ("Documents", 3): ("amount_unreadable", None),
        ("Documents", 4): ("date_unreadable", "30.00"),
        ("Règlements", 2): ("date_unreadable", "5.00"),
        ("Imputations", 2): ("allocation_unknown", "5.00"),
    }
    assert found["rows_refused"] == len(refused)
    sentences = french(found["issues"])
    assert sentences["customer_unknown", 5] == (
        "Le client INCONNU est absent de la feuille des clients\u00a0: créé."
    )
    assert found["control_totals"] == {"EUR": "100.00", "USD": "60.00"}
    rows = shell.run("aging", "--as-of", DAY.isoformat())["blocks"][0]["customers"]
    assert {row["customer_id"]: (row["name"], row["total"]) for row in rows} == {
        "C1": ('=HYPERLINK("x")', "10.00"),
        "C2": ("<b>x</b>", "50.00"),
        "INCONNU": ("INCONNU", "40.00"),
    }


# -- the mapping form

STRANGE = "Quoi;Qui;Quand;Combien\r\nF1;C1;31/01/2025;10,00\r\nF2;C2;28/02/2025;20,50\r\n"
ANSWER = {"number": "Quoi", "customer_id": "Qui", "issued_on": "Quand", "amount": "Combien"}


def test_unknown_headers_are_mapped_once_then_read_alone() -> None:
    workspace = Workspace.open(None)
    [first] = workspace.read([FileInput("jan.csv", STRANGE.encode())], ImportOptions())
    assert first.mapping is not None
    assert first.refusal is not None
    assert "formulaire de correspondance" in issue_sentence(first.refusal, "fr")
    assert first.mapping.examples["Combien"] == ("10,00", "20,50")
    mapped = load(workspace, "jan.csv", STRANGE.encode(), mapping=ANSWER)
    assert mapped.status == "imported"
    workspace.remember_mapping(first.mapping.signature, ANSWER, BY)
    # The month after: same headers, other lines, nobody asked.
    later = STRANGE.replace("F1", "F3").replace("31/01", "31/03").replace("10,00", "33,00")
    again = load(workspace, "mars.csv", later.encode())
    assert (again.status, again.parsed.refusal) == ("imported", None)
    # what was read stays to be put right, as it was answered
    assert again.parsed.mapping is not None
    assert again.parsed.mapping.proposed == ANSWER
    assert again.parsed.control_totals == {"EUR": 5350}
    # Other headers are still asked for.
    other = load(workspace, "autre.csv", STRANGE.replace("Combien", "Prix").encode())
    assert (other.status, other.parsed.mapping is None) == ("refused", False)
    workspace.close()


def test_the_preview_writes_nothing() -> None:
    workspace = Workspace.open(None)
    parsed = workspace.read([FileInput("liste.csv", listing(GOOD))], ImportOptions())
    [result] = workspace.check(parsed, ImportOptions(), BY.at)
    assert_nothing_lost(result.parsed)
    assert result.status == "imported"
    assert workspace.info().is_empty


# -- what is refused leaves what is there


def test_a_bad_file_leaves_the_book_as_it_was() -> None:
    workspace = Workspace.open(None)
    fill(workspace, {"documents": [invoice("F1", 10, date(2025, 1, 14), date(2025, 2, 28))]})
    before = (aged(workspace, DAY), workspace.info().data_version)
    for name, (content, _, _) in REFUSED.items():
        assert load(workspace, name, content).status == "refused"
    assert (aged(workspace, DAY), workspace.info().data_version) == before
    assert len(at(workspace, DAY).batches()) == 1
