"""What a printed or a web report says, before any format: sections of cards, figures, tables, texts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from arlib.charts.template import Figure

Side = Literal["left", "right"]
Column = tuple[str, Side, float]


@dataclass(frozen=True, slots=True)
class Card:
    """One figure of the band: its name, its value, what it is compared with."""

    label: str
    value: str
    change: str = ""
    note: str = ""
    is_worse: bool | None = None  # None: neither better nor worse


@dataclass(frozen=True, slots=True)
class Cards:
    """A row of cards."""

    cards: tuple[Card, ...]


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure; ``height`` and ``wide`` are those of the printed one, in pixels of the figure.

    A wider figure has smaller letters on paper (658: 9 points). ``has_title``: its message stands
    above it (False: the section's title says it already).
    """

    figure: Figure
    height: float
    has_title: bool = True
    wide: float = 658.0


@dataclass(frozen=True, slots=True)
class Table:
    """A list as words: title, side and relative width of each column; rows, totals last.

    ``note`` stands under it: what was left out, and where it is.
    """

    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    count_totals: int = 0
    note: str = ""
    is_small: bool = False


@dataclass(frozen=True, slots=True)
class Words:
    """A paragraph."""

    text: str


Block = Cards | Drawn | Table | Words


@dataclass(frozen=True, slots=True)
class Section:
    """One subject: ``name`` is its plain name, ``title`` the message computed from the data.

    ``starts_page``: on paper it begins a page.
    """

    code: str
    name: str
    title: str
    lead: str
    blocks: tuple[Block, ...]
    starts_page: bool = True


@dataclass(frozen=True, slots=True)
class Document:
    """A report: what stands around its pages, then its sections."""

    title: str
    companies: str
    dated: str
    audience: str
    identity: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    keywords: tuple[str, ...] = field(default=())
