"""The page of limits as figures: the state of each limit at a date, and what a change would do."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

import pandas as pd
import pytest

from arlib.views import limits as views
from arlib.workspace import Author, LimitChange, Workspace
from tests.scenarios.product import POLICY, at, book, invoice, limit, risk_rows

if TYPE_CHECKING:
    from collections.abc import Iterator

D = date(2026, 5, 31)
DAY = timedelta(days=1)
ANNE = Author("anne", datetime(2026, 6, 1, 9, 0))  # noqa: DTZ001 - the book keeps naive times
SHEETS: dict[str, list[dict[str, object]]] = {
    "company": [{"name": "Essai", "currency": "EUR"}],
    "customers": [
        {"customer_id": "own", "name": "Propre", "category": "PME"},
        {"customer_id": "cat", "name": "Catégorie", "category": "PME"},
        {"customer_id": "none", "name": "Rien", "category": "GC"},
        {"customer_id": "g1", "name": "Un", "group_id": "G"},
        {"customer_id": "g2", "name": "Deux", "group_id": "G"},
    ],
    "documents": [
        *(invoice("F1", 1000, D - DAY, D, name) for name in ("own", "cat", "none", "g1", "g2")),
        invoice("F1", 1000, D - DAY, D, "usd", currency="USD"),
    ],
}


@pytest.fixture
def workspace() -> Iterator[Workspace]:
    opened = book(SHEETS)
    yield opened
    opened.close()


def fix(
    workspace: Workspace,
    who: str | None,
    amount: int | None,
    scope: str = "customer",
    **more: object,
) -> str:
    """Fix one limit (euros) and return the id of the change."""
    minor = None if amount is None else amount * 100
    values = {"currency": "EUR", **more}
    change = LimitChange("Essai", scope, who, minor, **values)  # type: ignore[arg-type]
    return str(workspace.set_limits([change], ANNE)["change_id"][0])


def states(workspace: Workspace, day: date = D) -> dict[str, str]:
    """Return the state of each limit, by whom it is for."""
    frame = views.build(at(workspace, day), POLICY).limits
    return dict(zip(frame["scope_id"].fillna("all"), frame["status"], strict=True))


def asked(*rows: tuple[object, ...], source: str = "internal", **more: object) -> pd.DataFrame:
    """Return changes as (scope, id, euros)."""
    frame = pd.DataFrame(rows, columns=["scope", "scope_id", "amount_minor"])
    frame["amount_minor"] = (frame["amount_minor"].astype("Float64") * 100).astype("Int64")
    plain: dict[str, Any] = {"currency": "EUR", "valid_from": pd.NaT, "valid_to": pd.NaT, "is_refused": False,
             "cover_ratio": None, **more}  # fmt: skip
    return frame.assign(company_id="Essai", source=source, **plain)


def preview(
    workspace: Workspace, changes: pd.DataFrame, day: date = D
) -> dict[str, dict[Any, Any]]:
    rows = views.changes(at(workspace, day), POLICY, changes).rows
    return {str(row["customer_id"]): row for row in rows.to_dict("records")}


# -- states -----------------------------------------------------------------------------------------


def test_the_last_day_is_included_and_the_next_day_it_has_expired(workspace: Workspace) -> None:
    fix(workspace, "own", 500, valid_to=D)
    assert states(workspace) == {"own": "expiring"}
    assert states(workspace, D + DAY) == {"own": "expired"}
    assert states(workspace, D - timedelta(days=1)) == {"own": "expiring"}
    rows = risk_rows(workspace, D + DAY)
    assert (rows.loc["own", "limit_reason"], rows.loc["none", "limit_reason"]) == (
        "expired",
        "no_limit",
    )


def test_thirty_days_before_its_end_unless_another_follows(workspace: Workspace) -> None:
    fix(workspace, "own", 500, valid_to=D + timedelta(days=30))
    fix(workspace, "cat", 500, valid_to=D + timedelta(days=31))
    fix(workspace, "none", 500, valid_to=D + timedelta(days=5))
    fix(workspace, "none", 600, valid_from=D + timedelta(days=6))
    assert states(workspace) == {"own": "expiring", "cat": "in_force", "none": "in_force"}


def test_removed_to_come_and_undone(workspace: Workspace) -> None:
    fix(workspace, "own", 500)
    fix(workspace, "own", None)
    fix(workspace, "cat", 500, valid_from=D + DAY)
    gone = fix(workspace, "none", 500)
    workspace.undo_limit(gone, ANNE)
    assert states(workspace) == {"own": "removed", "cat": "to_come"}
    view = views.build(at(workspace, D), POLICY)
    assert view.counts == {
        "in_force": 0, "expiring": 0, "to_come": 1, "expired": 0, "removed": 1,
    }  # fmt: skip
    assert view.count_current == 1, "before its first day the current limit stands in, said so"


def test_scopes_count_their_customers_and_unknown_ones_are_said(workspace: Workspace) -> None:
    fix(workspace, None, 100, scope="all")
    fix(workspace, "PME", 100, scope="category")
    fix(workspace, "G", 100, scope="group")
    fix(workspace, "gone", 100)
    frame = views.build(at(workspace, D), POLICY).limits
    counts = dict(zip(frame["scope_id"].fillna("all"), frame["count_customers"], strict=True))
    known = {key if isinstance(key, str) and key else "all": n for key, n in counts.items()}
    assert {known["PME"], known["G"], known["gone"]} == {2, 0}
    assert list(frame.loc[frame["is_unknown"], "scope_id"]) == ["gone"]
    view = views.build(at(workspace, D), POLICY)
    assert view.categories == (("Essai", "GC", 1), ("Essai", "PME", 2))
    assert view.groups == (("Essai", "G", 2),)


# -- what a change would do -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("old", "new", "flag"),
    [
        (100, 10_000, "hundredfold"),
        (100, 1_000, "tenfold"),
        (100, 999, "odd"),
        (100, 200, "odd"),
        (100, 199, None),
        (100, 51, None),
        (100, 50, "odd"),
        (100, 10, "tenth"),
        (100, 1, "tenth"),
        (100, 0, "tenth"),
        (0, 100, "unblocked"),
        (100, None, "removed"),
        (None, 100, "new"),
        (100, 100, None),
    ],
)
def test_what_looks_like_a_slip(
    workspace: Workspace, old: int | None, new: int | None, flag: str | None
) -> None:
    if old is not None:
        fix(workspace, "own", old)
    row = preview(workspace, asked(("customer", "own", new)))["own"]
    assert row["flag"] == flag
    assert row["is_flagged"] == (flag not in (None, "new"))
    if old and new:
        assert row["ratio"] == pytest.approx(new / old)


def test_another_currency_is_compared_at_the_rate_and_flagged_without(workspace: Workspace) -> None:
    fix(workspace, "own", 100, currency="USD")
    row = preview(workspace, asked(("customer", "own", 100)))["own"]
    assert row["flag"] == "currency"
    assert pd.isna(row["ratio"])


def test_one_limit_for_all_leaves_the_narrower_ones(workspace: Workspace) -> None:
    fix(workspace, "own", 500)
    fix(workspace, "PME", 800, scope="category")
    rows = preview(workspace, asked(("all", None, 900)))
    assert set(rows) == {"none", "g1", "g2", "usd"}
    assert all(row["after_scope"] == "all" for row in rows.values())
    by_category = preview(workspace, asked(("category", "PME", 80)))
    assert set(by_category) == {"cat"}
    assert by_category["cat"]["before_minor"] == 80_000


def test_removing_his_own_limit_lets_the_category_s_apply(workspace: Workspace) -> None:
    fix(workspace, "own", 500)
    fix(workspace, "PME", 800, scope="category")
    row = preview(workspace, asked(("customer", "own", None)))["own"]
    assert (row["before_scope"], row["after_scope"]) == ("customer", "category")
    assert row["after_minor"] == 80_000


def test_a_change_that_a_later_one_hides_is_said(workspace: Workspace) -> None:
    fix(workspace, "own", 500, valid_from=D - DAY)
    row = preview(workspace, asked(("customer", "own", 900)))["own"]
    assert row["flag"] == "no_effect"


def test_a_change_to_come_is_looked_at_on_its_first_day(workspace: Workspace) -> None:
    fix(workspace, "own", 500)
    change = asked(("customer", "own", 5_000), valid_from=pd.Timestamp(D + timedelta(days=40)))
    row = preview(workspace, change)["own"]
    assert (row["before_minor"], row["after_minor"], row["flag"]) == (50_000, 500_000, "tenfold")
    found = views.changes(at(workspace, D), POLICY, change)
    assert found.over_before == found.over_after == 1, "today nothing changes yet"


def test_customers_over_before_and_after_are_those_of_the_badge(workspace: Workspace) -> None:
    """Owed 1 000: limits of 1 000, 999.99 and 0 are tested as the risk page tests them."""
    changes = asked(("customer", "own", 1000), ("customer", "cat", 999.99), ("customer", "none", 0))
    found = views.changes(at(workspace, D), POLICY, changes)
    assert (found.over_before, found.over_after) == (0, 2)
    over = {row["customer_id"]: row["overrun_minor"] for row in found.rows.to_dict("records")}
    assert over == {"own": 0, "cat": 1, "none": 100_000}
    for row in changes.to_dict("records"):
        fix(workspace, row["scope_id"], None)
        change = LimitChange("Essai", "customer", row["scope_id"], int(row["amount_minor"]), "EUR")
        workspace.set_limits([change], ANNE)
    from arlib.views import risk

    assert risk.over_limit_count(at(workspace, D), POLICY) == 2


def test_a_group_limit_is_tested_apart(workspace: Workspace) -> None:
    fix(workspace, "G", 500, scope="group")
    found = views.changes(at(workspace, D), POLICY, asked(("group", "G", 5_000)))
    [row] = found.rows.to_dict("records")
    assert (row["customer_id"], row["is_group"], row["flag"]) == ("G", True, "tenfold")
    assert row["overrun_minor"] == 0  # its two customers owe 2 000 together, under 5 000
    assert found.over_before == found.over_after == 0
    [row] = views.changes(at(workspace, D), POLICY, asked(("group", "G", 1_500))).rows.to_dict(
        "records"
    )
    assert row["overrun_minor"] == 50_000


def test_a_past_date_uses_the_limit_then_in_force_else_the_current_one() -> None:
    sheets: dict[str, list[dict[str, object]]] = {
        **SHEETS,
        "limits": [
            limit("own", 100, valid_from=D - 60 * DAY, valid_to=D - 31 * DAY),
            limit("own", 200, valid_from=D - 30 * DAY),
            limit("cat", 300, valid_from=D),
        ],
    }
    workspace = book(sheets)
    assert risk_rows(workspace, D)["limit_minor"].dropna().to_dict() == {
        "own": 20_000,
        "cat": 30_000,
    }
    view = views.build(at(workspace, D - DAY), POLICY)
    assert view.count_current == 1
    rows = risk_rows(workspace, D - DAY)
    assert rows.loc["cat", "limit_is_current"]
    workspace.close()


def test_history_says_who_the_entries_are_for_and_which_can_be_undone(workspace: Workspace) -> None:
    done = workspace.set_limits(
        [LimitChange("Essai", "customer", name, 100, "EUR") for name in ("own", "cat")], ANNE
    )
    gone = workspace.undo_limit(done["change_id"][0], ANNE)["change_id"][0]
    workspace.undo_limit(gone, ANNE)
    frame = views.history(at(workspace, D), workspace.limit_history())
    told = frame.sort_values("sequence").to_dict("records")
    assert [row["name"] for row in told] == ["Propre", "Catégorie", "Propre", "Propre"]
    assert [row["count_set"] for row in told] == [2, 2, 1, 1]
    assert [row["is_open"] for row in told] == [True, True, False, False]
