"""Books loaded once and copied: a test that changes one has its own."""

from __future__ import annotations

import atexit
import shutil
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from arlib.workspace import Workspace
from tests.support.books import load
from tests.support.ledgers import ledger

if TYPE_CHECKING:
    from collections.abc import Callable


@cache
def _folder() -> Path:
    folder = Path(mkdtemp(prefix="encours-tests-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder


@cache
def _kept(*sizes: tuple[str, int]) -> Path:
    """Return a closed book of the ledgers of companies and their counts of invoices; never opened."""
    path = _folder() / ("-".join(f"{company}{count}" for company, count in sizes) + ".duckdb")
    workspace = Workspace.open(path)
    results = load(workspace, *(ledger(company, count) for company, count in sizes))
    workspace.close()
    assert all(item.status == "imported" for item in results)
    return path


def copied(path: Path, name: str, make: Callable[[Path], None]) -> Path:
    """Put at ``path`` a copy of the book that ``make`` writes, which is made once for each ``name``."""
    kept = _folder() / f"{name}.duckdb"
    if not kept.exists():
        make(kept)
    shutil.copy(kept, path)
    return path


def ledgers(path: Path, *sizes: tuple[str, int]) -> Workspace:
    """Open at ``path`` a book of one's own that holds the ledgers of companies."""
    shutil.copy(_kept(*sizes), path)
    return Workspace.open(path)
