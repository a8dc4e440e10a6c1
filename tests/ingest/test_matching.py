"""Cash application: each pass on small books, then what holds of any book (definitions §18)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from arlib.ingest.matching import match
from arlib.ingest.matching.references import tokens
from arlib.model.policy import Policy
from tests.support.examples import examples

START = date(2025, 1, 1)
POLICY = Policy()
Found = dict[tuple[str, str], tuple[int, str, float]]


@dataclass(frozen=True)
class Item:
    """One open item; ``amount`` in minor units, credits negative; ``day`` counts from START."""

    name: str
    amount: int
    day: int
    label: str = ""
    due: int | None = None
    customer: int = 1
    kind: str = ""
    account_class: str = "receivable"
    currency: str = "EUR"
    is_collective: bool = False

    def row(self, key: int) -> dict[str, object]:
        """Return the row that the store would hand over."""
        due = self.day if self.due is None else self.due
        return {
            "document_key": key,
            "customer_key": self.customer,
            "account_class": self.account_class,
            "currency": self.currency,
            "kind": self.kind or ("invoice" if self.amount > 0 else "payment"),
            "number": self.name,
            "reference": self.label,
            "issued_on": START + timedelta(days=self.day),
            "due_on": START + timedelta(days=due),
            "open_minor": self.amount,
            "is_collective": self.is_collective,
        }


def frame(items: list[Item]) -> pd.DataFrame:
    rows = pd.DataFrame([item.row(key) for key, item in enumerate(items, 1)])
    rows["document_key"] = rows["document_key"].astype("uint64")
    for name in ("issued_on", "due_on"):
        rows[name] = pd.to_datetime(rows[name])
    return rows


def decided(*rows: tuple[int, int, int | None, str]) -> pd.DataFrame:
    names = ["debit_key", "credit_key", "amount_minor", "decision"]
    found = pd.DataFrame(rows, columns=names).assign(rule="combination")
    return found.astype({"debit_key": "uint64", "credit_key": "uint64", "amount_minor": "Int64"})


def found(
    items: list[Item], policy: Policy = POLICY, decisions: pd.DataFrame | None = None
) -> Found:
    """Return (debit, credit) -> (amount, rule, confidence)."""
    result = match(frame(items), decided() if decisions is None else decisions, policy)
    return named(items, result.allocations)


def named(items: list[Item], pairs: pd.DataFrame) -> Found:
    names = {key: item.name for key, item in enumerate(items, 1)}
    return {
        (names[row["debit_key"]], names[row["credit_key"]]): (
            row["amount_minor"],
            row["rule"],
            row["confidence"],
        )
        for row in pairs.to_dict("records")
    }


# -- pass 1 ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("VIR ACME FA-00012345", {"FA00012345", "12345", "00012345"}),
        ("F24 00012", {"F2400012", "2400012", "00012"}),
        (
            "REGLT F24-00012/F24-00013",
            {"F2400012", "2400012", "00012", "F2400013", "2400013", "00013"},
        ),
        ("le 12/2024 0000000", set()),
        ("F12 AB 7", set()),
    ],
)
def test_the_words_of_a_label_that_can_be_a_number(text: str, expected: set[str]) -> None:
    words = set(tokens(np.array([text], object), is_label=True)["token"])
    assert expected <= words
    if not expected:
        assert not words


def test_a_payment_that_names_its_invoices_pays_them() -> None:
    items = [
        Item("FA0001", 10_000, 0),
        Item("FA0002", 25_000, 3),
        Item("FA0003", 25_000, 4),
        Item("P1", -35_000, 40, "VIR ACME FA0001 FA0003"),
    ]
    assert found(items) == {
        ("FA0001", "P1"): (10_000, "reference", 0.95),
        ("FA0003", "P1"): (25_000, "reference", 0.95),
    }


def test_a_named_invoice_paid_in_two_parts() -> None:
    items = [
        Item("FA0001", 10_000, 0),
        Item("P1", -6_000, 30, "FA0001"),
        Item("P2", -4_000, 50, "FA0001"),
    ]
    assert found(items) == {
        ("FA0001", "P1"): (6_000, "reference", 0.8),
        ("FA0001", "P2"): (4_000, "reference", 0.95),
    }


def test_the_same_end_of_number_in_another_year_is_not_named() -> None:
    items = [
        Item("F25-00643", 70_000, 0),
        Item("F26-00643", 40_000, 365),
        Item("P1", -39_000, 400, "VIR F26-00643"),
    ]
    assert found(items) == {("F26-00643", "P1"): (39_000, "reference", 0.8)}


def test_a_credit_note_that_names_its_invoice_is_no_cash_and_helps_the_payment() -> None:
    items = [
        Item("FA0001", 10_000, 0),
        Item("AV01", -1_500, 10, "Avoir sur FA0001", kind="credit_note"),
        Item("P1", -8_500, 40, "FA0001"),
    ]
    result = found(items)
    assert result["FA0001", "AV01"][:2] == (1_500, "reference")
    assert result["FA0001", "P1"] == (8_500, "reference", 0.95)


def test_equal_instalments_named_without_their_rank_go_to_the_nearest_due_date() -> None:
    items = [
        Item("FA0001", 5_000, 0, due=30),
        Item("FA0001", 5_000, 0, due=60),
        Item("P2", -5_000, 62, "FA0001"),
        Item("P1", -5_000, 29),
    ]
    result = match(frame(items), decided(), POLICY).allocations
    pairs = result.set_index("credit_key")["debit_key"].to_dict()
    assert pairs == {3: 2, 4: 1}


# -- pass 2 ---------------------------------------------------------------------------------------


def test_the_same_amount_is_surer_when_it_is_alone() -> None:
    alone = [Item("A", 10_000, 0), Item("B", 12_000, 0), Item("P", -10_000, 20)]
    assert found(alone) == {("A", "P"): (10_000, "amount", 0.85)}
    several = [Item("A", 10_000, 5, due=50), Item("B", 10_000, 0, due=40), Item("P", -10_000, 45)]
    assert found(several) == {("B", "P"): (10_000, "amount", 0.6)}


def test_a_payment_comes_after_its_invoice_and_within_the_window() -> None:
    assert ("A", "P") not in found([Item("O", 33, 0), Item("A", 100, 20), Item("P", -100, 14)])
    assert ("A", "P") in found([Item("O", 33, 0), Item("A", 100, 20), Item("P", -100, 15)])
    far = [Item("A", 100, 0), Item("B", 30, 1), Item("P", -100, 181), Item("C", 7, 182)]
    assert ("A", "P") not in found(far)
    assert ("A", "P") in found(far, POLICY.with_settings(match_window_days=181))


def test_many_equal_amounts_go_in_order() -> None:
    items = [Item(f"F{i}", 500, i) for i in range(90)]
    items += [Item(f"P{i}", -500, i + 3) for i in range(90)]
    items.append(Item("Z", 1, 200))
    assert {pair: cell[0] for pair, cell in found(items).items()} == {
        (f"F{i}", f"P{i}"): 500 for i in range(90)
    }


def test_a_refund_gives_back_an_earlier_credit() -> None:
    items = [
        Item("A1", -4_000, 10, kind="credit_note"),
        Item("R1", 4_000, 30, kind="refund"),
        Item("F1", 900, 31),
    ]
    assert found(items) == {("R1", "A1"): (4_000, "amount", 0.85)}
    early = [Item("A1", -4_000, 40, kind="credit_note"), Item("R1", 4_000, 30, kind="refund")]
    assert ("R1", "A1") not in {
        pair for pair, cell in found([*early, Item("F1", 900, 50)]).items() if cell[1] == "amount"
    }


# -- passes 3 and 4 -------------------------------------------------------------------------------


def test_a_balance_back_to_zero_settles_everything_up_to_it() -> None:
    items = [
        Item("A", 3_000, 0),
        Item("B", 2_500, 5),
        Item("P1", -1_700, 20),
        Item("P2", -3_800, 25),
        Item("C", 900, 26),
    ]
    assert found(items) == {
        ("A", "P1"): (1_700, "zero_balance", 0.8),
        ("A", "P2"): (1_300, "zero_balance", 0.8),
        ("B", "P2"): (2_500, "zero_balance", 0.8),
    }


def test_a_zero_that_comes_in_the_middle_of_a_day_is_none() -> None:
    items = [Item("A", 1_000, 0), Item("P", -1_000, 200), Item("B", 1_000, 200, due=500)]
    assert found(items) == {}


def test_the_combination_of_the_definitions() -> None:
    items = [
        Item("A", 300_000, 0),
        Item("B", 720_000, 1),
        Item("C", 240_000, 2),
        Item("N", -120_000, 3, kind="credit_note"),
        Item("P", -840_000, 30),
    ]
    assert found(items) == {
        ("B", "N"): (120_000, "combination", 0.75),
        ("B", "P"): (600_000, "combination", 0.75),
        ("C", "P"): (240_000, "combination", 0.75),
    }


def test_one_to_one_wins_over_a_combination() -> None:
    items = [Item("A", 3_000, 0), Item("B", 2_400, 1), Item("C", 5_400, 2), Item("P", -5_400, 9)]
    assert found(items) == {("C", "P"): (5_400, "amount", 0.85)}


def test_among_several_combinations_the_one_in_a_row() -> None:
    items = [
        Item("A", 1_000, 0),
        Item("B", 2_000, 1),
        Item("C", 600, 2),
        Item("D", 2_400, 3),
        Item("E", 9_999, 4),
        Item("P", -3_000, 30),
    ]
    # A + B and C + D are both rows: nothing decides, both are proposed
    result = match(frame(items), decided(), POLICY)
    assert result.allocations.empty
    assert result.proposals["rule"].unique().tolist() == ["combination"]
    assert [sorted(named(items, part)) for _, part in result.proposals.groupby("proposal_no")] == [
        [("A", "P"), ("B", "P")],
        [("C", "P"), ("D", "P")],
    ]
    apart = [*items[:2], Item("C", 500, 2), Item("D", 1_000, 3), Item("E", 2_000, 4), items[5]]
    # A + B is a row from the oldest, A + E and B + D and D + E: D + E is a row too
    assert found(apart) == {}
    one = [
        Item("A", 1_000, 0),
        Item("B", 2_000, 1),
        Item("C", 500, 2),
        Item("D", 2_000, 3),
        items[5],
    ]
    assert found(one) == {
        ("A", "P"): (1_000, "combination", 0.6),
        ("B", "P"): (2_000, "combination", 0.6),
    }


def test_a_whole_statement_is_a_row_of_debits() -> None:
    old = [Item(f"X{i}", 11_111 + 7 * i, i) for i in range(14)]
    run = [Item(f"F{i}", 3_001 + 13 * i, 200 + i) for i in range(8)]
    items = [*old, *run, Item("P", -sum(item.amount for item in run), 240)]
    result = found(items)
    assert {pair[0] for pair in result} == {item.name for item in run}
    assert {cell[1:] for cell in result.values()} == {("combination", 0.6)}


def test_two_payments_of_one_invoice() -> None:
    items = [Item("A", 5_000, 0), Item("P1", -1_234, 20), Item("P2", -3_766, 30), Item("B", 77, 29)]
    assert found(items) == {
        ("A", "P1"): (1_234, "combination", 0.75),
        ("A", "P2"): (3_766, "combination", 0.75),
    }


# -- passes 5 and 6 -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("owed", "paid", "is_near"),
    [
        (100_000, 99_500, True),
        (100_000, 99_499, False),
        (20_000, 19_800, True),
        (20_000, 19_799, False),
    ],
)
def test_a_small_difference_stays_open(owed: int, paid: int, is_near: bool) -> None:
    items = [Item("A", owed, 0), Item("P", -paid, 20)]
    assert found(items) == ({("A", "P"): (paid, "tolerance", 0.7)} if is_near else {})


def test_a_known_discount() -> None:
    items = [Item("A", 33_333, 0), Item("P", -32_666, 20)]
    assert found(items) == {}
    policy = POLICY.with_settings(match_discounts=(0.02,))
    assert found(items, policy) == {("A", "P"): (32_666, "tolerance", 0.7)}


def test_oldest_first_only_when_the_policy_asks() -> None:
    items = [Item("A", 1_000, 0), Item("B", 5_000, 1), Item("P", -1_700, 20)]
    result = match(frame(items), decided(), POLICY)
    assert result.allocations.empty
    suggested = {("A", "P"): (1_000, "fifo", 0.3), ("B", "P"): (700, "fifo", 0.3)}
    assert named(items, result.proposals) == suggested
    asked = POLICY.with_settings(match_fifo=True)
    assert found(items, asked) == suggested
    assert match(frame(items), decided(), asked).proposals.empty


# -- walls and decisions --------------------------------------------------------------------------


@pytest.mark.parametrize(
    "other",
    [{"customer": 2}, {"account_class": "doubtful"}, {"currency": "USD"}],
)
def test_nothing_crosses_a_customer_a_class_or_a_currency(other: dict[str, object]) -> None:
    items = [Item("FA0001", 1_000, 0), Item("P", -1_000, 9, "FA0001", **other)]  # type: ignore[arg-type]
    assert found(items) == {}


def test_a_collective_account_is_matched_by_number_alone() -> None:
    items = [
        Item("FA0001", 1_000, 0, is_collective=True),
        Item("FA0002", 2_000, 0, is_collective=True),
        Item("P1", -1_000, 9, "FA0001", is_collective=True),
        Item("P2", -2_000, 9, is_collective=True),
    ]
    assert found(items) == {("FA0001", "P1"): (1_000, "reference", 0.95)}


def test_what_the_user_accepts_comes_first_and_what_he_refuses_never_comes_back() -> None:
    items = [Item("A", 1_000, 0), Item("B", 1_000, 1), Item("P", -1_000, 20)]
    assert found(items, decisions=decided((2, 3, None, "accepted"))) == {
        ("B", "P"): (1_000, "combination", 1.0)
    }
    # A being refused, B is the only one left
    assert found(items, decisions=decided((1, 3, None, "refused"))) == {
        ("B", "P"): (1_000, "amount", 0.85)
    }
    refused = match(frame(items), decided((1, 3, None, "refused"), (2, 3, None, "refused")), POLICY)
    assert refused.allocations.empty
    assert refused.proposals.empty


# -- any book -------------------------------------------------------------------------------------

_AMOUNTS = st.sampled_from([500, 1_000, 1_500, 2_000, 2_500, 9_990, 10_000, 12_345])


@st.composite
def ledgers(draw: st.DrawFn) -> list[Item]:
    """Draw up to 24 items of two customers, amounts that often combine, labels that often name."""
    items = []
    for place in range(draw(st.integers(1, 24))):
        is_debit = draw(st.booleans())
        kinds = ["invoice", "invoice", "refund", "bounce"] if is_debit else ["payment", "payment", "credit_note", "deposit"]  # fmt: skip
        amount = draw(_AMOUNTS) * (1 if is_debit else -1)
        label = f"VIR FA{draw(st.integers(1000, 1024))}" if draw(st.booleans()) else ""
        items.append(
            Item(
                f"FA{1000 + place}",
                amount,
                draw(st.integers(0, 300)),
                label,
                customer=draw(st.integers(1, 2)),
                kind=draw(st.sampled_from(kinds)),
            )
        )
    return items


@given(ledgers(), st.booleans(), st.randoms(use_true_random=False))
@examples(80)
def test_whatever_the_book(items: list[Item], fifo: bool, random: object) -> None:
    """Nothing is set beyond what is open, nor across customers; the order of rows changes nothing."""
    policy = POLICY.with_settings(match_fifo=fifo)
    rows = frame(items)
    result = match(rows, decided(), policy)
    left = dict(zip(rows["document_key"], rows["open_minor"], strict=True))
    customer = dict(zip(rows["document_key"], rows["customer_key"], strict=True))
    for pair in result.allocations.to_dict("records"):
        assert pair["amount_minor"] > 0
        assert customer[pair["debit_key"]] == customer[pair["credit_key"]]
        left[pair["debit_key"]] -= pair["amount_minor"]
        left[pair["credit_key"]] += pair["amount_minor"]
    for key, amount in zip(rows["document_key"], rows["open_minor"], strict=True):
        assert 0 <= left[key] <= amount or amount <= left[key] <= 0
    seed = random.randint(0, 10_000)  # type: ignore[attr-defined]
    again = match(rows.sample(frac=1, random_state=seed), decided(), policy)
    pd.testing.assert_frame_equal(result.allocations, again.allocations)
    pd.testing.assert_frame_equal(result.proposals, again.proposals)
    # what is only suggested fits in what is left, alternative by alternative
    for _, part in result.proposals.groupby("proposal_no"):
        for side, sign in (("debit_key", 1), ("credit_key", -1)):
            wanted = part.groupby(side)["amount_minor"].sum()
            assert all(amount <= sign * left[key] for key, amount in wanted.items())
