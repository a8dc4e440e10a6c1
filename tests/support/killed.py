"""A program of ours killed at some moment of its work."""

from __future__ import annotations

import random
import subprocess
import sys
import time
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).resolve().parents[2]


@contextmanager
def running(module: str, *arguments: Path, said: str) -> Iterator[subprocess.Popen[str]]:
    """Run a module until the end of the block, from the moment it says a word; then kill it."""
    program = subprocess.Popen(
        [sys.executable, "-m", module, *map(str, arguments)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert program.stdout is not None
    try:
        assert program.stdout.readline() == f"{said}\n"
        yield program
    finally:
        program.kill()
        program.communicate()


def kill(
    module: str, *arguments: Path, said: str, attempt: int, between: tuple[float, float]
) -> None:
    """Kill a module so many seconds after it said a word; each attempt has its own moment."""
    with running(module, *arguments, said=said):
        time.sleep(random.Random(attempt).uniform(*between))
