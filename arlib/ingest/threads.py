"""The same work on several columns at once: Arrow's functions leave Python's lock."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

_MOST_THREADS: Final = 4
# Below, starting threads costs more than the work.
_MIN_ROWS: Final = 50_000
Item = TypeVar("Item")
Result = TypeVar("Result")


def together(
    function: Callable[[Item], Result], items: Sequence[Item], count_rows: int
) -> list[Result]:
    """Return ``function`` of each item, in order; in threads when the columns are long."""
    threads = min(_MOST_THREADS, os.cpu_count() or 1, len(items))
    if threads < 2 or count_rows < _MIN_ROWS:  # noqa: PLR2004 - nothing to share out
        return [function(item) for item in items]
    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(function, items))
