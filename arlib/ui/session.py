"""The open book, the reader's language and theme, who acts and when.

One process owns the book: it is opened once for all sessions and let go of after some minutes
without a click, so that a scheduled command can have it; the next click opens it again.
"""

from __future__ import annotations

import getpass
import os
import threading
import time
from contextlib import contextmanager
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Final

import streamlit as st

from arlib.charts.template import Style
from arlib.i18n import DEFAULT_LANGUAGE, LANGUAGES
from arlib.i18n.issues import error_sentence
from arlib.model.issues import UserError
from arlib.workspace import Author, Workspace

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.ui.frame import Page

ROOT: Final = Path(__file__).resolve().parents[2]
SAMPLES: Final = ROOT / "data" / "samples"
IDLE_SECONDS: Final = 300.0
_CHECK_SECONDS: Final = 30.0
_PAGE: Final = "page_shown"


def database_path() -> Path:
    """Return the file of the book: ``ARLIB_DB``, else ``data/encours.duckdb`` of the program."""
    return Path(os.environ.get("ARLIB_DB") or ROOT / "data" / "encours.duckdb")


class OpenBook:
    """One book for all sessions; ``generation`` changes each time the file is opened again."""

    def __init__(self, path: Path) -> None:
        """Remember the path; nothing is opened before the first use."""
        self.path = path
        self.generation = 0
        self._workspace: Workspace | None = None
        self._lock = threading.Lock()
        self._used_at = time.monotonic()
        self._users = 0

    def workspace(self) -> Workspace:
        """Return the open workspace. Raises UserError when the file cannot be opened."""
        with self._lock:
            self._used_at = time.monotonic()
            if self._workspace is None:
                self._workspace = Workspace.open(self.path)
                self.generation += 1
                threading.Thread(target=self._watch, daemon=True).start()
            return self._workspace

    @contextmanager
    def busy(self) -> Iterator[Workspace]:
        """Give the workspace for a long work, during which the book is not let go of."""
        workspace = self.workspace()
        with self.used():
            yield workspace

    @contextmanager
    def used(self) -> Iterator[None]:
        """Do not let go of the book meanwhile, once it is open: a page of a large book may take long."""
        with self._lock:
            self._users += 1
        try:
            yield
        finally:
            with self._lock:
                self._users -= 1
                self._used_at = time.monotonic()

    def release(self) -> None:
        """Let go of the file."""
        with self._lock:
            if self._workspace is not None:
                self._workspace.close()
                self._workspace = None

    def _watch(self) -> None:
        """Let go of the file once nobody has clicked for a while."""
        while True:
            time.sleep(_CHECK_SECONDS)
            with self._lock:
                is_idle = time.monotonic() - self._used_at > IDLE_SECONDS and not self._users
                if is_idle and self._workspace is not None:
                    self._workspace.close()
                    self._workspace = None
                if self._workspace is None:
                    return


@st.cache_resource(show_spinner=False, on_release=OpenBook.release)
def _open_book(path: str) -> OpenBook:
    return OpenBook(Path(path))


def book() -> OpenBook:
    """Return the book of this server."""
    return _open_book(str(database_path()))


def workspace() -> Workspace:
    """Return the open workspace; say why and stop the page when it cannot be opened."""
    try:
        return book().workspace()
    except UserError as error:
        st.error(error_sentence(error, language()), icon=":material/lock:")
        st.stop()


def language() -> str:
    """Return the language of the session: ``?lang=en``, the sidebar's choice, else French."""
    if "language" not in st.session_state:
        asked = st.query_params.get("lang", DEFAULT_LANGUAGE)
        st.session_state["language"] = asked if asked in LANGUAGES else DEFAULT_LANGUAGE
    return str(st.session_state["language"])


def style(as_of: date | None = None) -> Style:
    """Return the language, the theme and the date figures are drawn for."""
    theme = st.context.theme.type if st.context.theme else "light"
    return Style(language(), theme, as_of)


def author() -> Author:
    """Return who signs a change, and now."""
    return Author(os.environ.get("ARLIB_USER") or getpass.getuser(), datetime.now().astimezone())


def today() -> date:
    """Return the day, by the local clock."""
    return datetime.now().astimezone().date()


def show_page(page: Page) -> None:
    """Remember what the page now drawn answers for: its date, its filters."""
    st.session_state[_PAGE] = page


def shown_page() -> Page | None:
    """Return what ``show_page`` was given last, None before any page of figures."""
    page: Page | None = st.session_state.get(_PAGE)
    return page
