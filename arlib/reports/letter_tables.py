"""The tables of letters and statements: invoices, sums, open items, balance; one of each a currency."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

import pandas as pd

from arlib.i18n import MISSING, formats, translator
from arlib.i18n.labels import bucket_label, label
from arlib.reports.letter_values import COURTESY, LATE, drawn, money

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from arlib.views.letters import Claim, LettersView

Row = tuple[str, ...]
Sides = tuple[Literal["left", "right"], ...]
_WORDS: Final = 3  # number, date, due date


@dataclass(frozen=True, slots=True)
class Table:
    """A table of texts. ``titles`` empty: lines of a sum, words on the left, amounts on the right.

    ``widths``: relative width of each column; the last ``count_totals`` rows are totals.
    """

    name: str
    titles: Row
    sides: Sides
    widths: tuple[int, ...]
    rows: tuple[Row, ...]
    count_totals: int = 0


def _each(make: Callable[[LettersView, Claim, str, str], Table | None]) -> Any:
    """Return what makes one table a currency that a level asks in."""

    def tables(view: LettersView, level: str, language: str) -> list[Table]:
        claims = view.claims_of(level) if level else view.claims
        made = [make(view, claim, level, language) for claim in claims]
        return [table for table in made if table is not None]

    return tables


def _invoices(view: LettersView, claim: Claim, level: str, language: str) -> Table:
    """Return the invoices asked for, the oldest due first."""
    del view
    _, f = translator(language), formats(language)
    rows = claim.asked(level or LATE)
    is_late = level != COURTESY
    titles = [_("Invoice"), _("Date"), _("Due date")]
    titles += [_("Late by")] if is_late else []
    titles += [_("Amount incl. VAT"), _("To be paid")]
    lines = []
    for row in rows.to_dict("records"):
        line = [number_words(row, language), f.date(row["issued_on"]), f.date(row["due_on"])]
        line += [f.days0(row["days_late"])] if is_late else []
        line += [
            f.amount(row[name], claim.currency) for name in ("amount_minor", "to_collect_minor")
        ]
        lines.append(tuple(line))
    asked = claim.claimed_minor if is_late else claim.soon_minor
    blank = [""] * (len(titles) - 2)
    lines.append((_("Total"), *blank, f.amount(asked, claim.currency)))
    sides: Sides = tuple("left" if place < _WORDS else "right" for place in range(len(titles)))
    widths = (5, 3, 3, *((2,) if is_late else ()), 4, 4)
    return Table("invoices", tuple(titles), sides, widths, tuple(lines), count_totals=1)


def _principal(view: LettersView, claim: Claim, level: str, language: str) -> Table | None:
    """Return the principal when credits lower it; the table of invoices says it else."""
    del view, level
    if not claim.credits_minor:
        return None
    _ = translator(language)
    rows = _principal_rows(claim, language)
    total = (_("Remains to be paid"), formats(language).amount(claim.due_minor, claim.currency))
    return _pairs("principal", [*rows, total])


def _sums(view: LettersView, claim: Claim, level: str, language: str) -> Table:
    """Return principal, interest, indemnity and their total."""
    del level
    _, f = translator(language), formats(language)
    rows = _principal_rows(claim, language)
    if claim.credits_minor:
        rows.append((_("Principal"), f.amount(claim.due_minor, claim.currency)))
    rows += _charge_rows(view, claim, language)
    is_known = claim.charges.interest_minor is not None
    title = _("Total to be paid") if is_known else _("Total, interest not included")
    rows.append((title, money([(minor, code) for code, minor in claim.totals.items()], language)))
    return _pairs("sums", rows)


def _principal_rows(claim: Claim, language: str) -> list[Row]:
    _, f = translator(language), formats(language)
    count = len(claim.asked(LATE))
    words = _.ngettext("{n} overdue invoice", "{n} overdue invoices", count)
    rows: list[Row] = [
        (words.format(n=f.integer(count)), f.amount(claim.claimed_minor, claim.currency))
    ]
    if claim.credits_minor:
        rows.append((_("Credits not allocated"), f.amount(claim.credits_minor, claim.currency)))
    return rows


def _charge_rows(view: LettersView, claim: Claim, language: str) -> list[Row]:
    _, f, charges = translator(language), formats(language), claim.charges
    rows: list[Row] = []
    if charges.interest_minor is None:
        rows.append((_("Late payment interest"), _("to be stated")))
    elif charges.interest_minor:
        words = _("Late payment interest to {date}").format(date=f.date(view.as_of))
        rows.append((words, f.amount(charges.interest_minor, claim.currency)))
    if charges.indemnity_minor:
        code = charges.indemnity_currency
        words = _("Fixed recovery compensation ({n} × {amount})").format(
            n=f.integer(charges.count_indemnities), amount=f.amount0(charges.each_minor, code)
        )
        rows.append((words, f.amount(charges.indemnity_minor, code)))
    return rows


def _items(view: LettersView, claim: Claim, level: str, language: str) -> Table:
    """Return every open item of a statement, credits included, the oldest due first."""
    del view, level
    _, f = translator(language), formats(language)
    lines = [
        (
            number_words(row, language),
            _kind(row, language),
            f.date(row["issued_on"]),
            f.date(row["due_on"]) if row["open_minor"] > 0 else MISSING,
            f.days0(row["days_late"]) if row["is_overdue"] else MISSING,
            f.amount(row["amount_minor"], claim.currency),
            f.amount(row["open_minor"], claim.currency),
        )
        for row in claim.items.to_dict("records")
    ]
    titles = (
        _("Number"),
        _("Kind"),
        _("Date"),
        _("Due date"),
        _("Late by"),
        _("Amount incl. VAT"),
        _("Open"),
    )
    balance = f.amount(claim.outstanding_minor, claim.currency)
    lines.append((_("Balance"), "", "", "", "", "", balance))
    sides: Sides = (*("left",) * 4, *("right",) * 3)
    return Table("items", titles, sides, (4, 4, 3, 3, 2, 4, 4), tuple(lines), count_totals=1)


def _balance(view: LettersView, claim: Claim, level: str, language: str) -> Table:
    """Return the balance by age: not due, each bucket late, credits, total."""
    del level
    f, _ = formats(language), translator(language)
    sums = claim.items.groupby("bucket")["open_minor"].sum()
    rows: list[Row] = [
        (bucket_label(bucket, language), f.amount(int(sums.get(bucket, 0)), claim.currency))
        for bucket in view.buckets
    ]
    credits_ = int(claim.items["open_minor"].clip(upper=0).sum())
    rows.append((_("Credits not allocated"), f.amount(credits_, claim.currency)))
    rows.append((_("Balance"), f.amount(claim.outstanding_minor, claim.currency)))
    return _pairs("balance", rows)


def number_words(row: Mapping[Any, Any], language: str) -> str:
    """Return the number of a document, or its kind where it has none."""
    number = row["number"]
    if isinstance(number, str) and drawn(number):
        return drawn(number)
    return label("kind", row["kind"], language)


def _kind(row: Mapping[Any, Any], language: str) -> str:
    _, words = translator(language), label("kind", row["kind"], language)
    disputed = row["disputed_minor"]
    is_disputed = pd.notna(disputed) and disputed > 0
    return f"{words} ({_('disputed')})" if is_disputed else words


def _pairs(name: str, rows: list[Row]) -> Table:
    return Table(name, (), ("left", "right"), (3, 1), tuple(rows), count_totals=1)


TABLES: Final[Mapping[str, Callable[[LettersView, str, str], list[Table]]]] = {
    "invoices": _each(_invoices),
    "principal": _each(_principal),
    "sums": _each(_sums),
    "items": _each(_items),
    "balance": _each(_balance),
}
