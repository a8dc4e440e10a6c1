"""Payment terms: the vectors of the definitions in Python and in SQL, and dated terms by hand."""

from __future__ import annotations

from datetime import date

import pandas as pd
import pytest

from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.model.terms import Terms, TermsCalendar, due_date, parse_terms
from arlib.workspace import TermsChange, Workspace
from tests.support.books import BY, Book, Doc, load

# definitions §15: invoice | 30 net | 60 net | 30 FDM A | 30 FDM months | FDM+30 B | 45 FDM A | FDM+45 B | 30 FDM le 15
_VECTORS = """
2025-01-10 2025-02-09 2025-03-11 2025-02-28 2025-02-28 2025-03-02 2025-02-28 2025-03-17 2025-03-15
2025-01-15 2025-02-14 2025-03-16 2025-02-28 2025-02-28 2025-03-02 2025-03-31 2025-03-17 2025-03-15
2025-01-31 2025-03-02 2025-04-01 2025-03-31 2025-02-28 2025-03-02 2025-03-31 2025-03-17 2025-04-15
2024-01-30 2024-02-29 2024-03-30 2024-02-29 2024-02-29 2024-03-01 2024-03-31 2024-03-16 2024-03-15
2025-03-10 2025-04-09 2025-05-09 2025-04-30 2025-04-30 2025-04-30 2025-04-30 2025-05-15 2025-05-15
2025-04-15 2025-05-15 2025-06-14 2025-05-31 2025-05-31 2025-05-30 2025-05-31 2025-06-14 2025-06-15
2025-04-17 2025-05-17 2025-06-16 2025-05-31 2025-05-31 2025-05-30 2025-06-30 2025-06-14 2025-06-15
2025-10-05 2025-11-04 2025-12-04 2025-11-30 2025-11-30 2025-11-30 2025-11-30 2025-12-15 2025-12-15
2025-10-22 2025-11-21 2025-12-21 2025-11-30 2025-11-30 2025-11-30 2025-12-31 2025-12-15 2025-12-15
2025-12-31 2026-01-30 2026-03-01 2026-01-31 2026-01-31 2026-01-30 2026-02-28 2026-02-14 2026-02-15
2024-02-29 2024-03-30 2024-04-29 2024-03-31 2024-03-31 2024-03-30 2024-04-30 2024-04-14 2024-04-15
2025-03-01 2025-03-31 2025-04-30 2025-03-31 2025-04-30 2025-04-30 2025-04-30 2025-05-15 2025-04-15
2025-07-01 2025-07-31 2025-08-30 2025-07-31 2025-08-31 2025-08-30 2025-08-31 2025-09-14 2025-08-15
2025-01-30 2025-03-01 2025-03-31 2025-03-31 2025-02-28 2025-03-02 2025-03-31 2025-03-17 2025-04-15
2025-06-30 2025-07-30 2025-08-29 2025-07-31 2025-07-31 2025-07-30 2025-08-31 2025-08-14 2025-08-15
"""
_COLUMNS = (
    ("30 jours nets", False), ("60 jours", False), ("30 jours fin de mois", False),
    ("30 jours fin de mois", True), ("fin de mois 30 jours", False), ("45 jours fin de mois", False),
    ("fin de mois 45 jours", False), ("30 jours fin de mois le 15", False),
)  # fmt: skip
VECTORS = [
    (date.fromisoformat(cells[0]), text, commercial, date.fromisoformat(answer))
    for cells in (line.split() for line in _VECTORS.split("\n") if line)
    for (text, commercial), answer in zip(_COLUMNS, cells[1:], strict=True)
]
# Sage documents both; a décade of each kind; and leap years again
MORE = [
    (date(2003, 3, 17), "60 jours FDM le 15", False, date(2003, 6, 15)),
    (date(2003, 3, 1), "60 FDM le 17", False, date(2003, 5, 17)),
    (date(2025, 1, 5), "fin de décade", False, date(2025, 1, 10)),
    (date(2025, 1, 11), "fin de décade 30 jours", False, date(2025, 2, 19)),
    (date(2025, 2, 21), "30 jours fin de décade", False, date(2025, 3, 30)),
    (date(2025, 1, 15), "30 jours fin de mois le 31", False, date(2025, 3, 31)),
    (date(2025, 3, 15), "30 jours fin de mois le 31", False, date(2025, 5, 31)),
    (date(2024, 12, 15), "30 jours fin de mois le 30", False, date(2025, 2, 28)),
    (date(2025, 1, 31), "60 jours fin de mois", True, date(2025, 3, 31)),
    (date(2025, 1, 31), "45 jours fin de mois", True, date(2025, 3, 31)),
    (date(2025, 1, 31), "30 jours fin de mois le 10", True, date(2025, 3, 10)),
]


def test_there_are_120_vectors() -> None:
    assert len(VECTORS) == 15 * 8


@pytest.mark.parametrize(("issued", "text", "commercial", "expected"), VECTORS + MORE)
def test_python_gives_the_vectors(
    issued: date,
    text: str,
    commercial: bool,
    expected: date,
) -> None:
    terms = parse_terms(text)
    assert terms is not None
    assert due_date(issued, terms, TermsCalendar(commercial_month=commercial)) == expected


@pytest.mark.parametrize("commercial", [False, True])
@pytest.mark.parametrize("working", [False, True])
def test_sql_gives_what_python_gives(*, commercial: bool, working: bool) -> None:
    cases = [(issued, text) for issued, text, kind, _ in VECTORS + MORE if kind == commercial]
    cases += [(issued, text) for issued, _, _, _ in VECTORS for text, _ in _COLUMNS]
    texts = sorted({text for _, text in cases})
    book = Book(
        [Doc(f"C{texts.index(text)}", f"F{i}", issued, 100) for i, (issued, text) in enumerate(cases)],
        customers=[{"customer_id": f"C{i}", "terms": text} for i, text in enumerate(texts)],
    )  # fmt: skip
    workspace = Workspace.open(None)
    load(workspace, book)
    policy = Policy(commercial_month=commercial, next_business_day=working)
    workspace.set_policy(policy, BY)
    items = workspace.portfolio(date(2026, 12, 31)).items().set_index("number")
    rules = TermsCalendar(commercial_month=commercial, next_business_day=working)
    for i, (issued, text) in enumerate(cases):
        terms = parse_terms(text)
        assert terms is not None
        expected = due_date(issued, terms, rules)
        assert pd.Timestamp(str(items.loc[f"F{i}", "due_on"])).date() == expected, (issued, text)
        assert not working or expected.weekday() < 5


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("45 jours fin de mois le 15", Terms("FDM_LE", 45, 15)),
        ("30NET", Terms("NET", 30)),
        ("45FDM", Terms("FDM_A", 45)),
        ("30FDM15", Terms("FDM_LE", 30, 15)),
        ("fin de mois 45 jours", Terms("FDM_B", 45)),
        ("FDM + 45", Terms("FDM_B", 45)),
        ("comptant", Terms("NET", 0)),
        ("à réception", Terms("NET", 0)),
        ("À réception de facture", Terms("NET", 0)),
        ("Virement à réception", Terms("NET", 0)),
        ("Due on receipt", Terms("NET", 0)),
        ("fin de décade 30 jours", Terms("DECADE", 30)),
        ("30 jours fin de décade", Terms("DECADE", 30)),
        ("60 jours nets date de facture", Terms("NET", 60)),
        ("60 J. date de facture", Terms("NET", 60)),
        ("30 j fdm", Terms("FDM_A", 30)),
        ("45 j. F.D.M.", Terms("FDM_A", 45)),
        ("45 jours net fin de mois", Terms("FDM_A", 45)),
        ("LCR 30 jours fin de mois le 10 du mois suivant", Terms("FDM_LE", 30, 10)),
        ("Chèque à 30 jours", Terms("NET", 30)),
        ("30 jours réception de facture", Terms("NET", 30)),
        ("Net 30", Terms("NET", 30)),
        ("NT30", Terms("NET", 30)),
        ("N30", Terms("NET", 30)),
        ("30 days net", Terms("NET", 30)),
        ("2/10 net 30", Terms("NET", 30)),
        ("Net 30 EOM", Terms("FDM_A", 30)),
        ("60 days end of month", Terms("FDM_A", 60)),
        ("EOM 30", Terms("FDM_B", 30)),
        ("30 jours fin de mois + 10 jours", None),
        ("30 jours fin de mois le 32", None),
        ("30 jours le 15", None),
        ("0001", None),
        ("Z030", None),
        ("30/60", None),
        ("Comptant 2% 30 jours", None),
        ("selon contrat", None),
        ("", None),
    ],
)
def test_spellings(text: str, expected: Terms | None) -> None:
    assert parse_terms(text) == expected


def opened() -> Workspace:
    workspace = Workspace.open(None)
    docs = [
        Doc("C1", "F1", date(2025, 1, 10), 1000),
        Doc("C1", "F2", date(2025, 3, 10), 2000),
        Doc("C1", "F3", date(2025, 5, 10), 4000, due_on=date(2025, 5, 20)),
        Doc("C1", "P1", date(2025, 5, 11), -100, "payment"),
        Doc("C2", "F4", date(2025, 3, 10), 8000),
    ]
    load(workspace, Book(docs, customers=[{"customer_id": "C1", "terms": "60 jours"}]))
    return workspace


def dues(workspace: Workspace) -> dict[str, date]:
    items = workspace.portfolio(date(2025, 6, 30)).items()
    return {n: d.date() for n, d in zip(items["number"], items["due_on"], strict=True)}


def test_dated_terms_move_due_dates_from_their_day_on_and_are_counted() -> None:
    workspace = opened()
    before = dues(workspace)
    assert before["F1"] == date(2025, 3, 11)
    change = TermsChange("TEST", "C1", "45 jours fin de mois", date(2025, 2, 1), "new contract")
    done = workspace.set_terms([change], BY)
    assert (done.count_documents, dict(done.amounts)) == (1, {"EUR": 2000})
    assert dues(workspace) == {**before, "F2": date(2025, 4, 30)}
    row = done.changes.iloc[0]
    assert (row["customer_id"], row["terms"], row["by"]) == ("C1", "45 jours fin de mois", "tests")
    # a file due date, a payment and other customers are left alone; all dates now
    everything = workspace.set_terms([TermsChange("TEST", "C1", "comptant")], BY)
    assert (everything.count_documents, dict(everything.amounts)) == (1, {"EUR": 1000})
    assert dues(workspace)["F1"] == date(2025, 1, 10)
    # from April those of the file again: nothing issued since depends on them
    assert (
        workspace.set_terms([TermsChange("TEST", "C1", None, date(2025, 4, 1))], BY).count_documents
        == 0
    )
    undone = workspace.undo_terms(str(row["change_id"]), BY)
    assert undone.count_documents == 1
    assert dues(workspace)["F2"] == date(2025, 3, 10)
    history = workspace.terms_history("TEST", "C1")
    assert len(history) == 4
    assert history["is_undone"].sum() == 1
    sources = workspace.portfolio(date(2025, 6, 30)).items().set_index("number")["due_source"]
    assert (sources["F1"], sources["F3"], sources["F4"]) == ("terms", "file", "default")


def test_terms_survive_imports_and_refusals_keep_nothing() -> None:
    workspace = opened()
    workspace.set_terms([TermsChange("TEST", "C2", "10 jours")], BY)
    more = Book(
        [Doc("C2", "F4", date(2025, 3, 10), 8000), Doc("C2", "F5", date(2025, 4, 1), 1)],
        covers=(date(2025, 1, 1), date(2025, 6, 30)),
    )
    load(workspace, more)
    assert dues(workspace) == {"F4": date(2025, 3, 20), "F5": date(2025, 4, 11)}
    with pytest.raises(UserError, match="terms_unreadable"):
        workspace.set_terms(
            [TermsChange("TEST", "C2", "20 jours"), TermsChange("TEST", "C2", "un jour")], BY
        )
    with pytest.raises(UserError, match="customer_not_found"):
        workspace.set_terms([TermsChange("TEST", "C9", "20 jours")], BY)
    with pytest.raises(UserError, match="terms_change_not_found"):
        workspace.undo_terms("x", BY)
    assert len(workspace.terms_history()) == 1
    change = str(workspace.terms_history().iloc[0]["change_id"])
    workspace.undo_terms(change, BY)
    with pytest.raises(UserError, match="terms_change_undone"):
        workspace.undo_terms(change, BY)
    assert dues(workspace)["F4"] == date(2025, 4, 9)


def test_terms_of_a_linked_code_hold_for_the_main_one() -> None:
    workspace = opened()
    workspace.set_terms([TermsChange("TEST", "C2", "10 jours")], BY)
    workspace.link("TEST", "C2", "C1", None, BY)
    assert dues(workspace)["F4"] == date(2025, 3, 20)
    assert dues(workspace)["F2"] == date(2025, 3, 20)
