"""One mutated file: made from its seed, read in the parsing process, and judged."""

from __future__ import annotations

import csv
import io
import random
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from arlib.ingest.sandbox import SANDBOX
from arlib.model.files import FileInput, ImportOptions
from tests.fuzz import bases, mutations
from tests.ingest.fec_builder import FILE_NAME

if TYPE_CHECKING:
    from arlib.model.files import ParsedFile
    from tests.fuzz.bases import Grid

SECONDS: Final = 5.0
PEAK_BYTES: Final = 512 << 20
_KINDS: Final = ("xlsx", "text_xlsx", "csv", "fec", "fec")


@dataclass(frozen=True, slots=True)
class Case:
    """A mutated file and what is known of it."""

    seed: int
    what: str
    name: str
    content: bytes
    base: Grid
    total: int | None
    row: int | None
    is_table: bool


@dataclass(slots=True)
class Verdict:
    """What became of a case: its faults, none when all is well."""

    case: Case
    outcome: str
    seconds: float
    peak: int
    faults: list[str] = field(default_factory=list)


def make(seed: int) -> Case:
    """Return the case of a seed, always the same."""
    draw = random.Random(seed)
    kind = draw.choice(_KINDS)
    base = bases.make_fec(draw) if kind == "fec" else bases.make_list(draw, kind)
    name = FILE_NAME if kind == "fec" else "liste.csv" if kind == "csv" else "liste.xlsx"
    if draw.random() < 0.6:
        mutate = draw.choice(mutations.GRIDS)
        altered = mutate(base, draw)
        content = mutations.encoded(bases.to_bytes(altered.grid), draw)
        what = f"{kind} {mutate.__name__}"
        return Case(seed, what, name, content, base, altered.total, altered.row, True)
    change = draw.choice(mutations.BYTES)
    content = change(mutations.encoded(bases.to_bytes(base), draw), draw)
    return Case(seed, f"{kind} {change.__name__}", name, content, base, None, None, False)


def judge(case: Case) -> Verdict:
    """Read a case and return what is wrong with the reading."""
    start = time.perf_counter()
    parsed = SANDBOX.read([FileInput(case.name, case.content)], ImportOptions())
    spent = SANDBOX.last_spent
    # without the start of the parsing process, which the first file of a run waits for
    seconds = spent.seconds if spent else time.perf_counter() - start
    outcome = ",".join(item.refusal.code if item.refusal else item.format_id for item in parsed)
    verdict = Verdict(case, outcome, seconds, spent.peak if spent else 0)
    if "reader_stopped" in outcome or "file_too" in outcome:
        verdict.faults.append(f"the reader stopped: {parsed[0].refusal}")
    if seconds > SECONDS:
        verdict.faults.append(f"{seconds:.1f} s")
    if verdict.peak > PEAK_BYTES:
        verdict.faults.append(f"{verdict.peak >> 20} MB")
    for item in parsed:
        if item.rows_read != item.rows_kept + item.rows_ignored + item.rows_refused:
            verdict.faults.append("rows read are not rows kept, ignored and refused")
    if not any(item.refusal or item.doubt for item in parsed):
        verdict.faults += _unseen(case, parsed)
    return verdict


def _unseen(case: Case, parsed: list[ParsedFile]) -> list[str]:
    """Return what was altered and is neither in the totals nor listed."""
    found = sum(sum(item.control_totals.values()) for item in parsed)
    if case.is_table and case.total is not None:
        if _is_accounted(case.total, found, parsed):
            return []
        return [f"total {found} instead of {case.total}"]
    if case.is_table:
        listed = {issue.row_number for item in parsed for issue in item.issues}
        if found == case.base.total and case.row is not None and case.row not in listed:
            return [f"row {case.row} altered, total unchanged, not listed"]
        return []
    expected = plain_total(case.content, case.base)
    if expected is None or _is_accounted(expected, found, parsed):
        return []
    return [f"total {found}, a plain reading gives {expected}"]


def _is_accounted(total: int, found: int, parsed: list[ParsedFile]) -> bool:
    """Tell whether what lacks in the total is listed line by line with its amount."""
    issues = [issue for item in parsed for issue in item.issues]
    refused = {
        (issue.sheet, issue.row_number): issue.amount_minor
        for issue in issues
        if issue.severity in {"refused", "ignored"} and issue.row_number is not None
    }
    return found + sum(amount or 0 for amount in refused.values()) == total


def plain_total(content: bytes, base: Grid) -> int | None:
    """Return the total of a damaged file by the plainest reading; None when it has no plain one."""
    rows = _workbook_rows(content) if "xlsx" in base.kind else _text_rows(content, base.kind)
    if not rows or rows[0] != base.rows[0] or any(len(row) != len(rows[0]) for row in rows):
        return None
    try:
        return bases.Grid(base.kind, rows, base.amounts).total
    except ValueError:
        return None


def _text_rows(content: bytes, kind: str) -> list[list[str]]:
    wide = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    text = content.decode("utf-16" if wide else "utf-8-sig", errors="replace")
    if "\ufffd" in text and not wide:
        text = content.decode("cp1252", errors="replace")
    text = text.replace("\r\r\n", "\n").replace("\r\n", "\n").replace("\r", "\n")
    separator = "\t" if kind == "fec" else ";"
    return list(csv.reader(io.StringIO(text), delimiter=separator))


def _workbook_rows(content: bytes) -> list[list[str]]:
    """Return the cells of the first sheet as another library reads them; none when it cannot."""
    import openpyxl

    try:
        book = openpyxl.load_workbook(io.BytesIO(content), data_only=True)
        rows = list(book.worksheets[0].iter_rows(values_only=True))
    except Exception:  # noqa: BLE001 - whatever that library makes of a damaged workbook
        return []
    return [["" if cell is None else str(cell) for cell in row] for row in rows]
