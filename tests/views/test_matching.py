"""The page Rapprochement and the decisions behind it, on books whose answer is known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given

from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.views import aging, behaviour, matching, status
from arlib.workspace import MatchDecision, Workspace
from tests.store.strategies import books, days
from tests.support.books import BY, Alloc, Book, Doc, load
from tests.support.examples import examples

START = date(2025, 1, 1)
AS_OF = date(2025, 6, 30)


def day(offset: int) -> date:
    return START + timedelta(days=offset)


def bill(number: str, offset: int, amount: int, customer: str = "C1") -> Doc:
    return Doc(customer, number, day(offset), amount, due_on=day(offset + 30))


def cash(number: str, offset: int, amount: int, customer: str = "C1") -> Doc:
    return Doc(customer, number, day(offset), -amount, "payment")


def ledger() -> Book:
    """Return an unlettered ledger: two sure pairs, one ambiguous payment, one that fits nothing.

    C1: F1 10 days late by its amount, F2 20 days late; C2: P3 is FA + FB or FC + FD.
    """
    return Book(
        [
            bill("F1", 0, 10_000),
            bill("F2", 5, 30_000),
            cash("P1", 40, 10_000),
            cash("P2", 55, 30_000),
            bill("FA", 0, 1_000, "C2"),
            bill("FB", 1, 2_000, "C2"),
            bill("FC", 2, 600, "C2"),
            bill("FD", 3, 2_400, "C2"),
            bill("FE", 90, 9_999, "C2"),
            cash("P3", 60, 3_000, "C2"),
            bill("F9", 10, 50_000, "C3"),
            cash("P9", 70, 4_321, "C3"),
        ],
        level="E",
        covers=(START, AS_OF),
    )


@pytest.fixture
def workspace() -> Workspace:
    opened = Workspace.open(None)
    load(opened, ledger())
    return opened


def block(opened: Workspace, **settings_: object) -> matching.MatchingBlock:
    policy = Policy().with_settings(**settings_)
    return matching.build(opened.portfolio(AS_OF), policy).blocks[0]


def decisions(found: matching.MatchingBlock, number: int, word: str) -> list[MatchDecision]:
    rows = found.proposals[found.proposals["proposal_no"] == number].to_dict("records")
    return [
        MatchDecision(
            row["company_id"],
            row["debit_document_id"],
            row["credit_document_id"],
            row["amount_minor"],
            row["rule"],
            word,
        )
        for row in rows
    ]


def test_amounts_by_rule_and_what_is_left(workspace: Workspace) -> None:
    found = block(workspace)
    assert found.totals == {
        "receipts_minor": 47_321,
        "allocated_minor": 40_000,
        "counted_minor": 40_000,
        "unallocated_minor": 7_321,
    }
    assert found.allocated_ratio == found.counted_ratio == pytest.approx(40_000 / 47_321)
    rules = found.rules.set_index(["rule", "confidence"])
    assert rules["count"].to_dict() == {("amount", 0.85): 2}
    assert rules["amount_ratio"].tolist() == [1.0]
    assert found.receipts["number"].tolist() == ["P9", "P3"]
    assert found.receipts["age_days"].tolist() == [110, 120]
    assert matching.build(workspace.portfolio(AS_OF), Policy()).estimated == ("TEST",)


def test_proposals_are_numbered_sets(workspace: Workspace) -> None:
    found = block(workspace).proposals
    sets = found.groupby("proposal_no")["debit_number"].agg(list).to_dict()
    assert sets == {1: ["FA", "FB"], 2: ["FC", "FD"], 3: ["F9"]}
    assert found["rule"].tolist() == ["combination"] * 4 + ["fifo"]
    assert not found["is_allocated"].any()
    one = matching.build(workspace.portfolio(AS_OF), Policy(), customer_id="C3")
    assert one.blocks[0].proposals["credit_number"].tolist() == ["P9"]
    assert one.blocks[0].totals["receipts_minor"] == 4_321


def test_the_past_shows_nothing_of_later(workspace: Workspace) -> None:
    before = matching.build(workspace.portfolio(day(50)), Policy()).blocks[0]
    assert before.totals["receipts_minor"] == before.totals["allocated_minor"] == 10_000
    assert before.proposals.empty


def test_an_accepted_proposal_is_kept_and_an_undo_gives_it_back(workspace: Workspace) -> None:
    before = block(workspace)
    written = workspace.decide_matches(decisions(before, 2, "accepted"), BY)
    assert written["decision"].tolist() == ["accepted", "accepted"]
    after = block(workspace)
    rules = after.rules.set_index(["rule", "confidence"])
    assert rules.loc[("combination", 1.0), "amount_minor"] == 3_000
    assert after.proposals["debit_number"].tolist() == ["F9"]
    # another file of the company comes and goes: the decision stands
    more = Book([bill("G1", 100, 700, "C4")], company="OTHER", level="E", covers=(START, AS_OF))
    load(workspace, more)
    assert block(workspace).rules["amount_minor"].tolist() == after.rules["amount_minor"].tolist()
    history = workspace.match_history()
    for change in history["change_id"]:
        workspace.undo_match(change, BY)
    assert block(workspace).proposals.equals(before.proposals)
    assert workspace.match_history()["decision"].tolist()[:2] == ["undone", "undone"]
    with pytest.raises(UserError, match="match_change_undone"):
        workspace.undo_match(str(history["change_id"].iloc[0]), BY)
    with pytest.raises(UserError, match="match_change_not_found"):
        workspace.undo_match("M0", BY)


def test_a_refused_pair_never_comes_back(workspace: Workspace) -> None:
    found = block(workspace)
    workspace.decide_matches(decisions(found, 1, "refused"), BY)
    left = block(workspace)
    rules = left.rules.set_index(["rule", "confidence"])
    # one way is left: the payment explains itself
    assert rules.loc[("combination", 0.75), "amount_minor"] == 3_000
    workspace.decide_matches(decisions(left, 1, "refused"), BY)
    assert block(workspace).proposals.empty


def test_a_decision_needs_documents_of_one_customer(workspace: Workspace) -> None:
    items = workspace.portfolio(day(1)).items()
    debit = str(items["document_id"].iloc[0])
    for other in ("nothing", debit):
        with pytest.raises(UserError, match="match_not_found"):
            workspace.decide_matches(
                [MatchDecision("TEST", debit, other, None, "amount", "accepted")], BY
            )
    assert workspace.match_history().empty


def test_behaviour_relies_on_what_is_trusted_and_says_how_much(workspace: Workspace) -> None:
    book = workspace.portfolio(AS_OF)
    view = behaviour.build(book, Policy())
    assert (view.unavailable, view.is_estimated) == (None, True)
    found = view.blocks[0]
    assert found.covered_ratio == pytest.approx(40_000 / 47_321)
    # P1 10 days late on 10 000, P2 20 days late on 30 000
    assert found.portfolio["weighted_delay_days"].iloc[0] == pytest.approx(17.5)
    assert "behaviour" not in status.build(book, Policy()).unavailable
    strict = Policy(behaviour_min_confidence=0.9)
    assert behaviour.build(book, strict).unavailable == "not_at_this_level"
    assert "behaviour" in status.build(book, strict).unavailable


def test_oldest_first_never_enters_behaviour(workspace: Workspace) -> None:
    before = behaviour.build(workspace.portfolio(AS_OF), Policy()).blocks[0].portfolio
    policy = Policy(match_fifo=True)
    workspace.set_policy(policy, BY)
    book = workspace.portfolio(AS_OF)
    found = matching.build(book, policy).blocks[0]
    assert found.totals["unallocated_minor"] == 0
    assert found.totals["counted_minor"] == 40_000
    low = found.proposals[found.proposals["is_allocated"]]
    assert (low["rule"].unique().tolist(), low["amount_minor"].sum()) == (["fifo"], 7_321)
    after = behaviour.build(book, policy).blocks[0].portfolio
    assert after["weighted_delay_days"].tolist() == before["weighted_delay_days"].tolist()
    assert after["count_payments"].tolist() == before["count_payments"].tolist()


def test_ages_without_lettering_stay_estimated_and_exact_in_total(workspace: Workspace) -> None:
    view = aging.build(workspace.portfolio(AS_OF), Policy())
    assert (view.is_estimated, view.credits) == (True, "oldest_first")
    totals = view.blocks[0].totals
    assert totals["total_minor"] == sum(doc.amount for doc in ledger().docs)
    assert totals["unallocated_minor"] == 0


def test_lettering_wins_over_matching_and_its_rest_is_not_touched() -> None:
    """F1 is part-paid by its lettering: P2 has its very rest, and may not take it."""
    docs = [bill("F1", 0, 10_000), cash("P1", 20, 6_000), cash("P2", 30, 4_000), bill("F2", 40, 5)]
    opened = Workspace.open(None)
    load(opened, Book(docs, [Alloc("P1", "F1", 6_000)], level="D", covers=(START, AS_OF)))
    found = block(opened)
    assert found.rules["rule"].tolist() == ["source"]
    assert found.receipts["number"].tolist() == ["P2"]
    load(opened, Book([*docs[:1], docs[2], bill("F3", 1, 4_000)], level="E", company="B"))
    other = matching.build(opened.portfolio(AS_OF, Filters(company_id="B")), Policy()).blocks[0]
    assert other.rules["rule"].tolist() == ["amount"]


def test_the_book_is_what_its_imports_and_decisions_give(workspace: Workspace) -> None:
    workspace.decide_matches(decisions(block(workspace), 2, "accepted"), BY)
    assert workspace.verify().findings == ()


def test_a_book_of_level_a_is_left_as_it_says() -> None:
    opened = Workspace.open(None)
    load(opened, replace(ledger(), level="A"))
    found = block(opened)
    assert found.rules.empty
    assert found.totals["unallocated_minor"] == 47_321


@given(books(), days)
@examples(12)
def test_matching_never_moves_a_balance(book: Book, on: date) -> None:
    """Σ open per customer is the sum of the documents at every date, whatever is matched."""
    book = replace(book, allocs=[], level="E")
    opened = Workspace.open(None)
    load(opened, book)
    on = max(on, min(doc.issued_on for doc in book.docs))
    items = opened.portfolio(on).items()
    found = items.groupby("customer_id")["open_minor"].sum()
    for customer in {doc.customer for doc in book.docs}:
        expected = sum(d.amount for d in book.docs if d.customer == customer and d.issued_on <= on)
        assert int(found.get(customer, 0)) == expected
    amounts = {doc.number: doc.amount for doc in book.docs}
    for row in items.to_dict("records"):
        whole, left = amounts[row["number"]], row["open_minor"]
        assert 0 < left <= whole or whole <= left < 0
