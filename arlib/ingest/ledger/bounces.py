"""Bounced payments: which debit takes back which payment, and which invoices it re-opens.

A bounce is allocated the payment it takes back; what the payment had paid is reversed at the date
of the bounce, so the invoice is open again with its own due date (architecture §3.2).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.ingest.ledger.accounts import words_of
from arlib.ingest.ledger.consumption import Pairs, Queue, consume

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Flags = NDArray[np.bool_]
    Days = NDArray[np.datetime64]
    Texts = NDArray[np.object_]

_LEAST_REFERENCE: Final = 4
_WORDS: Final = (
    "impaye",
    "rejet",
    "rejete",
    "unpaid",
    "sans provision",
    "retour prel",
    "retour che",
)
_MOST_ROUNDS: Final = 20


@dataclass(frozen=True, slots=True)
class Bounces:
    """Pairs of lines: ``bounce[i]`` takes back ``payment[i]``, each line at most once."""

    bounce: Ints
    payment: Ints


def find_bounces(lines: pd.DataFrame) -> Bounces:
    """Return the debits of cash that take back an earlier payment of the customer.

    ``lines`` needs ``kind, customer, code, group, amount, posted, number, label`` (``customer``,
    ``code`` and ``group`` numbered, -1 = no lettering). A debit is a bounce when lettered with an
    earlier payment, or equal in amount to one and bearing its reference; among several payments,
    the latest. A debit that only gives back what a group was overpaid is a refund.
    """
    debits = lines[lines["kind"].eq("refund") & lines["amount"].gt(0)]
    payments = lines[lines["kind"].eq("payment") & lines["amount"].lt(0)]
    if debits.empty or payments.empty:
        return Bounces(np.zeros(0, np.int64), np.zeros(0, np.int64))
    found = _Taken([], [])
    found.take(_lettered(debits, payments, ["group", "amount"]))
    left = found.left(debits)
    found.take(_lettered(left[_opens_group(left, lines)], found.free(payments), ["code", "amount"]))
    found.take(_referenced(found.left(debits), found.free(payments)))
    left = found.left(debits)
    found.take(_lettered(left[~_repays_excess(left, lines)], found.free(payments), ["group"]))
    return Bounces(np.array(found.bounces, np.int64), np.array(found.payments, np.int64))


@dataclass(slots=True)
class _Taken:
    """The pairs found so far."""

    bounces: list[int]
    payments: list[int]

    def take(self, pairs: pd.DataFrame) -> None:
        """Keep pairs."""
        self.bounces += pairs["bounce"].tolist()
        self.payments += pairs["payment"].tolist()

    def left(self, debits: pd.DataFrame) -> pd.DataFrame:
        """Return the debits not yet paired."""
        return debits[~debits.index.isin(self.bounces)]

    def free(self, payments: pd.DataFrame) -> pd.DataFrame:
        """Return the payments not yet paired."""
        return payments[~payments.index.isin(self.payments)]


def _lettered(debits: pd.DataFrame, payments: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return the pairs lettered together: ``keys`` must be equal, the first being the lettering."""
    debits, payments = debits[debits[keys[0]].ge(0)], payments[payments[keys[0]].ge(0)]
    return _latest(_keyed(debits, keys), _keyed(payments.assign(amount=-payments["amount"]), keys))


def _opens_group(debits: pd.DataFrame, lines: pd.DataFrame) -> Flags:
    """Tell which debits no earlier credit of their own group explains.

    An invoice and its payment balance, so the bounce that follows under the same code begins the
    next group; a refund has the credit it repays in its group.
    """
    given = lines[lines["amount"].lt(0) & lines["group"].isin(debits["group"])]
    first = given.groupby("group")["posted"].min().reindex(debits["group"]).to_numpy()
    opens: Flags = np.isnat(first) | (first > debits["posted"].to_numpy())
    return opens


def _referenced(debits: pd.DataFrame, payments: pd.DataFrame) -> pd.DataFrame:
    """Return the pairs of equal amount that bear one reference, in number or label."""
    keys = ["customer", "amount", "token"]
    payments = payments.assign(amount=-payments["amount"])
    is_near = payments["customer"].isin(debits["customer"]) & payments["amount"].isin(
        debits["amount"]
    )
    return _latest(
        _keyed(_with_tokens(debits), keys), _keyed(_with_tokens(payments[is_near]), keys)
    )


def _with_tokens(lines: pd.DataFrame) -> pd.DataFrame:
    """Return one row a line and reference it bears."""
    pairs = zip(lines["number"].tolist(), lines["label"].tolist(), strict=True)
    return (
        lines.assign(token=pd.Series([_tokens(*pair) for pair in pairs], lines.index, dtype=object))
        .explode("token")
        .dropna(subset="token")
    )


def _tokens(number: str, label: str) -> list[str]:
    """Return the references of a line: its number, and the words of its label that hold a digit."""
    words = [number, *number.split(), *re.split(r"[\s,;:]+", label)]
    plain = {re.sub(r"[^0-9a-z]", "", word.casefold()) for word in words}
    return sorted(w for w in plain if len(w) >= _LEAST_REFERENCE and any(map(str.isdigit, w)))


def _keyed(lines: pd.DataFrame, keys: list[str]) -> pd.DataFrame:
    """Return ``line, key, posted, amount``; the key is one text for the columns named."""
    key = lines[keys[0]].astype(str)
    for name in keys[1:]:
        key = key + "|" + lines[name].astype(str)
    frame = pd.DataFrame({"line": lines.index, "key": key.to_numpy()})
    return frame.assign(posted=lines["posted"].to_numpy(), amount=lines["amount"].to_numpy())


def _latest(debits: pd.DataFrame, payments: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of a debit and the latest earlier payment of its key, each used once.

    Each round pairs what it can; payments already taken leave the next round to the others.
    """
    pairs = []
    for _ in range(_MOST_ROUNDS):
        if debits.empty or payments.empty:
            break
        both = pd.merge_asof(
            debits.sort_values("posted", kind="stable"),
            payments.sort_values("posted", kind="stable"),
            on="posted",
            by="key",
            suffixes=("", "_paid"),
        ).dropna(subset="line_paid")
        both = both[both["amount_paid"] >= both["amount"]].drop_duplicates("line_paid")
        both = both.drop_duplicates("line")
        if both.empty:
            break
        pairs.append(both)
        debits = debits[~debits["line"].isin(both["line"])]
        payments = payments[~payments["line"].isin(both["line_paid"])]
    if not pairs:
        return pd.DataFrame({"bounce": np.zeros(0, np.int64), "payment": np.zeros(0, np.int64)})
    whole = pd.concat(pairs)
    return pd.DataFrame(
        {"bounce": whole["line"].astype("int64"), "payment": whole["line_paid"].astype("int64")}
    )


def _repays_excess(debits: pd.DataFrame, lines: pd.DataFrame) -> Flags:
    """Tell which debits only give back what their group was overpaid by then.

    The words of an unpaid item in the label say otherwise.
    """
    debits_in = debits[debits["group"].ge(0)].reset_index(names="bounce")
    grouped = lines[lines["group"].isin(debits_in["group"]) & ~lines.index.isin(debits.index)]
    both = debits_in[["bounce", "group", "posted", "amount"]].merge(
        grouped[["group", "posted", "amount"]], on="group", suffixes=("", "_other")
    )
    before = both[both["posted_other"] <= both["posted"]]
    balance = before.groupby("bounce")["amount_other"].sum().reindex(debits.index, fill_value=0)
    excess: Flags = -balance.to_numpy() >= debits["amount"].to_numpy()
    return excess & ~is_said_unpaid(debits["label"])


def is_said_unpaid(labels: pd.Series[str]) -> Flags:
    """Tell which labels have the words of an unpaid item (impayé, rejet…)."""
    plain = [words_of(label) for label in labels.tolist()]
    return np.array([any(word in words for word in _WORDS) for words in plain], dtype=bool)


def reopened(bounces: Bounces, lines: pd.DataFrame, kept: Pairs, kept_on: Days) -> Pairs:
    """Return what each bounced payment had paid until it bounced; items are line numbers.

    ``lines`` needs ``group, amount, issued, order`` (the rank of a debit when it is consumed);
    ``kept`` are the allocations that stand, effective at ``kept_on``. A bounced payment had paid
    what is open again or was paid after the bounce. Payments whose lives overlap share that, in
    order of date; those that do not overlap each see the whole.
    """
    taken = _bounced_parts(bounces, lines)
    if taken.empty:
        return Pairs(*(np.zeros(0, np.int64) for _ in range(3)))
    free = _capacities(taken, lines, kept, kept_on)
    return consume(
        Queue(free["chain"].to_numpy(), free["amount"].to_numpy(), free["debit"].to_numpy()),
        Queue(taken["chain"].to_numpy(), taken["amount"].to_numpy(), taken["payment"].to_numpy()),
    )


def _bounced_parts(bounces: Bounces, lines: pd.DataFrame) -> pd.DataFrame:
    """Return the bounced payments with the chain of overlapping lives each belongs to."""
    taken = pd.DataFrame(
        {
            "payment": bounces.payment,
            "group": lines["group"].to_numpy()[bounces.payment],
            "amount": lines["amount"].to_numpy()[bounces.bounce],
            "paid_on": lines["issued"].to_numpy()[bounces.payment],
            "bounced_on": lines["issued"].to_numpy()[bounces.bounce],
        }
    )
    taken = taken[taken["group"].ge(0)].sort_values(["group", "paid_on", "payment"], kind="stable")
    lasts = taken.groupby("group")["bounced_on"].cummax().groupby(taken["group"]).shift()
    is_new = lasts.isna() | (taken["paid_on"] >= lasts)
    return taken.assign(chain=is_new.cumsum().astype("int64") - 1)


def _capacities(
    taken: pd.DataFrame, lines: pd.DataFrame, kept: Pairs, kept_on: Days
) -> pd.DataFrame:
    """Return ``chain, debit, amount``: what each chain may have paid, oldest debit first."""
    chains = taken.groupby("chain").agg(
        group=("group", "first"), first_on=("bounced_on", "min"), last_on=("bounced_on", "max")
    )
    group = lines["group"].to_numpy()
    is_touched = np.isin(group, chains["group"].to_numpy()) & (group >= 0)
    later = pd.DataFrame({"debit": kept.debit, "amount": kept.amount, "paid_on": kept_on})
    later = later[is_touched[kept.debit]]
    open_now = lines["amount"].to_numpy().copy()
    np.subtract.at(open_now, later["debit"].to_numpy(), later["amount"].to_numpy())
    bounced = lines["is_bounce"].to_numpy()
    still = np.flatnonzero(
        is_touched & (lines["amount"].to_numpy() > 0) & ~bounced & (open_now > 0)
    )
    never = np.datetime64("9999-12-31", "D")
    left = pd.DataFrame({"debit": still, "amount": open_now[still], "paid_on": never})
    free = pd.concat(
        [
            later.assign(paid_on=later["paid_on"].astype("datetime64[s]")),
            left.assign(paid_on=left["paid_on"].astype("datetime64[s]")),
        ]
    )
    free = free.assign(
        group=group[free["debit"].to_numpy()],
        issued=lines["issued"].to_numpy()[free["debit"].to_numpy()],
        order=lines["order"].to_numpy()[free["debit"].to_numpy()],
    )
    both = chains.reset_index().merge(free, on="group")
    both = both[(both["paid_on"] >= both["last_on"]) & (both["issued"] <= both["first_on"])]
    return both.groupby(["chain", "order", "debit"])["amount"].sum().reset_index().astype("int64")
