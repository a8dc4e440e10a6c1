"""Disputes entered by hand: what they change of the book, on which days, and how they are undone."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.model.followup import DISPUTE_CODES
from arlib.model.issues import UserError
from arlib.model.portfolio import Filters
from arlib.workspace import Author, DisputeClosing, DisputeEntry, Workspace
from tests.store.brute import disputed_at, open_at
from tests.store.strategies import books, days
from tests.support.books import BY, Alloc, Book, Doc, load
from tests.support.examples import examples

D = date(2025, 6, 30)
MAY, JUNE = date(2025, 5, 20), date(2025, 6, 10)
LATER = Author("Zoé", datetime(2031, 7, 4, 10, 0))  # noqa: DTZ001 - the book keeps naive times


def book(**more: Any) -> Book:
    return Book(
        docs=[
            Doc("A1", "F1", date(2025, 1, 10), 1000, due_on=date(2025, 2, 10)),
            Doc("A1", "P1", date(2025, 6, 1), -400, "payment"),
            Doc("A2", "F2", date(2025, 4, 10), 500, due_on=date(2025, 5, 10)),
            Doc("B", "F3", D, 70),
        ],
        allocs=[Alloc("P1", "F1", 400)],
        **more,
    )


def opened(**more: Any) -> Workspace:
    workspace = Workspace.open(None)
    load(workspace, book(**more))
    return workspace


def key_of(number: str, customer: str, day: date) -> str:
    return f"TEST|receivable|{customer}|invoice|{number}|{day.isoformat()}"


F1 = key_of("F1", "A1", date(2025, 1, 10))


def contest(amount: int | None = None, day: date = MAY, **more: Any) -> DisputeEntry:
    return DisputeEntry("TEST", "A1", F1, "PRIX", amount, opened_on=day, **more)


def figures(workspace: Workspace, day: date) -> dict[str, pd.DataFrame]:
    """Return what the book says at a day, whatever asks for it."""
    portfolio = workspace.portfolio(day)
    return {
        "balances": portfolio.balances(),
        "items": portfolio.items(),
        "due": portfolio.aging(basis="due", bounds=(30, 60, 90), forward=()),
        "months": portfolio.aging_months((day,)),
    }


def _ordered(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.sort_values(list(frame.columns), ignore_index=True)


def same(one: dict[str, pd.DataFrame], other: dict[str, pd.DataFrame]) -> None:
    for name, frame in one.items():
        pd.testing.assert_frame_equal(_ordered(frame), _ordered(other[name]), obj=name)


def disputed(workspace: Workspace, day: date) -> int:
    return int(workspace.portfolio(day).balances()["disputed_minor"].sum())


def refusal(workspace: Workspace, entry: DisputeEntry) -> str:
    with pytest.raises(UserError) as found:
        workspace.open_disputes([entry], BY)
    return found.value.code


def test_a_part_in_dispute_counts_from_its_day_and_leaves_the_rest() -> None:
    workspace = opened()
    (written,) = workspace.open_disputes([contest(700, owner=" Zoé ", target_on=JUNE)], BY)
    assert [disputed(workspace, day) for day in (date(2025, 5, 19), MAY)] == [0, 700]
    # 400 paid on 1 June: 600 are left, all in dispute
    assert [disputed(workspace, day) for day in (date(2025, 5, 31), date(2025, 6, 1))] == [700, 600]
    row = workspace.portfolio(MAY).disputes().iloc[0]
    assert (row["dispute_id"], row["source"], row["reason"], row["owner"]) == (
        written, "user", "PRIX", "Zoé",
    )  # fmt: skip
    assert (row["claimed_minor"], row["open_minor"], row["document_disputed_minor"]) == (
        700, 1000, 700,
    )  # fmt: skip
    assert workspace.portfolio(date(2025, 5, 19)).disputes().empty
    assert workspace.verify().findings == ()


def test_closing_ends_it_and_each_entry_is_undone_by_another() -> None:
    workspace = opened()
    (one,) = workspace.open_disputes([contest()], BY)
    (end,) = workspace.close_disputes([DisputeClosing(one, "avoir", JUNE, " accord ")], LATER)
    assert [disputed(workspace, day) for day in (date(2025, 6, 9), JUNE)] == [600, 0]
    closed = workspace.portfolio(JUNE).disputes().iloc[0]
    assert (closed["outcome"], closed["closed_on"].date()) == ("avoir", JUNE)
    still = workspace.portfolio(date(2025, 6, 9)).disputes().iloc[0]
    assert pd.isna(still["outcome"])
    assert pd.isna(still["closed_on"])
    with pytest.raises(UserError, match="dispute_closed"):
        workspace.close_disputes([DisputeClosing(one, "fonde", JUNE)], BY)
    undone = workspace.undo_dispute(end, LATER)
    assert disputed(workspace, D) == 600
    workspace.undo_dispute(one, LATER)
    assert disputed(workspace, D) == 0
    assert workspace.portfolio(D).disputes().empty
    history = workspace.dispute_history("TEST", "A1")
    assert history["event"].tolist() == ["opened", "closed", "closed", "opened"]
    assert history["is_undone"].tolist() == [False, False, True, True]
    assert history["by"].tolist() == ["Zoé", "Zoé", "Zoé", "tests"]
    for change, code in ((one, "undone"), (undone, "not_found")):
        with pytest.raises(UserError, match=f"dispute_entry_{code}"):
            workspace.undo_dispute(change, BY)
    assert workspace.verify().findings == ()


def test_what_makes_no_sense_is_refused_and_nothing_is_kept() -> None:
    workspace = opened()
    assert refusal(workspace, replace(contest(), code="prix")) == "dispute_code_unknown"
    assert refusal(workspace, contest(day=date(2030, 1, 2))) == "dispute_future"
    assert refusal(workspace, contest(day=date(2025, 1, 9))) == "dispute_before_issue"
    assert refusal(workspace, contest(target_on=date(2025, 5, 19))) == "dispute_target_early"
    assert refusal(workspace, contest(0)) == "dispute_amount_wrong"
    assert refusal(workspace, contest(1001)) == "dispute_amount_high"
    assert refusal(workspace, contest(601, day=D)) == "dispute_amount_high"
    assert refusal(workspace, contest(text="a" * 2_001)) == "action_text_long"
    other = replace(contest(), customer_id="A2")
    assert refusal(workspace, other) == "action_document_unknown"
    with pytest.raises(UserError, match="dispute_amount_high"):
        workspace.open_disputes([contest(600), contest(401)], BY)
    assert workspace.dispute_history().empty
    workspace.open_disputes([contest(600), contest(400)], BY)
    assert refusal(workspace, contest(1)) == "dispute_nothing_open"
    known = workspace.dispute_history()["change_id"].iloc[0]
    for closing, code in (
        (DisputeClosing("D0", "fonde", JUNE), "dispute_not_found"),
        (DisputeClosing(known, "gagné", JUNE), "dispute_outcome_unknown"),
        (DisputeClosing(known, "fonde", date(2025, 5, 19)), "dispute_closed_early"),
        (DisputeClosing(known, "fonde", date(2030, 1, 2)), "dispute_future"),
    ):
        with pytest.raises(UserError, match=code):
            workspace.close_disputes([closing], BY)


def test_a_dispute_of_a_file_is_closed_by_hand_unless_its_file_says_sooner() -> None:
    told = [{"number": "F1", "opened_on": MAY, "closed_on": None, "amount_minor": 300,
             "reason": "Prix", "owner": "Agence", "target_on": D}]  # fmt: skip
    workspace = opened(disputes=told)
    row = workspace.portfolio(D).disputes().iloc[0]
    assert (row["source"], row["owner"], row["target_on"].date()) == ("file", "Agence", D)
    (end,) = workspace.close_disputes([DisputeClosing(row["dispute_id"], "infonde", JUNE)], BY)
    assert [disputed(workspace, day) for day in (date(2025, 6, 9), JUNE)] == [300, 0]
    assert workspace.portfolio(D).disputes()["outcome"].tolist() == ["infonde"]
    # the next file still tells it open: the entry stands; or closed before: the file's day counts
    later = book(disputes=told)
    later.docs.append(Doc("B", "F4", date(2025, 7, 15), 10))
    load(workspace, later)
    assert [disputed(workspace, day) for day in (date(2025, 6, 9), JUNE)] == [300, 0]
    later.docs.append(Doc("B", "F5", date(2025, 8, 15), 10))
    later.disputes = [told[0] | {"closed_on": date(2025, 6, 1), "outcome": "avoir"}]
    load(workspace, later)
    assert [disputed(workspace, day) for day in (date(2025, 5, 31), date(2025, 6, 1))] == [300, 0]
    assert workspace.portfolio(D).disputes()["outcome"].tolist() == ["avoir"]
    workspace.undo_dispute(end, BY)
    assert workspace.verify().findings == ()


def test_it_survives_imports_and_waits_for_an_invoice_that_left() -> None:
    workspace = opened()
    workspace.open_disputes([contest(200)], BY)
    fuller = book()
    fuller.docs.append(Doc("B", "F4", date(2025, 7, 15), 10))
    (result,) = load(workspace, fuller)
    assert disputed(workspace, D) == 200
    assert result.batch_id is not None
    workspace.undo(result.batch_id, BY)
    assert disputed(workspace, D) == 200
    batches = workspace.portfolio(D).batches()
    batch = str(batches.loc[batches["batch_id"] != result.batch_id, "batch_id"].iloc[0])
    workspace.undo(batch, BY)
    workspace.take_back(batch, BY)
    assert disputed(workspace, D) == 200


def test_as_known_then_a_dispute_counts_from_the_day_it_was_written() -> None:
    workspace = opened()
    early = Author("moi", datetime(2025, 6, 5, 9, 0))  # noqa: DTZ001
    then = Filters(knowledge="known_then")
    workspace.open_disputes([contest(200)], early)

    def known(day: date) -> int:
        found = workspace.portfolio(day, then).balances()
        return int(found["disputed_minor"].sum())

    # the files were imported in 2030: the company shows them all, and what was said of them
    assert [known(date(2025, 6, 4)), known(D)] == [200, 200]


def test_as_known_then_of_a_company_already_imported() -> None:
    workspace = Workspace.open(None)
    from arlib.model.files import ImportOptions

    june = Author("moi", datetime(2025, 7, 1, 9, 0))  # noqa: DTZ001
    workspace.load([book().parsed()], ImportOptions(), june)
    workspace.open_disputes(
        [contest(200, day=MAY)],
        replace(june, at=datetime(2025, 7, 20, 9, 0)),  # noqa: DTZ001
    )
    then = Filters(knowledge="known_then")
    day = date(2025, 7, 19)
    assert disputed(workspace, day) == 200
    assert int(workspace.portfolio(day, then).balances()["disputed_minor"].sum()) == 0
    day += timedelta(days=1)
    assert int(workspace.portfolio(day, then).balances()["disputed_minor"].sum()) == 200


@given(books(), st.data())
@examples(20)
def test_by_hand_or_in_the_file_the_book_is_the_same(book: Book, data: st.DataObject) -> None:
    """Also: outside its days, a dispute leaves every figure as it would be without it."""
    book = replace(book, disputes=[])
    debits = {doc.number: doc for doc in book.docs if doc.amount > 0}
    number = data.draw(st.sampled_from(sorted(debits)))
    debit = debits[number]
    start = max(data.draw(days), debit.issued_on)
    end = start + timedelta(days=data.draw(st.integers(1, 300)))
    left = open_at(book, start).get(number, 0)
    if left <= 0:
        return
    amount = data.draw(st.one_of(st.none(), st.integers(1, left)))
    hand = Workspace.open(None)
    load(hand, book)
    first = max(item.first_as_of for item in hand.info().companies if item.first_as_of)
    outside = [day for day in (start - timedelta(days=1), end) if day >= first]
    before = [figures(hand, day) for day in outside]
    document = hand.portfolio(start).items().set_index("number")["document_id"][number]
    entry = DisputeEntry("TEST", debit.customer, document, "QTE", amount, opened_on=start)
    (written,) = hand.open_disputes([entry], BY)
    hand.close_disputes([DisputeClosing(written, "paiement", end)], BY)
    row: dict[str, object] = {"number": number, "opened_on": start, "closed_on": end}
    told = replace(book, disputes=[row | {"amount_minor": amount}])
    for day in (start, end - timedelta(days=1)):
        items = hand.portfolio(day).items()
        found = items.loc[items["disputed_minor"] > 0].set_index("number")["disputed_minor"]
        assert found.to_dict() == disputed_at(told, day)
    for day, plain in zip(outside, before, strict=True):
        same(plain, figures(hand, day))


def test_every_code_can_be_opened() -> None:
    workspace = opened()
    for code in DISPUTE_CODES:
        entry = replace(contest(10), code=code)
        workspace.open_disputes([entry], BY)
    assert sorted(workspace.portfolio(D).disputes()["reason"]) == sorted(DISPUTE_CODES)
    assert disputed(workspace, D) == 10 * len(DISPUTE_CODES)
