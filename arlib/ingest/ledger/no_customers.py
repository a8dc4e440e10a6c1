"""Why a ledger that was read holds nothing customers owe: which accounts it has instead."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.model.issues import Issue
from arlib.model.money import major_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from arlib.ingest.ledger.numbers import Ledger

_SHOWN: Final = 8
_SUPPLIERS: Final = "40"
# Staff, social bodies, taxes, partners, transfers: third parties that are no customers.
_NO_CUSTOMERS: Final = ("42", "43", "44", "45", "47", "48", "49")
_ROOT: Final = re.compile(r"\d{1,3}|\D")


def no_customer_account(ledger: Ledger, currency: str, roots: Mapping[str, str]) -> Issue | None:
    """Return what to say of a ledger none of whose accounts is a customer's; None when one is.

    ``roots`` are the first characters that stand for accounts in the file (definition of a format).
    """
    if (ledger.classes[ledger.account] != "").any() or not len(ledger.account):
        return None
    balances = _balances(ledger)
    third = [root for root in balances if root.startswith("4") or not root.isdigit()]
    is_supplier = [root.startswith(_SUPPLIERS) for root in third]
    if is_supplier and all(is_supplier) and len(third) == len(balances):
        return Issue("suppliers_only", "refused", value=", ".join(_named(r, roots) for r in third))
    shown = sorted(balances, key=_rank)[:_SHOWN]
    texts = [f"{_named(root, roots)} ({major_text(balances[root], currency)})" for root in shown]
    return Issue("no_customer_account", "refused", value=", ".join(texts), currency=currency)


def _balances(ledger: Ledger) -> dict[str, int]:
    """Return root of account -> debit less credit, the largest movements first."""
    names = [m[0] if (m := _ROOT.match(str(text))) else "" for text in ledger.accounts]
    root = np.array([*names, ""], dtype=object)[ledger.account]
    frame = pd.DataFrame({"root": root, "amount": ledger.amount, "moved": np.abs(ledger.amount)})
    sums = frame[root != ""].groupby("root", sort=False)[["amount", "moved"]].sum()
    sums = sums.sort_values("moved", ascending=False, kind="stable")
    return {str(name): int(amount) for name, amount in sums["amount"].items()}


def _rank(root: str) -> int:
    """Return where a root stands: what may hold customers, suppliers, other third parties, the rest."""
    if root.isdigit() and root[0] not in "049":
        return 3
    return 2 if root.startswith(_NO_CUSTOMERS) else int(root.startswith(_SUPPLIERS))


def _named(root: str, roots: Mapping[str, str]) -> str:
    """Return a root, after what the file writes where one stands for it.

    >>> _named("401", {"0": "401"}), _named("467", {"0": "401"})
    ('0… → 401', '467')
    """
    own = next((first for first, account in roots.items() if account == root), None)
    return root if own is None else f"{own}… \N{RIGHTWARDS ARROW} {root}"
