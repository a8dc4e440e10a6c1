"""``make fuzz``: 1,000 mutated files, or ``python -m tests.fuzz [count] [first seed]``."""

from __future__ import annotations

import sys
from collections import Counter

from arlib.ingest import warm_up
from tests.fuzz.judge import judge, make


def main(count: int, first: int) -> int:
    """Judge ``count`` cases, print what was found; return 1 when anything is wrong."""
    warm_up()
    verdicts = [judge(make(seed)) for seed in range(first, first + count)]
    outcomes = Counter(verdict.outcome for verdict in verdicts)
    wrong = [verdict for verdict in verdicts if verdict.faults]
    lines = [
        f"{count} files, seeds {first} to {first + count - 1}: {len(wrong)} with a fault",
        f"slowest {max(v.seconds for v in verdicts):.2f} s",
        f"highest peak {max(v.peak for v in verdicts) >> 20} MB",
        *(f"{number:5d} {outcome}" for outcome, number in outcomes.most_common()),
        *(f"seed {v.case.seed}: {v.case.what}: {'; '.join(v.faults)}" for v in wrong),
    ]
    sys.stdout.write("\n".join(lines) + "\n")
    return 1 if wrong else 0


if __name__ == "__main__":
    count, first = (int(text) for text in [*sys.argv[1:3], *("1000", "0")[len(sys.argv) - 1 :]])
    sys.exit(main(count, first))
