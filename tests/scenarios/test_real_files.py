"""The real files of the machine, through the product: nothing of them is written here."""

from __future__ import annotations

import json
import os
from collections import defaultdict
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from arlib.views import aging, behaviour, concentration, dso, risk, segments, status
from arlib.workspace import Workspace
from tests.scenarios.product import POLICY, at, load

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.model.files import ImportResult

ROOT = Path(__file__).parents[2]
DATA = Path(os.environ.get("ENCOURS_REAL_DATA", str(ROOT / ".." / "shared" / "data")))
FECS = sorted((DATA / "fec").glob("*.txt"))
pytestmark = [
    pytest.mark.real,
    pytest.mark.skipif(not FECS, reason=f"the real files are not in {DATA} (ENCOURS_REAL_DATA)"),
]
CLASSES = {
    "411": "receivable",
    "413": "bill",
    "416": "doubtful",
    "4191": "advance",
    "4198": "accrued",
    "418": "accrued",
}


def golden(key: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((DATA / "GOLDEN.json").read_text())[key]
    return found


def put(name: str, **options: Any) -> tuple[Workspace, ImportResult]:
    """Return a book that holds one real file."""
    workspace = Workspace.open(None)
    result = load(workspace, Path(name).name, (DATA / name).read_bytes(), **options)
    assert result.status == "imported", result.reason
    return workspace, result


def minor(amount: float) -> int:
    return round(amount * 100)


# -- FEC


def raw_lines(path: Path) -> list[tuple[str, str, int]]:
    """Return (account, posting date, debit − credit in cents), read the plain way."""
    content = path.read_bytes()
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252")
    head, *lines = text.splitlines()
    separator = "|" if "|" in head else "\t"
    titles = [title.strip().casefold() for title in head.split(separator)]
    places = [titles.index(name) for name in ("comptenum", "ecrituredate", "debit", "credit")]
    found = []
    for line in lines:
        account, posted, debit, credit = (line.split(separator)[place].strip() for place in places)
        amount = _number(debit) - _number(credit)
        found.append((account, posted, int(amount * 100)))
    return found


def _number(text: str) -> Decimal:
    return Decimal(text.replace(",", ".") or "0")


def raw_balances(lines: list[tuple[str, str, int]], until: str) -> dict[str, int]:
    totals: dict[str, int] = defaultdict(int)
    for account, posted, amount in lines:
        name = next((name for root, name in CLASSES.items() if account.startswith(root)), None)
        if name and posted <= until:
            totals[name] += amount
    return dict(totals)


@pytest.mark.parametrize("path", FECS, ids=lambda path: path.stem)
def test_every_class_of_account_ties_with_the_raw_file_at_every_quarter(path: Path) -> None:
    workspace, _ = put(f"fec/{path.name}")
    lines = raw_lines(path)
    info = workspace.info()
    last = max(posted for _, posted, _ in lines)
    last_day = date.fromisoformat(last)
    assert info.last_date is not None
    first = min(date.fromisoformat(posted) for _, posted, _ in lines)
    ends = pd.date_range(first, last_day, freq="QE").date
    for day in [*ends[-4:-1], max(last_day, info.last_date)]:
        state = status.build(at(workspace, day), POLICY)
        assert state.is_tied is not False, (day, state.tie_out)
        found = state.tie_out.groupby("account_class")["ledger_minor"].sum()
        raw = raw_balances(lines, day.strftime("%Y%m%d"))
        assert {k: int(v) for k, v in found.items() if v} == {k: v for k, v in raw.items() if v}
        left = state.tie_out["unexplained_minor"].tolist()
        assert left == [0] * len(left)
    assert state.is_tied is True
    view = risk.build(at(workspace, max(last_day, info.last_date)), POLICY)
    perimeter = sum(raw_balances(lines, last).get(name, 0) for name in ("receivable", "doubtful"))
    assert int(view.customers["outstanding_minor"].sum()) == perimeter
    workspace.close()


# -- IBM

IBM = ("csv", "xlsx")
DAYS = (date(2012, 12, 31), date(2013, 6, 30))


@pytest.fixture(scope="module")
def ibm() -> Iterator[dict[str, Workspace]]:
    books = {kind: put(f"ibm/ibm_ar_part1_60_customers.{kind}")[0] for kind in IBM}
    yield books
    for book in books.values():
        book.close()


@pytest.mark.parametrize("kind", IBM)
@pytest.mark.parametrize("day", DAYS, ids=str)
def test_ibm_buckets_and_count_back(ibm: dict[str, Workspace], kind: str, day: date) -> None:
    expected = golden("dev ibm part1")[f"asof {day}"]
    portfolio = at(ibm[kind], day)
    [block] = aging.build(portfolio, POLICY).blocks
    found = [block.totals[f"{name}_minor"] for name in (*block.buckets, "unallocated", "total")]
    assert found == [*map(minor, expected["buckets"].values()), 0, minor(expected["open_amount"])]
    assert len(block.customers) == expected["customers_open"]
    assert int(portfolio.balances()["count_open"].sum()) == expected["open_invoices"]
    [days] = dso.build(portfolio, POLICY, series_months=1).blocks
    assert days.count_back_days == pytest.approx(expected["dso_countback"], abs=5e-3)


@pytest.mark.parametrize("day", DAYS, ids=str)
def test_ibm_csv_and_workbook_leave_the_same_items_open(
    ibm: dict[str, Workspace], day: date
) -> None:
    keep = ["customer_id", "issued_on", "due_on", "open_minor", "days_late", "disputed_minor"]
    one, other = (
        at(ibm[kind], day).items()[keep].sort_values(keep, ignore_index=True) for kind in IBM
    )
    pd.testing.assert_frame_equal(one, other)


def test_ibm_csv_and_workbook_give_the_same_views(ibm: dict[str, Workspace]) -> None:
    one, other = (at(ibm[kind], DAYS[-1]) for kind in IBM)
    for module in (aging, behaviour, concentration, segments):
        left, right = (module.build(portfolio, POLICY).blocks[0] for portfolio in (one, other))
        pd.testing.assert_frame_equal(left.customers, right.customers)
    left, right = (risk.build(portfolio, POLICY).customers for portfolio in (one, other))
    pd.testing.assert_frame_equal(left, right)
    left, right = (
        dso.build(portfolio, POLICY, series_months=6).blocks[0].monthly
        for portfolio in (one, other)
    )
    pd.testing.assert_frame_equal(left, right)


@pytest.mark.parametrize("kind", IBM)
def test_ibm_worst_payers_from_what_is_stored(ibm: dict[str, Workspace], kind: str) -> None:
    """Mean of max(0, paid − due) over each customer's invoices, from the book's own tables."""
    expected = golden("dev ibm part1")
    with ibm[kind]._database.cursor() as cursor:
        rows = cursor.execute(
            "SELECT c.customer_id, COUNT(*), SUM(d.amount_minor), AVG(GREATEST(0, a.paid - d.due_on))"
            " FROM documents AS d JOIN customers AS c USING (customer_key)"
            " JOIN (SELECT debit_key, MAX(allocated_on) AS paid, SUM(amount_minor) AS paid_minor"
            "       FROM allocations GROUP BY debit_key) AS a ON a.debit_key = d.document_key"
            " WHERE d.kind = 'invoice' AND a.paid_minor = d.amount_minor"
            " GROUP BY c.customer_id ORDER BY 4 DESC LIMIT 3"
        ).fetchall()
    found = [[code, count, total / 100, round(mean, 3)] for code, count, total, mean in rows]
    assert found == [
        [code, count, amount, round(mean, 3)]
        for code, count, amount, mean in expected["worst3_by_mean_days_late"]
    ]


@pytest.mark.parametrize("kind", IBM)
def test_ibm_behaviour_over_its_whole_life(ibm: dict[str, Workspace], kind: str) -> None:
    """With a window over the whole file, RMSP and the days to pay are those computed elsewhere."""
    expected = golden("dev ibm part1")
    policy = POLICY.with_settings(behaviour_window_months=60)
    last = ibm[kind].info().last_date
    assert last is not None
    [block] = behaviour.build(at(ibm[kind], last), policy).blocks
    row = block.portfolio.iloc[0]
    assert row["count_paid_invoices"] == expected["rows"]
    weighted = expected["amount_weighted_days_vs_due(signed)"]
    assert row["weighted_paid_delay_days"] == pytest.approx(weighted, abs=5e-5)
    assert row["weighted_delay_days"] == pytest.approx(weighted, abs=5e-5)


# -- HighRadius


def test_highradius_buckets_and_largest_customers() -> None:
    """Lines with more decimals than the currency are rounded, and the file says by how much."""
    day = date(2020, 5, 31)
    workspace, result = put("highradius/highradius_open_items_sampleA.csv", extracted_on=day)
    expected = golden("highradius dev")
    [rounded] = [item for item in result.parsed.issues if item.code == "amount_rounded"]
    portfolio = at(workspace, day)
    [block] = aging.build(portfolio, POLICY).blocks
    drift = minor(float(rounded.detail or 0))
    assert block.totals["total_minor"] - drift == minor(expected["amount"])
    for name, amount in zip(block.buckets, expected[f"asof {day}"].values(), strict=True):
        found = block.totals[f"{name}_minor"]
        assert abs(found - minor(amount)) <= 0.5 * int(rounded.value or 0), name
    assert len(block.customers) == expected["customers"]
    shares = concentration.build(portfolio, POLICY).blocks[0].customers.head(3)
    assert list(shares["customer_id"]) == list(expected["top3"])
    for found, amount in zip(shares["amount_minor"], expected["top3"].values(), strict=True):
        assert abs(int(found) - minor(amount)) <= 0.5 * int(rounded.value or 0)
    assert shares["share_ratio"].iloc[0] == pytest.approx(0.186, abs=5e-4)
    assert status.build(portfolio, POLICY).is_tied
    workspace.close()
