"""How much of the lettering the cash application finds again once it is removed.

``python -m tests.matching`` prints the tables of ``docs/matching.md``: the sample company, then the
real ledgers of ``ENCOURS_REAL_DATA`` (ratios only, as FEC 1, FEC 2…); ``--speed`` adds the speed.
"""

from __future__ import annotations

import math
import os
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arlib.ingest.matching import Matches, match
from arlib.model.files import FileInput, ImportOptions
from arlib.model.policy import Policy
from arlib.store import book
from arlib.workspace import Author, Workspace
from data.generator import build

if TYPE_CHECKING:
    from collections.abc import Iterable

BY = Author("tests", datetime(2030, 1, 1, tzinfo=UTC).replace(tzinfo=None))
_LETTERING = (b"ecriturelet", b"datelet")
_PAIRS = """
SELECT dl.source_row AS debit_row, cl.source_row AS credit_row, CAST(a.rule AS VARCHAR) AS rule,
    a.confidence, CAST(SUM(a.amount_minor) AS BIGINT) AS amount
FROM allocations AS a
JOIN layer_documents AS dl ON dl.document_key = a.debit_key
JOIN layer_documents AS cl ON cl.document_key = a.credit_key
GROUP BY 1, 2, 3, 4 HAVING SUM(a.amount_minor) > 0
"""
_RECEIPTS = """
SELECT CAST(COALESCE(-SUM(amount_minor), 0) AS BIGINT) AS amount FROM documents
WHERE kind IN ('payment', 'deposit') AND amount_minor < 0
"""
_COLLECTIVE_RECEIPTS = """
SELECT CAST(COALESCE(-SUM(d.amount_minor), 0) AS BIGINT) AS amount
FROM documents AS d JOIN customers AS c ON c.customer_key = d.customer_key
WHERE d.kind IN ('payment', 'deposit') AND d.amount_minor < 0 AND c.is_collective
"""
_MATCHED_RECEIPTS = """
SELECT CAST(COALESCE(SUM(amount_minor), 0) AS BIGINT) AS amount FROM allocations
WHERE credit_kind IN ('payment', 'deposit')
"""
_BALANCES = """
SELECT c.customer_id, b.account_class, b.currency, SUM(b.open_minor) AS open_minor
FROM document_balances AS b JOIN customers AS c ON c.customer_key = b.customer_key
WHERE b.from_on <= ? AND b.to_on > ? GROUP BY ALL HAVING SUM(b.open_minor) <> 0 ORDER BY ALL
"""


@dataclass(frozen=True)
class Rebuilt:
    """One ledger read as it is and without its lettering.

    ``found``: allocations of the second book not said by the file itself: ``rule, confidence,
    amount, is_same`` (the original has the very pair and amount), ``right`` (amount the original
    sets between the same two lines), ``grouped`` (amount between two lines the original letters
    together: inside a group of several invoices and payments, who pays whom is anyone's guess).
    ``cash_ratio``: share of the cash received that is allocated; ``collective_ratio``: that received
    on accounts that mix customers.
    """

    found: pd.DataFrame
    has_lettering: bool
    cash_ratio: float
    collective_ratio: float
    balances_equal: bool

    @property
    def right_ratio(self) -> float:
        """Return the share of the matched amount that the original sets between the same lines."""
        return _ratio(self.found["right"].sum(), self.found["amount"].sum())

    @property
    def grouped_ratio(self) -> float:
        """Return the share of the matched amount that stays inside one lettering group."""
        return _ratio(self.found["grouped"].sum(), self.found["amount"].sum())

    @property
    def same_ratio(self) -> float:
        """Return the share of the allocations found that are the original's to the cent."""
        return _ratio(self.found["is_same"].sum(), len(self.found))


def without_lettering(content: bytes) -> bytes:
    """Return a FEC with EcritureLet and DateLet emptied."""
    separator = b"\t" if content.split(b"\n", 1)[0].count(b"\t") > 2 else b"|"
    lines = content.split(b"\n")
    names = [name.strip().strip(b'"').lower() for name in lines[0].split(separator)]
    blank = [place for place, name in enumerate(names) if name in _LETTERING]
    out = [lines[0]]
    for line in lines[1:]:
        cells = line.split(separator)
        for place in blank:
            if place < len(cells):
                cells[place] = b""
        out.append(separator.join(cells))
    return b"\n".join(out)


def load(name: str, content: bytes) -> Workspace:
    """Return a book in memory that holds one file."""
    workspace = Workspace.open(None)
    options = ImportOptions(accept_doubtful=True)
    results = workspace.load(workspace.read([FileInput(name, content)], options), options, BY)
    if results[0].status != "imported":
        message = f"{name}: {results[0].status}"
        raise ValueError(message)
    return workspace


def rebuilt(name: str, content: bytes) -> Rebuilt:
    """Return what the cash application makes of a ledger whose lettering is removed."""
    lettered, plain = load(name, content), load(name, without_lettering(content))
    with lettered._database.cursor() as one, plain._database.cursor() as other:
        truth = one.execute(_PAIRS).df().query("rule == 'source'")
        said = other.execute(_PAIRS).df()
        received = int(other.execute(_RECEIPTS).fetchall()[0][0])
        collective = int(other.execute(_COLLECTIVE_RECEIPTS).fetchall()[0][0])
        matched = int(other.execute(_MATCHED_RECEIPTS).fetchall()[0][0])
    known = truth.groupby(["debit_row", "credit_row"])["amount"].sum().rename("true")
    found = said[said["rule"] != "source"].merge(
        known.reset_index(), on=["debit_row", "credit_row"], how="left"
    )
    true = found["true"].fillna(0)
    together = _together(truth)
    found = found.assign(
        right=np.minimum(found["amount"], true),
        is_same=found["amount"] == true,
        grouped=found["amount"]
        * [
            together.get(debit, -1) == together.get(credit, -2)
            for debit, credit in zip(found["debit_row"], found["credit_row"], strict=True)
        ],
    )
    return Rebuilt(
        found=found,
        has_lettering=len(truth) > int((said["rule"] == "source").sum()),
        cash_ratio=_ratio(matched, received),
        collective_ratio=_ratio(collective, received),
        balances_equal=_same_balances(lettered, plain),
    )


def _same_balances(one: Workspace, other: Workspace) -> bool:
    """Tell whether every customer owes the same in both books at every month end."""
    with one._database.cursor() as first, other._database.cursor() as second:
        days = first.execute("SELECT month_end FROM snapshot_months").fetchall()
        days += first.execute("SELECT MAX(last_date) FROM companies").fetchall()
        return all(
            first.execute(_BALANCES, [day, day]).fetchall()
            == second.execute(_BALANCES, [day, day]).fetchall()
            for (day,) in days
        )


def _together(truth: pd.DataFrame) -> dict[int, int]:
    """Return the group of each lettered line: lines that allocations tie, directly or not."""
    parent: dict[int, int] = {}

    def root(row: int) -> int:
        while parent.setdefault(row, row) != row:
            row = parent[row]
        return row

    for debit, credit in zip(truth["debit_row"], truth["credit_row"], strict=True):
        parent[root(int(debit))] = root(int(credit))
    return {row: root(row) for row in list(parent)}


def _ratio(part: float, whole: float) -> float:
    return float(part) / float(whole) if whole else float("nan")


def by_rule(found: pd.DataFrame) -> pd.DataFrame:
    """Return one row a rule and confidence: count, share of the amount found, shares right."""
    total = found["amount"].sum()
    grouped = found.groupby(["rule", "confidence"], sort=True)
    frame = grouped.agg(
        count=("amount", "size"),
        amount=("amount", "sum"),
        right=("right", "sum"),
        grouped=("grouped", "sum"),
        same=("is_same", "mean"),
    )
    frame["share"] = frame["amount"] / total
    frame["right"] = frame["right"] / frame["amount"]
    frame["grouped"] = frame["grouped"] / frame["amount"]
    return frame.sort_index(ascending=[True, False]).reset_index()


def sample_files() -> dict[str, bytes]:
    """Return the FECs of the sample company, as the generator makes them."""
    return {name: content for name, content in build.files().items() if "FEC" in name}


def real_files() -> list[Path]:
    """Return the real FECs of this machine, in a stable order; none when the folder is absent."""
    folder = Path(os.environ.get("ENCOURS_REAL_DATA", "../shared/data")) / "fec"
    return sorted(folder.glob("*.txt"))


def _print(title: str, result: Rebuilt, *, with_counts: bool) -> None:
    compared = result.has_lettering
    out = [f"\n## {title}", "no cash, "]
    if not math.isnan(result.cash_ratio):
        out[-1] = f"cash allocated {result.cash_ratio:.1%}, "
        out[-1] += f"on accounts that mix customers {result.collective_ratio:.1%}, "
    out[-1] += f"balances identical: {'yes' if result.balances_equal else 'NO'}"
    if compared:
        out[-1] += f", amount right {result.right_ratio:.1%}, allocations identical"
        out[-1] += f" {result.same_ratio:.1%}, same group {result.grouped_ratio:.1%}"
    out += ["| rule | confidence | count | share of amount | same lines | identical | same group |"]
    out += ["|---|---|---|---|---|---|---|"]
    for row in by_rule(result.found).to_dict("records"):
        count = row["count"] if with_counts else "–"
        shares = [f"{row[name]:.1%}" for name in ("right", "same", "grouped")]
        right = " | ".join(shares if compared else "–––")
        share = f"{row['share']:.1%}"
        out.append(f"| {row['rule']} | {row['confidence']:.2f} | {count} | {share} | {right} |")
    sys.stdout.write("\n".join(out) + "\n")


def merged(results: Iterable[Rebuilt]) -> pd.DataFrame:
    """Return the allocations found of several ledgers together."""
    return pd.concat([result.found for result in results], ignore_index=True)


def speed(copies: int = 80) -> None:
    """Print how fast open items are matched: those of the sample, repeated for other customers."""
    seen: list[pd.DataFrame] = []

    def watch(items: pd.DataFrame, decisions: pd.DataFrame, policy: Policy) -> Matches:
        seen.append(items)
        return match(items, decisions, policy)

    name, content = next(iter(sample_files().items()))
    workspace = load(name, without_lettering(content))
    with workspace._database.transaction() as cursor:
        book.rebuild_everything(cursor, Policy(), watch)
    many = pd.concat([_copied(seen[0], copy) for copy in range(copies)], ignore_index=True)
    names = ["debit_key", "credit_key", "amount_minor", "rule", "decision"]
    start = time.perf_counter()
    match(many, pd.DataFrame({name: [] for name in names}), Policy())
    spent = time.perf_counter() - start
    sys.stdout.write(
        f"\n{len(many):,} customer lines matched in {spent:.1f} s: {len(many) / spent:,.0f} a second\n"
    )


def _copied(items: pd.DataFrame, copy: int) -> pd.DataFrame:
    """Return the items as those of other customers."""
    keys = {
        name: np.bitwise_xor(items[name].to_numpy(np.uint64), np.uint64(copy))
        for name in ("customer_key", "document_key")
    }
    return items.assign(**keys)


def main() -> None:
    """Print everything."""
    results = {name: rebuilt(name, content) for name, content in sample_files().items()}
    for place, result in enumerate(results.values(), 1):
        _print(f"Sample company, ledger {place}", result, with_counts=True)
    for place, path in enumerate(real_files(), 1):
        _print(f"FEC {place}", rebuilt(path.name, path.read_bytes()), with_counts=False)
    if "--speed" in sys.argv:
        speed()


if __name__ == "__main__":
    main()
