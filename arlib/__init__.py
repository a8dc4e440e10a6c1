"""Encours: what customers owe, how they pay, and who is about to become a problem.

The rooms and what each may know: ``docs/architecture.md``.
"""

import gc

__version__ = "0.1.0"

# Frames and charts make objects by the hundred thousand and few cycles: by default the collector runs
# every 700 of them, 5 to 9 % of a command's time (a fifth of its start) for nothing to collect.
gc.set_threshold(50_000, 20, 20)
