"""One layout as a file: how it is written, and what a reader can know of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from data.generator.exports.listing import Listing
    from data.generator.exports.page import Page


@dataclass(frozen=True, slots=True)
class Variant:
    """A file of one layout.

    ``names_only``: customers have no code, their name is one. ``is_dated``: the file says its date.
    ``residual``: lines show what remains of them; else whole lines, open while not cleared.
    ``is_summary``: one line a customer, no documents. ``has_amount``: what lines were before any
    settlement is shown too; ``has_issued``: their own day is; ``asks_date``: nothing tells the day of
    the extraction, the user says it; ``days_late``: how late a summary takes each age to be, the middle of it or
    the first day of one without end. ``codes``: what the rows of some role
    are once read, where it is not what it mostly is.
    """

    file_name: str
    write: Callable[[Listing], tuple[Page, bytes]]
    scope: Literal["open_items", "full_list", "ledger"] = "open_items"
    level: str = "C"
    names_only: bool = False
    is_dated: bool = False
    residual: bool = True
    is_summary: bool = False
    has_amount: bool = True
    has_issued: bool = True
    asks_date: bool = False
    days_late: tuple[int, ...] = (0, 15, 45, 75, 91)
    codes: Mapping[str, str] = field(default_factory=dict)
