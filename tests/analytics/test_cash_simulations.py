"""Cash simulations against arithmetic written out plainly, on books small enough to work by hand."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pytest

from arlib.analytics.money_cost import annual_rate, break_even
from arlib.model.issues import UserError
from arlib.model.policy import Policy
from arlib.views import customer
from arlib.views import simulations as views
from arlib.workspace import Workspace
from tests.support.books import Alloc, Book, Doc, load
from tests.support.worked import worked_book

if TYPE_CHECKING:
    from pathlib import Path

    from arlib.model.portfolio import Portfolio

D = date(2025, 6, 30)
YEAR = (date(2024, 7, 1), D)
MONEY = Policy(cost_of_money_ratio=0.06, margin_ratio=0.2)


def at(folder: Path, *books: Book, as_of: date = D) -> Portfolio:
    workspace = Workspace.open(folder / "book.duckdb")
    assert [item.status for item in load(workspace, *books)] == ["imported"] * len(books)
    return workspace.portfolio(as_of)


def invoice(customer: str, number: str, issued: date, amount: int, **more: Any) -> Doc:
    days = more.pop("days", 60)
    tax = more.pop("tax", amount // 6)
    return Doc(
        customer, number, issued, amount, due_on=issued + timedelta(days=days), tax=tax, **more
    )


def paid(customer: str, number: str, on: date, amount: int) -> Doc:
    return Doc(customer, number, on, -amount, "payment")


def settled(
    customer: str, number: str, issued: date, amount: int, after: int, **more: Any
) -> tuple[list[Doc], Alloc]:
    """Return an invoice paid ``after`` days after its date, and what settles it."""
    on = issued + timedelta(days=after)
    docs = [
        invoice(customer, number, issued, amount, **more),
        paid(customer, f"P{number}", on, amount),
    ]
    return docs, Alloc(f"P{number}", number, amount)


def payers() -> Book:
    """SLOW buys 36 500.00 a year on 60 days and pays after 70; FAST 7 300.00, paid after 5 days."""
    docs: list[Doc] = []
    allocs: list[Alloc] = []
    firsts = [date(2024, 8, 1), date(2024, 11, 1), date(2025, 1, 10), date(2025, 3, 1)]
    for place, issued in enumerate(firsts):
        for who, amount, after in (("SLOW", 912_500, 70), ("FAST", 182_500, 5)):
            made, alloc = settled(who, f"{who}{place}", issued, amount, after)
            docs += made
            allocs.append(alloc)
    return Book(docs, allocs, covers=YEAR)


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Portfolio:
    return at(tmp_path_factory.mktemp("worked"), worked_book())


# -- discount -----------------------------------------------------------------------------------


def test_published_rates_of_a_discount() -> None:
    """2 % for 20 days sooner: 2/98 × 365/20 = 37.24 % a year, the textbook « 2/10 net 30 »."""
    assert annual_rate(0.02, 20) == pytest.approx(2 / 98 * 365 / 20)
    assert annual_rate(0.02, 0) is None
    even = break_even(0.06, 60)
    assert annual_rate(even, 60) == pytest.approx(0.06)


def test_a_discount_worked_by_hand(tmp_path: Path) -> None:
    view = views.discounted(at(tmp_path, payers()), MONEY, offer=views.Offer(0.01, 10))
    block = view.blocks[0]
    rows = block.customers.set_index("customer_id")
    assert list(rows.loc["SLOW", ["yearly_minor", "cost_minor"]]) == [3_650_000, 36_500]
    assert rows.loc["SLOW", "days_to_pay"] == 70
    assert rows.loc["SLOW", "cash_minor"] == 3_650_000 // 365 * 60
    assert list(rows.loc["FAST", ["cost_minor", "cash_minor"]]) == [7_300, 0]
    found = block.totals
    assert (found.cost_minor, found.idle_minor, found.cash_minor) == (43_800, 7_300, 600_000)
    days = 60 * 3_650_000 / (3_650_000 + 730_000)  # the one who gains nothing weighs in the mean
    assert found.days_sooner == pytest.approx(days)
    assert found.annual_ratio == pytest.approx(0.01 / 0.99 * 365 / days)
    assert found.worth_minor == 36_000  # 6 000.00 × 6 %
    assert found.net_minor == 36_000 - 43_800
    assert not view.is_short


def test_a_share_and_chosen_customers(tmp_path: Path) -> None:
    portfolio = at(tmp_path, payers())
    chosen = views.keys_of(portfolio, ["SLOW"])
    half = views.discounted(portfolio, Policy(), offer=views.Offer(0.01, 10, 0.5, chosen))
    found = half.blocks[0].totals
    assert (found.cost_minor, found.idle_minor, found.cash_minor) == (18_250, 0, 300_000)
    assert (found.worth_minor, found.net_minor, found.break_even_ratio) == (None, None, None)
    with pytest.raises(UserError, match="customer_not_found"):
        views.keys_of(portfolio, ["NOBODY"])


def test_a_discount_offered_today_on_the_open_invoices(worked: Portfolio) -> None:
    """F005 due 31 July (31 days) and F011 due 15 August (46): the only ones due in over 10 days.

    C003 has no settlement and C001 has three: his own delay is 0.625 day, the book's 6.949.
    """
    found = views.discounted(worked, MONEY, offer=views.Offer(0.01, 10)).blocks[0].totals
    assert (found.open_minor, found.open_cost_minor) == (780_000, 7_800)
    own = 2 / 3 * 0 + (-2 * 12_000 + 5 * 7_200) / 19_200  # P01 two days early, P02 five days late
    book = (-2 * 12_000 + 5 * 7_200 + 45 * 1_800 + 29 * 2_400) / 23_400
    days = (2_400 * (21 + own) + 5_400 * (36 + book)) / 7_800
    assert found.open_days_sooner == pytest.approx(days)


@pytest.mark.parametrize(
    ("rate", "days", "share"), [(0.0, 10, 1.0), (0.6, 10, 1.0), (0.01, 400, 1.0), (0.01, 10, 1.1)]
)
def test_an_impossible_offer_is_refused(
    worked: Portfolio, rate: float, days: int, share: float
) -> None:
    with pytest.raises(UserError, match="simulation_value_invalid"):
        views.discounted(worked, Policy(), offer=views.Offer(rate, days, share))


# -- terms --------------------------------------------------------------------------------------


def terms_book() -> Book:
    """LONG has 60 and 30 days on equal amounts and pays 10 days late; SHORT has 30 days."""
    docs: list[Doc] = []
    allocs: list[Alloc] = []
    for place in range(4):
        issued = date(2024, 8, 1) + timedelta(days=45 * place)
        granted = 60 if place % 2 == 0 else 30
        for who, days, after in (("LONG", granted, granted + 10), ("SHORT", 30, 30)):
            made, alloc = settled(who, f"{who}{place}", issued, 912_500, after, days=days)
            docs += made
            allocs.append(alloc)
    return Book(docs, allocs, covers=YEAR)


def test_shorter_terms_release_cash(tmp_path: Path) -> None:
    """45 days at most: half of LONG's invoices lose 15 days, 7.5 on average; 100.00 of sales a day."""
    portfolio = at(tmp_path, terms_book())
    block = views.terms(portfolio, MONEY, asked=views.NewTerms("45 jours")).blocks[0]
    rows = block.customers.set_index("customer_id")
    assert list(rows.loc["LONG", ["granted_days", "new_days", "delay_days"]]) == [45, 37.5, 10]
    assert list(rows.loc["LONG", ["real_days", "new_real_days"]]) == [55, 47.5]
    assert rows["released_minor"].to_dict() == {"LONG": 75_000, "SHORT": 0}
    assert (block.totals.released_minor, block.totals.worth_minor) == (75_000, 4_500)
    assert block.totals.longer_minor == 2 * 912_500


def test_the_same_terms_for_all_also_tie_cash_up(tmp_path: Path) -> None:
    portfolio = at(tmp_path, terms_book())
    block = views.terms(portfolio, Policy(), asked=views.NewTerms("45 jours", is_cap=False)).blocks[
        0
    ]
    rows = block.customers.set_index("customer_id")["released_minor"].to_dict()
    assert rows == {"LONG": 0, "SHORT": -150_000}  # 15 days longer × 100.00
    found = block.totals
    assert (found.freed_minor, found.tied_minor, found.released_minor) == (0, 150_000, -150_000)
    assert found.worth_minor is None


def test_the_legal_ceiling_is_that_of_each_regime(tmp_path: Path) -> None:
    """Perishables: 30 days. The general ceiling leaves 60 days as they are; other words are left alone."""
    docs = [invoice(who, f"F{who}", date(2025, 1, 10), 3_650_000) for who in ("A", "B", "C")]
    customers: list[dict[str, object]] = [
        {"customer_id": "A"},
        {"customer_id": "B", "payment_regime": "produits périssables"},
        {"customer_id": "C", "payment_regime": "moonlight"},
    ]
    book = Book(docs, customers=customers, covers=YEAR)
    block = views.terms(at(tmp_path, book), Policy(), asked=views.NewTerms(None)).blocks[0]
    rows = block.customers.set_index("customer_id")
    assert rows["change_days"].to_dict() == {"A": 0, "B": -30, "C": 0}
    assert rows["released_minor"].to_dict() == {"A": 0, "B": 300_000, "C": 0}
    assert block.totals.kept_minor == 3_650_000


def test_words_that_are_no_terms_are_refused(worked: Portfolio) -> None:
    with pytest.raises(UserError, match="terms_unreadable"):
        views.terms(worked, Policy(), asked=views.NewTerms("quand il pourra"))


def test_a_short_year_is_in_proportion(worked: Portfolio) -> None:
    """The worked set begins on 5 December 2024: 208 days of sales for C001, 30 600 of them."""
    view = views.terms(worked, Policy(), asked=views.NewTerms("30 jours"))
    rows = view.blocks[0].customers.set_index("customer_id")
    days = (D - date(2024, 12, 5)).days + 1
    assert view.is_short
    assert rows.loc["C001", "yearly_minor"] == round(3_060_000 / days * 365)


# -- factoring ----------------------------------------------------------------------------------


def pool_book() -> Book:
    """One debit for each reason to be left out, and three debtors who stay."""
    recent, old = D - timedelta(days=20), D - timedelta(days=120)
    docs = [
        invoice("A", "A1", recent, 600_000),
        invoice("A", "A2", old, 50_000),  # 60 days late
        Doc("A", "AC", D, -100_000, "credit_note"),
        invoice("B", "B1", recent, 300_000),
        invoice("B", "B2", recent, 70_001),  # in dispute for a part
        invoice("C", "C1", recent, 100_000),
        Doc("C", "CC", D, -250_000, "payment"),  # more than he owes
        invoice("GROUP", "G1", recent, 11_111),
        invoice("BROKE", "K1", recent, 22_222),
        invoice("ABROAD", "X1", recent, 33_333),
        invoice("DOUBT", "D1", recent, 44_444, account_class="doubtful"),
        invoice("KEEP", "R1", recent, 5_555, account_class="retention"),
    ]
    customers: list[dict[str, object]] = [
        {"customer_id": "GROUP", "is_intercompany": True},
        {"customer_id": "BROKE", "insolvency": "redressement"},
        {"customer_id": "ABROAD", "country": "be"},
        {"customer_id": "A", "country": "FR"},
    ]
    disputes: list[dict[str, object]] = [{"number": "B2", "amount_minor": 10_000}]
    return Book(docs, customers=customers, disputes=disputes, covers=YEAR)


def parts_of(pool: views.Pool) -> dict[str, int]:
    frame = pool.parts
    return {
        str(part): int(amount)
        for part, amount in zip(frame["part"], frame["amount_minor"], strict=True)
        if amount
    }


def test_a_judgment_after_the_date_is_not_known_yet(tmp_path: Path) -> None:
    """Nothing dated after the date enters a figure: proceedings count from their judgment on."""
    customers: list[dict[str, object]] = [
        {"customer_id": "A", "insolvency": "redressement", "insolvency_on": D},
        {"customer_id": "B", "insolvency": "redressement", "insolvency_on": D + timedelta(days=1)},
    ]
    docs = [invoice(code, code, D - timedelta(days=20), 10_000) for code in "AB"]
    portfolio = at(tmp_path, Book(docs, customers=customers, covers=YEAR))
    pool = views.factored(portfolio, Policy(), contract=views.Contract()).pools[0]
    assert parts_of(pool) == {"insolvent": 10_000, "pool": 10_000}
    known = {
        code: customer.build(portfolio, Policy(), customer_id=code).attributes["insolvency"]
        for code in "AB"
    }
    assert known == {"A": "redressement", "B": None}


def test_every_reason_has_its_amount_and_they_add_up(tmp_path: Path) -> None:
    portfolio = at(tmp_path, pool_book())
    view = views.factored(portfolio, Policy(), contract=views.Contract(0, 0.5, 0.9))
    pool = view.pools[0]
    # eligible A 6 000 − 1 000, B 3 000, C 1 000 − 1 000 = 8 000; one debtor at most half: A loses 1 000
    assert parts_of(pool) == {
        "intercompany": 11_111,
        "insolvent": 22_222,
        "doubtful_account": 44_444,
        "retention": 5_555,
        "foreign": 33_333,
        "disputed": 70_001,
        "too_late": 50_000,
        "credits": 200_000,
        "over_ceiling": 100_000,
        "pool": 700_000,
    }
    assert int(pool.parts["amount_minor"].sum()) == pool.open_minor
    assert pool.outstanding_minor == sum(doc.amount for doc in pool_book().docs)
    assert (pool.ceiling_minor, pool.advance_minor, pool.reserve_minor) == (
        400_000,
        630_000,
        70_000,
    )
    rows = pool.customers
    known = rows["excluded_minor"] + rows["credits_minor"] + rows["over_ceiling_minor"]
    assert (known + rows["pool_minor"]).tolist() == rows["open_minor"].tolist()
    assert pool.unknown_country_minor == 400_000  # B and C


def test_what_the_factor_takes_changes_the_pool(tmp_path: Path) -> None:
    portfolio = at(tmp_path, pool_book())
    pool = views.factored(
        portfolio, Policy(), contract=views.Contract(60, with_foreign=True)
    ).pools[0]
    parts = parts_of(pool)
    assert "foreign" not in parts
    assert "too_late" not in parts  # 60 days late is not beyond 60
    assert parts["pool"] == 500_000 + 50_000 + 300_000 + 33_333
    assert (pool.ceiling_minor, pool.advance_minor, pool.reserve_minor) == (None, None, None)
    late = views.factored(portfolio, Policy(), contract=views.Contract(59)).pools[0]
    assert parts_of(late)["too_late"] == 50_000


def test_the_worked_set_adds_up_to_the_book(worked: Portfolio) -> None:
    """Gross 50 100, credits −1 700; F009 in dispute; with 30 days late at most F006 and F007 are out."""
    pool = views.factored(worked, Policy(), contract=views.Contract(30)).pools[0]
    assert (pool.open_minor, pool.credits_minor, pool.outstanding_minor) == (
        5_010_000,
        -170_000,
        4_840_000,
    )
    parts = parts_of(pool)
    # C002 has nothing eligible: his credits are deducted from nothing
    assert parts == {"disputed": 1_800_000, "too_late": 1_020_000, "pool": 2_190_000}


# -- cycle --------------------------------------------------------------------------------------


def test_the_cycle_adds_what_is_typed(worked: Portfolio) -> None:
    typed = views.cycle(worked, Policy(), typed=views.Typed(30, 45)).cycles[0]
    assert typed.dso_days == pytest.approx(141.920, abs=5e-4)  # definitions §4, seven months
    assert typed.cycle_days == pytest.approx(141.920 + 30 - 45, abs=5e-4)
    missing = views.cycle(worked, Policy(), typed=views.Typed(30)).cycles[0]
    assert (missing.cycle_days, missing.cycle_days_reason) == (None, "not_typed")
    # receivables 48 400 + deliveries not invoiced 3 000 (C001); no deposit was supplied
    assert typed.working_capital_minor == 5_140_000
    assert (typed.deposits_minor, typed.deposits_reason) == (None, "not_supplied")


# -- cost of lateness ---------------------------------------------------------------------------


def late_days(book: Book, as_of: date, start: date) -> dict[str, int]:
    """Return amount × days late day by day; what is paid on a day was still owed on it."""
    found: dict[str, int] = {}
    for doc in book.docs:
        if doc.amount <= 0 or doc.due_on is None:
            continue
        day = start + timedelta(days=1)
        while day <= as_of:
            dates = {item.number: item.issued_on for item in book.docs}
            taken = sum(
                item.amount
                for item in book.allocs
                if item.debit == doc.number and (item.on or dates[item.credit]) < day
            )
            if day > doc.due_on and day >= doc.issued_on:
                found[doc.customer] = found.get(doc.customer, 0) + doc.amount - taken
            day += timedelta(days=1)
    return found


def test_lateness_is_counted_day_by_day(worked: Portfolio) -> None:
    view = views.lateness(worked, MONEY)
    block = view.blocks[0]
    plain = late_days(worked_book(), D, date(2024, 12, 4))
    rows = block.customers.set_index("customer_id")
    found = rows["late_amount_days"].to_dict()
    assert {code: days for code, days in found.items() if days} == plain
    costs = {code: int(days * 0.06 / 365 + 0.5) for code, days in plain.items()}
    assert {code: cost for code, cost in rows["cost_minor"].to_dict().items() if cost} == costs
    assert block.totals.cost_minor == sum(costs.values())
    assert rows.loc["C003", "disputed_amount_days"] == 1_800_000 * 30
    # still open: 3 000 of F006 for 150 days and F007 for 76, not the 1 800 paid of F006 in March
    assert rows.loc["C002", "open_amount_days"] == 300_000 * 150 + 720_000 * 76
    # definitions §5: Σ open × days overdue × rate / 365 of what is late at the date
    due = 3_000_00 * 150 + 7_200_00 * 76
    assert rows.loc["C002", "due_cost_minor"] == int(due * 0.06 / 365 + 0.5)


def test_an_invoice_paid_ten_days_late_costs_ten_days(tmp_path: Path) -> None:
    """Days overdue of a settled invoice are payment − due date (definitions §0, §5)."""
    docs, alloc = settled("A", "F1", date(2025, 3, 1), 365_000, 40, days=30)
    book = at(tmp_path, Book(docs, [alloc], covers=YEAR))
    row = views.lateness(book, MONEY).blocks[0].customers.iloc[0]
    assert row["late_amount_days"] == 365_000 * 10
    assert row["cost_minor"] == 600  # 3 650 for 10 days at 6 %


def test_without_a_cost_of_money_it_is_asked_for(worked: Portfolio) -> None:
    block = views.lateness(worked, Policy()).blocks[0]
    assert (block.totals.cost_minor, block.totals.cost_reason) == (None, "no_cost_of_money")
    assert block.customers["cost_minor"].isna().all()
    assert set(block.customers["cost_reason"]) == {"no_cost_of_money"}
    assert block.totals.mean_late_minor is not None


def test_days_before_the_window_do_not_count(tmp_path: Path) -> None:
    """Late since 2023: 365 days of the year count, and all of them for what is late today."""
    docs = [invoice("A", "F1", date(2023, 1, 1), 100_000, days=0)]
    portfolio = at(tmp_path, Book(docs, covers=(date(2023, 1, 1), D)))
    row = views.lateness(portfolio, MONEY).blocks[0].customers.iloc[0]
    assert row["late_amount_days"] == 100_000 * 365
    assert row["due_amount_days"] == 100_000 * (D - date(2023, 1, 1)).days
    assert row["cost_minor"] == 6_000
    assert row["cost_ratio_reason"] == "no_sales"


# -- loss of a customer -------------------------------------------------------------------------


def test_losing_a_customer_worked_by_hand(tmp_path: Path) -> None:
    """10 000 excl. VAT of sales a year, margin 20 %; 12 000 owed, 90 % of 5 000 insured, 30 % recovered."""
    docs = [
        *[
            invoice("A", f"F{month}", date(2025, month, 5), 600_000, tax=100_000)
            for month in (1, 2)
        ],
        invoice("B", "G1", date(2025, 1, 5), 1_200_000, tax=200_000),
    ]
    limits = [
        {
            "change_id": "i1",
            "scope": "customer",
            "scope_id": "A",
            "source": "insurer",
            "amount_minor": 500_000,
            "currency": "EUR",
            "decided_at": datetime(2025, 1, 1),  # noqa: DTZ001 - a date of the file
            "origin": "file",
        }
    ]
    book = Book(
        docs, customers=[{"customer_id": "A"}, {"customer_id": "B"}], limits=limits, covers=YEAR
    )
    policy = MONEY.with_settings(insurance_cover_ratio=0.9)
    view = views.loss(at(tmp_path, book), policy, customer_id="A", assumption=views.Assumption(0.3))
    found = view.losses[0]
    assert (found.yearly_minor, found.yearly_ht_minor) == (1_200_000, 1_000_000)
    assert found.sales_ratio == 0.5
    assert found.margin_minor == 200_000
    assert (found.exposure_minor, found.insured_minor) == (1_200_000, 450_000)
    assert found.uncovered_minor == 750_000
    assert found.recovered_minor == 225_000
    assert (found.loss_minor, found.loss_ht_minor) == (525_000, 437_500)
    assert found.sales_needed_minor == 2_187_500  # 4 375.00 / 20 %
    assert found.years_needed == pytest.approx(2.1875)


def test_what_is_not_known_of_a_loss_says_why(worked: Portfolio) -> None:
    """The worked book has no VAT: no sales excl. VAT, no margin, no sales to make up for."""
    found = views.loss(worked, Policy(), customer_id="C002").losses[0]
    assert (found.yearly_ht_minor, found.yearly_ht_reason) == (None, "no_tax")
    assert (found.margin_minor, found.margin_reason) == (None, "no_margin")
    assert (found.sales_needed_minor, found.sales_needed_reason) == (None, "no_margin")
    assert (found.insured_minor, found.insured_reason) == (0, "not_insured")
    assert (found.recovery_ratio, found.recovery_ratio_reason) == (None, "no_recovery")
    assert (found.exposure_minor, found.loss_minor) == (850_000, 850_000)
    with_rate = Policy(ecl_vat_ratio=0.2, margin_ratio=0.25, ecl_loss_ratio=0.6)
    known = views.loss(worked, with_rate, customer_id="C002").losses[0]
    assert known.recovery_ratio == pytest.approx(0.4)
    assert known.loss_minor == 510_000
    assert known.loss_ht_minor == 425_000
    assert known.sales_needed_minor == 1_700_000
    with pytest.raises(UserError, match="customer_not_found"):
        views.loss(worked, Policy(), customer_id="NOBODY")


# -- what a book cannot tell --------------------------------------------------------------------


def test_open_items_alone_tell_the_open_book(tmp_path: Path) -> None:
    docs = [
        invoice("A", "F1", D - timedelta(days=10), 120_000),
        invoice("A", "F2", D - timedelta(days=90), 240_000),
    ]
    book = Book(
        docs,
        level="C",
        scope="open_items",
        extracted_on=D,
        covers=(D, D),
        open_items={"F1": 120_000, "F2": 240_000},
    )
    portfolio = at(tmp_path, book)
    offered = views.discounted(portfolio, MONEY, offer=views.Offer(0.01, 10)).blocks[0]
    assert (offered.totals.cost_minor, offered.totals.cost_reason) == (None, "not_at_this_level")
    assert offered.totals.open_cost_minor == 1_200
    assert offered.totals.open_days_sooner == 40  # due in 50 days: nothing is known of delays
    assert (
        views.terms(portfolio, MONEY, asked=views.NewTerms("30 jours")).unavailable
        == "not_at_this_level"
    )
    assert parts_of(views.factored(portfolio, MONEY, contract=views.Contract()).pools[0]) == {
        "too_late": 240_000,
        "pool": 120_000,
    }
    assert views.cycle(portfolio, MONEY, typed=views.Typed(1, 1)).unavailable == "not_at_this_level"
    late = views.lateness(portfolio, MONEY)
    block = late.blocks[0]
    assert (late.from_on, block.totals.cost_reason) == (None, "not_at_this_level")
    row = block.customers.iloc[0]
    assert row["cost_reason"] == "not_at_this_level"
    assert row["due_cost_minor"] == int(240_000 * 30 * 0.06 / 365 + 0.5)
    lost = views.loss(portfolio, MONEY, customer_id="A").losses[0]
    assert (lost.margin_minor, lost.margin_reason) == (None, "not_at_this_level")
    assert lost.exposure_minor == 360_000


def test_a_ledger_without_lettering_has_no_invoice_to_factor(tmp_path: Path) -> None:
    portfolio = at(
        tmp_path,
        Book([invoice("A", "F1", D - timedelta(days=90), 240_000)], level="E", covers=YEAR),
    )
    assert (
        views.factored(portfolio, MONEY, contract=views.Contract()).unavailable
        == "not_at_this_level"
    )
    row = views.lateness(portfolio, MONEY).blocks[0].customers.iloc[0]
    assert row["cost_reason"] == row["due_cost_reason"] == "not_at_this_level"


def test_currencies_stay_apart(tmp_path: Path) -> None:
    docs = [
        invoice("A", "F1", D - timedelta(days=90), 240_000),
        invoice("A", "F2", D - timedelta(days=90), 100_000, currency="USD"),
    ]
    portfolio = at(tmp_path, Book(docs, covers=YEAR))
    late = views.lateness(portfolio, MONEY).blocks
    assert {item.currency: item.totals.late_amount_days for item in late} == {
        "EUR": 240_000 * 30,
        "USD": 100_000 * 30,
    }
    pools = views.factored(portfolio, MONEY, contract=views.Contract(30)).pools
    assert {item.currency: item.pool_minor for item in pools} == {"EUR": 240_000, "USD": 100_000}
    lost = views.loss(portfolio, MONEY, customer_id="A").losses
    assert {item.currency: item.exposure_minor for item in lost} == {"EUR": 240_000, "USD": 100_000}
