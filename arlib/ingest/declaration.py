"""A list format as a declaration: what one product's export looks like, read by the one list engine.

A format module declares its layout and offers what every format does::

    DECLARATION: Final = ListFormat(
        format_id="qbo_aging",
        columns={"number": "Num", "issued_on": "Date", "open": "Open Balance"},
        signature=("Transaction Type|Type", "Num", "Open Balance"),
        titles=(r"A/R Aging Detail",),
        sections=Sections(),
        kinds={"credit_note": "Credit Memo", "payment": "Payment"},
    )
    FORMAT_ID: Final = DECLARATION.format_id
    identify, extract = offer(DECLARATION)

Canonical fields are those of ``arlib.ingest.columns.SYNONYMS``. Headers are compared without case,
accents, blanks and punctuation; two rows of headers are joined (“Opening” over “Amount” is
“Opening Amount”). Nothing here reads a file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final, Literal

from arlib.ingest.columns import REQUIRED

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from arlib.ingest.source import Source
    from arlib.model.files import DateOrder, ImportOptions, ParsedFile

Signs = Literal["auto", "signed", "credits_unsigned"]
Level = Literal["auto", "B", "C"]

NAME: Final = r"(?P<customer_name>.+)"
CODE: Final = r"(?P<customer_id>\S+)"
CODE_NAME: Final = r"(?P<customer_id>\S+)\s+(?:[-–:]\s*)?(?P<customer_name>.+)"
TOTAL_FOR: Final = (
    r"(?i)^(total (for|of|du|de|client|tiers|compte)|sous[- ]?total|sub[- ]?total|total|solde)\b"
)


@dataclass(frozen=True, slots=True)
class Sections:
    """Customers named on a row of their own, above their lines.

    A row is a section when it holds neither a date nor a document number and its filled text cells,
    joined by a blank, match ``pattern`` whole (named groups ``customer_id``, ``customer_name``).
    Amounts on such a row are the subtotal of its lines: compared with their sum, never loaded.
    ``column`` limits the text to one cell (0 for the first). A row that matches ``closes`` ends the
    section: its amounts are compared likewise.
    """

    pattern: str = NAME
    closes: str = TOTAL_FOR
    column: int | None = None


@dataclass(frozen=True, slots=True)
class RowRule:
    """What rows of which a field matches ``pattern`` (searched) are.

    ``field`` is a canonical field, else headers ``a|b``, else ``*``: any cell of the row.
    ``ignored`` with the issue ``code``; else kept, read as ``kind`` and ``account_class``.
    An empty cell is matched as an empty text: ``^$`` tells blank ones.
    """

    field: str
    pattern: str
    code: str | None = None
    kind: str | None = None
    account_class: str | None = None


@dataclass(frozen=True, slots=True)
class Bucket:
    """A column of a summary: what is late by ``first`` to ``last`` days, both included.

    ``header`` may give alternatives, ``a|b``; a date in the header of the file is left out. ``last`` 0
    is what is not due; None for ``last`` is without end. Ages count from the due date.
    """

    header: str
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True)
class ListFormat:
    """One product's list.

    Attributes:
        format_id: short stable id.
        columns: canonical field -> headers of that product, ``a|b|c``, standing before the generic
            ones; ``#3`` is the third column when it has no title. An empty text says that the field
            is not in this list whatever its headers.
        signature: headers that tell this product from others, alternatives as ``a|b``.
        needed: how many of ``signature`` must be there; 0 for all.
        required: groups of fields of which one must be found, else the format does not answer.
        titles: regexes searched in the lines above the header: surer with one.
        needs_title: without such a line the format does not answer.
        footers: regexes searched in the text of a row without amount: ignored as ``title_row``.
        sections: customers on rows of their own; None: each line names its customer.
        kinds: kind -> words of the column ``kind``, ``a|b``, standing before the generic ones.
        signs: ``signed``: as written; ``credits_unsigned``: credits are written positive and turned;
            ``auto``: turned when all amounts of a kind of credit are positive.
        rules: what particular rows are, tried in order, the first that matches.
        buckets: columns of ages. Without a number nor a date on its lines the list is a summary, one
            row a customer; else the ages of a line add up to what is open of it.
        settled: words of the column ``status`` that mean nothing remains open, ``a|b``.
        ignored: headers never read, though a generic name would claim them, ``a|b``.
        level: ``B`` reads payment dates, ``C`` makes an extraction whatever its dates.
        date_order, currency: what the product always writes; None: from the file.
        as_of: regexes whose group 1 is the date of extraction, tried before the generic ones on the
            lines above the header and the header itself, then on footers.
        uses_synonyms: whether generic headers complete ``columns``.
    """

    format_id: str
    columns: Mapping[str, str]
    signature: tuple[str, ...]
    needed: int = 0
    required: tuple[tuple[str, ...], ...] = REQUIRED
    titles: tuple[str, ...] = ()
    needs_title: bool = False
    footers: tuple[str, ...] = ()
    sections: Sections | None = None
    kinds: Mapping[str, str] = field(default_factory=dict)
    signs: Signs = "auto"
    rules: tuple[RowRule, ...] = ()
    buckets: tuple[Bucket, ...] = ()
    settled: str = ""
    ignored: str = ""
    level: Level = "auto"
    date_order: DateOrder | None = None
    currency: str | None = None
    as_of: tuple[str, ...] = ()
    uses_synonyms: bool = True


def offer(
    declaration: ListFormat,
) -> tuple[
    Callable[[Source], float],
    Callable[[Source, ImportOptions], ParsedFile],
]:
    """Return ``identify`` and ``extract`` of a format module that is only its declaration."""

    def identify(source: Source) -> float:
        """Return how sure it is that the file is this list, 0 to 1."""
        from arlib.ingest.tables import confidence

        return confidence(source, declaration)

    def extract(source: Source, options: ImportOptions) -> ParsedFile:
        """Return the list understood: tables, issues and counts."""
        from arlib.ingest.listing import read_declared

        return read_declared(source, options, declaration)

    return identify, extract
