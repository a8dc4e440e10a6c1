"""Print how well payments are forecast, time-split: ``make bench-models``. Nothing here is asserted.

Real histories go through the product; at each cut the model is fit on what was known then.
"""

from __future__ import annotations

import tempfile
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np
import pandas as pd

from arlib.analytics import backtest, hazard
from arlib.model.files import FileInput, ImportOptions
from arlib.model.policy import Policy
from arlib.workspace import Workspace
from tests.benchmarks.__main__ import say
from tests.benchmarks.measure import timed
from tests.support.histories import BY, DISTRIBUTOR, SMALL, opened

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.analytics.backtest import Trials

POLICY: Final = Policy()
HORIZONS: Final = (4, 8, 13)
INVOICES, CUSTOMERS = 40_000, 1_000


def main() -> None:
    """Print the errors on both real histories, then the time on an invented book."""
    for history in (DISTRIBUTOR, SMALL):
        if not history.path.exists():
            say(f"\n## {history.name}: not on this machine (ENCOURS_REAL_DATA)")
            continue
        workspace = opened(history)
        say(f"\n## {history.name}: {history.count:,} lines read, all in the book")
        _say_errors(workspace, history.cuts)
        if history is SMALL:
            _say_errors(workspace, history.cuts[-6:])
            say("\nthe same, were each flag of dispute dated on the day of issue:")
            with workspace._database.cursor() as cursor:
                cursor.execute("UPDATE disputes SET is_undated = FALSE")
            _say_errors(workspace, history.cuts)
        workspace.close()
    _say_time()


def judged(workspace: Workspace, cuts: Sequence[date]) -> Trials:
    """Return the forecasts at the cuts, judged by all the book knows."""
    return backtest.trials(workspace.portfolio(), POLICY, cuts)


def _say_errors(workspace: Workspace, cuts: Sequence[date]) -> None:
    found = judged(workspace, cuts)
    table = backtest.errors(found.items).set_index("method")
    model = table.loc["hazard"]
    say(f"\n{len(cuts)} cuts from {cuts[0]} to {cuts[-1]}: {len(found.items):,} open invoices,")
    say(
        f"{int((found.items['days_late'] > 0).sum()):,} of them overdue, "
        f"{int((~found.items['is_predictable']).sum())} not predictable, "
        f"{int(found.items['paid_on'].isna().sum())} not paid since"
    )
    for name, row in table.iterrows():
        say(
            f"{name:16} MAE {row['mae_days']:.2f} days (model {model['mae_days'] / row['mae_days']:.3f}×),"
            f" overdue {row['mae_overdue_days']:.2f}, bias {row['bias_days']:+.2f},"
            f" right bucket {row['bucket_ratio']:.3f}, dates in the past {row['count_past']},"
            f" WAPE {_wapes(found, str(name))}"
        )
    say(f"80 % interval, whole days shared: {backtest.coverage(found.items):.3f}")


def _wapes(found: Trials, method: str) -> str:
    tables = [backtest.wape(found.weeks, horizon) for horizon in HORIZONS]
    return "/".join(
        f"{table.loc[table['method'] == method, 'wape'].iloc[0]:.3f}" for table in tables
    )


def _say_time() -> None:
    say(f"\n## Time, {INVOICES:,} invoices and {CUSTOMERS:,} customers\n")
    with tempfile.TemporaryDirectory() as folder:
        workspace = _invented(Path(folder) / "book.duckdb")
        day = date(2024, 9, 30)

        def fitted() -> hazard.HazardModel:
            return hazard.fit(workspace.portfolio(day), POLICY)

        model = fitted()
        items = _as_if_open(workspace, day)
        say(f"fit, queries included: {timed(fitted, 5):.3f} s")
        say(f"predict {len(items):,} invoices: {timed(lambda: model.predict(items), 5):.3f} s")
        workspace.close()


def _invented(path: Path) -> Workspace:
    """Return a book of invented invoices, 97 % of those due paid."""
    draw = np.random.default_rng(11)
    customer = draw.integers(0, CUSTOMERS, INVOICES)
    issued = np.datetime64("2022-01-01") + draw.integers(0, 1000, INVOICES)
    due = issued + 30 * draw.integers(1, 3, INVOICES)
    paid = due + draw.integers(-5, 40, INVOICES) + customer % 20
    is_paid = (paid <= np.datetime64("2024-12-31")) & (draw.random(INVOICES) < 0.97)
    frame = pd.DataFrame(
        {
            "Code client": "C" + pd.Series(customer).astype(str),
            "N° facture": "F" + pd.Series(np.arange(INVOICES)).astype(str),
            "Date facture": pd.Series(issued).dt.strftime("%d/%m/%Y"),
            "Date échéance": pd.Series(due).dt.strftime("%d/%m/%Y"),
            "Montant TTC": draw.integers(10, 50_000, INVOICES),
            "Date règlement": pd.Series(paid).dt.strftime("%d/%m/%Y").where(is_paid, ""),
        }
    )
    workspace = Workspace.open(path)
    content = frame.to_csv(sep=";", index=False).encode()
    options = ImportOptions(company_id="BENCH")
    results = workspace.load(
        workspace.read([FileInput("liste.csv", content)], options), options, BY
    )
    if results[0].status != "imported":
        raise RuntimeError(str(results[0].reason))
    return workspace


def _as_if_open(workspace: Workspace, day: date) -> pd.DataFrame:
    """Return as many open invoices as the benchmark asks for, those of the book repeated."""
    items = workspace.portfolio(day).open_invoices()
    times = -(-INVOICES // len(items))
    return pd.concat([items] * times, ignore_index=True).head(INVOICES)


if __name__ == "__main__":
    main()
