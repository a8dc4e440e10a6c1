"""Time and memory of one step, each in its own process so that peaks do not add up."""

from __future__ import annotations

import multiprocessing
import resource
import time
from statistics import median
from typing import TYPE_CHECKING, Any

from arlib.ingest import limits

if TYPE_CHECKING:
    from collections.abc import Callable


def timed(function: Callable[[], object], times: int = 1) -> float:
    """Return the median of ``times`` runs, in seconds."""
    spent = []
    for _ in range(times):
        start = time.perf_counter()
        function()
        spent.append(time.perf_counter() - start)
    return median(spent)


def cpu() -> float:
    """Return the seconds of processor that this process took, its threads and the system included.

    Other work on the machine moves them far less than the time that passes.
    """
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def alone(function: Callable[..., Any], *arguments: object) -> tuple[Any, float]:
    """Run ``function`` in a fresh process; return its result and the process's peak in MB."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        result: tuple[Any, float] = pool.apply(_with_peak, (function, arguments))
    return result


def _with_peak(function: Callable[..., Any], arguments: tuple[object, ...]) -> tuple[Any, float]:
    result = function(*arguments)
    return result, _peak()


def _peak() -> float:
    """Return the peak of this process in MB; ``ru_maxrss`` would keep that of its parent."""
    own = limits.memory("VmHWM") / 1e6
    return own or resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
