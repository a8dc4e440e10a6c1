"""Opening lines paired with the lines of the year before: rule by rule, on books of a few lines."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.views import status
from arlib.workspace import Workspace
from tests.support.books import Alloc, Book, Doc, load

if TYPE_CHECKING:
    from collections.abc import Sequence

NEW = date(2025, 1, 1)
EVE = date(2024, 12, 31)
END = date(2025, 12, 31)


def day(month: int, of: int = 15, year: int = 2024) -> date:
    return date(year, month, of)


def opening(number: str, amount: int, issued: date = EVE, customer: str = "C1") -> Doc:
    return Doc(customer, number, issued, amount, "opening", posted_on=NEW)


def older(docs: Sequence[Doc], allocs: Sequence[Alloc] = ()) -> Book:
    return Book(
        list(docs), list(allocs), covers=(date(2024, 1, 1), EVE), format_id="fec", level="D"
    )


def newer(docs: Sequence[Doc], allocs: Sequence[Alloc] = ()) -> Book:
    return Book(list(docs), list(allocs), covers=(NEW, END), format_id="fec", level="D")


def both(one: Book, other: Book) -> list[Workspace]:
    found = []
    for order in ((one, other), (other, one)):
        workspace = Workspace.open(None)
        for item in order:
            assert load(workspace, item)[0].status == "imported"
        found.append(workspace)
    return found


def left(workspace: Workspace, when: date) -> dict[str, int]:
    items = workspace.portfolio(when).items()
    return {str(n): int(a) for n, a in zip(items["number"], items["open_minor"], strict=True)}


def how(workspace: Workspace) -> dict[str, str | None]:
    frame = workspace.portfolio(END).pairings()
    return {
        str(number): None if kind != kind else str(kind)  # noqa: PLR0124 - NaN differs from itself
        for number, kind in zip(frame["opening_number"], frame["how"], strict=True)
    }


def tied(workspace: Workspace) -> bool:
    days = [day(6), EVE, NEW, END]
    frames = [workspace.portfolio(item).tie_out() for item in days]
    return all((frame["difference_minor"] == 0).all() for frame in frames)


F1 = Doc("C1", "F1", day(3), 1000, due_on=day(5))
F2 = Doc("C1", "F2", day(6), 2000, due_on=day(8))
P1 = Doc("C1", "P1", day(7), -400, "payment")


def paid(amount: int, number: str = "P9", month: int = 3) -> Doc:
    return Doc("C1", number, day(month, year=2025), -amount, "payment")


def test_an_opening_of_what_remained() -> None:
    one = older([F1, P1], [Alloc("P1", "F1", 400)])
    other = newer([opening("F1", 600, day(3)), paid(600)], [Alloc("P9", "F1", 600)])
    for workspace in both(one, other):
        assert how(workspace) == {"F1": "number_date"}
        assert left(workspace, day(4)) == {"F1": 1000}
        assert left(workspace, EVE) == left(workspace, NEW) == {"F1": 600}
        assert left(workspace, day(3, year=2025)) == {}
        assert tied(workspace)
        found = workspace.portfolio(END).source.frame(
            "payments",
            {
                "as_of": END, "filters": workspace.portfolio(END).filters, "start": EVE,
                "recent": NEW, "min_confidence": 0.6, "without_disputed": False,
            },
        )  # fmt: skip
        # the delay of the new year's receipt is measured on the invoice itself
        assert found["delay_amount"].tolist() == [600.0 * (day(3, year=2025) - day(5)).days]


def test_whole_lines_carried_with_their_lettering_count_it_once() -> None:
    one = older([F1, P1], [Alloc("P1", "F1", 400)])
    other = newer(
        [opening("F1", 1000, day(3)), opening("P1", -400, day(7)), paid(600)],
        [Alloc("P1", "F1", 400), Alloc("P9", "F1", 600)],
    )
    for workspace in both(one, other):
        assert left(workspace, EVE) == left(workspace, NEW) == {"F1": 600}
        assert left(workspace, END) == {}
        assert tied(workspace)


def test_whole_lines_lettered_otherwise_follow_the_later_year() -> None:
    one = older([F1, F2, P1], [Alloc("P1", "F1", 400)])
    other = newer(
        [opening("F1", 1000, day(3)), opening("F2", 2000, day(6)), opening("P1", -400, day(7)), paid(1000)],
        [Alloc("P1", "F2", 400), Alloc("P9", "F1", 1000)],
    )  # fmt: skip
    for workspace in both(one, other):
        assert left(workspace, END) == {"F2": 1600}
        assert tied(workspace)


def test_whole_lines_carried_without_letters_keep_those_of_their_year() -> None:
    one = older([F1, P1], [Alloc("P1", "F1", 400)])
    other = newer([opening("F1", 1000, day(3)), opening("P1", -400, day(7))])
    for workspace in both(one, other):
        assert left(workspace, END) == {"F1": 600}
        assert tied(workspace)


def test_lines_alike_by_date_or_amount_alone() -> None:
    one = older([F1, F2, P1])
    other = newer(
        [opening("A1", 1000, day(3)), opening("AN", 2000), opening("AN2", -400), paid(3000)],
        [Alloc("P9", "A1", 1000), Alloc("P9", "AN", 2000)],
    )
    for workspace in both(one, other):
        assert how(workspace) == {"A1": "date", "AN": "amount", "AN2": "amount"}
        assert left(workspace, END) == {"P1": -400}
        assert tied(workspace)


def test_an_amount_that_two_lines_have_is_not_a_pair() -> None:
    twin = Doc("C1", "F3", day(9), 1000)
    one = older([F1, twin])
    other = newer([opening("AN", 1000)])
    for workspace in both(one, other):
        assert how(workspace) == {"AN": None}
        assert left(workspace, END) == {"F1": 1000, "F3": 1000, "AN": 1000}
        tie = workspace.portfolio(END).tie_out().iloc[0]
        assert (tie["ledger_minor"], tie["analysed_minor"]) == (1000, 3000)
        assert tie["opening_unpaired_minor"] == -1000
        years = workspace.portfolio(END).ledger_years()
        assert years["unpaired_minor"].tolist() == [0, 1000]
        view = status.build(workspace.portfolio(END), Policy())
        # an unpaired line of 1 000 names half of the difference, its twin the other half
        assert view.tie_out["causes"].tolist() == ["opening_unpaired,unexplained"]
        quality = view.quality.set_index("code")
        assert quality.loc["opening_unpaired", "amount_minor"] == 1000
        lines = workspace.portfolio(END, Filters(company_id="TEST")).quality_issues()
        found = lines[lines["code"] == "opening_unpaired"].iloc[0]
        assert (found["value"], found["detail"], found["amount_minor"]) == ("AN", "C1", 1000)


def test_a_missing_year_is_said() -> None:
    workspace = Workspace.open(None)
    load(workspace, older([F1]))
    load(
        workspace,
        Book(
            [Doc("C1", "F1", day(3), 1000, "opening", posted_on=date(2026, 1, 1))],
            covers=(date(2026, 1, 1), date(2026, 12, 31)),
            format_id="fec",
            level="D",
        ),
    )
    lines = workspace.portfolio().quality_issues()
    assert lines["code"].tolist() == ["year_missing"]
    assert lines["value"].tolist() == ["2026-01-01"]


@pytest.mark.parametrize(("received", "expected"), [
    (1500, {"F1": 0, "F2": 1500, "P1": -400}), (2600, {}), (0, {"F1": 1000, "F2": 2000, "P1": -400}),
])  # fmt: skip
def test_one_balance_a_customer(received: int, expected: dict[str, int]) -> None:
    """The balance nets a credit of last year: paid in full, it leaves nothing open."""
    one = older([F1, F2, P1])
    docs = [opening("AN", 2600)] + ([paid(received)] if received else [])
    other = newer(docs, [Alloc("P9", "AN", received)] if received else [])
    for workspace in both(one, other):
        assert how(workspace) == {"AN": "balance"}
        assert left(workspace, NEW) == {"F1": 1000, "F2": 2000, "P1": -400}
        assert left(workspace, END) == {k: v for k, v in expected.items() if v}
        assert tied(workspace)


def test_a_balance_in_credit() -> None:
    one = older([Doc("C1", "F1", day(3), 300), Doc("C1", "P1", day(2), -500, "payment"), P1_LATE])
    other = newer(
        [opening("AN", -450), Doc("C1", "F9", day(2, year=2025), 450)], [Alloc("AN", "F9", 450)]
    )
    for workspace in both(one, other):
        assert left(workspace, NEW) == {"F1": 300, "P1": -500, "P2": -250}
        assert left(workspace, END) == {}
        assert tied(workspace)


P1_LATE = Doc("C1", "P2", day(4), -250, "payment")


def test_openings_that_no_year_precedes_are_debts_of_their_own() -> None:
    workspace = Workspace.open(None)
    load(workspace, newer([opening("F1", 600, day(3))]))
    assert left(workspace, NEW) == {"F1": 600}
    assert len(workspace.portfolio(END).pairings()) == 0
    assert len(workspace.portfolio(END).ledger_years()) == 0


def test_three_years_of_one_balance() -> None:
    """The balance of the third year stands for that of the second, which stands for the lines."""
    one = older([F1, F2])
    two = newer([opening("AN", 3000), paid(1000)], [Alloc("P9", "AN", 1000)])
    third = Book(
        [
            Doc("C1", "AN3", END, 2000, "opening", posted_on=date(2026, 1, 1)),
            Doc("C1", "P10", day(2, year=2026), -2000, "payment"),
        ],
        [Alloc("P10", "AN3", 2000)],
        covers=(date(2026, 1, 1), date(2026, 12, 31)),
        format_id="fec",
        level="D",
    )
    for order in ((one, two, third), (third, one, two), (two, third, one)):
        workspace = Workspace.open(None)
        for item in order:
            load(workspace, item)
        assert left(workspace, EVE) == {"F1": 1000, "F2": 2000}
        assert left(workspace, END) == {"F2": 2000}
        assert left(workspace, day(3, year=2026)) == {}
        assert tied(workspace)


def test_more_than_a_document_is_never_allocated() -> None:
    one = older([F1, P1], [Alloc("P1", "F1", 400)])
    other = newer([opening("F1", 1000, day(3)), paid(1000)], [Alloc("P9", "F1", 1000)])
    for workspace in both(one, other):
        assert left(workspace, END) == {"P1": -400}
