"""``python -m arlib``: the command line."""

from __future__ import annotations

import sys

from arlib.cli import main

if __name__ == "__main__":
    sys.exit(main())
