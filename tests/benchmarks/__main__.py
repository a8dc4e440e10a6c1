"""Print ratios measured in one run on this machine: ``python -m tests.benchmarks [invoices]``."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.benchmarks import files, reports, steps, workbook
from tests.benchmarks.measure import alone
from tests.ingest.fec_builder import FILE_NAME

_RUNS = 3


def say(text: str = "") -> None:
    """Print one line at once."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def main(count: int) -> None:
    """Measure imports, queries and pages."""
    with tempfile.TemporaryDirectory() as folder:
        _imports(Path(folder), count)
        _small()
        _queries(Path(folder))
        _pages(Path(folder))
    reports.show(say)
    workbook.show(say)


def _imports(folder: Path, count: int) -> None:
    csv, book, fec = folder / "liste.csv", folder / "liste.xlsx", folder / FILE_NAME
    files.write_csv(csv, count)
    files.write_workbook(book, count // 10)
    files.write_fec(fec, count)
    say(f"## Import, {count:,} lines of csv ({csv.stat().st_size / 1e6:.0f} MB)\n")
    bare, peak = alone(steps.bare_csv, str(csv), str(folder / "bare.duckdb"))
    say(f"bare CREATE TABLE AS read_csv: {bare['total']:.2f} s, peak {peak:.0f} MB = 1")
    done, peak = alone(steps.import_file, str(csv), str(folder / "book.duckdb"))
    _say_import(done, bare["total"], peak)
    _say_cpu(csv, "bare_csv", folder / "csv.duckdb")
    say(f"\n## Import, {count // 10:,} × 15 xlsx ({book.stat().st_size / 1e6:.0f} MB)\n")
    raw, peak = alone(steps.bare_workbook, str(book))
    say(f"raw calamine: {raw['total']:.2f} s, peak {peak:.0f} MB = 1")
    done, peak = alone(steps.import_file, str(book), str(folder / "workbook.duckdb"))
    _say_import(done, raw["total"], peak)
    _say_cpu(book, "bare_workbook", folder / "xlsx.duckdb")
    say(f"\n## Import, FEC of {count:,} lines, lettered ({fec.stat().st_size / 1e6:.0f} MB)\n")
    done, peak = alone(steps.import_file, str(fec), str(folder / "ledger.duckdb"))
    say(f"read and checked: {count / done['read']:,.0f} lines a second")
    say(f"whole import: {count / done['total']:,.0f} lines a second")
    _say_import(done, done["total"], peak)


def _say_cpu(path: Path, bare: str, book: Path) -> None:
    """Print the processor time of an import, beside that of what it is compared with; three runs."""
    reference = getattr(steps, bare)
    for run in range(_RUNS):
        extra = [str(book.with_name(f"bare_{run}.duckdb"))] if bare == "bare_csv" else []
        one, _ = alone(reference, str(path), *extra)
        done, _ = alone(steps.import_here, str(path), str(book.with_name(f"cpu_{run}.duckdb")))
        entry = done["read"] + done["canonical"] + done["commit"]
        parts = ", ".join(f"{name} {value / one['cpu']:.2f}×" for name, value in done.items())
        say(f"processor: {one['cpu']:.2f} s = 1; {parts}; persisted {entry / one['cpu']:.2f}×")


def _small() -> None:
    """Print what an import costs whatever its size."""
    found, _ = alone(steps.small_books)
    say("\n## Fixed cost of an import, processor time, files read beforehand\n")
    for name, spent in found.items():
        say(f"{name}: {spent:.0f} ms")


def _say_import(done: dict[str, float], one: float, peak: float) -> None:
    """Print the steps of an import as multiples of ``one``."""
    entry = done["read"] + done["canonical"] + done["commit"]

    def times(name: str, seconds: float) -> None:
        say(f"{name}: {seconds:.2f} s = {seconds / one:.2f}×")

    times("read and checked, in its own process", done["child"])
    times("bytes there, tables back", done["transport"])
    times("canonical tables written", done["canonical"])
    times("commit and close", done["commit"])
    times("into checked, persisted tables", entry)
    times("derived tables", done["derived"])
    times("whole", done["total"])
    say(f"peak: application {peak:.0f} MB, parsing process {done['child_peak']:.0f} MB")


def _queries(folder: Path) -> None:
    found, peak = alone(steps.queries, str(folder / "book.duckdb"))
    floor = found["floor"]
    say(f"\n## Queries on that book (floor {floor * 1000:.0f} ms = 1, peak {peak:.0f} MB)\n")
    for name, seconds in found.items():
        say(f"{name}: {seconds * 1000:.0f} ms = {seconds / floor:.2f}×")


def _pages(folder: Path) -> None:
    small = folder / "sample.duckdb"
    alone(steps.load_sample, str(small))
    little, base = alone(steps.pages, str(small))
    large, peak = alone(steps.pages, str(folder / "book.duckdb"))
    say(
        f"\n## AppTest rerun of each page: sample company = 1 (peak {base:.0f} MB; large {peak:.0f} MB)\n"
    )
    for name, seconds in large.items():
        say(f"{name}: {seconds:.2f} s against {little[name]:.2f} s = {seconds / little[name]:.2f}×")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000)
