"""Whether the figures of a page tie with the ledger or with the totals of the files, in words."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from arlib.i18n import N_
from arlib.model.portfolio import Filters
from arlib.ui import cache
from arlib.views.common import sum_by_currency

if TYPE_CHECKING:
    from arlib.ui.frame import Page

_LISTS: Final = frozenset({"B", "C"})
_SAME_ACCOUNTS: Final = (
    N_("Tied to the customer accounts"),
    N_("Not tied to the customer accounts: difference {amount}"),
)
_SAME_TOTALS: Final = (
    N_("Equal to the total of the files"),
    N_("Not equal to the total of the files: difference {amount}"),
)


def tie_out_words(page: Page) -> str:
    """Return the tie-out with the ledger as plain text, empty when there is nothing to tie to."""
    is_tied, ledger, gap = tied(page)
    _ = page.words
    if is_tied is None:
        return ""
    if is_tied:
        return _("{name}: {value}").format(name=_(tie_titles(page)[0]), value=ledger)
    return _(tie_titles(page)[1]).format(amount=gap)


def tie_titles(page: Page) -> tuple[str, str]:
    """Return the words of tied and not tied: lists of invoices hold totals, not accounts."""
    wanted = page.selection.filters.company_id
    levels = {item.level for item in page.info.companies if wanted in (None, item.company_id)}
    if levels <= _LISTS:
        return _SAME_TOTALS
    return _SAME_ACCOUNTS


def tied(page: Page) -> tuple[bool | None, str, str]:
    """Return whether the companies tie (None: no row), the ledger and the difference, in words."""
    f = page.formats
    # the ledger knows nothing of categories: the tie-out is always that of the whole company
    asked = page.selection.filters
    whole = Filters(company_id=asked.company_id, knowledge=asked.knowledge)
    status = cache.status(replace(page.selection, filters=whole))
    if status.is_tied is None:
        return None, "", ""
    rows = status.tie_out[status.tie_out["is_in_perimeter"]]
    ledger, gap = (
        " + ".join(f.amount(value, code) for code, value in sum_by_currency(rows, column).items())
        for column in ("ledger_minor", "unexplained_minor")
    )
    erased = [
        (code, value) for code, value in sum_by_currency(rows, "purged_minor").items() if value
    ]
    if erased:
        amount = " + ".join(f.amount(value, code) for code, value in erased)
        ledger = page.words("{ledger} without {amount} erased").format(ledger=ledger, amount=amount)
    return status.is_tied, ledger, gap
