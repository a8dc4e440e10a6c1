"""Sets of customers that look like one group, to be confirmed or refused by the user."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import pandas as pd

from arlib.analytics.frames import customers
from arlib.analytics.group_pairs import SURENESS, WAYS, identified, pairs
from arlib.model.portfolio import KEY

if TYPE_CHECKING:
    import numpy.typing as npt

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

    Places = npt.NDArray[np.int64]

_GROUP: Final = ["company_id", "group_id"]
_PROPOSAL: Final = [
    "proposal_id", "company_id", "target_group_id", "suggested_name", "customer_id", "name",
    "current_group_id", "siren", "vat_number", "way", "sureness", "similarity_ratio",
    "matched_customer_id", "matched_name", "member_name", "member_way", "proposal_sureness",
    "count_proposed",
]  # fmt: skip


def proposals(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:  # noqa: ARG001 - one shape of pipelines
    """Return sets of customers that look like one group, one row per customer to put in it.

    Alike by a valid SIREN, by VAT number, by name (``group_pairs.pairs``), within one company; links
    through a third one count. Columns: ``proposal_id`` (of the set: the same on any machine),
    ``company_id, target_group_id`` (group in force that the customers would join; NA: a new one),
    ``suggested_name, customer_id, name, current_group_id, siren, vat_number, way`` (best reason of
    this customer: siren, vat_number, name, core, spelling), ``sureness`` (sure, likely, possible),
    ``similarity_ratio, matched_customer_id, matched_name`` (with whom), ``member_name, member_way``
    (the customer of the target group he is like, NA when only through another),
    ``proposal_sureness`` (of the least sure), ``count_proposed``. Surest first, then largest.

    Left out: collective accounts, companies of one's own group, customers taken out of groups by
    hand, pairs refused; customers that the files put in two groups are proposed one only by an
    identifier.
    """
    return portfolio.derived("group proposals", lambda: _proposals(portfolio))


def _proposals(portfolio: Portfolio) -> pd.DataFrame:
    who = _candidates(portfolio)
    known = identified(who)
    links = _allowed(pairs(who), who, portfolio.group_refusals())
    sets = _components(len(who), links, _anchors(who))
    rows = who.assign(_set=sets, plain=known["plain"], core=known["core"])
    rows = rows.loc[rows["_set"].isin(_mixed(rows, sets, links))]
    if rows.empty:
        return pd.DataFrame(columns=_PROPOSAL)
    rows["target_group_id"] = _targets(rows)
    is_inside = (rows["group_id"] == rows["target_group_id"]).fillna(value=False).astype(bool)
    shown = rows.loc[~is_inside].merge(
        _best(_both_ways(links), who), left_index=True, right_on="place"
    )
    shown = shown.merge(_ties(links, rows.loc[is_inside], who), on="place", how="left")
    shown["suggested_name"] = (
        shown["_set"]
        .map(_suggested(rows))
        .where(shown["target_group_id"].isna(), shown["target_group_id"])
    )
    return _ranked(shown)


def _candidates(portfolio: Portfolio) -> pd.DataFrame:
    """Return the customers that may be grouped, in a stable order, places as index."""
    who = customers(portfolio.whole())
    decided = portfolio.group_decisions()
    taken_out = decided.loc[decided["group_id"].isna(), KEY].assign(is_out=True)
    who = who.merge(taken_out, on=KEY, how="left")
    is_left = who["is_collective"] | who["is_intercompany"] | who["is_out"].eq(other=True)
    wanted = [*KEY, "name", "group_id", "siren", "vat_number", "is_natural_person"]
    return who.loc[~is_left, wanted].sort_values(KEY, ignore_index=True)


def _allowed(found: pd.DataFrame, who: pd.DataFrame, refused: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs not refused, nor contradicted by two groups in force on names alone."""
    groups = [who["group_id"].reindex(found[side]).to_numpy(object) for side in ("left", "right")]
    both = pd.notna(groups[0]) & pd.notna(groups[1])
    is_contradicted = both & (groups[0] != groups[1]) & (found["sureness"] != SURENESS[0])
    found = found.loc[~is_contradicted].reset_index(drop=True)
    if refused.empty or found.empty:
        return found
    place = who[KEY].reset_index(names="place").merge(refused, on=KEY)
    sides = place[["place", "refusal_id", "side"]]
    left = found[["left", "right"]].merge(sides, left_on="left", right_on="place")
    met = left.merge(sides, left_on=["right", "refusal_id"], right_on=["place", "refusal_id"])
    apart = met.loc[(met["side_x"] != met["side_y"]) | (met["side_x"] == 0)]
    apart = apart[["left", "right"]].drop_duplicates().assign(is_apart=True)
    found = found.merge(apart, on=["left", "right"], how="left")
    return found.loc[found.pop("is_apart").ne(other=True)].reset_index(drop=True)


def _anchors(who: pd.DataFrame) -> pd.DataFrame:
    """Return pairs that tie the customers of a group in force to its first one."""
    rows = who.dropna(subset=["group_id"]).reset_index(names="right")
    rows["left"] = rows.groupby(_GROUP)["right"].transform("min")
    return rows.loc[rows["left"] < rows["right"], ["left", "right"]]


def _components(count: int, *links: pd.DataFrame) -> Places:
    """Return for each place the first place it is tied to, directly or through others."""
    both = pd.concat([frame[["left", "right"]] for frame in links])
    left, right = both["left"].to_numpy("int64"), both["right"].to_numpy("int64")
    found: Places = np.arange(count, dtype="int64")
    while True:
        lowest = np.minimum(found[left], found[right])
        moved = found.copy()
        np.minimum.at(moved, left, lowest)
        np.minimum.at(moved, right, lowest)
        moved = moved[moved]
        if np.array_equal(moved, found):
            return found
        found = moved


def _mixed(rows: pd.DataFrame, sets: Places, links: pd.DataFrame) -> set[int]:
    """Return the sets that hold a link between two customers not yet of one group."""
    groups = [rows["group_id"].reindex(links[s]).to_numpy(object) for s in ("left", "right")]
    is_one = pd.notna(groups[0]) & (groups[0] == groups[1])
    return set(sets[links.loc[~is_one, "left"].to_numpy("int64")].tolist())


def _targets(rows: pd.DataFrame) -> pd.Series[str]:
    """Return the group most customers of each set are in; missing when none is in one."""
    counted = rows.dropna(subset=["group_id"]).groupby(["_set", "group_id"]).size()
    largest = counted.rename("count").reset_index()
    largest = largest.sort_values(["_set", "count", "group_id"], ascending=[True, False, True])
    first = largest.drop_duplicates("_set").set_index("_set")["group_id"]
    return rows["_set"].map(first).astype("str")


def _both_ways(links: pd.DataFrame) -> pd.DataFrame:
    """Return each link from both its ends."""
    turned = links.rename(columns={"left": "right", "right": "left"})
    return pd.concat([links, turned], ignore_index=True)


def _best(both: pd.DataFrame, who: pd.DataFrame) -> pd.DataFrame:
    """Return the best link of each customer: with whom, why, how sure."""
    both = both.copy()
    both["_way"] = both["way"].map({way: place for place, way in enumerate(WAYS)})
    both["_sure"] = both["sureness"].map({word: place for place, word in enumerate(SURENESS)})
    order = ["left", "_sure", "_way", "similarity_ratio", "right"]
    both = both.sort_values(order, ascending=[True, True, True, False, True])
    best = both.drop_duplicates("left").rename(columns={"left": "place"})
    other = who.loc[best["right"], ["customer_id", "name"]].reset_index(drop=True)
    best = best.reset_index(drop=True)
    best["matched_customer_id"], best["matched_name"] = other["customer_id"], other["name"]
    return best.drop(columns=["right", "_way", "_sure"])


def _ties(links: pd.DataFrame, inside: pd.DataFrame, who: pd.DataFrame) -> pd.DataFrame:
    """Return the best link of each customer with one already in the group he would join."""
    both = _both_ways(links)
    both = both.loc[both["right"].isin(inside.index) & ~both["left"].isin(inside.index)]
    best = _best(both, who)
    names = {"matched_name": "member_name", "way": "member_way"}
    return best.rename(columns=names)[["place", *names.values()]]


def _suggested(rows: pd.DataFrame) -> dict[int, str]:
    """Return a name for each set: its common core, else its shortest name; none already taken."""
    ordered = rows.assign(_length=rows["name"].str.len())
    ordered = ordered.sort_values(["_set", "_length", "name", "customer_id"])
    first = ordered.drop_duplicates("_set").set_index("_set")
    cores = rows.groupby("_set")["core"].agg(["first", "nunique"])
    is_shared = (cores["nunique"] == 1) & (cores["first"] != "")
    names = first["name"].where(~is_shared.reindex(first.index), cores["first"])
    taken = names.str.casefold().duplicated()
    codes = first["customer_id"]
    names = names.where(~taken, names + " (" + codes + ")")
    return dict(zip(names.index.astype(int).tolist(), names.astype(str).tolist(), strict=True))


def _ranked(shown: pd.DataFrame) -> pd.DataFrame:
    sure = shown["sureness"].map({word: place for place, word in enumerate(SURENESS)})
    shown = shown.assign(_sure=sure).sort_values(["_set", "_sure", *KEY])
    by_set = shown.groupby("_set")
    shown["count_proposed"] = by_set["customer_id"].transform("size")
    worst = by_set["_sure"].transform("max")
    shown["proposal_sureness"] = np.array(SURENESS, dtype=object)[worst.to_numpy("int64")]
    members = by_set.agg(company=("company_id", "first"), codes=("customer_id", "\n".join))
    targets = by_set["target_group_id"].first().fillna("")
    stamps = members["company"] + "\n" + targets + "\n" + members["codes"]
    names = {place: _identity(text) for place, text in stamps.items()}
    shown["proposal_id"] = shown["_set"].map(names)
    shown = shown.rename(columns={"group_id": "current_group_id"}).assign(_worst=worst)
    order = ["_worst", "count_proposed", "proposal_id", "_sure", "customer_id"]
    shown = shown.sort_values(order, ascending=[True, False, True, True, True])
    return shown[_PROPOSAL].reset_index(drop=True)


def _identity(text: Any) -> str:
    return "P" + hashlib.sha256(str(text).encode()).hexdigest()[:11]
