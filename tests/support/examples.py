"""How many examples a property is tried on: a few at each run, all of them in ``make slow``."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

IS_FULL = os.environ.get("HYPOTHESIS_PROFILE") == "full"
SHARE = 8
LEAST = 3


def register() -> None:
    """Register the profiles ``ci`` (a few examples) and ``full``, and load the one asked for."""
    unhurried = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("ci", parent=unhurried)
    # the same examples at each run are what a verdict needs; the full counts look further
    settings.register_profile("full", parent=unhurried, derandomize=False)
    settings.load_profile("full" if IS_FULL else "ci")


def examples(full: int) -> settings:
    """Return the settings of a property whose examples are costly: ``full``, or a share of them."""
    return settings(max_examples=full if IS_FULL else max(LEAST, full // SHARE))
