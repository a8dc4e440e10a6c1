"""Erased is erased: from every table, from the bytes of the file, and nobody else's figures move."""

from __future__ import annotations

import json
import shutil
import threading
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import pandas as pd
import pytest

from arlib.i18n.control import value_words
from arlib.model.files import ImportOptions
from arlib.model.issues import Issue, UserError
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.store import redaction
from arlib.views import control
from arlib.workspace import (
    ActionEntry,
    Answer,
    Depreciation,
    DisputeEntry,
    GroupChange,
    LimitChange,
    OverrideChange,
    TermsChange,
    Workspace,
)
from tests.support.books import BY, Alloc, Book, Doc, load
from tests.support.killed import kill
from tests.support.ledgers import ledger

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
DAY = date(2024, 6, 30)
CODE, OLD = "ZORG77", "ZORG66"
NAME, SIREN, VAT = "Quincaillerie Zorglub", "732829320", "FR44732829320"
WHY = "Demande du 3 mars"
WORDS = (CODE, OLD, NAME, "Zorglub", SIREN, VAT, "ZQ-", "GROUPE ZORG", "secret-de-zorg")
SHARED = 500_00


def purge_book(company: str = "UN", count: int = 200) -> Book:
    """Return a ledger of which one customer in ten is the one to erase; he paid for another, too."""
    found = ledger(company, count, 10)

    def own(number: str) -> bool:
        return int(number[1:].split("-", maxsplit=1)[0]) % 10 == 3

    def renamed(number: str) -> str:
        return f"ZQ-{number}" if own(number) else number

    def code(doc: Doc) -> str:
        if not own(doc.number):
            return doc.customer
        return OLD if doc.issued_on < date(2023, 3, 1) else CODE

    docs = [replace(doc, customer=code(doc), number=renamed(doc.number)) for doc in found.docs]
    allocs = [replace(a, credit=renamed(a.credit), debit=renamed(a.debit)) for a in found.allocs]
    docs += [
        Doc("C004", "F-SHARED", date(2024, 1, 10), 2 * SHARED, due_on=date(2024, 2, 10)),
        Doc(CODE, "ZQ-PAID", date(2024, 2, 5), -SHARED - 30_00, "payment"),
    ]
    allocs.append(Alloc("ZQ-PAID", "F-SHARED", SHARED))
    return Book(
        docs,
        allocs,
        [
            {"customer_id": CODE, "name": NAME, "siren": SIREN, "vat_number": VAT, "group_id": "GROUPE ZORG"},
            {"customer_id": OLD, "name": "Ancien Zorglub"},
            {"customer_id": "C004", "name": "Martin"},
        ],
        [{"change_id": "L1", "scope": "customer", "scope_id": CODE, "source": "internal", "amount_minor": 900_00,
          "currency": "EUR", "decided_at": BY.at, "origin": "file", "reason": "secret-de-zorg"}],
        [{"customer_id": CODE, "kind": "order", "amount_minor": 5_00, "currency": "EUR", "extracted_on": DAY}],
        [{"number": "ZQ-F3", "opened_on": date(2023, 2, 1), "reason": "secret-de-zorg"}],
        [{"customer_id": CODE, "kind": "note", "taken_on": DAY, "text": "secret-de-zorg"}],
        [{"customer_id": CODE, "measure": "score", "text": "secret-de-zorg", "measured_on": DAY}],
        company=company,
    )  # fmt: skip


def _said(workspace: Workspace) -> None:
    """Write of the customer wherever the user can."""
    frame = workspace.portfolio(DAY).items()
    items = frame[frame["customer_id"] == CODE]
    ids = items["document_id"].tolist()
    late = items[items["kind"] == "invoice"]["document_id"].tolist()
    workspace.link("UN", OLD, CODE, "secret-de-zorg", BY)
    workspace.set_limits(
        [
            LimitChange("UN", "customer", CODE, 1_000_00, "EUR", reason="secret-de-zorg"),
            LimitChange("UN", "customer", "C004", 2_000_00, "EUR", reason=f"Comme {NAME.upper()}, ZQ-F13"),
            LimitChange("UN", "group", "GROUPE ZORG", 3_000_00, "EUR"),
        ],
        BY,
    )  # fmt: skip
    for text, code in (("secret-de-zorg", CODE), (f"voir {CODE} et 732 829 320", "C004")):
        workspace.add_action(ActionEntry("UN", code, "note", text=text, taken_on=DAY), BY)
    workspace.open_disputes([DisputeEntry("UN", CODE, late[0], "PRIX", opened_on=DAY, text="secret-de-zorg")], BY)  # fmt: skip
    workspace.override_segment(OverrideChange("UN", CODE, "watch", "secret-de-zorg"), BY)
    workspace.set_groups([GroupChange("UN", CODE, "GROUPE ZORG", "manual", "secret-de-zorg")], BY)
    workspace.set_terms([TermsChange("UN", CODE, "60 jours", reason="secret-de-zorg")], BY)
    workspace.decide_depreciations(
        [Depreciation("accepted", "UN", DAY, customer_id=CODE, document_id=ids[0], ratio=0.5, reason="secret-de-zorg")],
        BY,
    )  # fmt: skip
    workspace.answer(Answer("clients_solvent", "yes", f"Sauf {NAME}"), BY)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a closed book of two companies in which the customer stands wherever one can."""
    path = tmp_path_factory.mktemp("purge") / "book.duckdb"
    workspace = Workspace.open(path)
    issues = (
        Issue("duplicate_line", "refused", row_number=7, value="ZQ-F13", detail=f"C004 {CODE}"),
        Issue("duplicate_line", "refused", row_number=8, value="F14"),
    )
    parsed = replace(purge_book().parsed(), file_name=f"export_{CODE}.xlsx", issues=issues)
    assert workspace.load([parsed], ImportOptions(), BY)[0].status == "imported"
    load(workspace, ledger("DEUX", 60))
    _said(workspace)
    workspace.close()
    return path


@pytest.fixture
def book(made: Path, tmp_path: Path) -> Iterator[Workspace]:
    shutil.copy(made, tmp_path / "book.duckdb")
    workspace = Workspace.open(tmp_path / "book.duckdb")
    yield workspace
    workspace.close()


def _texts(workspace: Workspace) -> Iterator[tuple[str, str, str]]:
    """Yield every text of every table with its place."""
    with workspace._database.cursor() as cursor:
        for table, column in cursor.execute(
            "SELECT table_name, column_name FROM duckdb_columns() WHERE schema_name = 'main'"
            " AND NOT internal AND data_type = 'VARCHAR'"
            " AND table_name IN (SELECT table_name FROM duckdb_tables() WHERE NOT temporary)"
        ).fetchall():
            query = f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'
            for (text,) in cursor.execute(query).fetchall():
                yield table, column, str(text)


def _naming(workspace: Workspace, words: tuple[str, ...] = WORDS) -> list[tuple[str, str, str]]:
    return [
        found for found in _texts(workspace) if any(w.lower() in found[2].lower() for w in words)
    ]


def _sorted(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(list(frame.columns)).reset_index(drop=True)


def _others(workspace: Workspace, code: str = CODE) -> dict[str, pd.DataFrame]:
    """Return the figures of everybody but the customer, at several dates."""
    found = {}
    for day in (date(2023, 6, 15), date(2024, 1, 31), DAY, date(2024, 12, 31)):
        portfolio = workspace.portfolio(day)
        frames = {
            "balances": portfolio.balances(),
            "items": portfolio.items(),
            "paid": portfolio.paid_invoices(Policy()),
            "limits": portfolio.limits(),
        }
        for name, frame in frames.items():
            who = frame["scope_id" if name == "limits" else "customer_id"]
            kept = frame[~who.isin([code, "PURGE", "GROUPE ZORG"])]
            kept = kept.drop(columns=[c for c in ("reason", "file_name") if c in kept])
            found[f"{name} {day}"] = _sorted(kept)
    return found


def test_nothing_of_him_is_left_and_nobody_else_moves(book: Workspace, tmp_path: Path) -> None:
    assert len({(table, column) for table, column, _ in _naming(book)}) > 30
    before = _others(book)
    seen = book.purge_preview("UN", CODE)
    assert (seen.name, seen.codes, seen.count_shared) == (NAME, (OLD, CODE), 1)
    assert seen.count_limits == 3  # the file's, his own, that of the group he is alone in
    done = book.purge_customer("UN", CODE, BY, WHY, seen.data_version)
    assert _naming(book) == []
    after = _others(book)
    for name, frame in before.items():
        pd.testing.assert_frame_equal(after[name], frame, obj=name, check_dtype=False)
    report = book.verify()
    assert report.is_ok, report.findings
    assert done.tables == seen.tables
    assert done.count_documents == seen.count_documents > 20
    texts = {text for table, _, text in _texts(book) if table in {"user_actions", "user_answers"}}
    assert {"voir [purge] et [purge]", "Sauf [purge]"} <= texts
    values = {text for table, _, text in _texts(book) if table == "layer_issues"}
    assert {"C004 [purge]", "F14"} <= values
    book.close()
    raw = (tmp_path / "book.duckdb").read_bytes()
    assert not (tmp_path / "book.duckdb.wal").exists()
    assert [word for word in WORDS if word.encode() in raw] == []
    assert not list(tmp_path.glob("*.rewriting*"))


def test_what_he_paid_for_another_stays_totals_tie_and_it_is_logged(book: Workspace) -> None:
    day = date(2024, 12, 31)
    first = book.portfolio(day).tie_out().set_index("company_id").loc["UN"]
    done = book.purge_customer("UN", CODE, BY, f"  {WHY} ")
    assert "PURGE" not in set(book.portfolio(day).balances()["customer_id"])  # it owes nothing
    left = [item for item in _texts(book) if item[0] == "layer_documents" and "PURGE" in item[2]]
    assert len(left) == 2  # one document: its id and its code
    then = book.portfolio(day).tie_out().set_index("company_id").loc["UN"]
    assert then["purged_minor"] + then["ledger_minor"] == first["ledger_minor"]
    assert then["difference_minor"] == 0 != then["purged_minor"]
    [row] = book.portfolio(day).batches().query("company_id == 'UN'").to_dict("records")
    whole = book.portfolio(date(2025, 6, 30)).tie_out().set_index("company_id").loc["UN"]
    assert json.loads(row["purged_totals"]) == {"EUR": int(str(whole["purged_minor"]))}
    middle = book.portfolio(date(2024, 5, 12)).tie_out().set_index("company_id").loc["UN"]
    assert middle["difference_minor"] == 0
    with pytest.raises(UserError, match="purge_anonymous"):
        book.purge_preview("UN", "PURGE")
    # the log says why and how much, never of whom
    [row] = book.purge_history().to_dict("records")
    assert (row["reason"], row["by"], row["scope"]) == (WHY, "tests", "customer")
    assert f"layer_documents={done.tables['layer_documents']}" in row["tables"]
    [told] = control.build(book.histories("UN"), BY.at.date(), BY.at.date()).changes.query("kind == 'purge'").to_dict("records")  # fmt: skip
    assert value_words(told, "before", "en") == (
        f"{done.count_lines} lines of files, {done.count_documents} documents"
    )
    assert book.purge_history("DEUX").empty


def test_what_cannot_be_erased_is_refused(book: Workspace) -> None:
    def refused(company: str, code: str | None, expected: int | None = None) -> str:
        try:
            if code is None:
                book.purge_company(company, BY, WHY, expected)
            else:
                book.purge_customer(company, code, BY, WHY, expected)
        except UserError as error:
            return error.code
        return "erased"

    seen = book.purge_preview("UN", CODE)
    book.add_action(ActionEntry("DEUX", "C001", "note", text="vu", taken_on=DAY), BY)
    assert refused("UN", CODE, seen.data_version) == "purge_changed"
    assert refused("UN", OLD) == "purge_linked"
    assert refused("UN", "NOBODY") == "customer_not_found"
    assert refused("NOWHERE", CODE) == refused("NOWHERE", None) == "company_not_found"
    for reason, why in (
        ("", "purge_reason_missing"),
        (f"client {CODE.lower()}", "purge_reason_names"),
        ("voir ZQ-F13.", "purge_reason_names"),
        ("x" * 501, "purge_reason_long"),
    ):
        with pytest.raises(UserError, match=why):
            book.purge_customer("UN", CODE, BY, reason)
    assert book.purge_history().empty
    assert len(_naming(book)) > 30


def test_a_company_goes_whole_and_the_others_stay(book: Workspace, tmp_path: Path) -> None:
    day = date(2024, 12, 31)
    figures = _sorted(book.portfolio(day, Filters(company_id="DEUX")).balances())
    closing = pd.DataFrame(
        [{"company_id": name, "currency": "EUR", "measure": "outstanding", "bucket": "",
          "amount_minor": 1, "number": None, "reason": None} for name in ("UN", "DEUX")]
    )  # fmt: skip
    book.keep_closing(closing, day, ("p", "v"), BY)
    backup = book.backup(tmp_path / "kept.bak", BY)
    assert book.backups_holding("UN") == book.backups_holding("UN", CODE) == [backup.path]
    done = book.purge_company("UN", BY, "Cession")
    assert (done.scope, done.tables["user_closing_figures"]) == ("company", 1)
    assert _naming(book, (*WORDS, "F-SHARED", "Martin")) == []
    assert {table for table, column, text in _texts(book) if text == "UN"} == set()
    pd.testing.assert_frame_equal(_sorted(book.portfolio(day).balances()), figures)
    assert book.verify().is_ok
    assert book.purge_history()["company_id"].isna().all()
    book.purge_company("DEUX", BY, "Cession")
    assert book.info().is_empty
    assert load(book, ledger("DEUX", 60))[0].status == "imported"  # an import like any other
    assert book.verify().is_ok


def test_others_read_while_he_is_erased(book: Workspace) -> None:
    """Whoever reads goes on, with the old book or the new one; nobody gets half of it."""
    day = date(2024, 12, 31)

    def seen() -> set[str]:
        return set(book.portfolio(day).balances()["customer_id"])

    before, found, is_over = seen(), [], threading.Event()

    def read() -> None:
        while not is_over.is_set():
            found.append(seen())

    reader = threading.Thread(target=read)
    reader.start()
    book.purge_customer("UN", CODE, BY, WHY)
    is_over.set()
    reader.join()
    after = seen()
    assert before - after == {CODE}
    assert all(item in (before, after) for item in found)


def test_the_same_code_elsewhere_is_somebody_else() -> None:
    book = Workspace.open(None)
    for company in ("UN", "DEUX"):
        load(book, replace(purge_book(company, 40), limits=[]))
    note = ActionEntry("DEUX", CODE, "note", text=f"{NAME} ({CODE})", taken_on=DAY)
    book.add_action(note, BY)
    before = book.portfolio(DAY, Filters(company_id="DEUX")).items()
    seen = book.purge_preview("UN", CODE)
    assert seen.alike == (("DEUX", CODE, NAME),)
    book.purge_customer("UN", CODE, BY, WHY)
    after = book.portfolio(DAY, Filters(company_id="DEUX")).items()
    pd.testing.assert_frame_equal(after, before, check_dtype=False)
    assert book.action_history()["text"].tolist() == [note.text]


def test_words_are_taken_where_they_stand_alone() -> None:
    words = frozenset(
        {("name", "Zorglub & Fils"), ("code", "C12"), ("number", "732829320"), ("document", "F-2024.7"),
         ("document", "2024"), ("document", "12"), ("document", "VIR")}
    )  # fmt: skip
    found = redaction.Known(words, frozenset()).words_of(None)
    for before, after in {
        "ZORGLUB  & fils, le C12": "[purge], le [purge]",
        "C123 et AC12": "C123 et AC12",
        "export_C12_2024.xlsx": "export_[purge]_2024.xlsx",
        "siren 732 829 320.": "siren [purge].",
        "facture f-2024.7; 12 mois, 2024, VIR": "facture [purge]; 12 mois, 2024, VIR",
    }.items():
        assert redaction._Redactor(found).redacted(before) == after


def _killed(made: Path, path: Path, attempt: int) -> str:
    """Kill an erasure at some moment; return whether the book is ``before`` or ``after`` it."""
    shutil.copy(made, path)
    kill("tests.store.purge_once", path, said="open", attempt=attempt, between=(0.02, 1.0))
    is_whole = not any(word.encode() in path.read_bytes() for word in (CODE, NAME))
    workspace = Workspace.open(path)
    named, log = _naming(workspace), workspace.purge_history()
    workspace.close()
    assert not list(path.parent.glob("*.rewriting*"))
    if log.empty:
        assert len(named) > 30
        return "before"
    assert (named, is_whole) == ([], True)
    return "after"


@pytest.mark.parametrize("attempt", range(2))
def test_killed_erasure_is_whole_or_nothing(made: Path, tmp_path: Path, attempt: int) -> None:
    assert _killed(made, tmp_path / "book.duckdb", attempt) in {"before", "after"}


@pytest.mark.slow
def test_killed_erasure_twenty_times(made: Path, tmp_path: Path) -> None:
    outcomes = [_killed(made, tmp_path / f"{attempt}.duckdb", attempt) for attempt in range(20)]
    assert "before" in outcomes
