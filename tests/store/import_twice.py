"""Run by the kill test: load a first book, say so, then load a second one."""

from __future__ import annotations

import sys
from pathlib import Path

from arlib.workspace import Workspace
from tests.support.books import load
from tests.support.ledgers import ledger

if __name__ == "__main__":
    workspace = Workspace.open(Path(sys.argv[1]))
    load(workspace, ledger("UN", 200))
    sys.stdout.write("first\n")
    sys.stdout.flush()
    load(workspace, ledger("DEUX", 4000))
    sys.stdout.write("second\n")
    sys.stdout.flush()
    sys.stdin.read()
