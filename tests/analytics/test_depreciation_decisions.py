"""Candidates accepted or refused by hand, account 491 typed in: what entries become; nothing is erased."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.views import provisions as views
from arlib.workspace import Author, Depreciation, Workspace
from tests.support.books import BY, Book, Doc, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.views.provisions import ProvisionsBlock

D = date(2025, 6, 30)
CLOSING = date(2025, 5, 31)
POLICY = Policy()
OTHER = Author("another", datetime(2030, 2, 1))  # noqa: DTZ001 - the book keeps naive times


def doc(number: str, days: int, **more: Any) -> Doc:
    due = D - timedelta(days=days)
    issued = due - timedelta(days=30)
    given: dict[str, Any] = {"tax": 20_000, "account_class": "doubtful"} | more
    return Doc("C1", number, issued, 120_000, due_on=due, **given)


@pytest.fixture
def book() -> Iterator[Workspace]:
    """Two doubtful claims of 1,000 excl. VAT, one only late, one whose VAT is not known."""
    workspace = Workspace.open(None)
    late = doc("LATE", 400)
    docs = [
        doc("OLD", 500),
        doc("MID", 120),
        replace(late, customer="C2", account_class="receivable"),
    ]
    load(workspace, Book(docs))
    yield workspace
    workspace.close()


def block(workspace: Workspace, as_of: date = D) -> ProvisionsBlock:
    return views.build(workspace.portfolio(as_of), POLICY, since=CLOSING).blocks[0]


def retained(workspace: Workspace, as_of: date = D) -> dict[str, int]:
    rows = block(workspace, as_of).candidates.set_index("number")["retained_minor"]
    return {str(name): int(value) for name, value in rows.items()}


def claim(workspace: Workspace, number: str, kind: str, **more: Any) -> Depreciation:
    rows = block(workspace).candidates.set_index("number").to_dict("index")
    row: dict[Any, Any] = rows[number]
    given: dict[str, Any] = {"reason": "called, no answer", "on_date": D} | more
    return Depreciation(
        kind,
        row["company_id"],
        customer_id=row["customer_id"],
        document_id=row["document_id"],
        **given,
    )


def steps(found: ProvisionsBlock) -> dict[str, int]:
    sums = found.entries.groupby("step")["debit_minor"].sum()
    return {str(step): int(value) for step, value in sums.items()}


def test_without_a_decision_events_stand_and_lateness_does_not(book: Workspace) -> None:
    before = retained(book)
    shares = dict(POLICY.doubtful_ratios)
    assert before == {"OLD": 100_000, "MID": round(100_000 * shares["90"]), "LATE": 0}
    assert block(book).proposed_minor == sum(before.values())


def test_refused_is_out_of_entries_accepted_is_in(book: Workspace) -> None:
    book.decide_depreciations(
        [
            claim(book, "OLD", "refused"),
            claim(book, "MID", "accepted", ratio=0.35),
            claim(book, "LATE", "accepted", reason="he left without an address"),
        ],
        BY,
    )
    assert retained(book) == {"OLD": 0, "MID": 35_000, "LATE": 100_000}
    found = block(book)
    assert found.decided == 3
    assert set(found.entries.loc[found.entries["step"] == "charge", "number"]) == {"MID", "LATE"}
    assert "OLD" not in set(found.entries["number"]) - {"OLD"} | set(
        found.entries.loc[found.entries["step"] != "reversal", "number"]
    )
    row = found.candidates.set_index("number").loc["LATE"]
    assert (row["decision"], row["decision_reason"], row["decided_by"]) == (
        "accepted",
        "he left without an address",
        "tests",
    )


def test_the_latest_counts_an_undo_brings_the_one_before_back(book: Workspace) -> None:
    book.decide_depreciations([claim(book, "MID", "accepted", ratio=0.4)], BY)
    [second] = book.decide_depreciations([claim(book, "MID", "refused", reason="paid")], OTHER)
    assert retained(book)["MID"] == 0
    book.undo_depreciation(second, BY)
    assert retained(book)["MID"] == 40_000
    history = book.depreciation_history()
    assert list(history["kind"]) == ["refused", "refused", "accepted"]
    assert list(history["is_undone"]) == [False, True, False]
    assert list(history["by"]) == ["tests", "another", "tests"]
    with pytest.raises(UserError, match="depreciation_undone"):
        book.undo_depreciation(second, BY)


def test_a_decision_is_not_known_before_its_date(book: Workspace) -> None:
    book.decide_depreciations([claim(book, "OLD", "refused")], BY)
    assert retained(book, D - timedelta(days=1))["OLD"] == 100_000
    assert retained(book)["OLD"] == 0


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"reason": "  "}, "depreciation_reason_missing"),
        ({"reason": "x" * 501}, "depreciation_reason_long"),
        ({"ratio": 0.0}, "depreciation_ratio"),
        ({"ratio": 1.01}, "depreciation_ratio"),
        ({"ratio": float("nan")}, "depreciation_ratio"),
        ({"document_id": "nothing"}, "depreciation_claim_missing"),
        ({"kind": "perhaps"}, "depreciation_kind"),
    ],
)
def test_what_cannot_be_kept_is_refused_whole(
    book: Workspace, change: dict[str, Any], code: str
) -> None:
    good = claim(book, "OLD", "accepted")
    with pytest.raises(UserError, match=code):
        book.decide_depreciations([good, replace(good, **change)], BY)
    assert book.depreciation_history().empty


def opening(workspace: Workspace, amount: int, on: date = CLOSING) -> Depreciation:
    company = workspace.info().companies[0].company_id
    return Depreciation("opening", company, on, currency="EUR", amount_minor=amount)


@pytest.mark.parametrize("typed", [0, 60_000, 500_000])
def test_the_movement_starts_from_account_491(book: Workspace, typed: int) -> None:
    total = sum(retained(book).values())
    book.decide_depreciations([opening(book, typed)], BY)
    found = block(book)
    [row] = found.openings.to_dict("records")
    assert (row["opening_minor"], row["now_minor"]) == (typed, total)
    assert row["charge_minor"] - row["reversal_minor"] == total - typed
    moved = steps(found)
    assert moved.get("charge", 0) - moved.get("reversal", 0) == total - typed
    lines = found.entries.loc[found.entries["step"].isin(["charge", "reversal"])]
    assert len(lines) == (2 if total != typed else 0)
    assert lines["debit_minor"].sum() == lines["credit_minor"].sum()


def test_a_balance_of_another_closing_does_not_count(book: Workspace) -> None:
    plain = steps(block(book))
    book.decide_depreciations([opening(book, 500_000, CLOSING - timedelta(days=31))], BY)
    assert block(book).openings.empty
    assert steps(block(book)) == plain


def test_a_claim_whose_vat_is_not_known_leaves_the_movement_unsaid() -> None:
    workspace = Workspace.open(None)
    load(workspace, Book([doc("OLD", 500), doc("BARE", 500, tax=None)]))
    book_of = workspace
    book_of.decide_depreciations([opening(book_of, 10_000)], BY)
    found = block(book_of)
    rows = found.candidates.set_index("number")
    assert rows.loc["BARE", "retained_minor_reason"] == "no_tax"
    assert rows.loc["BARE", "proposed_ttc_minor"] == 120_000
    assert found.no_tax_minor == 120_000
    assert found.proposed_minor == 100_000
    [row] = found.openings.to_dict("records")
    assert row["now_minor_reason"] == "no_tax"
    assert "charge" not in steps(found)
    workspace.close()
