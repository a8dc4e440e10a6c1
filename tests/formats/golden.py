"""What a golden file holds, and the same figures as the program reads them.

``tests/formats/<format id>/sample*.<ext>`` has its ``golden*.json`` beside it (``sample_2.csv``,
``golden_2.json``): format, scope, level, extraction day, counts of rows, control totals, and at that
day the balances by customer, the ages and the open items. ``rows`` counts what is ignored or refused
by code; ``notes`` holds the other issues, as read and reviewed. Amounts are in minor units.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import Any, Final

from arlib.ingest import read_files
from arlib.model.files import FileInput, ImportOptions, ParsedFile
from arlib.workspace import Author, Workspace

FOLDER: Final = Path(__file__).parent
IMPORT_DAY: Final = dt.date(2026, 11, 15)
AUTHOR: Final = Author("tests", dt.datetime(2026, 11, 15, 8, 0))  # noqa: DTZ001 - the book's own clock
BUCKETS: Final = (("not_due", 0), ("1-30", 30), ("31-60", 60), ("61-90", 90))


def samples() -> list[Path]:
    """Return every sample that has its golden file."""
    found = sorted(FOLDER.glob("*/sample*"))
    return [path for path in found if golden_path(path).exists()]


def golden_path(sample: Path) -> Path:
    """Return the golden file of a sample."""
    return sample.with_name(f"golden{sample.stem.removeprefix('sample')}.json")


def expected(sample: Path) -> dict[str, Any]:
    """Return the golden figures of a sample."""
    found: dict[str, Any] = json.loads(golden_path(sample).read_text(encoding="utf-8"))
    return found


def write(sample: Path, figures: dict[str, Any]) -> None:
    """Write the golden file of a sample."""
    text = json.dumps(figures, ensure_ascii=False, indent=1)
    golden_path(sample).write_text(text + "\n", encoding="utf-8")


def options(figures: dict[str, Any]) -> ImportOptions:
    """Return what the user says of the sample: its extraction day when the golden gives one."""
    given = figures.get("options", {}).get("extracted_on")
    return ImportOptions(
        import_day=IMPORT_DAY, extracted_on=dt.date.fromisoformat(given) if given else None
    )


def read(sample: Path, figures: dict[str, Any]) -> ParsedFile:
    """Return the sample as read."""
    (parsed,) = read_files([FileInput(sample.name, sample.read_bytes())], options(figures))
    return parsed


def as_read(parsed: ParsedFile) -> dict[str, Any]:
    """Return the figures of a file as read, without the book."""
    rows: Counter[str] = Counter()
    notes: Counter[str] = Counter()
    for issue in parsed.issues:
        (rows if issue.severity in {"ignored", "refused"} else notes)[issue.code] += 1
    return {
        "format_id": parsed.format_id,
        "scope": parsed.scope,
        "level": parsed.level,
        "extracted_on": parsed.extracted_on and parsed.extracted_on.isoformat(),
        "counts": {
            "read": parsed.rows_read,
            "kept": parsed.rows_kept,
            "ignored": parsed.rows_ignored,
            "refused": parsed.rows_refused,
        },
        "control_totals": dict(parsed.control_totals),
        "rows": dict(sorted(rows.items())),
        "notes": dict(sorted(notes.items())),
    }


def as_booked(parsed: ParsedFile, day: dt.date) -> dict[str, Any]:
    """Return balances, ages and open items of the book that holds this file alone, at a day."""
    workspace = Workspace.open(None)
    try:
        (result,) = workspace.load([parsed], ImportOptions(accept_doubtful=True), AUTHOR)
        if result.status != "imported":
            return {"status": result.status, "reason": result.reason and result.reason.code}
        items = workspace.portfolio(day).items()
    finally:
        workspace.close()
    lines = [
        {
            "customer": str(line["customer_id"]),
            "number": str(line["number"]) if isinstance(line["number"], str) else None,
            "issued_on": line["issued_on"].date().isoformat(),
            "due_on": line["due_on"].date().isoformat(),
            "amount": int(line["amount_minor"]),
            "open": int(line["open_minor"]),
            "currency": str(line["currency"]),
        }
        for line in items.to_dict("records")
    ]
    return summed(lines, day)


def summed(lines: list[dict[str, Any]], day: dt.date) -> dict[str, Any]:
    """Return balances and ages of open items, and the items sorted."""
    balances: dict[str, Counter[str]] = {}
    ages: dict[str, Counter[str]] = {}
    for line in lines:
        currency = line["currency"]
        balances.setdefault(currency, Counter())[line["customer"]] += line["open"]
        ages.setdefault(currency, Counter())[_age(line, day)] += line["open"]
    ordered = sorted(
        lines, key=lambda line: (line["customer"], str(line["number"]), line["due_on"])
    )
    return {
        "balances": {name: dict(sorted(sums.items())) for name, sums in sorted(balances.items())},
        "aging": {name: dict(sorted(sums.items())) for name, sums in sorted(ages.items())},
        "open_items": ordered,
    }


def _age(line: dict[str, Any], day: dt.date) -> str:
    if line["open"] < 0:
        return "unallocated"
    late = (day - dt.date.fromisoformat(line["due_on"])).days
    return next((name for name, last in BUCKETS if late <= last), "90+")
