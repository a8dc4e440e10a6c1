"""Codes linked to a main one: everything counts under it, and undone nothing remains of it."""

from __future__ import annotations

from datetime import date, datetime

import pytest

from arlib.model.issues import UserError
from arlib.model.portfolio import Filters
from arlib.workspace import LimitChange, Workspace
from tests.support.books import BY, Alloc, Book, Doc, load

D = date(2025, 6, 30)
TABLES = (
    "customers", "documents", "allocations", "document_balances", "settled_invoices",
    "balance_snapshots", "exposure_deltas", "company_snapshots",
)  # fmt: skip


def book() -> Book:
    return Book(
        docs=[
            Doc("A1", "F1", date(2025, 1, 10), 1000, due_on=date(2025, 2, 10)),
            Doc("A2", "F2", date(2025, 4, 10), 500, due_on=date(2025, 5, 10)),
            Doc("A2", "P1", date(2025, 5, 1), -1200, "payment"),
            Doc("B", "F3", date(2025, 5, 2), 70),
        ],
        allocs=[Alloc("P1", "F1", 1000)],
        customers=[
            {"customer_id": "A1", "name": "Dupont SARL", "siren": "732829320", "terms": "60 jours"},
            {"customer_id": "A2", "name": "DUPONT", "owner": "Zoé"},
            {"customer_id": "B", "name": "Blanc"},
        ],
        limits=[
            {
                "change_id": "x1",
                "scope": "customer",
                "scope_id": "A1",
                "source": "internal",
                "amount_minor": 900,
                "currency": "EUR",
                "decided_at": datetime(2025, 1, 1),  # noqa: DTZ001 - a date of the file
                "origin": "file",
            }
        ],
        commitments=[
            {
                "customer_id": "A1",
                "kind": "order",
                "amount_minor": 40,
                "currency": "EUR",
                "extracted_on": D,
            }
        ],
    )


def content(workspace: Workspace) -> dict[str, list[tuple[object, ...]]]:
    with workspace._database.cursor() as cursor:
        return {
            name: sorted(cursor.execute(f"SELECT * FROM {name}").fetchall(), key=str)
            for name in TABLES
        }


def opened() -> Workspace:
    workspace = Workspace.open(None)
    load(workspace, book())
    return workspace


def net(workspace: Workspace) -> dict[str, int]:
    frame = workspace.portfolio(D).balances()
    return dict(zip(frame["customer_id"], frame["outstanding_minor"], strict=True))


def test_everything_counts_under_the_main_code_and_comes_back() -> None:
    workspace = opened()
    before = content(workspace)
    assert net(workspace) == {"A2": 300, "B": 70}
    ids = set(workspace.portfolio(D).items()["document_id"])
    change = workspace.link("TEST", "A1", "A2", "changed its code", BY)
    portfolio = workspace.portfolio(D)
    assert net(workspace) == {"A2": 300, "B": 70}
    customers = portfolio.customers().set_index("customer_id")
    assert list(customers.index) == ["A2", "B"]
    assert customers.loc["A2", "name"] == "DUPONT"
    assert customers.loc["A2", "siren"] == "732829320"
    assert customers.loc["A2", "owner"] == "Zoé"
    assert set(portfolio.items()["document_id"]) == ids
    assert portfolio.limits()["scope_id"].tolist() == ["A2"]
    assert portfolio.commitments()["customer_id"].tolist() == ["A2"]
    steps = portfolio.exposure_steps(date(2025, 1, 1))
    assert set(steps["customer_id"]) == {"A2"}
    assert steps["exposure_minor"].tolist()[-1] == 300
    found = workspace.portfolio(D, Filters(search="a1")).customers()
    assert found["customer_id"].tolist() == ["A2"]
    assert (portfolio.tie_out()["difference_minor"] == 0).all()
    row = workspace.links().iloc[0]
    assert (row["change_id"], row["customer_id"], row["main_customer_id"]) == (change, "A1", "A2")
    assert bool(row["is_in_force"])
    workspace.unlink(change, BY)
    assert content(workspace) == before
    assert not workspace.links()["is_in_force"].any()
    with pytest.raises(UserError, match="link_undone"):
        workspace.unlink(change, BY)


def test_a_link_holds_for_files_that_come_after_it() -> None:
    workspace = opened()
    workspace.link("TEST", "A1", "A2", None, BY)
    more = Book(
        [*book().docs, Doc("A1", "F9", date(2025, 6, 1), 11)],
        book().allocs,
        book().customers,
        covers=(date(2025, 1, 1), D),
    )
    load(workspace, more)
    assert net(workspace) == {"A2": 311, "B": 70}
    other = Workspace.open(None)
    load(other, more)
    other.link("TEST", "A1", "A2", None, BY)
    assert content(other) == content(workspace)


def test_chains_are_resolved_and_circles_refused() -> None:
    workspace = opened()
    first = workspace.link("TEST", "A1", "A2", None, BY)
    workspace.link("TEST", "A2", "B", None, BY)
    assert net(workspace) == {"B": 370}
    with pytest.raises(UserError, match="link_cycle"):
        workspace.link("TEST", "B", "A1", None, BY)
    with pytest.raises(UserError, match="link_self"):
        workspace.link("TEST", "B", "B", None, BY)
    with pytest.raises(UserError, match="customer_not_found"):
        workspace.link("TEST", "B", "nobody", None, BY)
    with pytest.raises(UserError, match="link_not_found"):
        workspace.unlink("nothing", BY)
    workspace.unlink(first, BY)
    assert net(workspace) == {"B": 370}
    assert "A1" in workspace.portfolio(D).customers()["customer_id"].tolist()


def test_a_limit_fixed_on_the_main_code_is_checked_against_the_linked_one() -> None:
    workspace = opened()
    workspace.link("TEST", "A1", "A2", None, BY)
    change = LimitChange(
        "TEST", "customer", "A2", 5000, "EUR", expected_known=True, expected_minor=900
    )
    workspace.set_limits([change], BY)
    history = workspace.limit_history("TEST", "A2")
    assert history["before_minor"].dropna().tolist() == [900]
    assert len(history) == 2


def test_suggestions() -> None:
    docs = [
        Doc("A1", "F1", date(2025, 1, 10), 1000),
        Doc("A2", "F2", date(2025, 4, 10), 500),
        Doc("C1", "F3", date(2025, 1, 2), 70),
        Doc("C2", "F4", date(2025, 2, 2), 70),
        Doc("E1", "F5", date(2025, 1, 5), 10),
        Doc("E2", "F6", date(2025, 2, 5), 10),
        Doc("G1", "F7", date(2025, 1, 5), 10),
        Doc("G2", "F8", date(2025, 2, 5), 10),
    ]
    names = {
        "A1": ("Dupont SARL", None), "A2": ("Éts DUPONT", None),
        "C1": ("Un nom", "732829320"), "C2": ("Un autre", "732829320"),
        "E1": ("Menuiserie Legoff", None), "E2": ("Menuiserie Le Goff", None),
        "G1": ("Martin", None), "G2": ("Durand", None),
    }  # fmt: skip
    customers: list[dict[str, object]] = [
        {"customer_id": k, "name": n, "siren": s} for k, (n, s) in names.items()
    ]
    workspace = Workspace.open(None)
    load(workspace, Book(docs, customers=customers))
    found = workspace.link_suggestions()
    rows = set(zip(found["customer_id"], found["main_customer_id"], found["why"], strict=True))
    assert rows == {("A1", "A2", "name"), ("C1", "C2", "siren"), ("E1", "E2", "succession")}
    workspace.link("TEST", "A1", "A2", None, BY)
    assert "A1" not in workspace.link_suggestions()["customer_id"].tolist()
