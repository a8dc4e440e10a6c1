"""One customer over 24 months, by hand: days over the limit, lives of invoices, his group."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import pandas as pd

from arlib.analytics.customer_history import (
    exposure_peaks,
    exposure_steps,
    group_members,
    invoice_lives,
    limit_in,
    limit_steps,
)
from arlib.analytics.promises import promises
from arlib.model.policy import Policy
from arlib.workspace import LimitChange, Workspace
from tests.support.books import BY, Alloc, Book, Doc, load

D = date(2025, 6, 30)


def book() -> Workspace:
    docs = [
        Doc("C", "F1", date(2025, 1, 10), 1_000, due_on=date(2025, 2, 10)),
        Doc("C", "F2", date(2025, 3, 1), 500, due_on=date(2025, 4, 1)),
        Doc("C", "P1", date(2025, 3, 21), -1_000, "payment"),
        Doc("C", "F3", date(2025, 6, 29), 800, due_on=date(2025, 7, 29)),
        Doc("D", "G1", D, 40),
        Doc("E", "H1", D, 7),
    ]
    actions: list[dict[str, object]] = [
        {"customer_id": "C", "kind": "reminder", "number": "F2", "taken_on": day, "text": "1"}
        for day in (date(2025, 5, 1), date(2025, 4, 15))
    ]
    actions += [
        {"customer_id": "C", "kind": "promise", "number": "F2", "taken_on": date(2025, 5, 2),
         "due_on": date(2025, 5, 9), "amount_minor": 500, "currency": "EUR"},
    ]  # fmt: skip
    customers: list[dict[str, object]] = [
        {"customer_id": code, "name": code, "group_id": "G"} for code in ("C", "D")
    ]
    workspace = Workspace.open(None)
    load(workspace, Book(docs, [Alloc("P1", "F1", 1_000)], customers=customers, actions=actions))
    return workspace


def rows(frame: pd.DataFrame, *names: str) -> list[tuple[Any, ...]]:
    cells = frame[list(names)].astype(object)
    return list(cells.where(cells.notna(), None).itertuples(index=False, name=None))


def test_days_over_a_limit_that_changes() -> None:
    workspace = book()
    for amount, start in (
        (2_000, date(2025, 1, 1)),
        (1_200, date(2025, 3, 11)),
        (None, date(2025, 6, 30)),
    ):
        workspace.set_limits(
            [LimitChange("TEST", "customer", "C", amount, "EUR", valid_from=start)], BY
        )  # fmt: skip
    portfolio = workspace.portfolio(D)
    steps = limit_steps(portfolio, Policy(), "TEST", "C")
    stamps = [datetime(2023, 6, 30), datetime(2025, 3, 11), datetime(2025, 6, 30)]  # noqa: DTZ001
    # before the first start the limit that stands is the current one: it was removed since
    assert [row[1] for row in rows(steps, "day", "limit_minor")][-2:] == [1_200, None]
    assert rows(steps, "day")[-2:] == [(stamps[1],), (stamps[2],)]
    exposure = exposure_steps(portfolio, "TEST", "C")
    assert rows(exposure, "exposure_minor") == [(1_000,), (1_500,), (500,), (1_300,), (1_300,)]
    peak = exposure_peaks(exposure, steps).iloc[0]
    # 1,500 against 1,200 from 11 to 20 March (paid on the 21st), 1,300 on 29 June; no limit on the 30th
    assert (peak["highest_minor"], peak["days_over"], peak["most_over_minor"]) == (1_500, 11, 300)
    assert peak["highest_on"] == datetime(2025, 3, 1)  # noqa: DTZ001


def test_a_customer_without_limit_has_no_days_over() -> None:
    portfolio = book().portfolio(D)
    steps = limit_steps(portfolio, Policy(), "TEST", "C")
    assert steps.empty
    assert limit_in(steps, "EUR").empty
    peak = exposure_peaks(exposure_steps(portfolio, "TEST", "C"), steps).iloc[0]
    assert pd.isna(peak["days_over"])
    assert exposure_peaks(exposure_steps(portfolio, "TEST", "Z"), steps).empty


def test_each_invoice_with_what_happened_to_it() -> None:
    portfolio = book().portfolio(D)
    found = invoice_lives(portfolio, "TEST", "C", promises(portfolio, Policy()), most=30)
    assert rows(found, "number", "days_late", "open_minor", "promise_status") == [
        ("F3", -29, 800, None),
        ("F2", 90, 500, "broken"),
        ("F1", 39, 0, None),
    ]
    assert [len(days) for days in found["reminded_on"]] == [0, 2, 0]
    assert [day.day for day in found["reminded_on"].iloc[1]] == [15, 1]
    assert rows(found, "cleared_on")[2] == (datetime(2025, 3, 21),)  # noqa: DTZ001
    before = portfolio.at(date(2025, 3, 20))
    then = invoice_lives(before, "TEST", "C", promises(before, Policy()), most=30)
    assert rows(then, "number", "days_late", "open_minor") == [("F2", -12, 500), ("F1", 38, 1_000)]
    assert len(invoice_lives(portfolio, "TEST", "C", promises(portfolio, Policy()), most=1)) == 1


def test_the_group_with_what_each_owes() -> None:
    portfolio = book().portfolio(D)
    found = group_members(portfolio, "TEST", "C")
    assert rows(found, "customer_id", "outstanding_minor", "overdue_minor", "is_himself") == [
        ("C", 1_300, 500, True),
        ("D", 40, 0, False),
    ]
    assert group_members(portfolio, "TEST", "E").empty
