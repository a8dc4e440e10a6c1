"""The steps that are measured. Each runs in a process of its own and returns seconds."""

from __future__ import annotations

import time
from datetime import date, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING

from tests.benchmarks.measure import cpu, timed

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.model.files import FileInput

ROOT = Path(__file__).parents[2]
D = date(2024, 9, 30)
TIMES = 7
FLOOR = """
SELECT customer_key, SUM(amount_minor) AS amount_minor FROM (
    SELECT customer_key, amount_minor FROM documents WHERE issued_on <= $as_of
    UNION ALL
    SELECT customer_key, -amount_minor FROM allocations WHERE allocated_on <= $as_of
) AS movements GROUP BY customer_key
"""


def bare_csv(csv: str, out: str) -> dict[str, float]:
    """Time the bare ``CREATE TABLE AS read_csv`` of the file, types given."""
    import duckdb

    connection = duckdb.connect(out)
    connection.execute("SET enable_progress_bar = false")
    query = (
        "CREATE TABLE t AS SELECT * FROM read_csv('" + csv + "', delim=';', header=true,"
        " decimal_separator=',', dateformat='%d/%m/%Y', columns={'a':'VARCHAR','b':'VARCHAR','c':'VARCHAR',"
        "'d':'DATE','e':'DATE','f':'DECIMAL(18,2)','g':'DECIMAL(18,2)','h':'DATE','i':'VARCHAR',"
        "'j':'VARCHAR','k':'VARCHAR','l':'VARCHAR','m':'VARCHAR','n':'VARCHAR','o':'VARCHAR'})"
    )

    def run() -> None:
        connection.execute(query)
        connection.execute("CHECKPOINT")

    before = cpu()
    total = timed(run)
    return {"total": total, "cpu": cpu() - before}


def import_file(path: str, out: str) -> dict[str, float]:
    """Time a whole import: reading and checking, canonical tables, derived tables.

    ``transport`` is the part of ``read`` that is not spent in the parsing process, whose peak is
    ``child_peak`` in MB.
    """
    from arlib.ingest.sandbox import SANDBOX
    from arlib.model.files import FileInput, ImportOptions
    from arlib.store import book, journal
    from arlib.workspace import Author, Workspace

    spent: dict[str, float] = {}
    _watch(spent, journal, "write_batch", time.perf_counter)
    _watch(spent, book, "rebuild", time.perf_counter)
    workspace = Workspace.open(Path(out))
    content = Path(path).read_bytes()
    _load_readers()
    start = time.perf_counter()
    parsed = workspace.read([FileInput(Path(path).name, content)], ImportOptions())
    read = time.perf_counter()
    results = workspace.load(parsed, ImportOptions(), Author("bench", datetime(2025, 1, 1)))  # noqa: DTZ001
    loaded = time.perf_counter()
    workspace.close()
    closed = time.perf_counter()
    if results[0].status != "imported":
        raise RuntimeError(str(results[0].reason))
    spent_there = SANDBOX.last_spent
    child = spent_there.seconds if spent_there else 0.0
    return {
        "child": child,
        "transport": read - start - child,
        "child_peak": spent_there.peak / 1e6 if spent_there else 0.0,
        "read": read - start,
        "canonical": spent["write_batch"],
        "derived": spent["rebuild"],
        "commit": loaded - read - spent["write_batch"] - spent["rebuild"] + closed - loaded,
        "total": closed - start,
    }


def _watch(spent: dict[str, float], module: object, name: str, clock: Callable[[], float]) -> None:
    """Add up what a function of a module takes, by a clock."""
    real = getattr(module, name)

    def watched(*arguments: object, **named: object) -> object:
        start = clock()
        result = real(*arguments, **named)
        spent[name] = spent.get(name, 0.0) + clock() - start
        return result

    setattr(module, name, watched)


def _load_readers() -> None:
    """Import what reading needs, as in an application that is already running."""
    from arlib import ingest
    from arlib.model.files import ImportOptions

    ingest.read_files(_small_files(), ImportOptions())


def _small_files() -> list[FileInput]:
    """Return a workbook and a csv of one line."""
    import io

    import xlsxwriter

    from arlib.model.files import FileInput

    lines: list[list[str | float]] = [
        ["Code client", "Date facture", "Montant TTC"],
        ["C1", "13/01/2025", 1.5],
    ]
    small = io.BytesIO()
    with xlsxwriter.Workbook(small) as book:
        sheet = book.add_worksheet()
        for row, values in enumerate(lines):
            sheet.write_row(row, 0, values)
    text = "\n".join(";".join(str(value) for value in line) for line in lines)
    return [FileInput("a.xlsx", small.getvalue()), FileInput("a.csv", text.encode())]


def bare_workbook(path: str) -> dict[str, float]:
    """Time raw calamine on the workbook."""
    import python_calamine

    def run() -> None:
        python_calamine.CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()

    before = cpu()
    total = timed(run)
    return {"total": total, "cpu": cpu() - before}


def import_here(path: str, out: str) -> dict[str, float]:
    """Return the processor time of an import read in this process: one process, nothing hidden."""
    from arlib import ingest
    from arlib.model.files import FileInput, ImportOptions
    from arlib.store import book, journal
    from arlib.workspace import Author, Workspace

    spent: dict[str, float] = {}
    _watch(spent, journal, "write_batch", cpu)
    _watch(spent, book, "rebuild", cpu)
    workspace = Workspace.open(Path(out))
    content = Path(path).read_bytes()
    ingest.read_here(_small_files(), ImportOptions())
    start = cpu()
    parsed = ingest.read_here([FileInput(Path(path).name, content)], ImportOptions())
    read = cpu()
    workspace.load(parsed, ImportOptions(), Author("bench", datetime(2025, 1, 1)))  # noqa: DTZ001
    workspace.close()
    total = cpu() - start
    return {
        "read": read - start,
        "canonical": spent["write_batch"],
        "derived": spent["rebuild"],
        "commit": total - (read - start) - spent["write_batch"] - spent["rebuild"],
        "total": total,
    }


def small_books(count: int = 8) -> dict[str, float]:
    """Return the processor milliseconds of one small import each, the median of ``count``.

    Files are read beforehand; books are in memory. What is measured is what every import costs
    whatever its size: statements to plan, tables to name.
    """
    from arlib import ingest
    from arlib.model.files import FileInput, ImportOptions
    from arlib.workspace import Author, Workspace
    from tests.scenarios import worked_set

    files = {
        "list of one line": _small_files()[1:],
        "worked set, template": [FileInput("m.xlsx", worked_set.template_bytes())],
        "worked set, FEC": [FileInput(worked_set.FEC_NAME, worked_set.fec_bytes())],
        "worked set, open items": [
            FileInput("ouvert_2025-06-30.csv", worked_set.flat_list_bytes())
        ],
    }
    found = {}
    for name, given in files.items():
        parsed = ingest.read_here(given, ImportOptions())
        times = []
        for _ in range(count):
            workspace = Workspace.open(None)
            before = cpu()
            workspace.load(parsed, ImportOptions(), Author("bench", datetime(2025, 7, 1)))  # noqa: DTZ001
            times.append(1000 * (cpu() - before))
            workspace.close()
        found[name] = median(times)
    return found


def queries(out: str) -> dict[str, float]:
    """Time the floor and the as-of queries on the same file, medians."""
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Filters, month_ends
    from arlib.store.database import open_database
    from arlib.store.frames import StoreSource

    database = open_database(Path(out))
    source = StoreSource(database, Policy())
    base: dict[str, object] = {"as_of": D, "filters": Filters()}
    bounds: dict[str, object] = {f"bound_{i}": b for i, b in enumerate((15, 45, 75, 120), 1)}
    bounds |= {f"bound_{i}": None for i in range(5, 9)}
    bounds |= {f"forward_{i}": b for i, b in enumerate((30, 60), 1)}
    bounds |= {f"forward_{i}": None for i in range(3, 9)}
    window: dict[str, object] = {
        "start": date(2023, 9, 30),
        "recent": date(2024, 6, 30),
        "min_confidence": 0.6,
        "without_disputed": False,
    }
    months = month_ends(D, 12)

    def floor() -> None:
        with database.cursor() as cursor:
            cursor.execute(FLOOR, {"as_of": D}).df()

    def frame(name: str, **more: object) -> Callable[[], object]:
        return lambda: source.frame(name, {**base, **more})

    steps: dict[str, Callable[[], object]] = {
        "floor": floor,
        "aging, free buckets, oldest due date, disputed": frame("aging_due", **bounds),
        "balances": frame("balances"),
        "12 month-ends of the overview": frame("aging_months", months=months),
        "payments, 12 months": frame("payments", **window),
        "paid invoices, 12 months": frame("paid_invoices", **window),
        "sales by month": frame("sales_months"),
        "exposure steps, 12 months": frame("exposure_steps", start=date(2023, 9, 30)),
        "tie-out": frame("tie_out"),
    }
    for step in steps.values():
        step()  # warm: the file is read once
    return {name: timed(step, TIMES) for name, step in steps.items()}


def pages(out: str) -> dict[str, float]:
    """Time an AppTest rerun of each page on a book, medians of three."""
    import os

    os.environ["ARLIB_DB"] = out
    from streamlit.testing.v1 import AppTest

    found = {}
    for page in sorted((ROOT / "pages").glob("*.py")):
        app = AppTest.from_file(str(ROOT / "app.py"), default_timeout=300)
        app.run()
        app.switch_page(f"pages/{page.name}")
        app.run()
        found[page.stem] = timed(app.run, 3)
    return found


def load_sample(out: str) -> None:
    """Load the sample company into a new book."""
    from arlib.model.files import FileInput, ImportOptions
    from arlib.workspace import Author, Workspace

    workspace = Workspace.open(Path(out))
    samples = [
        FileInput(p.name, p.read_bytes())
        for p in sorted((ROOT / "data" / "samples").glob("*_modele.xlsx"))
    ]
    workspace.load(
        workspace.read(samples, ImportOptions()),
        ImportOptions(),
        Author("bench", datetime(2026, 11, 1)),  # noqa: DTZ001
    )
    workspace.close()
