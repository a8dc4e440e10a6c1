"""What crosses the wall between ingest and the rest: a file, what is asked of it, what came out."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    import pyarrow as pa

    from arlib.model.issues import Issue

Replace = Literal["auto", "add", "replace", "complete"]
DateOrder = Literal["day_first", "month_first"]
LimitsAnswer = Literal["ask", "keep", "take"]


@dataclass(frozen=True, slots=True)
class FileInput:
    """One dropped file. The name is only ever shown and matched, never used as a path.

    ``is_member`` marks a file taken out of an archive: an archive found there is refused.
    """

    name: str
    content: bytes = field(repr=False)
    is_member: bool = False


@dataclass(frozen=True, slots=True)
class ImportOptions:
    """What the user says of a file; everything is optional.

    ``mapping`` (canonical field -> header of the file) comes from the mapping form;
    ``known_mappings`` (header signature -> mapping) are those remembered from earlier files.
    ``import_day`` is the day of the import: later dates are reported; None switches that check off.
    ``password`` opens a protected workbook; it is never stored nor shown.
    ``limits`` says what becomes of limits of the file that contradict limits fixed by hand: the file
    is refused until it is said (``ask``), those by hand stand (``keep``) or the file's do (``take``).
    """

    format_id: str | None = None
    company_id: str | None = None
    extracted_on: date | None = None
    terms: str | None = None
    replace: Replace = "auto"
    accept_doubtful: bool = False
    mapping: Mapping[str, str] | None = None
    date_order: DateOrder | None = None
    known_mappings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    import_day: date | None = None
    currency: str | None = None
    codes_by_name: Mapping[str, str] = field(default_factory=dict)
    fec_balance_tolerance_minor: int = 1
    password: str | None = field(default=None, repr=False)
    limits: LimitsAnswer = "ask"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing recognised in a file and why; both are English message ids with placeholders."""

    what: str
    why: str
    parameters: Mapping[str, object] = field(default_factory=dict)
    is_warning: bool = False


@dataclass(frozen=True, slots=True)
class MappingProposal:
    """For a file whose columns were not recognised: what the mapping form shows.

    ``headers`` are those found; ``examples`` their first filled values; ``proposed`` maps canonical
    fields to the most likely header; ``required`` lists the fields without which nothing can load.
    ``signature`` identifies this set of headers, to remember the answer. ``groups`` are fields of
    which one of each suffices (``required`` names the first of each); ``fields`` all that may be
    mapped, the most useful first. Without a header (``has_header``) columns are called A, B, C…
    """

    signature: str
    headers: tuple[str, ...]
    examples: Mapping[str, tuple[str, ...]]
    proposed: Mapping[str, str]
    required: tuple[str, ...]
    groups: tuple[tuple[str, ...], ...] = ()
    fields: tuple[str, ...] = ()
    has_header: bool = True


@dataclass(frozen=True, slots=True)
class ParsedFile:
    """One file understood: canonical tables, issues, counts and control totals.

    ``tables`` holds Arrow tables by canonical name, each conforming to ``arlib.model.tables``
    (absent = no row). ``control_totals`` is the net amount of the receivable lines kept, in minor
    units, by currency. ``rows_read = rows_kept + rows_ignored + rows_refused``.
    ``refusal`` is set when the file as a whole cannot be loaded (``doubt`` when it can be with
    ``accept_doubtful``); ``mapping`` when a mapping form would make it readable, or filled as a list was
    read, for the user to put right. ``also`` holds the other companies of the same file while it is read; ``read_files`` hands them over one by one.
    """

    file_name: str
    sha256: str
    format_id: str
    confidence: float
    evidence: tuple[Evidence, ...]
    scope: str
    level: str | None
    company_id: str
    company_name: str
    company_currency: str
    siren: str | None
    covers_from: date | None
    covers_to: date | None
    extracted_on: date | None
    tables: Mapping[str, pa.Table]
    issues: tuple[Issue, ...]
    rows_read: int
    rows_kept: int
    rows_ignored: int
    rows_refused: int
    control_totals: Mapping[str, int]
    refusal: Issue | None = None
    doubt: Issue | None = None
    mapping: MappingProposal | None = None
    also: tuple[ParsedFile, ...] = ()

    @property
    def count_rows(self) -> Mapping[str, int]:
        """Return the number of rows by canonical table, empty ones left out."""
        return {name: table.num_rows for name, table in self.tables.items() if table.num_rows}


@dataclass(frozen=True, slots=True)
class LimitConflict:
    """A limit of a file that would prevail over one fixed by hand (``before``, by whom and when).

    ``kept_by``: the entry that once set the file's line aside; None: to be decided.
    """

    change_id: str
    company_id: str
    scope: str
    scope_id: str | None
    source: str
    before_minor: int | None
    before_currency: str
    after_minor: int | None
    currency: str
    by: str
    at: datetime
    valid_from: date | None
    valid_to: date | None
    kept_by: str | None


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What happened to one file.

    ``needs_choice`` is true when the refusal can be lifted by ``replace`` or ``complete``.
    ``limits``: its limits that contradict limits fixed by hand, to be decided or just decided.
    """

    parsed: ParsedFile
    status: Literal["imported", "unchanged", "refused"]
    batch_id: str | None
    supersedes: tuple[str, ...]
    reason: Issue | None = None
    needs_choice: bool = False
    limits: tuple[LimitConflict, ...] = ()
