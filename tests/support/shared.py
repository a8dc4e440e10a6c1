"""What was worked out of a book is worked out once, whichever test, command or page asks for it again.

A page keeps the portfolios of its book as long as nothing is written; so does a run of the tests, for
books of the same content: the file as it was opened (a copy of a book is that book), and each state
of a book since. A test that changes how figures are worked out is left alone (``paused``).
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from contextlib import contextmanager
from dataclasses import replace
from itertools import count
from typing import TYPE_CHECKING, Any, Final
from weakref import WeakKeyDictionary

import duckdb
import pytest

from arlib.store.database import Database
from arlib.workspace import Workspace

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import timedelta
    from pathlib import Path

    from arlib.model.portfolio import Portfolio

_MOST: Final = 32
_NEW: Final = count()
_states: WeakKeyDictionary[Database, object] = WeakKeyDictionary()
_is_paused: list[bool] = []
_versions: dict[object, int] = {}
_shared: OrderedDict[tuple[object, ...], Portfolio] = OrderedDict()


def install() -> None:
    """Share from now on; books of some rows are read by one thread: a second costs more than it does."""
    patch = pytest.MonkeyPatch()  # for the whole run
    patch.setattr(duckdb, "connect", _alone(duckdb.connect))
    opened = vars(Workspace)["open"].__func__
    patch.setattr(Workspace, "open", classmethod(_remembered(opened)))
    patch.setattr(Workspace, "portfolio", _sharing(Workspace.portfolio))
    patch.setattr(Database, "transaction", _changing(Database.transaction))
    patch.setattr(Database, "exchanging", _changing(Database.exchanging))


@contextmanager
def paused() -> Iterator[None]:
    """Share nothing for a while, and read with as many threads as a user does."""
    _is_paused.append(True)
    yield
    _is_paused.pop()


def _alone(real: Callable[..., Any]) -> Callable[..., Any]:
    def connect(
        database: str = ":memory:", *, config: dict[str, Any] | None = None, **given: Any
    ) -> Any:
        threads = {} if _is_paused else {"threads": 1}
        return real(database, config={**(config or {}), **threads}, **given)

    return connect


def _remembered(real: Callable[..., Workspace]) -> Callable[..., Workspace]:
    def open_(
        cls: type[Workspace], path: Path | None, *, wait: timedelta | None = None
    ) -> Workspace:
        content = _content(path)
        workspace = real(cls, path, wait=wait)
        if content is not None and workspace._database not in _states:
            _states[workspace._database] = content
        return workspace

    return open_


def _content(path: Path | None) -> bytes | None:
    """Return what stands for a book as it lies on disk; None: not there, or not wholly in its file."""
    if path is None or not path.is_file() or path.with_name(path.name + ".wal").exists():
        return None
    return hashlib.blake2b(path.read_bytes()).digest()


def _changing(real: Callable[..., Any]) -> Callable[..., Any]:
    @contextmanager
    def changing(self: Database, *given: Path) -> Iterator[duckdb.DuckDBPyConnection]:
        _states[self] = next(_NEW)
        try:
            with real(self, *given) as cursor:
                yield cursor
        finally:
            _states[self] = next(_NEW)

    return changing


def _sharing(real: Callable[..., Portfolio]) -> Callable[..., Portfolio]:
    def portfolio(self: Workspace, *given: Any, **named: Any) -> Portfolio:
        found = real(self, *given, **named)
        state = _states.get(self._database)
        if _is_paused or state is None or found.filters.knowledge != "restated":
            return found
        version = found.info.data_version
        if _versions.setdefault(state, version) != version:
            return found  # written through another opening of the same file
        source: Any = found.source
        key = (state, found.as_of, found.filters, source.policy.version, source.bill_safety_days)
        kept = _shared.setdefault(key, found)
        _shared.move_to_end(key)
        if len(_shared) > _MOST:
            _shared.popitem(last=False)
        return replace(found, _cache=kept._cache, _kept=kept._kept)

    return portfolio
