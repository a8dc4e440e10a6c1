"""Print how well the bands of the cash forecast hold on real histories: part of ``make bench-models``."""

from __future__ import annotations

from typing import Final

from arlib.analytics import forecast_check
from arlib.model.policy import Policy
from tests.benchmarks.__main__ import say
from tests.benchmarks.measure import cpu
from tests.support.histories import DISTRIBUTOR, SMALL, opened

POLICY: Final = Policy()
SHOCKS: Final = (0.0, 0.2, POLICY.forecast_shock, 0.6)
HORIZONS: Final = (4, 8, 13)


def main() -> None:
    """Print the share of past weeks inside the bands, by shock and horizon."""
    for history in (DISTRIBUTOR, SMALL):
        if not history.path.exists():
            say(f"\n## {history.name}: not on this machine (ENCOURS_REAL_DATA)")
            continue
        workspace = opened(history)
        start = cpu()
        found = forecast_check.trials(workspace.portfolio(), POLICY, history.cuts)
        say(f"\n## {history.name}: {len(found)} cuts, {cpu() - start:.1f} s of processor")
        for shock in SHOCKS:
            weeks = forecast_check.weeks(found, shock)
            for horizon in HORIZONS:
                row = forecast_check.coverage(weeks, horizon)
                say(
                    f"shock {shock}, weeks 1-{horizon}: 80 % band {row['band_80']:.3f}"
                    f" (below {row['below']:.3f}, above {row['above']:.3f}), 50 % band {row['band_50']:.3f},"
                    f" sum {row['sum_80']:.3f}, {row['count']:.0f} weeks"
                )
        say(f"widening on its own past: {forecast_check.widening(found, POLICY)}")
        workspace.close()


if __name__ == "__main__":
    main()
