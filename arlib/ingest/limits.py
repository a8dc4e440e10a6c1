"""How long reading may take and how much memory, from the size of the files; what is used of it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final

from arlib.ingest.package import check_sizes
from arlib.ingest.wire import Limits
from arlib.model.issues import UserError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.model.files import FileInput

_MB: Final = 1 << 20
# Reading takes 0.1 to 0.5 s a megabyte on two slow cores: a machine ten times slower still passes.
_SECONDS: Final = 30.0
_SECONDS_A_MB: Final = 3.0
_MOST_SECONDS: Final = 900.0
# Measured: a text takes 13 times its size, a workbook 6 times its XML.
_MEMORY: Final = 1024 * _MB
_MEMORY_A_BYTE: Final = 24
_SHARE_OF_MACHINE: Final = 0.75
_STATUS: Final = "/proc/self/status"


def limits_of(files: Sequence[FileInput]) -> Limits:
    """Return what reading these files together may take."""
    size = sum(len(file.content) for file in files)
    seconds = min(_SECONDS + _SECONDS_A_MB * size / _MB, _MOST_SECONDS)
    memory = _MEMORY + _MEMORY_A_BYTE * sum(_unpacked(file.content) for file in files)
    return Limits(seconds, int(min(memory, max(_MEMORY, _SHARE_OF_MACHINE * _machine_memory()))))


def _unpacked(content: bytes) -> int:
    """Return the size of a file once unpacked, as it says itself."""
    with suppress(UserError):
        if content.startswith(b"PK"):
            return max(len(content), check_sizes(content))
    return len(content)


def _machine_memory() -> float:
    try:
        return float(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES"))
    except (AttributeError, ValueError, OSError):  # Windows
        return float("inf")


def harden() -> None:
    """Forbid this process to write any file or to leave an image of its memory behind."""
    if sys.platform == "win32":
        return
    import resource

    for limit in (resource.RLIMIT_CORE, resource.RLIMIT_FSIZE):
        with suppress(OSError, ValueError):
            resource.setrlimit(limit, (0, 0))


def bound_memory(extra: int) -> None:
    """Let this process take ``extra`` bytes more than it has now (Linux; elsewhere nothing)."""
    if sys.platform != "linux":
        return
    import resource

    taken = memory("VmData")
    with suppress(OSError, ValueError):
        hard = resource.getrlimit(resource.RLIMIT_DATA)[1]
        resource.setrlimit(resource.RLIMIT_DATA, (taken + extra if taken else hard, hard))


def restart_peak() -> None:
    """Begin to measure the peak of memory anew (Linux; elsewhere it is the process's)."""
    with suppress(OSError):
        Path("/proc/self/clear_refs").write_text("5", encoding="ascii")


def memory(name: str) -> int:
    """Return a figure of this process in bytes, e.g. ``VmHWM``; 0 where it is not known."""
    with suppress(OSError, ValueError, IndexError):
        for line in Path(_STATUS).read_text(encoding="ascii").splitlines():
            if line.startswith(name + ":"):
                return int(line.split()[1]) << 10
    return 0


def resident(pid: int) -> int:
    """Return the memory another process holds, in bytes; 0 where it is not known."""
    with suppress(OSError, ValueError, IndexError):
        pages = Path(f"/proc/{pid}/statm").read_text(encoding="ascii").split()[1]
        return int(pages) * os.sysconf("SC_PAGE_SIZE")
    return 0
