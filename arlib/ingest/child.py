"""The parsing process: ``python -m arlib.ingest.child``. Reads files from a pipe until it closes.

It opens no file and can write none; it is killed by the application when it takes too long or too
much memory (``arlib.ingest.sandbox``).
"""

from __future__ import annotations

import os
import sys
import time
from typing import TYPE_CHECKING, BinaryIO

from arlib.ingest import limits, wire
from arlib.ingest.recognise import read_files

if TYPE_CHECKING:
    from arlib.model.files import FileInput, ImportOptions, ParsedFile

_FEW_THREADS = 4


def main() -> None:
    """Answer requests one after the other; leave when the application does."""
    source, answers = sys.stdin.buffer, _take_output()
    _prepare()
    limits.harden()
    answers.write(wire.READY)
    answers.flush()
    while (request := wire.receive_request(source)) is not None:
        files, options, allowed = request
        start, used = time.perf_counter(), time.process_time()
        limits.restart_peak()
        limits.bound_memory(allowed.memory)
        parsed = _read(files, options)
        seconds = time.perf_counter() - start
        spent = wire.Spent(
            seconds,
            time.process_time() - used,
            limits.memory("VmHWM"),
            limits.memory("VmRSS"),
        )
        wire.send_answer(answers, parsed, spent)
        del request, files, parsed


def _take_output() -> BinaryIO:
    """Return the pipe of answers; whatever else is printed goes to the error stream."""
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    return answers


def _prepare() -> None:
    """Load what reading needs, so that the first file does not wait for it."""
    import pandas as pd
    import pyarrow as pa
    import python_calamine
    from pyarrow import compute, csv

    from arlib.ingest.formats import all_formats

    pa.set_cpu_count(min(pa.cpu_count(), _FEW_THREADS))
    all_formats()
    _ = pd, compute, csv, python_calamine


def _read(files: list[FileInput], options: ImportOptions) -> list[ParsedFile] | None:
    """Return the files read; None when they need more memory than allowed."""
    try:
        return read_files(files, options)
    except MemoryError:
        return None


if __name__ == "__main__":
    main()
