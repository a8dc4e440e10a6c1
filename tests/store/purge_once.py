"""Run by the kill test: erase the customer of a book, once."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path

from arlib.workspace import Author, Workspace

if __name__ == "__main__":
    workspace = Workspace.open(Path(sys.argv[1]))
    sys.stdout.write("open\n")
    sys.stdout.flush()
    by = Author("tests", datetime(2026, 1, 1))  # noqa: DTZ001 - the book keeps naive times
    workspace.purge_customer("UN", "ZORG77", by, "Demande")
