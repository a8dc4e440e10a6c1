"""Exposure in named parts (definitions §2, §24.4; architecture, "Commitments at D"), from files."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from arlib.analytics.exposure import exposure_parts, exposures, intercompany, offered
from arlib.analytics.overruns import limit_test
from arlib.model.policy import Policy
from arlib.model.portfolio import Filters
from arlib.views import risk
from arlib.workspace import Workspace
from tests.scenarios import worked_set
from tests.scenarios.product import BY, POLICY, book, fill, load
from tests.support.books import Alloc, Book, Doc
from tests.support.books import load as load_books

if TYPE_CHECKING:
    from collections.abc import Iterator

D = worked_set.AS_OF
NAN = float("nan")
# §24.4: basis -> per customer (exposure, use, overrun), then the total of each
EXPECTED: dict[str, list[tuple[float, float, float]]] = {
    "E1": [(11400, 0.57, 0), (8500, 0.85, 0), (27000, 1.80, 12000), (1500, NAN, NAN)],
    "E1g": [(11400, 0.57, 0), (10200, 1.02, 200), (27000, 1.80, 12000), (1500, NAN, NAN)],
    "E2": [(11400, 0.57, 0), (8500, 0.85, 0), (33000, 2.20, 18000), (1500, NAN, NAN)],
    "E3": [(14400, 0.72, 0), (8500, 0.85, 0), (33000, 2.20, 18000), (1500, NAN, NAN)],
    "E4": [(14400, 0.72, 0), (8500, 0.85, 0), (37800, 2.52, 22800), (1500, NAN, NAN)],
}
TOTALS = {
    "E1": (48400, 12000),
    "E1g": (50100, 12200),
    "E2": (54400, 18000),
    "E3": (57400, 18000),
    "E4": (62200, 22800),
}


@pytest.fixture(scope="module")
def template() -> Iterator[Workspace]:
    """The worked set as one filled workbook."""
    workspace = Workspace.open(None)
    assert load(workspace, "m.xlsx", worked_set.template_bytes()).status == "imported"
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def ledger() -> Iterator[Workspace]:
    """The worked set as a lettered FEC, its limits and commitments as a workbook of their own."""
    workspace = Workspace.open(None)
    for name, content in (
        (worked_set.FEC_NAME, worked_set.fec_bytes()),
        ("limites.xlsx", worked_set.reference_bytes()),
    ):
        assert load(workspace, name, content).status == "imported"
    yield workspace
    workspace.close()


@pytest.mark.parametrize("source", ["template", "ledger"])
@pytest.mark.parametrize("basis", list(EXPECTED))
def test_every_level_use_and_overrun_of_the_worked_set(
    basis: str, source: str, request: pytest.FixtureRequest
) -> None:
    portfolio = request.getfixturevalue(source).portfolio(D)
    rows = limit_test(portfolio, POLICY, basis).sort_values("customer_id")
    view = risk.build(portfolio, POLICY, exposure=basis)
    held = view.customers.set_index("customer_id")["exposure_minor"]
    for row, (exposure, use, overrun) in zip(rows.to_dict("records"), EXPECTED[basis], strict=True):
        assert held[row["customer_id"]] == exposure * 100
        assert row["utilisation_ratio"] == pytest.approx(use, abs=1e-12, nan_ok=True)
        if pd.isna(overrun):
            assert pd.isna(row["overrun_minor"])
            assert row["overrun_reason"] == "no_limit"
        else:
            assert row["overrun_minor"] == overrun * 100
    total, overrun = TOTALS[basis]
    assert int(held.sum()) == total * 100
    assert view.overruns["overrun_minor"].tolist() == [overrun * 100]


def test_the_parts_add_up_from_e1_to_e4(template: Workspace) -> None:
    parts = exposure_parts(template.portfolio(D)).set_index("customer_id")
    owed = parts["receivable_minor"] + parts["doubtful_minor"] + parts["retention_minor"]
    assert (owed == parts["outstanding_minor"]).all()
    assert parts["bill_minor"].tolist() == [0, 0, 600000, 0]
    assert parts["delivery_minor"].tolist() == [300000, 0, 0, 0]
    assert parts["order_minor"].tolist() == [0, 0, 480000, 0]
    for name in ("discounted_bill", "deposit"):
        assert parts[f"{name}_minor"].isna().all()
        assert set(parts[f"{name}_reason"]) == {"not_supplied"}
    e2 = parts["outstanding_minor"] + parts["bill_minor"]
    e4 = e2 + parts["delivery_minor"] + parts["order_minor"]
    assert (parts["e2_minor"] == e2).all()
    assert (parts["e4_minor"] == e4).all()
    assert offered(template.portfolio(D)) == ("E2", "E3", "E4")


def test_before_the_extraction_nothing_beyond_e1_is_known(template: Workspace) -> None:
    portfolio = template.portfolio(D - timedelta(days=1))
    frame = exposures(portfolio)
    assert frame[["e2_minor", "e3_minor", "e4_minor"]].isna().all(axis=None)
    assert offered(portfolio) == ()
    view = risk.build(portfolio, POLICY, exposure="E4")
    assert set(view.customers["exposure_reason"]) == {"not_at_this_level"}
    tested = limit_test(portfolio, POLICY, "E4")
    assert set(tested.loc[tested["limit_minor"].notna(), "overrun_reason"]) == {"not_at_this_level"}
    assert view.over_limit_count == 0


def test_without_commitments_the_files_offer_no_other_level() -> None:
    workspace = Workspace.open(None)
    load(workspace, "m.xlsx", worked_set.template_bytes(with_commitments=False))
    assert offered(workspace.portfolio(D)) == ()
    assert exposures(workspace.portfolio(D))["e4_minor"].isna().all()


# -- commitments at D

ISSUED, DUE = date(2025, 5, 1), date(2025, 5, 31)


def invoice(customer: str = "C1", amount: int = 100_000) -> dict[str, object]:
    return {
        "customer_id": customer, "kind": "invoice", "number": f"F{customer}", "issued_on": ISSUED,
        "due_on": DUE, "amount_minor": amount,
    }  # fmt: skip


def commitment(kind: str, amount: int, on: date, **cells: object) -> dict[str, object]:
    return {
        "customer_id": "C1", "kind": kind, "amount_minor": amount, "currency": "EUR",
        "extracted_on": on, **cells,
    }  # fmt: skip


def level(workspace: Workspace, day: date, name: str, **policy: Any) -> Any:
    found = exposures(workspace.portfolio(day, None, POLICY.with_settings(**policy)))
    [amount] = found.loc[found["customer_id"] == "C1", f"{name}_minor"]
    return None if pd.isna(amount) else int(amount)


def test_the_latest_extraction_by_the_date_replaces_the_former_one() -> None:
    june, july = date(2025, 6, 1), date(2025, 7, 1)
    workspace = book(
        {
            "documents": [invoice()],
            "commitments": [
                commitment("order", 5_000, june), commitment("order", 700, june),
                commitment("order", 900, july), commitment("delivery", 30, june),
            ],
        }
    )  # fmt: skip
    assert level(workspace, date(2025, 5, 31), "e4") is None
    assert level(workspace, june, "e4") == 100_000 + 5_700 + 30
    assert level(workspace, date(2025, 6, 30), "e4") == 100_000 + 5_730
    # the kind not extracted again keeps its own latest extraction
    assert level(workspace, july, "e4") == 100_000 + 900 + 30
    assert level(workspace, july, "e3") == 100_000 + 30


def test_a_customer_absent_from_the_latest_extraction_has_none() -> None:
    lines = {
        "documents": [invoice(), invoice("C2")],
        "commitments": [
            commitment("order", 5_000, date(2025, 6, 1)),
            {**commitment("order", 900, date(2025, 7, 1)), "customer_id": "C2"},
        ],
    }
    workspace = book(lines)
    assert level(workspace, date(2025, 7, 1), "e4") == 100_000


def test_a_list_imported_again_for_the_same_day_is_not_counted_twice() -> None:
    day = date(2025, 6, 1)
    workspace = book({"documents": [invoice()], "commitments": [commitment("order", 500, day)]})
    fill(workspace, {"commitments": [commitment("order", 800, day)]})
    assert level(workspace, day, "e4") == 100_000 + 800
    last = workspace.info().last_import
    assert last is not None
    workspace.undo(str(last["batch_id"]), BY)
    assert level(workspace, day, "e4") == 100_000 + 500


@pytest.mark.parametrize(
    ("days", "safety", "counts"),
    [(-1, 0, True), (0, 0, False), (1, 0, False), (0, 10, True), (9, 10, True), (10, 10, False)],
)
def test_a_bill_counts_until_its_maturity_and_the_days_of_safety(
    days: int, safety: int, *, counts: bool
) -> None:
    maturity = date(2025, 7, 15)
    workspace = book(
        {
            "documents": [invoice()],
            "commitments": [
                commitment("bill", 6_000, date(2025, 6, 1), expected_on=maturity),
                commitment("discounted_bill", 50, date(2025, 6, 1), expected_on=maturity),
                # an order expected earlier is still an order as long as it is extracted
                commitment("order", 7, date(2025, 6, 1), expected_on=date(2025, 6, 10)),
            ],
        }
    )
    day = maturity + timedelta(days=days)
    bills = 6_050 if counts else 0
    assert level(workspace, day, "e2", bill_safety_days=safety) == 100_000 + bills
    assert level(workspace, day, "e4", bill_safety_days=safety) == 100_000 + bills + 7


def test_the_days_of_safety_come_from_the_policy_of_the_book() -> None:
    maturity = date(2025, 7, 15)
    lines = {
        "documents": [invoice()],
        "commitments": [commitment("bill", 6_000, date(2025, 6, 1), expected_on=maturity)],
    }
    workspace = book(lines)
    assert exposures(workspace.portfolio(maturity))["e2_minor"].tolist() == [100_000]
    workspace.set_policy(Policy(bill_safety_days=10), BY)
    assert exposures(workspace.portfolio(maturity))["e2_minor"].tolist() == [106_000]


def documents_book(*, with_rows: bool = True, paid: date | None = None) -> Workspace:
    """Return a ledger that holds a bill (413) and a deposit (4191), with rows of both besides."""
    docs = [
        Doc("C1", "F1", ISSUED, 100_000, due_on=DUE),
        Doc("C1", "LCR1", ISSUED, 40_000, "bill", date(2025, 7, 31), "bill"),
        Doc("C1", "AC1", ISSUED, -9_000, "deposit", ISSUED, "advance"),
        Doc("C2", "F2", ISSUED, 1_000, due_on=DUE),
    ]
    allocs = []
    if paid is not None:
        docs.append(Doc("C1", "REM1", paid, -40_000, "payment", paid, "bill"))
        allocs.append(Alloc("REM1", "LCR1", 40_000))
    rows: list[dict[str, object]] = [
        commitment("bill", 77_777, date(2025, 6, 1)),
        commitment("deposit", 55_555, date(2025, 6, 1)),
        commitment("order", 500, date(2025, 6, 1)),
        commitment("discounted_bill", 60, date(2025, 6, 1)),
    ]
    workspace = Workspace.open(None)
    made = Book(docs, allocs, commitments=rows if with_rows else [], covers=(ISSUED, D))
    [result] = load_books(workspace, made)
    assert result.status == "imported"
    return workspace


def test_documents_of_413_and_4191_stand_for_the_rows_of_their_kind() -> None:
    workspace = documents_book()
    assert level(workspace, D, "outstanding") == 100_000
    assert level(workspace, D, "e2") == 100_000 + 40_000 + 60
    assert level(workspace, D, "e4") == 100_000 + 40_060 + 500 - 9_000


def test_documents_of_413_answer_e2_alone() -> None:
    workspace = documents_book(with_rows=False)
    assert level(workspace, D, "e2") == 140_000
    assert level(workspace, D, "e3") is None
    assert offered(workspace.portfolio(D)) == ("E2",)


def test_a_ledger_whose_bills_are_all_cleared_does_not_fall_back_on_rows() -> None:
    workspace = documents_book(paid=date(2025, 6, 20))
    assert level(workspace, date(2025, 6, 19), "e2") == 100_000 + 40_060
    assert level(workspace, D, "e2") == 100_000 + 60


def test_filters_on_customers_do_not_change_where_bills_are_read() -> None:
    workspace = documents_book()
    whole = exposures(workspace.portfolio(D)).set_index("customer_id")
    alone = exposures(workspace.portfolio(D, Filters(search="C2"))).set_index("customer_id")
    assert alone["e4_minor"].to_dict() == {"C2": whole["e4_minor"]["C2"]}


@pytest.mark.parametrize(
    ("days", "safety", "counts"), [(0, 0, False), (0, 5, True), (4, 5, True), (5, 5, False)]
)
def test_a_bill_of_the_ledger_cleared_at_maturity_may_still_come_back(
    days: int, safety: int, *, counts: bool
) -> None:
    maturity = date(2025, 7, 31)
    workspace = documents_book(paid=maturity)
    found = level(workspace, maturity + timedelta(days=days), "e2", bill_safety_days=safety)
    assert found == 100_060 + (40_000 if counts else 0)


def test_retention_money_is_owed_and_shown_apart() -> None:
    docs = [
        Doc("C1", "F1", ISSUED, 95_000, due_on=DUE),
        Doc("C1", "RG1", ISSUED, 5_000, due_on=date(2026, 5, 31), account_class="retention"),
        Doc("C1", "D1", ISSUED, 3_000, due_on=DUE, account_class="doubtful"),
    ]
    workspace = Workspace.open(None)
    load_books(workspace, Book(docs, covers=(ISSUED, D)))
    [row] = exposure_parts(workspace.portfolio(D)).to_dict("records")
    owed = ("receivable_minor", "doubtful_minor", "retention_minor", "outstanding_minor")
    assert [row[name] for name in owed] == [95_000, 3_000, 5_000, 103_000]
    assert row["overdue_minor"] == 98_000


def test_companies_of_one_s_own_group_are_named() -> None:
    lines: dict[str, list[dict[str, object]]] = {
        "customers": [
            {"customer_id": "C1", "name": "ALPHA"},
            {"customer_id": "C2", "name": "FILIALE", "is_intercompany": True},
        ],
        "documents": [invoice(), invoice("C2")],
    }
    workspace = Workspace.open(None)
    fill(workspace, lines)
    assert intercompany(workspace.portfolio(D))["customer_id"].tolist() == ["C2"]


# -- a list beside the ledger

LIST = (
    "Code client;Nature;Montant TTC;Devise;Échéance;Date d’extraction\n"
    "C001;commande;1 000,50;EUR;;30/06/2025\n"
    "C003;effet non échu;250,00;EUR;15/09/2025;30/06/2025\n"
    "C003;acompte non imputé;12,00;;;30/06/2025\n"
    "C002;commande;douze;EUR;;30/06/2025\n"
)


@pytest.mark.parametrize("separator", [";", "\t", "|"])
@pytest.mark.parametrize("encoding", ["utf-8", "cp1252", "utf-8-sig"])
def test_a_list_of_orders_bills_and_deposits_completes_the_ledger(
    separator: str, encoding: str
) -> None:
    workspace = Workspace.open(None)
    load(workspace, "m.xlsx", worked_set.template_bytes(with_commitments=False))
    content = LIST.replace(";", separator).encode(encoding)
    result = load(workspace, "engagements.csv", content)
    assert (result.status, result.parsed.format_id) == ("imported", "commitments")
    assert (result.parsed.rows_kept, result.parsed.rows_refused) == (3, 1)
    assert [issue.code for issue in result.parsed.issues] == ["amount_unreadable"]
    parts = exposure_parts(workspace.portfolio(D)).set_index("customer_id")
    assert parts.loc["C001", "e4_minor"] == 1_140_000 + 100_050
    assert parts.loc["C003", "e2_minor"] == 2_700_000 + 25_000
    assert parts.loc["C003", "e4_minor"] == 2_700_000 + 25_000 - 1_200
    assert len(workspace.portfolio(D).customers()) == 4
    assert set(workspace.portfolio(D).customers()["name"]) == set(worked_set.NAMES.values())


def test_a_list_of_invoices_with_a_nature_is_not_taken_for_commitments() -> None:
    from arlib.ingest.formats import commitments
    from arlib.ingest.source import Source
    from arlib.model.files import FileInput

    text = "Code client;Nature;Montant TTC;Date facture\nC1;facture;12,00;01/06/2025\n"
    assert commitments.identify(Source(FileInput("f.csv", text.encode()))) == 0
