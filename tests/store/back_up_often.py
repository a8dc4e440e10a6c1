"""Run by the kill test: load a book, then back it up again and again over the same file."""

from __future__ import annotations

import sys
from pathlib import Path

from arlib.workspace import Workspace
from tests.support.books import BY, load
from tests.support.ledgers import ledger

if __name__ == "__main__":
    workspace = Workspace.open(Path(sys.argv[1]))
    load(workspace, ledger("UN", 200))
    workspace.backup(Path(sys.argv[2]), BY)
    sys.stdout.write("first\n")
    sys.stdout.flush()
    load(workspace, ledger("DEUX", 200))
    while True:
        workspace.backup(Path(sys.argv[2]), BY)
