"""Groupes de clients: which customers are one debtor, what the group owes, against which limit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics import groups as analysis
from arlib.analytics.exposure import BASES, exposures, offered
from arlib.analytics.group_pairs import SURENESS, WAYS
from arlib.model.portfolio import KEY, KEY_CURRENCY

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

_SHOWN_NAMES: Final = 3


@dataclass(frozen=True, slots=True)
class GroupsView:
    """The groups at the date. Amounts are on ``exposure_basis`` unless they say otherwise.

    ``groups``: columns of ``analytics.groups.groups``; ``members``: of ``analytics.groups.members``.
    ``proposals``: one row each: ``proposal_id, company_id, target_group_id, suggested_name, names``
    (the first ones), ``count_customers, way`` (best reason met), ``sureness`` (of the least sure).
    ``proposed``: their customers, columns of ``analytics.groups.proposals``. ``amounts``: what each
    proposal would bring together, members already in its group included: ``proposal_id, currency,
    exposure_minor``. ``held``: exposure of each customer: key, ``currency, exposure_minor``.
    ``counts``: ``groups, customers`` (in a group), ``over`` (groups over their limit), ``limited``
    (groups with a limit), ``proposals, proposed`` (customers). ``totals``: exposure per currency:
    ``currency, grouped_minor, exposure_minor, grouped_ratio``.
    ``offered``: levels of exposure beyond the basis that what was supplied can answer.
    """

    as_of: date
    exposure_basis: str
    groups: pd.DataFrame
    members: pd.DataFrame
    proposals: pd.DataFrame
    proposed: pd.DataFrame
    amounts: pd.DataFrame
    held: pd.DataFrame
    counts: Mapping[str, int]
    totals: pd.DataFrame
    offered: tuple[str, ...]


def build(portfolio: Portfolio, policy: Policy) -> GroupsView:
    """Return the groups in force and those proposed, at the date."""
    basis = policy.exposure_basis
    members = analysis.members(portfolio, policy, basis)
    frame = analysis.groups(portfolio, policy, basis)
    proposed = _inside(portfolio, analysis.proposals(portfolio, policy))
    held = exposures(portfolio)
    held["exposure_minor"] = held[BASES[basis]].astype("Int64")
    held = held[[*KEY_CURRENCY, "exposure_minor"]]
    once = frame.loc[frame["is_first_row"]]
    return GroupsView(
        as_of=portfolio.as_of,
        exposure_basis=basis,
        groups=frame,
        members=members,
        proposals=_summed(proposed),
        proposed=proposed,
        amounts=_amounts(proposed, members, held),
        held=held,
        counts={
            "groups": len(once),
            "customers": int(members["is_first_row"].sum()),
            "over": int((once["overrun_minor"] > 0).fillna(value=False).sum()),
            "limited": int(once["limit_minor"].notna().sum()),
            "proposals": int(proposed["proposal_id"].nunique()),
            "proposed": len(proposed),
        },
        totals=_totals(members, held),
        offered=tuple(level for level in offered(portfolio) if level != basis),
    )


def _inside(portfolio: Portfolio, proposed: pd.DataFrame) -> pd.DataFrame:
    """Return the proposals that concern a customer kept by the filters, whole."""
    if not (portfolio.filters.is_active or portfolio.filters.company_id):
        return proposed
    kept = proposed[[*KEY, "proposal_id"]].merge(portfolio.customers()[KEY], on=KEY)
    is_kept = proposed["proposal_id"].isin(kept["proposal_id"])
    return proposed.loc[is_kept].reset_index(drop=True)


def _summed(proposed: pd.DataFrame) -> pd.DataFrame:
    """Return one row a proposal, in the order they come."""
    place = proposed["way"].map({way: place for place, way in enumerate(WAYS)})
    sure = proposed["sureness"].map({word: place for place, word in enumerate(SURENESS)})
    rows = proposed.assign(_way=place, _sure=sure)
    rows["_turn"] = rows.groupby("proposal_id").cumcount()
    shown = rows.loc[rows["_turn"] < _SHOWN_NAMES]
    # one name that several codes carry is said once
    once = shown.drop_duplicates(["proposal_id", "name"])
    names = once.groupby("proposal_id", sort=False)["name"].agg(" · ".join)
    frame = rows.groupby("proposal_id", sort=False).agg(
        company_id=("company_id", "first"),
        target_group_id=("target_group_id", "first"),
        suggested_name=("suggested_name", "first"),
        count_customers=("customer_id", "size"),
        _way=("_way", "min"),
        _sure=("_sure", "max"),
    )
    frame.insert(3, "names", names)
    frame["way"] = frame.pop("_way").map(dict(enumerate(WAYS))).astype("str")
    frame["sureness"] = frame.pop("_sure").map(dict(enumerate(SURENESS))).astype("str")
    return frame.reset_index()


def _amounts(proposed: pd.DataFrame, members: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    """Return what each proposal would bring together, by currency."""
    asked = ["proposal_id", "company_id", "target_group_id"]
    joined = proposed[asked].dropna(subset=["target_group_id"]).drop_duplicates()
    joined = joined.rename(columns={"target_group_id": "group_id"})
    inside = members[["company_id", "group_id", "currency", "exposure_minor"]]
    rows = [
        proposed[["proposal_id", *KEY]].merge(held, on=KEY),
        joined.merge(inside, on=["company_id", "group_id"]),
    ]
    names = ["proposal_id", "currency", "exposure_minor"]
    filled = [frame[names] for frame in rows if len(frame)] or [rows[0][names]]
    both = pd.concat(filled, ignore_index=True)
    return both.groupby(names[:2], sort=True)["exposure_minor"].sum(min_count=1).reset_index()


def _totals(members: pd.DataFrame, held: pd.DataFrame) -> pd.DataFrame:
    whole = held.groupby("currency", sort=True)["exposure_minor"].sum(min_count=1)
    inside = members.groupby("currency", sort=True)["exposure_minor"].sum(min_count=1)
    frame = pd.DataFrame({"exposure_minor": whole})
    frame["grouped_minor"] = inside.reindex(frame.index).astype("Int64").fillna(0)
    size = frame["exposure_minor"].astype("Float64").astype("float64")
    part = frame["grouped_minor"].astype("float64")
    frame["grouped_ratio"] = (part / size).where(size > 0)
    order = frame.sort_values("exposure_minor", ascending=False, kind="stable")
    return order.rename_axis("currency").reset_index()
