"""Nothing that happens after the date changes a figure at the date, whatever the file it comes from."""

from __future__ import annotations

import dataclasses
from datetime import date
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from arlib.analytics.exposure import exposures
from arlib.views import (
    activity,
    aging,
    behaviour,
    behaviour_details,
    concentration,
    customer,
    dso,
    forecast,
    overview,
    receipts,
    risk,
    segments,
    status,
)
from arlib.workspace import Workspace
from tests.scenarios import worked_set
from tests.scenarios.product import POLICY, credit_note, invoice, limit, load, payment, pays

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.model.portfolio import Portfolio
    from tests.scenarios.worked_set import Row

D = worked_set.AS_OF
TRUNCATED = {
    "settlements": worked_set.settlements(until=D),
    "allocations": worked_set.allocations(until=D),
}


def worked(**sheets: list[Row]) -> dict[str, list[Row]]:
    return {**worked_set.rows(), **sheets}


def later_sheets() -> dict[str, list[Row]]:
    """Return the worked set with all that may follow: P06, then one row of every kind."""
    lines = worked_set.rows()
    lines["documents"] += [
        invoice("F900", 9999, date(2025, 7, 1), date(2025, 7, 31)),
        invoice("F901", 777, date(2025, 7, 2), date(2025, 7, 2), "C900"),
        credit_note("A900", 18000, date(2025, 7, 15), "C003"),
        {
            "customer_id": "C001",
            "kind": "bounce",
            "number": "R900",
            "issued_on": date(2025, 7, 3),
            "due_on": None,
            "amount_minor": 12000_00,
            "origin": "P01",
        },
    ]
    lines["settlements"] += [
        payment("P900", 8000, date(2025, 7, 4), "C002"),
        payment("P901", 2400, date(2025, 7, 1), "C001"),
    ]
    lines["allocations"] += [
        pays("A900", "F009", 18000, "C003"),
        pays("P900", "F007", 7200, "C002"),
        pays("P901", "F005", 2400, "C001"),
    ]
    lines["disputes"] = [{"customer_id": "C002", "number": "F007", "opened_on": date(2025, 7, 1)}]
    lines["commitments"] += [
        {
            "customer_id": "C002",
            "kind": "order",
            "amount_minor": 5000_00,
            "extracted_on": date(2025, 7, 31),
        }
    ]
    lines["rates"] = [{"currency": "USD", "rate_on": date(2025, 7, 1), "rate": 0.9}]
    return lines


def figures(portfolio: Portfolio) -> dict[str, Any]:
    """Return the views that the others are made of."""
    found: dict[str, Any] = {
        module.__name__: module.build(portfolio, POLICY)
        for module in (aging, behaviour, dso, risk, receipts, activity)
    }
    state = status.build(portfolio, POLICY)
    return {**found, "tie-out": state.tie_out, "due": state.due_sources}


def answers(portfolio: Portfolio) -> dict[str, Any]:
    """Return every view at the date."""
    found = figures(portfolio)
    found["concentration"] = concentration.build(portfolio, POLICY)
    found["overview"] = overview.build(portfolio, POLICY)
    found["segments"] = segments.build(portfolio, POLICY)
    found["behaviour in depth"] = behaviour_details.build(portfolio, POLICY)
    found["forecast"] = forecast.build(portfolio, POLICY)
    found["forecast by the rule"] = forecast.build(portfolio, POLICY, scenario="simple")
    found["survival"] = behaviour_details.survival(portfolio, POLICY, by="customer")
    found["aging by issue date"] = aging.build(portfolio, POLICY, basis="issue")
    found["exposures"] = exposures(portfolio)
    found["customer"] = customer.build(portfolio, POLICY, customer_id="C003")
    return found


# Where a line stands in its file, the file's name and the number of a decision are not figures.
_PLACES = ("source_row", "file_name", "limit_change_id")


def assert_same(one: Any, other: Any, path: str) -> None:
    """Compare two answers, frame by frame, naming the place where they part."""
    assert type(one) is type(other), path
    if isinstance(one, pd.DataFrame):
        drop = [name for name in _PLACES if name in one.columns]
        pd.testing.assert_frame_equal(one.drop(columns=drop), other.drop(columns=drop), obj=path)
    elif dataclasses.is_dataclass(one):
        for item in dataclasses.fields(one):
            name = item.name
            assert_same(getattr(one, name), getattr(other, name), f"{path}.{name}")
    elif isinstance(one, (list, tuple)):
        assert len(one) == len(other), path
        for position, (left, right) in enumerate(zip(one, other, strict=True)):
            assert_same(left, right, f"{path}[{position}]")
    elif isinstance(one, dict):
        assert list(one) == list(other), path
        for key in one:
            assert_same(one[key], other[key], f"{path}[{key!r}]")
    else:
        same = one == other or (pd.isna(one) and pd.isna(other))
        assert same, (path, one, other)


def imported(lines: dict[str, list[Row]]) -> Workspace:
    workspace = Workspace.open(None)
    assert load(workspace, "m.xlsx", worked_set.workbook(lines)).status == "imported"
    return workspace


@pytest.fixture(scope="module")
def known() -> Iterator[dict[str, Any]]:
    """The answers of the file that stops on the date."""
    workspace = imported(worked(**TRUNCATED))
    yield answers(workspace.portfolio(D))
    workspace.close()


def test_later_rows_of_the_workbook_change_no_view(known: dict[str, Any]) -> None:
    workspace = imported(later_sheets())
    assert_same(known, answers(workspace.portfolio(D)), "views")
    # And they are there: a month later, something else is answered.
    after = aging.build(workspace.portfolio(date(2025, 7, 31)), POLICY).blocks[0]
    assert "C900" in set(after.customers["customer_id"])
    workspace.close()


def test_a_later_file_changes_no_view_of_the_past(known: dict[str, Any]) -> None:
    """The month after, the whole ledger is exported again: what was answered stays answered."""
    workspace = imported(worked(**TRUNCATED))
    again = later_sheets()
    again["company"] = [{**again["company"][0], "extracted_on": date(2025, 7, 31)}]
    again["commitments"] = [{"extracted_on": D, **row} for row in again["commitments"]]
    assert load(workspace, "juillet.xlsx", worked_set.workbook(again)).status == "imported"
    found = figures(workspace.portfolio(D))
    assert_same({name: known[name] for name in found}, found, "views")
    workspace.close()


def cut_fec(until: date) -> bytes:
    """Return the FEC without its entries after a day, and without the letters they gave."""
    head, *lines = worked_set.fec_bytes().splitlines(keepends=True)
    titles = head.decode().strip().split("\t")
    posted, letter = titles.index("EcritureDate"), titles.index("EcritureLet")
    rows = [line.decode().rstrip("\r\n").split("\t") for line in lines]
    kept = [row for row in rows if row[posted] <= until.strftime("%Y%m%d")]
    gone = {row[letter] for row in rows if row not in kept and row[letter]}
    accounts = {(row[titles.index("CompAuxNum")], row[letter]) for row in rows if row not in kept}
    for row in kept:
        if row[letter] in gone and (row[titles.index("CompAuxNum")], row[letter]) in accounts:
            row[letter] = ""
            row[titles.index("DateLet")] = ""
    return head + "".join("\t".join(row) + "\r\n" for row in kept).encode()


def test_later_entries_of_a_fec_change_no_view() -> None:
    found = []
    for content in (cut_fec(D), worked_set.fec_bytes()):
        workspace = Workspace.open(None)
        assert load(workspace, worked_set.FEC_NAME, content).status == "imported"
        assert load(workspace, "limites.xlsx", worked_set.reference_bytes()).status == "imported"
        found.append(figures(workspace.portfolio(D)))
        workspace.close()
    assert cut_fec(D) != worked_set.fec_bytes()
    assert_same(found[0], found[1], "views")


_LIST = (
    "Code client;Nom client;Numéro facture;Date facture;Date échéance;Montant TTC;Date de règlement\r\n"
    "C001;ALPHA;F1;13/01/2025;28/02/2025;100,00;20/03/2025\r\n"
    "C002;BETA;F2;14/05/2025;30/06/2025;200,00;{second}\r\n"
    "C003;GAMMA;F3;14/05/2025;31/05/2025;300,00;{third}\r\n"
    "C004;DELTA;F4;30/06/2025;31/07/2025;400,00;\r\n"
)


def test_later_payment_dates_of_a_list_change_no_view() -> None:
    """The same list drawn on the date and a month later: paid since is open at the date."""
    found = []
    for second, third, extra in (
        ("", "", ""),
        ("02/07/2025", "31/07/2025", "C001;ALPHA;F9;01/07/2025;31/07/2025;999,00;\r\n"),
    ):
        text = _LIST.format(second=second, third=third) + extra
        workspace = Workspace.open(None)
        result = load(workspace, "liste.csv", text.encode(), company_id="Essai")
        assert result.status == "imported"
        found.append(figures(workspace.portfolio(D)))
        workspace.close()
    assert_same(found[0], found[1], "views")
    assert found[0]["arlib.views.aging"].blocks[0].totals["total_minor"] == 900_00


def test_limits_that_begin_later_do_not_act_before() -> None:
    """With a limit in force at the date, the one that follows it is not looked at."""
    lines = worked_set.rows()
    lines["limits"] = [{**row, "valid_from": date(2024, 1, 1)} for row in lines["limits"]]
    before = imported(lines)
    lines["limits"] += [limit(code, 1, valid_from=date(2025, 7, 1)) for code in worked_set.LIMITS]
    after = imported(lines)
    one, other = (risk.build(item.portfolio(D), POLICY).customers for item in (before, after))
    assert_same(one, other, "risk")
    before.close()
    after.close()
