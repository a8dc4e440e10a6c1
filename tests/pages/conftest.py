"""A book on disk for the pages: the sample company read once, copied for each test."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import streamlit as st

from arlib.model.files import FileInput, ImportOptions
from arlib.workspace import Author, Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from streamlit.testing.v1 import AppTest

ROOT = Path(__file__).resolve().parents[2]
SAMPLES = ROOT / "data" / "samples"
BY = Author("tests", datetime(2026, 11, 21, 9, 0))  # noqa: DTZ001 - the book keeps naive times


def load(path: Path, *names: str) -> None:
    """Load sample files into a book."""
    workspace = Workspace.open(path)
    files = [FileInput(name, (SAMPLES / name).read_bytes()) for name in names]
    options = ImportOptions()
    results = workspace.load(workspace.read(files, options), options, BY)
    workspace.close()
    assert [item.status for item in results] == ["imported"] * len(names)


@pytest.fixture(scope="session")
def sample_book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a book of one sample company, never written by a test."""
    path = tmp_path_factory.mktemp("book") / "sample.duckdb"
    load(path, "armor_modele.xlsx")
    return path


@pytest.fixture
def book(sample_book: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Give a test its own copy of the sample book and point the application to it."""
    path = tmp_path / "book.duckdb"
    shutil.copy(sample_book, path)
    yield from _pointed(path, monkeypatch)


@pytest.fixture
def empty_book(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Point the application to a book that does not exist yet."""
    yield from _pointed(tmp_path / "empty.duckdb", monkeypatch)


@pytest.fixture
def open_book(sample_book: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., AppTest]:
    """Return what runs the application on the sample book (shared, read alone) and goes to a page."""
    monkeypatch.setenv("ARLIB_DB", str(sample_book))
    monkeypatch.chdir(ROOT)
    return run_page


def _pointed(path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("ARLIB_DB", str(path))
    monkeypatch.chdir(ROOT)
    yield path
    st.cache_resource.clear()
    st.cache_data.clear()


def run_page(name: str, **query: str) -> AppTest:
    """Run the application at the address of a page (the first page alone is half the work of all)."""
    from streamlit.testing.v1 import AppTest

    app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=60)
    for key, value in query.items():
        app.query_params[key] = value
    if name != "overview":
        app.switch_page(f"pages/{name}.py")
    app.run()
    assert not app.exception, [error.value for error in app.exception]
    return app


class Session:
    """One reader who goes from page to page, as he does: a third of the cost of starting anew."""

    def __init__(self, book: Path, **query: str) -> None:
        """Open a page of little work on a book."""
        self._book = book
        with self._pointed():
            self.app = run_page("aging", **query)

    def page(self, name: str, **state: object) -> AppTest:
        """Go to a page, with choices of it if any; nothing may have failed there."""
        with self._pointed():
            self.app.switch_page(f"pages/{name}.py")
            for key, value in state.items():
                self.app.session_state[key] = value
            self.app.run()
        assert not self.app.exception, [name, state, *(e.value for e in self.app.exception)]
        return self.app

    @contextmanager
    def _pointed(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("ARLIB_DB", str(self._book))
            patch.chdir(ROOT)
            yield


def words(app: AppTest) -> str:
    """Return every text of the page, in one string."""
    kinds = ("title", "markdown", "info", "warning", "error", "button", "html")
    return "\n".join(
        str(getattr(item, "value", "") or getattr(item, "label", "") or getattr(item, "body", ""))
        for kind in kinds
        for item in app.get(kind)
    )
