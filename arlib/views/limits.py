"""Credit limits: those in force, expiring, expired or removed; what a change would do."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pandas as pd

from arlib.analytics import group_overruns
from arlib.analytics.frames import customers
from arlib.analytics.limit_preview import over_with, preview, with_changes
from arlib.analytics.limit_states import STATES, limit_states
from arlib.analytics.overruns import limit_test
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio


@dataclass(frozen=True, slots=True)
class LimitsView:
    """Every limit ever decided, one row per scope and source (see ``limit_states.COLUMNS``).

    ``counts``: limits by state. ``count_customers``: customers of the book (collective accounts
    apart), ``count_without``: those without a limit in force, ``count_current``: those for whom
    none was in force at the date, so that the current one stands in. ``categories`` and ``groups``:
    (company_id, value, customers) that a limit can be fixed for.
    """

    as_of: date
    limits: pd.DataFrame
    counts: Mapping[str, int]
    count_customers: int
    count_without: int
    count_current: int
    categories: tuple[tuple[str, str, int], ...]
    groups: tuple[tuple[str, str, int], ...]


@dataclass(frozen=True, slots=True)
class LimitPreview:
    """What changes would do.

    ``rows``: see ``limit_preview.preview``, plus ``name`` and ``overrun_minor`` (after, in the
    limit's currency; NA when not tested), those to check first. ``over_before`` and ``over_after``: customers over their limit at the date.
    """

    rows: pd.DataFrame
    over_before: int
    over_after: int
    count_flagged: int


def build(portfolio: Portfolio, policy: Policy) -> LimitsView:
    """Return the limits of the book at the date."""
    states = limit_states(portfolio)
    who = customers(portfolio)
    who = who.loc[~who["is_collective"]]
    tested = limit_test(portfolio, policy, policy.exposure_basis).merge(who[KEY], on=KEY)
    counted = states["status"].value_counts()
    return LimitsView(
        as_of=portfolio.as_of,
        limits=states,
        counts={name: int(counted.get(name, 0)) for name in STATES},
        count_customers=len(who),
        count_without=int(tested["limit_minor"].isna().sum()),
        count_current=int(tested["limit_is_current"].eq(other=True).sum()),
        categories=_sets(who, "category"),
        groups=_sets(who, "group_id"),
    )


def history(portfolio: Portfolio, entries: pd.DataFrame) -> pd.DataFrame:
    """Return entries (``Workspace.limit_history``) with ``name`` of whom each is for, ``count_set``.

    ``name`` is the customer's, else the category or the group ("" for all); ``count_set``: entries
    of the same change made together, 1 alone. ``is_open``: it can still be undone.
    """
    names = customers(portfolio)[[*KEY, "name"]].rename(columns={"customer_id": "scope_id"})
    frame = entries.astype({"scope_id": "object"}).merge(
        names.assign(scope="customer").astype({"scope_id": "object"}),
        on=["company_id", "scope", "scope_id"],
        how="left",
    )
    frame["name"] = frame["name"].astype("object").fillna(frame["scope_id"])
    frame["name"] = frame["name"].where(frame["scope"] != "all", "")
    sizes = frame["change_set"].map(frame["change_set"].value_counts())
    frame["count_set"] = sizes.fillna(1).astype("int64")
    undone = dict(zip(frame["change_id"], frame["undoes"].notna(), strict=True))
    gives_back = frame["undoes"].map(undone).eq(other=True)
    frame["is_open"] = ~frame["is_undone"].astype(bool) & ~gives_back
    return frame


def changes(portfolio: Portfolio, policy: Policy, asked: pd.DataFrame) -> LimitPreview:
    """Return what fixing limits would do; ``asked``: the columns ``limit_preview.NEEDED``."""
    rows = preview(portfolio, asked)
    before = over_with(portfolio, policy, portfolio.limits())
    decisions = with_changes(portfolio, asked)
    after = over_with(portfolio, policy, decisions)
    tested = [after.assign(is_group=False)]
    if rows["is_group"].any():
        tested.append(group_overruns.over_with(portfolio, policy, decisions).assign(is_group=True))
    wanted = [*KEY, "is_group", "overrun_minor", "limit_source", "limit_currency"]
    now = pd.concat([frame[wanted] for frame in tested if len(frame)] or [tested[0][wanted]])
    rows = rows.merge(
        now.rename(columns={"limit_source": "source"}), on=[*KEY, "is_group", "source"], how="left"
    )
    is_apart = rows["limit_currency"] != rows["after_currency"]
    rows["overrun_minor"] = rows["overrun_minor"].astype("Int64").mask(is_apart)
    rows = rows.merge(customers(portfolio)[[*KEY, "name"]], on=KEY, how="left")
    rows["name"] = rows["name"].fillna(rows["customer_id"])
    rows = rows.sort_values("is_flagged", ascending=False, kind="stable").reset_index(drop=True)
    return LimitPreview(
        rows=rows.drop(columns="limit_currency"),
        over_before=int(before["is_over"].sum()),
        over_after=int(after["is_over"].sum()),
        count_flagged=int(rows["is_flagged"].sum()),
    )


def _sets(who: pd.DataFrame, name: str) -> tuple[tuple[str, str, int], ...]:
    counts = who.dropna(subset=[name]).groupby(["company_id", name]).size().reset_index(name="n")
    columns = (counts["company_id"], counts[name], counts["n"])
    return tuple(
        (str(company), str(value), int(n)) for company, value, n in zip(*columns, strict=True)
    )
