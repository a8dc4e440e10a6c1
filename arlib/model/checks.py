"""What an integrity check may find in a book, and the closed list of its sentences."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping

# code -> English message id, its values in braces. French: i18n/fr/safety.po.
FINDINGS: Final[dict[str, str]] = {
    "rows_unaccounted": "{file}: {read} lines were read, {known} are kept, ignored or refused.",
    "state_differs": "{file}: its state is “{state}”, the imports say “{expected}”.",
    "rows_orphan": "{table}: {count} rows point to something that the book does not hold.",
    "ledger_differs": "{company}, {account_class}, on {day}: the ledger says {ledger} {currency}, the book {analysed} {currency}; {difference} {currency} is not explained.",
    "buckets_differ": "{company}, on {day}: the buckets sum to {buckets} {currency}, the open items to {items} {currency}.",
    "movements_differ": "{company}, on {day}: the movements sum to {movements} {currency}, the open items to {items} {currency}.",
    "document_over_allocated": "{company}: {count} documents are allocated beyond their amount ({amount} {currency}), the first is {number}.",
    "table_not_rebuilt": "The table {table} holds {found} rows; rebuilt from the imports it holds {expected}, or other values.",
    "table_unreadable": "The table {table} cannot be read: {detail}",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it must be. Amounts of ``values`` are Decimals in major units."""

    code: str
    values: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse a code that is not in the closed list: a programming error."""
        if self.code not in FINDINGS:
            message = f"unknown finding {self.code!r}"
            raise ValueError(message)


@dataclass(frozen=True, slots=True)
class CheckReport:
    """What an integrity check read and found. ``tables``: rows by table; no finding: all is right."""

    tables: Mapping[str, int]
    findings: tuple[Finding, ...]

    @property
    def is_ok(self) -> bool:
        """Return True when nothing was found."""
        return not self.findings
