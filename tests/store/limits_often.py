"""Run by the kill test: fix 2,000 limits together, again and again."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from arlib.workspace import Author, LimitChange, Workspace

if __name__ == "__main__":
    workspace = Workspace.open(Path(sys.argv[1]))
    by = Author("tests", datetime(2026, 1, 1))  # noqa: DTZ001 - the book keeps naive times
    for turn in range(1, 10_000):
        workspace.set_limits(
            [LimitChange("UN", "customer", f"C{n}", turn, "EUR") for n in range(2_000)], by
        )
        if turn == 1:
            sys.stdout.write("first\n")
            sys.stdout.flush()
