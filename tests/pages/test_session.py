"""The application lets go of the book once nobody has clicked for a while, never in the middle of a page."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from arlib.ui import session
from arlib.workspace import Workspace

if TYPE_CHECKING:
    from pathlib import Path

    import pytest


def test_the_book_is_let_go_of_when_idle_and_taken_back(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(session, "IDLE_SECONDS", 0.1)
    monkeypatch.setattr(session, "_CHECK_SECONDS", 0.02)
    path = tmp_path / "book.duckdb"
    book = session.OpenBook(path)
    with book.used():
        held = book.workspace()
        time.sleep(0.4)  # a page that takes longer than the whole wait
        assert held.info().is_empty
        assert book.workspace() is held
    assert _is_free(book)
    Workspace.open(path).close()  # another program may open it
    assert book.workspace() is not held
    assert book.generation == 2
    book.release()


def _is_free(book: session.OpenBook) -> bool:
    until = time.monotonic() + 20
    while book._workspace is not None and time.monotonic() < until:
        time.sleep(0.02)
    return book._workspace is None
