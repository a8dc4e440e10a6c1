"""Print what fixing many limits costs: ``python -m tests.benchmarks.limits [customers]``."""

from __future__ import annotations

import sys
import time
from datetime import datetime
from typing import TYPE_CHECKING

from arlib.workspace import Author, LimitChange, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable

BY = Author("bench", datetime(2026, 1, 1))  # noqa: DTZ001 - the book keeps naive times


def main(count: int) -> None:
    """Fix, fix again, paste and undo limits of ``count`` customers, each in one transaction."""
    workspace = Workspace.open(None)
    changes = [LimitChange("UN", "customer", f"C{n}", n * 100, "EUR") for n in range(count)]
    _say("first limits", lambda: workspace.set_limits(changes, BY))
    done = workspace.set_limits(changes, BY, change_set="again")
    _say("over existing ones", lambda: workspace.set_limits(changes, BY))
    _say("undo of the whole", lambda: workspace.undo_limit("again", BY))
    text = "\n".join(f"C{n}\t{n},50\tEUR" for n in range(count))
    _say("reading a paste", lambda: workspace.read_pasted_limits(text))
    _say("history", workspace.limit_history)
    sys.stdout.write(f"{len(done):,} limits a time\n")


def _say(words: str, work: Callable[[], object]) -> None:
    start = time.perf_counter()
    work()
    sys.stdout.write(f"{words}: {time.perf_counter() - start:.2f} s\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 10_000)
