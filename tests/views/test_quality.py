"""Each planted doubt is found once, with its amount, and its effect is the figure's own change."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest
from hypothesis import given

from arlib.i18n.quality import advice, check_title, effect, expected, wrong
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.views import aging, quality
from arlib.workspace import Workspace
from tests.store.strategies import books, days
from tests.support.books import BY, Alloc, Book, Doc, load
from tests.support.doubtful import AS_OF, doubtful_workspace
from tests.support.examples import examples

if TYPE_CHECKING:
    from arlib.model.portfolio import Portfolio
    from arlib.views.quality import QualityView


@pytest.fixture(scope="module")
def portfolio() -> Portfolio:
    return doubtful_workspace(Workspace.open(None)).portfolio(AS_OF)


@pytest.fixture(scope="module")
def view(portfolio: Portfolio) -> QualityView:
    return quality.build(portfolio, Policy())


def _check(view: QualityView, code: str, currency: str = "EUR") -> dict[str, Any]:
    rows = view.checks[(view.checks["code"] == code) & (view.checks["currency"] == currency)]
    assert len(rows) == 1, (code, len(rows))
    return dict(rows.iloc[0])


def _scenario(view: QualityView, name: str) -> dict[str, Any]:
    rows = view.scenarios[(view.scenarios["scenario"] == name)]
    return dict(rows[rows["currency"] == "EUR"].iloc[0])


@pytest.mark.parametrize(
    ("code", "count", "net", "absolute", "effect_minor"),
    [
        ("due_by_default", 2, 140_000, 140_000, 100_000),
        ("due_before_issued", 1, 30_000, 30_000, 30_000),
        ("due_beyond_year", 1, 25_000, 25_000, 25_000),
        ("line_repeated", 1, 15_000, 15_000, 15_000),
        ("number_shared", 2, 17_000, 17_000, None),
        ("credit_unallocated", 2, -57_000, 57_000, 50_000),
        ("issued_later", 1, 12_000, 12_000, 12_000),
        ("customer_unnamed", 1, 140_000, 140_000, None),
        ("customer_without_terms", 2, 145_000, 145_000, None),
        ("customer_collective", 1, 5_000, 5_000, 5_000),
        ("customer_without_limit", 2, 142_000, 142_000, 142_000),
        ("customer_missing", 2, 50_000, 90_000, 50_000),
        ("duplicate_kept", 1, 11_000, 11_000, 11_000),
    ],
)
def test_checks(
    view: QualityView, code: str, count: int, net: int, absolute: int, effect_minor: int | None
) -> None:
    row = _check(view, code)
    assert (row["count"], row["amount_minor"], row["absolute_minor"]) == (count, net, absolute)
    assert (None if pd.isna(row["effect_minor"]) else row["effect_minor"]) == effect_minor


def test_shares_are_of_the_gross_outstanding(view: QualityView) -> None:
    gross = 100 + 40 + 60 + 30 + 25 + 15 + 15 + 8 + 9 + 5
    assert _check(view, "due_by_default")["share_ratio"] == pytest.approx(140 / gross)


def test_a_currency_without_a_rate_is_on_its_own(view: QualityView) -> None:
    assert _check(view, "rate_missing", "USD")["amount_minor"] == 33_000
    assert set(view.checks.loc[view.checks["code"] == "rate_missing", "currency"]) == {"USD"}


def test_a_note_cut_short_counts_in_full_and_is_said_by_the_book(view: QualityView) -> None:
    row = _check(view, "due_date_missing")
    assert (row["count"], row["count_unpriced"], row["is_shown"]) == (5, 4, False)


def test_a_line_without_an_amount_is_counted(view: QualityView) -> None:
    rows = view.checks[view.checks["code"] == "amount_unreadable"]
    assert rows["count"].tolist() == [1]
    assert rows["absolute_minor"].isna().all()


def test_what_is_ignored_is_not_a_doubt(view: QualityView) -> None:
    assert "total_row" not in set(view.checks["code"])


def test_refused_lines_change_the_outstanding_by_their_net(view: QualityView) -> None:
    shown, loaded = _scenario(view, "shown"), _scenario(view, "refused_loaded")
    assert loaded["outstanding_minor"] - shown["outstanding_minor"] == 50_000
    assert pd.isna(loaded["overdue_minor"])


def test_missing_due_dates_read_otherwise_are_what_the_book_would_say(
    portfolio: Portfolio, view: QualityView
) -> None:
    """Each scenario is the overdue of the same book with the due dates written in the file."""
    assert portfolio.as_of == AS_OF
    for name, days_allowed in (("due_at_60_days", 60), ("due_at_issue", 0)):
        workspace = doubtful_workspace(Workspace.open(None))
        workspace.set_policy(Policy(default_terms=f"{days_allowed} jours"), BY)
        other = quality.build(workspace.portfolio(AS_OF), workspace.policy())
        expected_minor = _scenario(other, "shown")["overdue_minor"]
        assert _scenario(view, name)["overdue_minor"] == expected_minor


def test_credits_applied_are_those_of_the_aged_balance(
    portfolio: Portfolio, view: QualityView
) -> None:
    other = aging.build(portfolio, Policy(), credits="oldest_first")
    block = next(item for item in other.blocks if item.currency == "EUR")
    found = _scenario(view, "credits_applied")
    assert found["overdue_minor"] == block.totals["overdue_minor"]
    assert found["outstanding_minor"] == block.totals["total_minor"]


@given(books(), days)
@examples(15)
def test_credits_applied_on_any_book(book: Book, day: date) -> None:
    workspace = Workspace.open(None)
    load(workspace, book)
    portfolio = workspace.portfolio(max(day, min(doc.issued_on for doc in book.docs)))
    view = quality.build(portfolio, Policy())
    blocks = aging.build(portfolio, Policy(), credits="oldest_first").blocks
    rows = view.scenarios.set_index("scenario")
    for block in blocks:
        name = "credits_applied" if "credits_applied" in rows.index else "shown"
        assert rows.loc[name, "overdue_minor"] == block.totals["overdue_minor"]
        assert rows.loc[name, "gross_minor"] == block.totals["gross_minor"]


def test_repeats_removed_are_the_book_without_them(view: QualityView) -> None:
    shown, once = _scenario(view, "shown"), _scenario(view, "repeats_removed")
    assert shown["outstanding_minor"] - once["outstanding_minor"] == 15_000
    assert shown["overdue_minor"] - once["overdue_minor"] == 15_000


def test_ages_of_credits(view: QualityView) -> None:
    found = {
        (row["kind"], row["age_days"]): row["amount_minor"]
        for row in view.credit_ages.to_dict("records")
    }
    assert found == {("payment", 31): -50_000, ("credit_note", 91): -7_000}


def test_a_ledger_without_lettering_has_no_credit_left_to_apply() -> None:
    workspace = Workspace.open(None)
    day = date(2025, 1, 1)
    docs = [Doc("C", "F", day, 1000, due_on=day), Doc("C", "P", day, -400, "payment")]
    load(workspace, Book(docs, level="E"))
    view = quality.build(workspace.portfolio(day + timedelta(days=90)), Policy())
    assert view.is_estimated
    assert (
        _check(view, "credit_unallocated")["effect_minor"] is pd.NA
        or not _check(view, "credit_unallocated")["effect_minor"]
    )
    assert set(view.scenarios["scenario"]) == {"shown"}


def test_a_clean_book_has_no_check_but_its_limits() -> None:
    workspace = Workspace.open(None)
    day = date(2025, 1, 1)
    docs = [Doc("C", "F", day, 1000, due_on=day), Doc("C", "P", day, -1000, "payment")]
    who: list[dict[str, object]] = [{"customer_id": "C", "name": "Un", "terms": "30 jours"}]
    load(workspace, Book(docs, [Alloc("P", "F", 1000)], customers=who))
    view = quality.build(workspace.portfolio(day), Policy())
    assert view.checks.empty
    assert view.scenarios.empty


def test_lines_say_where_and_for_whom(portfolio: Portfolio) -> None:
    lines = quality.lines(portfolio, Policy())
    first = lines[lines["code"] == "due_by_default"].iloc[0]
    assert (first["customer_id"], first["number"], first["amount_minor"]) == ("C1", "F1", 100_000)
    assert (first["file_name"], first["currency"]) == ("book.xlsx", "EUR")
    refused = lines[lines["code"] == "amount_unreadable"].iloc[0]
    assert (refused["sheet"], refused["row_number"], refused["value"]) == ("Factures", 41, "12..5")
    assert "12..5" in wrong(dict(refused))
    counts = lines.groupby("code").size()
    assert counts["customer_without_limit"] == 3  # C1, C3 in euros, C4 in dollars
    only = quality.lines(portfolio, Policy(), ("line_repeated",))
    assert only["number"].tolist() == ["F6"]


def test_lines_and_checks_agree(portfolio: Portfolio, view: QualityView) -> None:
    lines = quality.lines(portfolio, Policy())
    sums = lines.astype({"amount_minor": "Int64"}).groupby(["code", "currency"])["amount_minor"]
    book = view.checks[view.checks["origin"] == "book"]
    for row in book.to_dict("records"):
        assert sums.sum()[row["code"], row["currency"]] == row["amount_minor"]
        assert sums.size()[row["code"], row["currency"]] == row["count"]


def test_another_company_sees_nothing_of_it() -> None:
    workspace = doubtful_workspace(Workspace.open(None))
    other = Book([Doc("X", "F", AS_OF, 100, due_on=AS_OF)], company="AUTRE")
    load(workspace, other)
    view = quality.build(workspace.portfolio(AS_OF, Filters(company_id="AUTRE")), Policy())
    assert set(view.checks["code"]) == {
        "customer_unnamed",
        "customer_without_terms",
        "customer_without_limit",
    }


def test_every_check_has_words(view: QualityView) -> None:
    overdue = dict(zip(view.base["currency"], view.base["overdue_minor"], strict=True))
    for language in ("fr", "en"):
        for row in view.checks.to_dict("records"):
            assert check_title(row["code"], language)
            assert advice(row["code"], row["severity"], language)
            assert isinstance(expected(row["code"], language), str)
            words = effect(row, int(overdue.get(row["currency"], 0)), language)
            assert bool(words) == pd.notna(row["effect_minor"])
    default = _check(view, "due_by_default")
    total = int(overdue["EUR"])
    assert total == 220_000
    words = effect(default, total, "fr")
    assert "45\u00a0%" in words.replace("\u202f", "\u00a0")
    assert "à 60" in words
