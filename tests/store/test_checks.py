"""Every damage that a statement can do to a book is found and said; a right book says nothing."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given

from arlib.i18n.catalogue import merged_catalogue
from arlib.i18n.checks import finding_sentence
from arlib.model.checks import FINDINGS, Finding
from arlib.model.files import FileInput, ImportOptions
from arlib.model.policy import Policy
from arlib.store import checks, copying
from arlib.workspace import Workspace
from tests.store.strategies import books
from tests.support.books import BY, load
from tests.support.examples import examples
from tests.support.extractions import extracted_workspace
from tests.support.fec_years import Fec, only, part
from tests.support.kept import ledgers

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tests.support.books import Book

SAMPLE = Path(__file__).resolve().parents[2] / "data/samples/222222226FEC20261031.txt"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Workspace]:
    workspace = ledgers(tmp_path / "book.duckdb", ("UN", 120), ("DEUX", 40))
    yield workspace
    workspace.close()


def _damaged(workspace: Workspace, *statements: str) -> set[str]:
    with workspace._database.transaction() as cursor:
        for statement in statements:
            cursor.execute(statement)
    report = workspace.verify()
    assert report.is_ok == (not report.findings)
    assert all(finding_sentence(item) for item in report.findings)
    return {item.code for item in report.findings}


def test_every_table_is_kept_or_derived(book: Workspace) -> None:
    with book._database.cursor() as cursor:
        assert set(copying.table_names(cursor)) == {*checks.KEPT, *checks.DERIVED}


def test_a_right_book_has_no_finding_and_counts_its_rows(book: Workspace) -> None:
    workspace = book
    workspace.set_policy(Policy(buckets=(10, 20, 30), default_terms="45 jours fin de mois"), BY)
    first = workspace.portfolio().batches()["batch_id"].iloc[0]
    workspace.undo(first, BY)
    report = workspace.verify()
    assert report.findings == ()
    assert report.is_ok
    assert report.tables["batches"] == 2
    assert report.tables["policies"] == 1


@given(books())
@examples(8)
def test_any_consistent_book_is_sound(book: Book) -> None:
    workspace = Workspace.open(None)
    load(workspace, book)
    assert workspace.verify().findings == ()


@pytest.mark.parametrize(
    ("statement", "codes"),
    [
        ("UPDATE batches SET rows_refused = 2 WHERE company_id = 'UN'", {"rows_unaccounted"}),
        (
            "UPDATE batches SET state = 'superseded' WHERE company_id = 'DEUX'",
            {"state_differs", "rows_orphan", "ledger_differs"},
        ),
        (
            "UPDATE document_balances SET due_on = due_on + 40 WHERE open_minor > 25000",
            {"table_not_rebuilt"},
        ),
        (
            "UPDATE document_balances SET open_minor = open_minor + 1 WHERE to_on > DATE '9000-01-01'",
            {"ledger_differs", "movements_differ", "buckets_differ", "table_not_rebuilt"},
        ),
        (
            "DELETE FROM exposure_deltas WHERE day < DATE '2023-06-01'",
            {"movements_differ", "table_not_rebuilt"},
        ),
        (
            "UPDATE balance_snapshots SET balance_minor = balance_minor - 1 WHERE bucket = 1",
            {"buckets_differ", "table_not_rebuilt"},
        ),
        (
            "UPDATE allocations SET amount_minor = amount_minor * 2",
            {"document_over_allocated", "table_not_rebuilt"},
        ),
        (
            "UPDATE allocations SET amount_minor = -amount_minor",
            {"document_over_allocated", "table_not_rebuilt"},
        ),
        (
            "DELETE FROM layer_documents WHERE number = 'F1' AND company_id = 'UN'",
            {"table_not_rebuilt"},
        ),
        ("DELETE FROM documents WHERE amount_minor > 25000", {"rows_orphan", "table_not_rebuilt"}),
        (
            "UPDATE layer_ledger_totals SET amount_minor = amount_minor + 7",
            {"ledger_differs"},
        ),
        (
            "INSERT INTO layer_issues (batch_id, code, severity) VALUES ('x', 'y', 'note')",
            {"rows_orphan"},
        ),
    ],
)
def test_damage_is_named(book: Workspace, statement: str, codes: set[str]) -> None:
    assert _damaged(book, statement) == codes


def test_amounts_of_a_finding_are_exact(book: Workspace) -> None:
    workspace = book
    with workspace._database.transaction() as cursor:
        cursor.execute(
            "UPDATE layer_ledger_totals SET amount_minor = amount_minor + 123456"
            " WHERE company_id = 'UN' AND posted_on = (SELECT MIN(posted_on) FROM layer_ledger_totals"
            " WHERE company_id = 'UN') "
        )
        rows = cursor.execute(
            "SELECT COUNT(*) FROM layer_ledger_totals WHERE company_id = 'UN' AND posted_on ="
            " (SELECT MIN(posted_on) FROM layer_ledger_totals WHERE company_id = 'UN')"
        ).fetchall()
    findings = workspace.verify().findings
    assert {item.code for item in findings} == {"ledger_differs"}
    assert {str(item.values["difference"]) for item in findings} == {f"{1234.56 * rows[0][0]:.2f}"}
    sentence = finding_sentence(findings[0], "fr")
    assert "UN, Clients (411)" in sentence
    assert "EUR restent inexpliqués" in sentence


def test_an_unknown_finding_is_a_programming_error() -> None:
    with pytest.raises(ValueError, match="unknown finding"):
        Finding("nothing_of_the_kind")


def test_every_finding_is_said_in_french() -> None:
    catalogue = merged_catalogue("fr")
    assert [text for text in FINDINGS.values() if not catalogue.get(text)] == []


def test_years_paired_and_codes_linked_are_sound() -> None:
    whole = Fec.read(SAMPLE.read_bytes().decode("cp1252"), "|")
    ledger_of_few = only(whole, {"K0001", "K0002", "K0005", "K0008"})
    workspace = Workspace.open(None)
    options = ImportOptions(company_id="222222226")
    for year in (2024, 2025):
        text = part(ledger_of_few, f"{year}0101", f"{year}1231", style="detail")
        workspace.load(workspace.read([FileInput("fec.txt", text.encode())], options), options, BY)
    workspace.link("222222226", "K0002", "K0001", None, BY)
    report = workspace.verify()
    assert report.findings == ()
    assert report.tables["opening_pairings"] > 0
    assert report.tables["customer_mains"] == 1


def test_lists_of_open_items_are_compared_on_their_own_days() -> None:
    workspace = extracted_workspace(Workspace.open(None))
    assert workspace.verify().findings == ()
    with workspace._database.transaction() as cursor:
        cursor.execute(
            "UPDATE layer_ledger_totals SET amount_minor = amount_minor + 1"
            " WHERE posted_on = DATE '2025-03-01'"
        )
    (finding,) = workspace.verify().findings
    assert (finding.code, finding.values["day"]) == ("ledger_differs", date(2025, 3, 1))
