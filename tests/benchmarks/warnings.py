"""Print what the early warning finds and what it costs: ``python -m tests.benchmarks.warnings``.

Shifts of known size on real noise (``ENCOURS_REAL_DATA``, else ../shared/data), shuffled real runs,
then the changes that the generator put into the sample companies.
"""

from __future__ import annotations

import json
import os
import sys
import time
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pandas as pd

from arlib.analytics.early_warning import Calibration, calibrate, evaluate
from arlib.analytics.warning_calibration import false_alarm_rates
from arlib.model.files import FileInput, ImportOptions
from arlib.workspace import Author, Workspace
from tests.support.shifts import HISTORY, Bench, real_runs, weekly_false_alarms

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "data" / "samples"
REAL = Path(os.environ.get("ENCOURS_REAL_DATA", ROOT.parent / "shared" / "data"))
CHANGES = ("deteriorating", "failing", "improving")
HINT_DAYS = 3
People = dict[tuple[str, str], dict[str, Any]]


def say(text: str = "") -> None:
    """Print one line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main() -> None:
    """Print the three parts."""
    path = REAL / HISTORY
    if path.exists():
        _synthetic(path)
    else:
        say(f"left out: {path} is not there")
    _known_changes()


def _synthetic(path: Path) -> None:
    runs = real_runs(path)
    bench = Bench(runs, each=20)
    say("## Shifts on real noise, threshold 7, evaluated after each payment date\n")
    for a_month in (4, 2):
        quiet = bench.quiet(a_month, 7.0)
        say(f"{a_month} dates a month: {quiet.false_per_year:.2f} false alarms per customer-year")
        for days in (5, 10, 15, 30):
            found = bench.shifted(days, a_month, 7.0)
            say(
                f"  +{days} days: {found.within_90:.1%} within 90 days, median {found.median_days:.0f} days"
            )
    start = time.perf_counter()
    rates = false_alarm_rates(runs)
    spent = time.perf_counter() - start
    if rates is None:
        return
    say(
        f"\n## Real runs shuffled: {rates.count_customers} customers, {rates.count_shuffles} times, {spent:.2f} s\n"
    )
    for threshold, rate in zip(rates.thresholds, rates.per_year, strict=True):
        say(f"h = {threshold:.0f}: {rate:.3f} false alarms per customer-year")
    say("\nThe same runs, delays drawn again so that nothing changes, every Monday:")
    for threshold in (7.0, 8.0):
        settled, both = (
            weekly_false_alarms(runs, threshold, 2, with_open=flag) for flag in (False, True)
        )
        say(
            f"h = {threshold:.0f}: settlements alone {settled:.2f}, unpaid due dates too {both:.2f}"
        )


def _known_changes() -> None:
    """Replay the sample companies week by week and compare with the generator's truth."""
    workspace = Workspace.open(None)
    for name in ("armor_modele.xlsx", "estuaire_modele.xlsx"):
        files = [FileInput(name, (SAMPLES / name).read_bytes())]
        options = ImportOptions()
        by = Author("bench", datetime(2026, 11, 21))  # noqa: DTZ001 - the book keeps naive times
        workspace.load(workspace.read(files, options), options, by)
    truth = json.loads((SAMPLES / "truth.json").read_text(encoding="utf-8"))
    own = calibrate(workspace.portfolio(), workspace.policy())
    _replayed(workspace, truth, own, "calibrated on the sample")
    _replayed(workspace, truth, replace(own, threshold=7.0), "fixed")
    workspace.close()


def _replayed(
    workspace: Workspace, truth: dict[str, Any], calibration: Calibration, word: str
) -> None:
    portfolio, policy = workspace.portfolio(), workspace.policy()
    last = date.fromisoformat(truth["as_of"])
    weeks = [last - timedelta(days=7 * back) for back in range(95)][::-1]
    seen = []
    for day in weeks:
        frame = evaluate(portfolio.at(day), policy, calibration)
        seen.append(frame.assign(day=pd.Timestamp(day)))
    history = pd.concat(seen)
    say(f"\n## Sample companies, h = {calibration.threshold:.0f} ({word}), replayed every week\n")
    people = {
        (company["company_id"], code): who
        for company in truth["companies"]
        for code, who in company["customers"].items()
    }
    _found_and_missed(history, people)
    _false_alarms(history, people)


def _found_and_missed(history: pd.DataFrame, people: People) -> None:
    groups = dict(iter(history.groupby(["company_id", "customer_id"])))
    for kind in CHANGES:
        wanted = "better" if kind == "improving" else "worse"
        missed, delays, judged = [], [], 0
        for key, who in people.items():
            if who["archetype"] != kind:
                continue
            change = pd.Timestamp(who["change_on"])
            rows = groups[key][groups[key]["day"] >= change]
            judged += bool((rows["evidence"] == "enough").any())
            hits = rows.loc[rows["alert"] == wanted, "day"]
            if len(hits):
                delays.append((hits.min() - change).days)
            else:
                missed.append(f"{key[1]} ({_why_missed(rows)})")
        say(
            f"{kind}: {len(delays)} found of {judged} with 18 points ({len(delays) + len(missed)}"
            f" in all), median {pd.Series(delays).median():.0f} days after the change began"
        )
        if missed:
            say("  not found: " + ", ".join(missed))


def _why_missed(rows: pd.DataFrame) -> str:
    if bool(rows["alert"].eq("to_confirm").any()):
        return "to confirm"
    is_hint = (rows["evidence"] == "hint") & (rows["shift_days"].abs() >= HINT_DAYS)
    points = int(rows["count_points"].max())
    return f"hint, {points} points" if bool(is_hint.any()) else f"{points} points"


def _false_alarms(history: pd.DataFrame, people: People) -> None:
    """Print the alerts told of customers whom the generator did not change."""
    keys = zip(history["company_id"], history["customer_id"], strict=True)
    others = history.assign(kind=[people[key]["archetype"] for key in keys])
    judged = others.loc[~others["kind"].isin(CHANGES) & (others["evidence"] == "enough")]
    told = judged.loc[(judged["alert"] == "worse") & ~judged["is_silenced"]]
    told = told.drop_duplicates(["company_id", "customer_id", "raised_on"])
    years = len(judged) * 7 / 365.25
    by_kind = ", ".join(f"{kind} {count}" for kind, count in told["kind"].value_counts().items())
    unpaid = int(told["has_open"].sum())
    say(
        f"the others: {len(told)} alerts in {years:.0f} customer-years = {len(told) / years:.2f} a"
        f" year, {(len(told) - unpaid) / years:.2f} without those that rest on unpaid invoices"
        f" ({by_kind}); {(judged['alert'] == 'worse').mean():.1%} of the weeks in alert"
    )
    say(f"evidence at the end: {_evidence(history)}")


def _evidence(history: pd.DataFrame) -> str:
    counts = history.loc[history["day"] == history["day"].max(), "evidence"].value_counts()
    return ", ".join(f"{name} {count}" for name, count in counts.items())


if __name__ == "__main__":
    main()
