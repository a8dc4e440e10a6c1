"""Definitions §24 from files: what the command line's test leaves out, then the FEC and the list."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import pytest

from arlib.views import aging, behaviour, concentration, dso, risk, segments, status
from arlib.workspace import Workspace
from tests.scenarios import worked_set
from tests.scenarios.product import COLUMNS, POLICY, aged, at, load

if TYPE_CHECKING:
    from collections.abc import Iterator

D = worked_set.AS_OF
MAY = date(2025, 5, 31)
DECEMBER = date(2024, 12, 31)
FIGURE = 5e-4
RATIO = 5e-6


@pytest.fixture(scope="module")
def template() -> Iterator[Workspace]:
    workspace = Workspace.open(None)
    assert load(workspace, "m.xlsx", worked_set.template_bytes()).status == "imported"
    yield workspace
    workspace.close()


@pytest.fixture(scope="module")
def ledger() -> Iterator[Workspace]:
    """The same set as a lettered FEC, joined by the customers and limits of a workbook."""
    workspace = Workspace.open(None)
    for name, content in (
        (worked_set.FEC_NAME, worked_set.fec_bytes(separator="|", encoding="cp1252")),
        ("limites.xlsx", worked_set.reference_bytes()),
    ):
        assert load(workspace, name, content).status == "imported"
    yield workspace
    workspace.close()


# -- §24.1


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (MAY, (31200, 2400, 7200, 0, 3000, -1200, 42600)),
        (DECEMBER, (4800, 0, 0, 0, 0, 0, 4800)),
    ],
)
def test_the_aged_balance_is_rebuilt_at_past_dates(
    template: Workspace, day: date, expected: tuple[int, ...]
) -> None:
    rows = aged(template, day).values()
    assert tuple(sum(column) for column in zip(*rows, strict=True)) == expected
    assert status.build(at(template, day), POLICY).is_tied


def test_gross_overdue_disputed_and_their_age(template: Workspace) -> None:
    [block] = aging.build(at(template, D), POLICY).blocks
    found = [block.totals[f"{name}_minor"] // 100 for name in ("gross", "overdue", "disputed")]
    assert found == [50100, 33300, 18000]
    assert block.overdue_ratio == pytest.approx(0.66467, abs=RATIO)
    assert block.average_age_days == pytest.approx(49.874, abs=FIGURE)


def test_days_late_of_each_open_document(template: Workspace) -> None:
    items = at(template, D).items()
    debits = items.loc[items["open_minor"] > 0]
    assert dict(zip(debits["number"], debits["days_late"], strict=True)) == {
        "F004": 0,
        "F005": -31,
        "F006": 150,
        "F007": 76,
        "F009": 30,
        "F010": 26,
        "F011": -46,
        "F012": 20,
    }


# -- §24.2


@pytest.mark.parametrize(
    ("day", "days"),
    [(date(2025, 6, 15), 118.667), (MAY, 103.667), (date(2025, 4, 30), 96.750), (DECEMBER, 31.0)],
)
def test_count_back_at_other_dates(template: Workspace, day: date, days: float) -> None:
    [block] = dso.build(at(template, day), POLICY, series_months=1).blocks
    assert block.count_back_days == pytest.approx(days, abs=FIGURE)
    assert not block.count_back_is_lower_bound


def test_dso_of_the_quarter_and_with_bills(template: Workspace) -> None:
    with_bills = POLICY.with_settings(dso_include_bills=True)
    found = {
        (months, policy is with_bills): dso.build(
            at(template, D), policy, period_months=months, series_months=1
        ).blocks[0]
        for months in (3, 6)
        for policy in (POLICY, with_bills)
    }
    simple = {key: block.simple_days for key, block in found.items()}
    assert simple == {
        (3, False): pytest.approx(190.667, abs=FIGURE),
        (3, True): pytest.approx(214.303, abs=FIGURE),
        (6, False): pytest.approx(129.784, abs=FIGURE),
        (6, True): pytest.approx(145.873, abs=FIGURE),
    }
    assert found[6, True].count_back_days == pytest.approx(145.722, abs=FIGURE)


# -- §24.3


def test_behaviour_of_each_customer(template: Workspace) -> None:
    [block] = behaviour.build(at(template, D), POLICY).blocks
    names = ["simple_delay_days", "weighted_paid_delay_days", "weighted_delay_days"]
    names += ["weighted_delay_open_days", "late_only_delay_days", "days_to_pay"]
    frame = block.customers.set_index("customer_id")
    known = {"C001": [2.667, 0.625, 0.625, 0.625, 1.875, 46.375]}
    known["C002"] = [29.0, 29.0, 35.857, 79.708, 35.857, 77.429]
    for code, expected in known.items():
        assert list(frame.loc[code, names]) == pytest.approx(expected, abs=FIGURE)
    for code, open_delay in (("C003", 29.333), ("C004", 20.0)):
        row = frame.loc[code]
        assert row["weighted_delay_open_days"] == pytest.approx(open_delay, abs=FIGURE)
        missing = [name for name in names if name != "weighted_delay_open_days"]
        assert row[missing].isna().all()
        assert {row[f"{name}_reason"] for name in missing} == {"no_history"}


# -- §24.4


@pytest.mark.parametrize(
    ("basis", "total", "overrun"),
    [
        ("E1", 48400, 12000),
        ("E1g", 50100, 12200),
        ("E2", 54400, 18000),
        ("E4", 62200, 22800),
    ],
)
def test_exposure_and_overrun_by_the_basis_of_the_policy(
    template: Workspace, basis: str, total: int, overrun: int
) -> None:
    view = risk.build(at(template, D), POLICY.with_settings(exposure_basis=basis))
    assert view.exposure_basis == basis
    assert view.totals["exposure_minor"].tolist() == [total * 100]
    assert view.overruns["overrun_minor"].tolist() == [overrun * 100]


def test_the_badge_and_the_overrun_of_may(template: Workspace) -> None:
    view = risk.build(at(template, MAY), POLICY)
    found = view.customers.loc[view.customers["is_over"]]
    assert dict(zip(found["customer_id"], found["overrun_minor"] // 100, strict=True)) == {
        "C002": 1400,
        "C003": 6600,
    }
    assert view.over_limit_count == 2


def test_shares_and_the_top_three(template: Workspace) -> None:
    [block] = concentration.build(at(template, D), POLICY).blocks
    assert list(block.customers["share_ratio"]) == pytest.approx(
        [0.55785, 0.23554, 0.17562, 0.03099], abs=RATIO
    )
    assert block.customers["cumulative_ratio"].iloc[2] == pytest.approx(0.96901, abs=RATIO)


# -- the same set as a FEC: no due date in the file, everything else is equal


@pytest.mark.parametrize("day", [DECEMBER, date(2025, 2, 28), MAY, D, date(2025, 7, 31)])
def test_the_fec_owes_what_the_workbook_owes(
    template: Workspace, ledger: Workspace, day: date
) -> None:
    owed = [
        {code: row[COLUMNS.index("total")] for code, row in aged(book, day).items()}
        for book in (template, ledger)
    ]
    assert owed[0] == owed[1]
    assert status.build(at(ledger, day), POLICY).is_tied


def test_the_fec_leaves_the_same_invoices_open(template: Workspace, ledger: Workspace) -> None:
    found = []
    for book in (template, ledger):
        items = at(book, D).items()
        debits = items.loc[items["open_minor"] > 0]
        found.append(dict(zip(debits["number"], debits["open_minor"], strict=True)))
    assert found[0] == found[1]


def test_what_needs_no_due_date_is_the_same_from_the_fec(ledger: Workspace) -> None:
    portfolio = at(ledger, D)
    [days] = dso.build(portfolio, POLICY, period_months=6, series_months=1).blocks
    assert days.count_back_days == pytest.approx(122.389, abs=FIGURE)
    assert days.simple_days == pytest.approx(129.784, abs=FIGURE)
    [shares] = concentration.build(portfolio, POLICY).blocks
    assert shares.hhi == pytest.approx(0.398479, abs=5e-7)
    assert shares.gini == pytest.approx(0.410124, abs=5e-7)
    [block] = aging.build(portfolio, POLICY, basis="issue").blocks
    assert [block.totals[f"{name}_minor"] // 100 for name in block.buckets] == [
        9300,
        12600,
        0,
        28200,
    ]
    rows = risk.build(portfolio, POLICY).customers.set_index("customer_id")
    assert rows.loc["C003", "overrun_minor"] == 12000_00
    assert list(rows["overrun_days_12m"].reindex(["C002", "C003"])) == [126, 92]
    [whole] = behaviour.build(portfolio, POLICY).blocks
    assert whole.portfolio["days_to_pay"].tolist() == pytest.approx([51.949], abs=FIGURE)


# -- the same set as the list of what is open on the date


def test_the_list_of_open_items_gives_the_same_balance_and_says_what_it_cannot() -> None:
    workspace = Workspace.open(None)
    loaded = load(
        workspace, "ouvert.csv", worked_set.flat_list_bytes(encoding="cp1252"), extracted_on=D
    )
    assert (loaded.status, loaded.parsed.level) == ("imported", "C")
    assert aged(workspace, D) == {
        "C001": (11400, 0, 0, 0, 0, 0, 11400),
        "C002": (0, 0, 0, 7200, 3000, -1700, 8500),
        "C003": (5400, 21600, 0, 0, 0, 0, 27000),
        "C004": (0, 1500, 0, 0, 0, 0, 1500),
    }
    portfolio = at(workspace, D)
    [block] = aging.build(portfolio, POLICY).blocks
    assert block.totals["disputed_minor"] == 18000_00
    [shares] = concentration.build(portfolio, POLICY).blocks
    assert shares.hhi == pytest.approx(0.398479, abs=5e-7)
    assert dso.build(portfolio, POLICY).unavailable == "not_at_this_level"
    assert behaviour.build(portfolio, POLICY).unavailable == "not_at_this_level"
    cannot = {"past_dates", "behaviour", "dso", "segments_behaviour", "limits_history"}
    assert set(status.build(portfolio, POLICY).unavailable) == cannot
    workspace.close()


# -- §24.8


def test_segments_carry_the_figures_that_decided(template: Workspace) -> None:
    [block] = segments.build(at(template, D), POLICY, method="rules").blocks
    rows = block.customers.set_index("customer_id")
    assert rows["segment"].to_dict() == {
        "C001": "reliable",
        "C002": "high_risk",
        "C003": "high_risk",
        "C004": "watch",
    }
    assert rows.loc["C001", "mean_delay_days"] == pytest.approx(0.625)
    assert rows.loc["C001", "utilisation_ratio"] == pytest.approx(0.72)
    assert rows.loc["C001", "count_paid_invoices"] == 3
    assert rows.loc["C002", "old_minor"] == 3000_00
    assert rows.loc["C003", "utilisation_ratio"] == pytest.approx(2.52)
    assert rows.loc["C004", "mean_delay_days"] == pytest.approx(20.0)
