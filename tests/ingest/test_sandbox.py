"""The parsing process: same answers as here, limits enforced, nothing left behind."""

from __future__ import annotations

import io
import os
import pickle
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from arlib.ingest import limits, read_here, wire
from arlib.ingest.sandbox import Child, Sandbox
from arlib.model.files import FileInput, ImportOptions
from tests.hostile import packages

if TYPE_CHECKING:
    from collections.abc import Iterator

    from arlib.model.files import ParsedFile

ROOT = Path(__file__).parents[2]
CSV = "\n".join(";".join(row) for row in packages.LIST).encode()
LONG = CSV + b"\n" + b"\n".join(b'C%d;"A;B";F%d;13/01/2025;1,5' % (n, n) for n in range(60_000))
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="limits of memory are Linux's")


@pytest.fixture(scope="module")
def sandbox() -> Iterator[Sandbox]:
    found = Sandbox()
    yield found
    found.close()


def same(left: ParsedFile, right: ParsedFile) -> bool:
    tables = left.tables.keys() == right.tables.keys() and all(
        left.tables[name].equals(right.tables[name]) for name in left.tables
    )
    return tables and replace(left, tables={}) == replace(right, tables={})


@pytest.mark.parametrize("content", [CSV, packages.workbook(), b"", b"a;b\n1;2", b"%PDF-1.4"])
def test_the_child_answers_as_this_process_does(sandbox: Sandbox, content: bytes) -> None:
    files, options = [FileInput("a.x", content)], ImportOptions()
    (there,), (here,) = sandbox.read(files, options), read_here(files, options)
    assert same(there, here)


def test_files_read_together_come_back_in_order(sandbox: Sandbox) -> None:
    files = [FileInput(f"{n}.csv", CSV) for n in range(3)]
    assert [item.file_name for item in sandbox.read(files, ImportOptions())] == [
        "0.csv",
        "1.csv",
        "2.csv",
    ]
    assert sandbox.read([], ImportOptions()) == []


def test_a_file_that_takes_too_long_is_refused_and_the_next_is_read(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    limits_of = limits.limits_of

    def short(files: list[FileInput]) -> wire.Limits:
        is_slow = any(file.name == "slow.csv" for file in files)
        return replace(limits_of(files), seconds=0.05 if is_slow else 60.0)

    sandbox.read([FileInput("a.csv", CSV)], ImportOptions())  # started
    monkeypatch.setattr(limits, "limits_of", short)
    files = [FileInput("slow.csv", LONG), FileInput("a.csv", CSV)]
    slow, read = sandbox.read(files, ImportOptions())
    assert slow.refusal is not None
    assert (slow.refusal.code, slow.refusal.value) == ("file_too_slow", "slow.csv")
    assert read.refusal is None
    assert read.control_totals == {"EUR": packages.TOTAL_MINOR}


@LINUX
def test_a_file_that_takes_too_much_memory_is_refused(
    sandbox: Sandbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(limits, "limits_of", lambda _files: wire.Limits(60.0, 8 << 20))
    (parsed,) = sandbox.read([FileInput("heavy.csv", LONG)], ImportOptions())
    assert parsed.refusal is not None
    assert (parsed.refusal.code, parsed.refusal.detail) == ("file_too_heavy", "8")


def test_an_unexpected_error_is_a_refusal_that_names_it(sandbox: Sandbox) -> None:
    # an option the child cannot use: stands for a defect of a reader
    broken = ImportOptions(known_mappings={"x": {}}, import_day="tomorrow")  # type: ignore[arg-type]
    (parsed,) = sandbox.read([FileInput("a.csv", CSV)], broken)
    assert parsed.refusal is not None
    assert (parsed.refusal.code, parsed.refusal.detail) == (
        "reader_stopped",
        "pyarrow.lib.ArrowTypeError",
    )
    (again,) = sandbox.read([FileInput("a.csv", CSV)], ImportOptions())
    assert again.refusal is None


def test_threads_share_one_child_without_mixing_answers(sandbox: Sandbox) -> None:
    def read(number: int) -> tuple[str, int]:
        rows = (
            *packages.LIST,
            *((f"C{n}", "x", f"G{n}", "13/01/2025", "1") for n in range(number)),
        )
        file = FileInput(f"{number}.xlsx", packages.workbook(packages.sheet(packages.cells(rows))))
        (parsed,) = sandbox.read([file], ImportOptions())
        return parsed.file_name, parsed.rows_kept

    with ThreadPoolExecutor(6) as threads:
        found = list(threads.map(read, range(12)))
    assert found == [(f"{n}.xlsx", n + 2) for n in range(12)]


def test_an_idle_child_ends_and_comes_back() -> None:
    sandbox = Sandbox(idle_seconds=0.3)
    sandbox.read([FileInput("a.csv", CSV)], ImportOptions())
    first = sandbox._child
    assert first is not None
    deadline = time.monotonic() + 20
    while first.is_alive and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not first.is_alive
    assert sandbox.read([FileInput("a.csv", CSV)], ImportOptions())[0].refusal is None
    sandbox.close()
    assert threading.active_count() < 50


@LINUX
def test_the_child_can_write_no_file_and_leaves_with_its_parent() -> None:
    program = (
        "import os, signal; from arlib.ingest.sandbox import Child; c = Child();"
        "from arlib.ingest.limits import Limits; from arlib.model.files import *;"
        "c.ask([FileInput('a.csv', b'a;b')], ImportOptions(), Limits(60, 1 << 30));"
        "print(c._process.pid, flush=True);"
        "print(open(f'/proc/{c._process.pid}/limits').read(), flush=True);"
        "os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False
    )
    pid = int(done.stdout.split("\n", 1)[0])
    written = next(line for line in done.stdout.splitlines() if line.startswith("Max file size"))
    assert written.split()[3:5] == ["0", "0"]
    deadline = time.monotonic() + 20
    while _is_running(pid) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not _is_running(pid)


def _is_running(pid: int) -> bool:
    try:
        return "Z" not in Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False


def test_an_answer_may_only_hold_our_records() -> None:
    class Evil:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return os.system, ("true",)

    for answer in (Evil(), subprocess.Popen, eval):
        content = pickle.dumps((answer, (), None))
        stream = io.BytesIO(len(content).to_bytes(8, "little") + content)
        with pytest.raises(pickle.UnpicklingError):
            wire.receive_answer(stream)


def test_a_child_that_is_gone_is_said_so() -> None:
    child = Child()
    child.kill("file_too_slow")
    with pytest.raises((EOFError, OSError)):
        child.ask([FileInput("a.csv", CSV)], ImportOptions(), wire.Limits(5, 1 << 30))
    child.close()
    assert not child.is_alive
