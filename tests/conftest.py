"""What every test shares: how many examples its properties are tried on, what was worked out of a book."""

from __future__ import annotations

from contextlib import nullcontext
from typing import TYPE_CHECKING, Final

import pytest

from tests.support import shared
from tests.support.examples import IS_FULL, register

if TYPE_CHECKING:
    from collections.abc import Iterator
    from contextlib import AbstractContextManager

_PATCHED: Final = {"analytics", "store", "views"}  # rooms where a test changes what computes
_THREADED: Final = {"test_reliability"}  # many readers at once, each for himself

register()
if not IS_FULL:  # the full counts work everything out anew
    shared.install()


@pytest.fixture(autouse=True)
def sharing(request: pytest.FixtureRequest) -> Iterator[None]:
    """Work out anew what a test has changed the working of, or asks for many times at once."""
    is_patched = "monkeypatch" in request.fixturenames and request.path.parent.name in _PATCHED
    is_alone = is_patched or request.path.stem in _THREADED
    how: AbstractContextManager[None] = shared.paused() if is_alone else nullcontext()
    with how:
        yield
