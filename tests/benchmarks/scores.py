"""Print what the score is worth on real history: ``python -m tests.benchmarks.scores``.

``paid_history_dev.csv`` (``ENCOURS_REAL_DATA``, else ../shared/data) imported through the product,
the score at the month-ends of June to November 2019 against what was then paid. Status 1 when a
target is missed. Nothing but ratios is printed.
"""

from __future__ import annotations

import os
import sys
import time
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pandas as pd

from arlib.analytics.score import SHORT, score
from arlib.analytics.score_check import RANKED, auc, outcomes
from arlib.model.files import FileInput, ImportOptions
from arlib.views import score_check
from arlib.workspace import Author, Workspace

if TYPE_CHECKING:
    from arlib.model.portfolio import Portfolio

ROOT = Path(__file__).resolve().parents[2]
REAL = Path(os.environ.get("ENCOURS_REAL_DATA", ROOT.parent / "shared" / "data"))
HISTORY = "highradius/paid_history_dev.csv"
CUTS = tuple(date(2019, month + 1, 1) - timedelta(days=1) for month in range(6, 12))
LEAST_AUC, LEAST_GAIN, MOST_LOSS = 0.82, 0.05, 0.015
DRAWS = 50


def main() -> int:
    """Print the check and return 1 when a target is missed."""
    path = REAL / HISTORY
    if not path.exists():
        _say(f"left out: {path} is not there")
        return 0
    workspace = Workspace.open(None)
    options = ImportOptions()
    by = Author("bench", datetime(2026, 1, 1))  # noqa: DTZ001 - the book keeps naive times
    workspace.load(workspace.read([FileInput(path.name, path.read_bytes())], options), options, by)
    policy = workspace.policy()
    portfolio = workspace.portfolio(None)
    view = score_check.build(portfolio, policy, days=CUTS)
    assert view.cuts is not None
    assert view.bands is not None
    _say(
        "## Score on real history: six month-ends, 60 days after, bad = 10 % paid > 15 days late\n"
    )
    for row in view.cuts.to_dict("records"):
        aucs = "  ".join(f"{row[name]:.3f}" for name in RANKED.values())
        _say(f"{row['cut_on']:%Y-%m}  n {row['count']:>4}  bad {row['count_bad']:>3}  {aucs}")
    gain, loss = view.auc_score - view.auc_mean_delay, view.auc_probability - view.auc_score
    _say(f"\nmean AUC: score {view.auc_score:.3f}, P(> 15 days) alone {view.auc_probability:.3f},")
    _say(f"  mean delay {view.auc_mean_delay:.3f}; gain over it {gain:+.3f} (least {LEAST_GAIN})")
    frame = outcomes(portfolio, policy, CUTS)
    low, high = _spread(frame)
    _say(
        f"  loss against P alone {loss:+.3f} (most {MOST_LOSS}); 80 % of resamples {low:+.3f} to {high:+.3f}"
    )
    for row in view.bands.to_dict("records"):
        _say(f"  {row['segment']:<22} n {row['count']:>5}  bad {row['bad_ratio']:.1%}")
    _time(portfolio, workspace)
    checks = {
        "AUC": view.auc_score >= LEAST_AUC,
        "gain over the mean delay": gain >= LEAST_GAIN,
        "bad rate rising": view.is_rising is True,
    }
    for name, is_met in checks.items():
        _say(f"{'met   ' if is_met else 'MISSED'} {name}")
    if loss > MOST_LOSS:
        is_noise = low <= MOST_LOSS
        _say(
            f"above the aim: loss against P alone, {'within' if is_noise else 'beyond'} the spread"
        )
    return 0 if all(checks.values()) else 1


def _spread(frame: pd.DataFrame) -> tuple[float, float]:
    """Return the 10th and 90th percentile of the loss over resampled customers, fixed seed."""
    known = frame.loc[frame["segment"] != SHORT].dropna(subset=list(RANKED))
    customers = known["customer_id"].unique()
    rows = {str(code): part for code, part in known.groupby("customer_id")}
    random = np.random.default_rng(2026)
    found = []
    for _draw in range(DRAWS):
        drawn = pd.concat([rows[code] for code in random.choice(customers, len(customers))])
        losses = [
            auc(part["late_probability"].to_numpy("float64"), part["is_bad"].to_numpy("bool"))
            - auc(part["score"].to_numpy("float64"), part["is_bad"].to_numpy("bool"))
            for _cut, part in drawn.groupby("cut_on")
        ]
        found.append(np.nanmean(losses))
    low, high = np.quantile(found, [0.1, 0.9])
    return float(low), float(high)


def _time(portfolio: Portfolio, workspace: Workspace) -> None:
    start = time.process_time()
    score(portfolio.at(portfolio.as_of), workspace.policy())
    _say(f"score and its twelve month-ends: {time.process_time() - start:.1f} s of processor\n")


def _say(text: str) -> None:
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


if __name__ == "__main__":
    raise SystemExit(main())
