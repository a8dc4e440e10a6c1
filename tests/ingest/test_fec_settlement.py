"""Who paid whom in a FEC: the worked example, lettering, openings, bounces, transfers."""

from __future__ import annotations

import random
from collections import defaultdict
from datetime import date

import numpy as np
import pytest

from arlib.ingest.ledger.consumption import Queue, consume
from tests.ingest.fec_builder import Fec, allocations, by_number, codes, documents, open_at


def worked_example() -> Fec:
    """Definitions §17.1."""
    return (
        Fec()
        .opening("C002", "F006", "20241205", 480000, let="a")
        .payment("C002", "P03", "20250317", 180000, let="a")
        .invoice("C002", "F007", "20250214", 720000)
        .invoice("C002", "F008", "20250422", 240000, let="AB", let_on="20250622")
        .payment("C002", "P04", "20250620", 240000, let="AB", let_on="20250622")
        .invoice("C002", "A001", "20250512", -120000)
        .payment("C002", "P05", "20250627", 50000)
        .invoice("C001", "F002", "20250310", 600000, let="AB", let_on="20250505")
        .invoice("C001", "F003", "20250324", 120000, let="AB", let_on="20250505")
        .payment("C001", "P02", "20250505", 720000, let="AB", let_on="20250505")
    )


def test_the_worked_example_at_the_end_of_june() -> None:
    parsed = worked_example().read()
    assert open_at(parsed, "2025-06-30") == {
        ("C002", "F006"): 300000,
        ("C002", "F007"): 720000,
        ("C002", "A001"): -120000,
        ("C002", "P05"): -50000,
    }
    assert parsed.level == "D"
    assert parsed.control_totals == {"EUR": 850000}


def test_the_worked_example_in_both_date_modes() -> None:
    parsed = worked_example().read()
    economic = open_at(parsed, "2025-06-21")
    known = open_at(parsed, "2025-06-21", as_known=True)
    assert ("C002", "F008") not in economic
    assert known["C002", "F008"] == 240000
    assert known["C002", "P04"] == -240000
    assert sum(economic.values()) == sum(known.values()) == 900000


def test_kinds_and_dates_of_the_worked_example() -> None:
    parsed = worked_example().read()
    found = by_number(parsed)
    kinds = {number: row["kind"] for number, row in found.items()}
    assert kinds == {
        "F006": "opening", "F007": "invoice", "F008": "invoice", "A001": "credit_note",
        "P03": "payment", "P04": "payment", "P05": "payment", "F002": "invoice",
        "F003": "invoice", "P02": "payment",
    }  # fmt: skip
    assert found["F006"]["issued_on"] == date(2024, 12, 5)
    assert found["F006"]["posted_on"] == date(2025, 1, 1)
    assert found["F006"]["due_on"] is None
    assert {row["rule"] for row in allocations(parsed)} == {"source"}


def test_a_code_used_again_is_cut_where_it_balances() -> None:
    parsed = (
        Fec()
        .invoice("C1", "F1", "20250110", 10000, let="A")
        .payment("C1", "P1", "20250120", 10000, let="A")
        .invoice("C1", "F2", "20250301", 5000, let="A")
        .payment("C1", "P2", "20250310", 3000, let="A")
        .invoice("C2", "F3", "20250301", 7000, let="A")
        .read()
    )
    assert open_at(parsed, "2025-12-31") == {("C1", "F2"): 2000, ("C2", "F3"): 7000}
    groups = {row["match_group"] for row in allocations(parsed)}
    assert len(groups) == 2
    assert "lettering_recycled" in codes(parsed)
    residues = [i.amount_minor for i in parsed.issues if i.code == "lettering_unbalanced"]
    assert sorted(residues, key=int) == [2000, 7000]  # type: ignore[arg-type]


def test_credits_take_the_oldest_debit_first_and_leave_the_newest_open() -> None:
    parsed = (
        Fec()
        .invoice("C1", "FEB", "20250201", 200000, let="A")
        .invoice("C1", "JAN", "20250101", 100000, let="A")
        .payment("C1", "P1", "20250305", 150000, let="A")
        .read()
    )
    assert open_at(parsed, "2025-03-31") == {("C1", "FEB"): 150000}


def test_what_is_overpaid_stays_on_the_newest_credit() -> None:
    parsed = (
        Fec()
        .invoice("C1", "F1", "20250101", 100000, let="A")
        .payment("C1", "P2", "20250401", 70000, let="A")
        .payment("C1", "P1", "20250301", 60000, let="A")
        .read()
    )
    assert open_at(parsed, "2025-12-31") == {("C1", "P2"): -30000}


def test_blank_matching_date_is_the_latest_posting_of_the_group() -> None:
    parsed = (
        Fec()
        .invoice("C1", "F1", "20250101", 100000, let="A")
        .payment("C1", "P1", "20250301", 60000, let="A")
        .payment("C1", "P2", "20250401", 40000, let="A")
        .read()
    )
    assert {row["matched_on"] for row in allocations(parsed)} == {date(2025, 4, 1)}
    assert [row["allocated_on"] for row in allocations(parsed)] == [
        date(2025, 3, 1),
        date(2025, 4, 1),
    ]


def test_a_write_off_and_a_credit_note_settle_like_a_payment() -> None:
    parsed = (
        Fec()
        .invoice("C1", "F1", "20250101", 100000, let="A")
        .invoice("C1", "AV1", "20250201", -20000, let="A")
        .payment("C1", "P1", "20250301", 79000, let="A")
        .entry("OD", "654000", "411000", -1000, aux="C1", ref="PERTE", day="20250401", let="A")
        .read()
    )
    assert by_number(parsed)["PERTE"]["kind"] == "write_off"
    assert open_at(parsed, "2025-03-31") == {("C1", "F1"): 1000}
    assert open_at(parsed, "2025-04-01") == {}


def test_an_opening_without_an_old_date_takes_the_day_before_the_year() -> None:
    parsed = (
        Fec().opening("C1", "RAN", "20250101", 5000).invoice("C1", "F1", "20250301", 100).read()
    )
    assert by_number(parsed)["RAN"]["issued_on"] == date(2024, 12, 31)
    note = next(i for i in parsed.issues if i.code == "opening_date_assumed")
    assert (note.detail, note.amount_minor) == ("1", 5000)


def test_opening_entry_without_a_telling_journal() -> None:
    book = Fec()
    for account, amount in (("101000", -90000), ("218000", 40000), ("512000", 20000)):
        book.line(account, amount, day="20250101", journal="OD")
    book.line(
        "411000", 30000, day="20250101", journal="OD", aux="C1", ref="F9", piece_on="20241111"
    )
    book.payment("C1", "P1", "20250101", 30000)
    parsed = book.read()
    kinds = {row["number"]: row["kind"] for row in documents(parsed)}
    assert kinds == {"F9": "opening", "P1": "payment"}


def bounced(let_bounce: str, ref_bounce: str) -> Fec:
    return (
        Fec()
        .invoice("C1", "F1", "20250105", 10000, let="A")
        .payment("C1", "CHQ7781", "20250205", 10000, let="A")
        .payment("C1", ref_bounce, "20250215", -10000, let=let_bounce)
    )


@pytest.mark.parametrize(("let", "ref"), [("A", "REJET"), ("", "CHQ7781"), ("", "IMPAYE CHQ7781")])
def test_a_bounce_reopens_the_invoice_and_is_never_open(let: str, ref: str) -> None:
    parsed = bounced(let, ref).read()
    assert "bounce" in {row["kind"] for row in documents(parsed)}
    assert open_at(parsed, "2025-02-10") == {}
    assert open_at(parsed, "2025-02-15") == {("C1", "F1"): 10000}
    reversal = [row for row in allocations(parsed) if row["amount_minor"] < 0]
    assert [row["allocated_on"] for row in reversal] == [date(2025, 2, 15)]


def test_the_receipt_after_a_bounce_pays_the_invoice() -> None:
    parsed = bounced("A", "REJET").payment("C1", "VIR2", "20250301", 10000, let="A").read()
    assert open_at(parsed, "2025-02-20") == {("C1", "F1"): 10000}
    assert open_at(parsed, "2025-03-01") == {}
    paid = by_number(parsed)["F1"]["document_id"]
    effects = [
        (row["allocated_on"].isoformat(), row["amount_minor"])
        for row in allocations(parsed)
        if row["debit_document_id"] == paid
    ]
    assert sorted(effects) == [("2025-02-05", 10000), ("2025-02-15", -10000), ("2025-03-01", 10000)]


def test_two_bounces_in_a_row() -> None:
    book = bounced("A", "REJET").payment("C1", "CHQ2", "20250301", 10000, let="A")
    book.payment("C1", "REJET2", "20250310", -10000, let="A")
    parsed = book.payment("C1", "VIR", "20250401", 10000, let="A").read()
    opens = {
        day: sum(open_at(parsed, day).values())
        for day in ("2025-02-20", "2025-03-05", "2025-03-15", "2025-04-01")
    }
    assert list(opens.values()) == [10000, 0, 10000, 0]
    assert open_at(parsed, "2025-03-05") == {}
    assert open_at(parsed, "2025-03-15") == {("C1", "F1"): 10000}


def test_a_bounce_without_its_payment_ages_from_its_own_date() -> None:
    book = Fec().invoice("C1", "F1", "20250105", 500).payment("C1", "X1", "20250215", -10000)
    book.payment("C1", "X2", "20250216", -3000, label="Rejet de prélèvement")
    parsed = book.read()
    assert by_number(parsed)["X1"]["kind"] == "refund"
    assert by_number(parsed)["X2"]["kind"] == "bounce"
    assert open_at(parsed, "2025-03-01")["C1", "X1"] == 10000


def test_giving_back_what_was_overpaid_is_a_refund() -> None:
    parsed = (
        Fec()
        .invoice("C1", "F1", "20250105", 10000, let="A")
        .payment("C1", "P1", "20250205", 15000, let="A")
        .payment("C1", "R1", "20250301", -5000, let="A")
        .read()
    )
    assert by_number(parsed)["R1"]["kind"] == "refund"
    assert open_at(parsed, "2025-02-10") == {("C1", "P1"): -5000}
    assert open_at(parsed, "2025-03-01") == {}


def test_repaying_a_credit_note_under_a_recycled_code_is_no_bounce() -> None:
    parsed = (
        Fec()
        .invoice("C1", "F1", "20250105", 10000, let="A")
        .payment("C1", "P1", "20250205", 10000, let="A")
        .invoice("C1", "AV1", "20250505", -10000, let="A")
        .payment("C1", "R1", "20250601", -10000, let="A")
        .read()
    )
    assert by_number(parsed)["R1"]["kind"] == "refund"
    assert open_at(parsed, "2025-05-10") == {("C1", "AV1"): -10000}


def test_a_doubtful_item_keeps_its_identity_and_counts_once() -> None:
    parsed = (
        Fec()
        .invoice("C1", "F1", "20250105", 10000, let="A")
        .entry("OD", "416000", "411000", -10000, aux="C1", ref="DOUT", day="20250601", let="A")
        .read()
    )
    assert {row["kind"] for row in documents(parsed)} == {"invoice", "adjustment"}
    book = Fec().invoice("C1", "F1", "20250105", 10000, let="A")
    book.number += 1
    book.line("411000", -10000, aux="C1", ref="DOUT", day="20250601", let="A")
    book.line("416000", 10000, aux="C1", ref="DOUT", day="20250601")
    parsed = book.read()
    doubtful = next(row for row in documents(parsed) if row["account_class"] == "doubtful")
    assert doubtful["number"] == "F1"
    assert doubtful["issued_on"] == date(2025, 1, 5)
    assert doubtful["posted_on"] == date(2025, 6, 1)
    for day in ("2025-01-05", "2025-05-31", "2025-06-01"):
        assert sum(open_at(parsed, day).values()) == 10000


def test_a_doubtful_item_found_by_amount_the_oldest_or_not_at_all() -> None:
    book = Fec()
    book.invoice("C1", "NEW", "20250210", 10000).invoice("C1", "OLD", "20250105", 10000)
    for amount, ref in ((10000, "D1"), (777, "D2")):
        book.number += 1
        book.line("411000", -amount, aux="C1", ref=ref, day="20250601")
        book.line("416000", amount, aux="C1", ref=ref, day="20250601")
    parsed = book.read()
    doubtful = {
        row["amount_minor"]: (row["number"], row["issued_on"].isoformat())
        for row in documents(parsed)
        if row["account_class"] == "doubtful"
    }
    assert doubtful == {10000: ("OLD", "2025-01-05"), 777: ("D2", "2025-06-01")}
    flagged = [(i.detail, i.amount_minor) for i in parsed.issues if i.code == "doubtful_untraced"]
    assert flagged == [("1", 777)]


def test_consumption_equals_the_plain_loop() -> None:
    draw = random.Random(3)
    for _ in range(200):
        items = [
            (draw.randrange(4), draw.choice([0, 1, 5, 30, 100])) for _ in range(draw.randrange(12))
        ]
        paid = [(draw.randrange(4), draw.choice([1, 5, 40])) for _ in range(draw.randrange(12))]
        pairs = consume(queue(items), queue(paid))
        got = list(
            zip(pairs.debit.tolist(), pairs.credit.tolist(), pairs.amount.tolist(), strict=True)
        )
        assert got == plain_consumption(sorted_items(items), sorted_items(paid))


def sorted_items(items: list[tuple[int, int]]) -> list[tuple[int, int, int]]:
    return [(group, amount, index) for index, (group, amount) in enumerate(sorted(items))]


def queue(items: list[tuple[int, int]]) -> Queue:
    table = np.array(sorted_items(items), dtype=np.int64).reshape(-1, 3)
    return Queue(table[:, 0], table[:, 1], table[:, 2])


def plain_consumption(
    debits: list[tuple[int, int, int]], credits_: list[tuple[int, int, int]]
) -> list[tuple[int, int, int]]:
    pairs = []
    left = {item: amount for _, amount, item in debits}
    for group, amount, credit in credits_:
        rest = amount
        for other, _, debit in debits:
            taken = min(rest, left[debit]) if other == group else 0
            if taken:
                pairs.append((debit, credit, taken))
                left[debit] -= taken
                rest -= taken
    return sorted(pairs, key=lambda pair: (group_of(debits, pair[0]), pair[1], pair[0]))


def group_of(items: list[tuple[int, int, int]], item: int) -> int:
    return next(group for group, _, index in items if index == item)


def random_ledger(seed: int) -> Fec:
    draw = random.Random(seed)
    book = Fec()
    for index in range(60):
        aux = f"C{draw.randrange(4)}"
        day = f"2025{draw.randrange(1, 13):02d}{draw.randrange(1, 29):02d}"
        amount = draw.choice([1000, 2000, 5000])
        let = draw.choice(["", "A", "A", "B", "C"])
        shape = draw.random()
        if shape < 0.45:
            book.invoice(aux, f"F{index}", day, amount, let=let)
        elif shape < 0.8:
            book.payment(aux, f"P{index}", day, amount, let=let)
        elif shape < 0.9:
            book.invoice(aux, f"A{index}", day, -amount, let=let)
        else:
            book.payment(aux, f"R{index}", day, -amount, let=let)
    return book


@pytest.mark.parametrize("seed", range(25))
def test_nothing_is_ever_allocated_beyond_its_amount(seed: int) -> None:
    parsed = random_ledger(seed).read()
    amounts = {row["document_id"]: row["amount_minor"] for row in documents(parsed)}
    effects = sorted(allocations(parsed), key=lambda row: row["allocated_on"])
    debit: dict[str, int] = defaultdict(int)
    credit: dict[str, int] = defaultdict(int)
    for day in sorted({row["allocated_on"] for row in effects}):
        for row in effects:
            if row["allocated_on"] == day:
                debit[row["debit_document_id"]] += row["amount_minor"]
                credit[row["credit_document_id"]] += row["amount_minor"]
        assert all(0 <= value <= amounts[key] for key, value in debit.items())
        assert all(0 <= value <= -amounts[key] for key, value in credit.items())


@pytest.mark.parametrize("seed", range(10))
def test_open_items_sum_to_the_ledger_at_every_month_end(seed: int) -> None:
    parsed = random_ledger(seed).read()
    totals = parsed.tables["ledger_totals"].to_pylist()
    for month in range(1, 13):
        day = date(2025, month, 28)
        raw = sum(row["amount_minor"] for row in totals if row["posted_on"] <= day)
        assert sum(open_at(parsed, day.isoformat()).values()) == raw
