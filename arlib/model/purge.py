"""An erasure: what is to be erased, what it would take, what it took."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True, slots=True)
class Target:
    """What is to be erased: a customer of a company, or (``customer_id`` None) the company itself."""

    company_id: str
    customer_id: str | None = None

    @property
    def scope(self) -> str:
        """Return ``customer`` or ``company``."""
        return "company" if self.customer_id is None else "customer"


@dataclass(frozen=True, slots=True)
class PurgePreview:
    """What an erasure would take. ``tables``: rows by table; ``count_lines``: those of files.

    ``codes``: all the codes of the customer (``count_customers`` counts those of a company too).
    ``count_shared``: documents that settle somebody else's or are settled by his. ``open_minor``: what is owed at the last date of the data, by currency.
    ``alike``: accounts under the same name or registration, which stay (company, code, name).
    ``data_version``: state of the book the preview was made on.
    """

    target: Target
    name: str
    codes: tuple[str, ...]
    count_customers: int
    count_lines: int
    count_documents: int
    count_shared: int
    count_limits: int
    count_follow_up: int
    open_minor: Mapping[str, int]
    tables: Mapping[str, int]
    alike: tuple[tuple[str, str, str], ...]
    data_version: int


@dataclass(frozen=True, slots=True)
class Purged:
    """What an erasure took, as the log keeps it. ``count_texts``: free texts of others redacted."""

    purge_id: str
    scope: str
    count_lines: int
    count_documents: int
    count_texts: int
    tables: Mapping[str, int]
