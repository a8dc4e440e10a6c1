"""Hostile files are refused with a sentence or read as plain data, at once, and touch nothing else."""

from __future__ import annotations

import io
import time
from datetime import date
from typing import TYPE_CHECKING

import openpyxl
import pytest

from arlib.i18n.issues import issue_sentence
from arlib.ingest import read_files, warm_up
from arlib.ingest.sandbox import SANDBOX
from arlib.model.files import FileInput, ImportOptions
from arlib.reports.sheet import Column, Sheet
from arlib.reports.writer import Page, write
from tests.hostile.files import FILES, NEUTRAL, Hostile, live_names

if TYPE_CHECKING:
    from pathlib import Path

SECONDS = 2.0
PEAK_BYTES = 768 << 20


@pytest.mark.parametrize("hostile", FILES, ids=lambda hostile: hostile.make.__name__.strip("_"))
def test_a_hostile_file_is_refused_or_neutral(
    hostile: Hostile, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    content = hostile.make()
    warm_up()
    read_files([FileInput("a.csv", b"a;b\n1;2\n")], ImportOptions())  # the child has started
    start = time.perf_counter()
    parsed = read_files(
        [FileInput(hostile.name, content)], ImportOptions(password=hostile.password)
    )
    seconds = time.perf_counter() - start
    outcomes = {item.refusal.code if item.refusal else NEUTRAL for item in parsed}
    spent = SANDBOX.last_spent
    peak = spent.peak / 1e6 if spent else 0
    print(f"{hostile.name}: {sorted(outcomes)} in {seconds:.2f} s, peak {peak:.0f} MB")  # noqa: T201
    assert outcomes <= set(hostile.expected)
    # seconds of the processor: those of the clock are printed, the machine is shared
    assert spent is None or spent.processor < SECONDS * 3
    assert peak * 1e6 < PEAK_BYTES
    for item in parsed:
        assert item.refusal is None or len(issue_sentence(item.refusal)) > 20
    assert list(tmp_path.iterdir()) == []


def test_names_that_a_spreadsheet_would_run_are_written_as_text() -> None:
    (parsed,) = read_files([FileInput("names.xlsx", live_names())], ImportOptions())
    names = parsed.tables["customers"]["name"].to_pylist()
    assert {name[0] for name in names} == set("=+-@")
    page = Page("=1+1", "@x", "+1", "&P / &N", date(2025, 1, 31))
    sheet = Sheet("Clients", (Column("=A1", "text", names),))
    opened = openpyxl.load_workbook(io.BytesIO(write([sheet], page, "fr")))
    found = [cell for row in opened["Clients"].iter_rows() for cell in row]
    assert [cell.value for cell in found] == ["=A1", *names]
    assert {cell.data_type for cell in found} == {"s"}
    assert all(cell.hyperlink is None for cell in found)


def test_twenty_five_files_or_more() -> None:
    assert len(FILES) >= 25
    assert len({hostile.make for hostile in FILES}) >= len(FILES) - 1
