"""The date at which a list was drawn: given, written in a title or a cell, else its latest date."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from arlib.ingest.values import parse_date

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Iterable

    import numpy as np

    from arlib.ingest.lines import Lines
    from arlib.model.files import DateOrder, ImportOptions

_MONTH: Final = r"[^\W\d_]{3,9}\.?"
_DATE: Final = (
    r"(\d{1,2}[/.-]\d{1,2}[/.-](?:\d{4}|\d{2})\b|\d{4}[-/.]\d{1,2}[-/.]\d{1,2}\b|\b\d{8}\b"
    rf"|\d{{1,2}}(?:er|st|nd|rd|th)?[ -]+{_MONTH}[ ,-]+\d{{4}}|{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}})"
)
# What names the date of a situation, then what names only the day a report was printed.
_TIERS: Final = (
    re.compile(
        r"(?i)(?:\bau\b|\bas of\b|\bas at\b|\bas on\b|\barr[êe]t\w*|\bsituation\b|\bposition\b|\bstichtag\b"
        r"|\bkey date\b|\bdate de r[ée]f[ée]rence\b|\bdate de situation\b|\bending\b|\bclos\w*|\baging date\b"
        rf"|\bdate d['’ ]extraction\b|\bextrait\w*|\bextraction\b)\D{{0,25}}?{_DATE}"
    ),
    re.compile(
        rf"(?i)(?:\bdate d['’ ][ée]dition|\b[ée]dit[ée]\w*|\breport date|\brun date|\bprinted|\bimprim\w*|\bdate\b)"
        rf"\D{{0,25}}?{_DATE}"
    ),
    re.compile(rf"^\W*{_DATE}\W*$"),
)


def extraction_date(
    lines: Lines, options: ImportOptions, kept: np.ndarray, texts: Iterable[str]
) -> tuple[dt.date | None, bool]:
    """Return the date of the extraction and whether it was assumed.

    Given; else in a line above the table or in ``texts`` (lines below it); else the latest issue or
    payment date, else the latest due date, not after the day of the import.
    """
    if options.extracted_on:
        return options.extracted_on, False
    sheets = (lines.sheet, *lines.sheet.parts)
    above = [text for sheet in sheets for _, text in sheet.above]
    above += [title for title in lines.sheet.headers if any(char.isdigit() for char in title)]
    own = tuple(re.compile(text) for text in (lines.form.as_of if lines.form else ()))
    for found, tiers in ((above, (*own, *_TIERS)), (list(texts), (*own, _TIERS[0]))):
        for tier in tiers:
            if day := _stated(found, tier, lines.order):
                return day, False
    for names in (("issued_on", "paid_on"), ("due_on",)):
        days = [day for name in names if (day := _latest(lines, name, kept, options.import_day))]
        if days:
            return max(days), True
    return None, True


def _stated(
    texts: Iterable[str], pattern: re.Pattern[str], order: DateOrder | None
) -> dt.date | None:
    """Return the first date that the pattern finds, in the order of the file, else in the other."""
    for text in texts:
        if found := pattern.search(text):
            written = found[1].replace(",", " ")
            other: DateOrder = "day_first" if order == "month_first" else "month_first"
            day = parse_date(written, order or "day_first") or parse_date(written, other)
            if day:
                return day
    return None


def _latest(
    lines: Lines, name: str, kept: np.ndarray, import_day: dt.date | None
) -> dt.date | None:
    """Return the latest date of the rows kept, not after the day of the import."""
    import pyarrow as pa
    import pyarrow.compute as pc

    if name not in lines.dates:
        return None
    days = lines.dates[name].filter(pa.array(kept))
    if import_day is not None:
        days = days.filter(pc.less_equal(days, pa.scalar(import_day, pa.date32())))
    latest: dt.date | None = pc.max(days).as_py()
    return latest
