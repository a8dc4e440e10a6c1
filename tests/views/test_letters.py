"""What letters claim: plain recounts, interest day by day, what is left out and why."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.reports.letter_warnings import notes_of
from arlib.views import letters
from arlib.workspace import Workspace
from tests.support.books import Book, Doc, load
from tests.support.letters import AS_OF, letters_book, plain_interest

if TYPE_CHECKING:
    from arlib.views.letters import LettersView

JAN, APR, MAY = date(2025, 1, 31), date(2025, 4, 15), date(2025, 5, 2)
RATES = {1: 1315, 2: 1215}


def view_of(
    book: Book, policy: Policy | None = None, filters: Filters | None = None, day: date = AS_OF
) -> LettersView:
    workspace = Workspace.open(None)
    load(workspace, book)
    found = letters.build(workspace.portfolio(day, filters), policy or Policy(), customer_id="C1")
    workspace.close()
    return found


@pytest.fixture(scope="module")
def view() -> LettersView:
    return view_of(letters_book())


def test_sums_are_plain_recounts(view: LettersView) -> None:
    (claim,) = view.claims
    assert claim.currency == "EUR"
    assert claim.overdue_minor == 300_000 + 720_000 + 100_000 + 60_000
    assert claim.disputed_minor == 100_000 + 20_000
    assert claim.claimed_minor == 300_000 + 720_000 + 40_000
    assert claim.credits_minor == -50_000
    assert claim.due_minor == 1_060_000 - 50_000
    assert claim.soon_minor == 90_000
    assert claim.not_due_minor == 160_000
    assert claim.outstanding_minor == 1_180_000 + 160_000 - 50_000
    assert claim.asked("R4")["number"].tolist() == ["F1", "F2", "F4"]
    assert claim.asked("R0")["number"].tolist() == ["F5"]


def test_interest_is_that_of_a_day_by_day_sum(view: LettersView) -> None:
    paid = date(2025, 3, 17).toordinal()
    first = plain_interest({0: 480_000, paid + 1: 300_000}, (date(2025, 2, 1), AS_OF), RATES)
    second = plain_interest({0: 720_000}, (date(2025, 4, 16), AS_OF), RATES)
    opened = date(2025, 5, 11).toordinal()
    charges = view.claims[0].charges
    own = view.claims[0].items.set_index("number")["interest_minor"]
    assert own["F1"] == first == 19_131
    assert own["F2"] == second == 19_714
    # the part in dispute bears nothing since the dispute, whatever the reading of the days before
    least = plain_interest({0: 40_000}, (date(2025, 5, 3), AS_OF), RATES)
    most = plain_interest({0: 60_000, opened: 40_000}, (date(2025, 5, 3), AS_OF), RATES)
    assert least <= own["F4"] <= most
    assert charges.interest_minor == own.sum()
    assert charges.indemnity_minor == 3 * 4000
    assert charges.count_indemnities == 3
    assert charges.rates == (("2025-S1", 0.1315),)
    assert view.claims[0].totals == {"EUR": 1_010_000 + int(own.sum()) + 12_000}


def test_the_level_to_write_follows_the_days(view: LettersView) -> None:
    assert view.reached == view.proposed == "R5"
    assert [day.date() for day in view.contacts["taken_on"]] == [date(2025, 5, 20)]
    recent = Book(docs=[Doc("C1", "F", date(2025, 5, 20), 50_000, due_on=date(2025, 6, 19))])
    assert view_of(recent).proposed == "R2"
    assert (
        view_of(
            Book(docs=recent.docs, covers=(date(2025, 5, 1), AS_OF)), day=date(2025, 6, 25)
        ).proposed
        == "R1"
    )


def test_a_promise_that_runs_suspends_what_it_covers() -> None:
    book = letters_book()
    book.actions.append(
        {
            "customer_id": "C1",
            "kind": "promise",
            "number": "F2",
            "amount_minor": 500_000,
            "currency": "EUR",
            "taken_on": date(2025, 6, 28),
            "due_on": date(2025, 7, 10),
        }
    )
    (claim,) = view_of(book).claims
    assert claim.promised_minor == 500_000
    assert claim.claimed_minor == 1_060_000 - 500_000


def test_currencies_are_never_added_and_the_indemnity_stays_in_euros() -> None:
    book = letters_book()
    book.docs.append(
        Doc("C1", "U1", date(2025, 2, 1), 200_000, due_on=date(2025, 3, 3), currency="USD")
    )
    view = view_of(book, filters=Filters(convert="EUR", search="nobody"))
    euros, dollars = view.claims
    assert (euros.currency, dollars.currency) == ("EUR", "USD")
    assert euros.claimed_minor == 1_060_000
    assert dollars.due_minor == 200_000
    assert dollars.totals["EUR"] == 4000
    assert dollars.totals["USD"] == 200_000 + (dollars.charges.interest_minor or 0)


def test_instalments_owe_one_indemnity() -> None:
    docs = [
        Doc("C1", "F", date(2025, 1, 1), 30_000, due_on=date(2025, month, 1), instalment=month)
        for month in (2, 3, 4)
    ]
    (claim,) = view_of(Book(docs=docs, covers=(date(2025, 1, 1), AS_OF))).claims
    assert len(claim.asked("R4")) == 3
    assert claim.charges.count_indemnities == 1
    assert claim.items["indemnity_minor"].dropna().tolist() == [4000]
    assert claim.items["interest_minor"].sum() == claim.charges.interest_minor


@pytest.mark.parametrize(
    ("attributes", "reason"),
    [
        ({"is_natural_person": True}, "natural_person"),
        ({"country": "DE"}, "abroad"),
        ({"is_intercompany": True}, "intercompany"),
    ],
)
def test_what_the_law_may_not_give_is_not_asked(attributes: dict[str, Any], reason: str) -> None:
    charges = view_of(letters_book(**attributes)).claims[0].charges
    assert charges.not_asked == (reason,)
    assert (charges.interest_minor, charges.indemnity_minor) == (0, 0)


def test_insolvency_asks_for_nothing() -> None:
    view = view_of(letters_book(insolvency="redressement", insolvency_on=date(2025, 5, 1)))
    assert view.insolvency == "redressement"
    assert not any(view.asks(level) for level in letters.LETTER_LEVELS)


def test_a_half_year_without_a_rate_leaves_interest_unknown() -> None:
    book = Book(
        docs=[Doc("C1", "F", date(2013, 1, 1), 30_000, due_on=date(2013, 2, 1))],
        covers=(date(2013, 1, 1), date(2013, 6, 30)),
    )
    charges = view_of(book, day=date(2013, 6, 30)).claims[0].charges
    assert charges.interest_minor is None
    assert charges.missing_half_years == ("2013-S1",)
    assert charges.indemnity_minor == 4000


def test_credits_above_what_is_late_leave_nothing_to_ask() -> None:
    book = letters_book()
    book.docs.append(Doc("C1", "A2", date(2025, 6, 1), -5_000_000, "credit_note"))
    view = view_of(book)
    (claim,) = view.claims
    assert (claim.claimed_minor, claim.covered_minor, claim.due_minor) == (0, 1_060_000, 0)
    assert (claim.charges.interest_minor, claim.charges.indemnity_minor) == (0, 0)
    assert (view.proposed, view.asks("R4"), view.asks("R0")) == (None, False, False)
    (said,) = [text for text in notes_of(view, "en") if "cover all" in text]
    assert "10,600.00" in said
    assert "taken off" not in " ".join(notes_of(view, "en"))


def test_the_sender_is_that_of_the_company() -> None:
    policy = Policy(
        letters_name={"*": "Tous", "TEST": "Essai SAS"},
        letters_address={"*": "1 rue A\n75001 Paris"},
    )
    view = view_of(letters_book(), policy)
    assert view.sender["name"] == ("Essai SAS",)
    assert view.sender["address"] == ("1 rue A", "75001 Paris")
    assert "bank" in view.missing
    assert "name" not in view.missing


def test_candidates_rank_what_is_due_first_and_unknown_customers_are_refused() -> None:
    book = letters_book()
    book.docs.append(Doc("C2", "G", date(2025, 6, 20), 10_000, due_on=date(2025, 9, 1)))
    book.customers.append({"customer_id": "C2", "name": "BETA"})
    workspace = Workspace.open(None)
    load(workspace, book)
    portfolio = workspace.portfolio(AS_OF)
    found = letters.candidates(portfolio, Policy())
    assert found["customer_id"].tolist() == ["C1", "C2"]
    assert found["level"].tolist()[0] == "R5"
    assert found["claimed_minor"].tolist() == [1_060_000, 0]
    with pytest.raises(UserError, match="customer_not_found"):
        letters.build(portfolio, Policy(), customer_id="none")
    workspace.close()
