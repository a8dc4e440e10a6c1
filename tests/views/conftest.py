from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from arlib.workspace import Workspace
from tests.support.books import load
from tests.support.worked import D, worked_book

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from arlib.model.portfolio import Portfolio


@pytest.fixture(scope="session")
def store() -> Iterator[Callable[..., Portfolio]]:
    """The worked set, never written by a test, at any date."""
    workspace = Workspace.open(None)
    load(workspace, worked_book())
    yield workspace.portfolio
    workspace.close()


@pytest.fixture(scope="session")
def worked(store: Callable[..., Portfolio]) -> Portfolio:
    """The worked set at its date."""
    return store(D)
