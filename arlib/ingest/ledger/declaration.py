"""A ledger format as a declaration: what one product's ledger looks like, read by the one engine.

A format module declares its layout and offers what every format does::

    DECLARATION: Final = LedgerFormat(
        format_id="ebp_ledger",
        name="EBP ledger",
        columns={"account": "Compte", "posted_on": "Date", "debit": "Débit", "credit": "Crédit"},
        signature=("Compte", "Journal", "Lettrage"),
    )
    FORMAT_ID: Final = DECLARATION.format_id
    identify, extract = offer(DECLARATION)

Fields: ``account``, ``account_label``, ``auxiliary`` (customer code), ``auxiliary_label`` (its name),
``journal``, ``journal_label``, ``entry``, ``posted_on``, ``piece``, ``reference`` (a second number,
used where the first is blank), ``piece_on``, ``label``, ``debit`` and ``credit`` or ``amount`` and
``side``, ``lettering``, ``lettered_on``, ``due_on``, ``currency``, ``payment_method``.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from arlib.ingest.source import Source
    from arlib.model.files import DateOrder, ImportOptions, ParsedFile

SURE: Final = 0.9
WITH_TITLE: Final = 0.95


@dataclass(frozen=True, slots=True)
class LedgerFormat:
    """One product's ledger.

    Attributes:
        format_id: short stable id.
        name: what it is called in the preview (English message id).
        columns: field -> headers of that product, ``a|b|c``, standing before the generic ones.
        signature: headers that tell this product from others, alternatives as ``a|b``; all needed.
        titles: regexes searched in the lines above the header: surer with one.
        absent: headers that another product has and this one has not, ``a|b``.
        has_sections: customers may stand on rows of their own, above their lines.
        roots: first character of a code that is not an account number -> the account it stands
            under (``{"9": "411", "0": "401"}``).
        confidence: how sure the signature makes it.
        date_order: how the product writes dates that do not show it (None: the user is asked).
    """

    format_id: str
    name: str
    columns: Mapping[str, str]
    signature: tuple[str, ...]
    titles: tuple[str, ...] = ()
    absent: str = ""
    has_sections: bool = True
    roots: Mapping[str, str] = field(default_factory=dict)
    confidence: float = SURE
    date_order: DateOrder | None = "day_first"


def offer(
    declaration: LedgerFormat,
) -> tuple[Callable[[Source], float], Callable[[Source, ImportOptions], ParsedFile]]:
    """Return ``identify`` and ``extract`` of a declared ledger."""

    def identify(source: Source) -> float:
        """Return how sure it is, 0 to 1, judged on content."""
        from arlib.ingest.ledger.reading import confidence

        return confidence(source, declaration)

    def extract(source: Source, options: ImportOptions) -> ParsedFile:
        """Return the ledger understood."""
        from arlib.ingest.ledger.reading import read_declared

        return read_declared(source, options, declaration)

    return identify, extract
