"""Months as workbooks: the DSO family, what fell due, what was received, cohorts of invoices."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from arlib.i18n import N_
from arlib.ui.download import list_button
from arlib.ui.tables import Column
from arlib.views.receipts import AGES

if TYPE_CHECKING:
    import pandas as pd

    from arlib.reports.sheet import Kind
    from arlib.ui.frame import Page
    from arlib.views.dso import DsoBlock
    from arlib.views.receipts import ReceiptsBlock

_WIDTH: Final = 100
_DSO: Final[dict[str, str]] = {
    "outstanding_minor": N_("Outstanding"),
    "sales_minor": N_("Sales of the month"),
    "simple_days": N_("DSO, simple"),
    "count_back_days": N_("DSO, count-back"),
    "best_possible_days": N_("Best possible DSO"),
    "average_days_delinquent": N_("Average days delinquent"),
    "not_due_days": N_("Days: not due"),
    "late_days": N_("Days: late"),
    "disputed_days": N_("Days: disputed"),
    "credits_days": N_("Days: credits"),
    "cei_ratio": N_("Collection effectiveness (CEI)"),
    "overdue_ratio": N_("Share overdue"),
    "overdue_undisputed_ratio": N_("Overdue, disputes left out"),
    "overdue_over_30_ratio": N_("Overdue > 30 d"),
    "dispute_ratio": N_("Share disputed"),
}
_DUE: Final[dict[str, str]] = {
    "count_items": N_("Invoices"),
    "due_minor": N_("Fallen due"),
    "credited_minor": N_("Credit notes"),
    "before_minor": N_("Received before the month"),
    "within_minor": N_("Received in the month"),
    "after_30_minor": N_("Received within 30 days after"),
    "after_60_minor": N_("Received within 60 days after"),
    "later_minor": N_("Received later"),
    "open_minor": N_("Still open"),
    "within_ratio": N_("By its end"),
    "within_30_ratio": N_("+ 30 d"),
    "within_60_ratio": N_("+ 60 d"),
    "collected_ratio": N_("To date"),
}
_RECEIVED: Final[dict[str, str]] = {
    "count_receipts": N_("Settlements"),
    "receipts_minor": N_("Cash received"),
    "due_minor": N_("On invoices due in the month"),
    "overdue_minor": N_("On older invoices"),
    "early_minor": N_("On invoices not due yet"),
    "other_minor": N_("On returns and refunds"),
    "unallocated_minor": N_("Not allocated"),
}
_COHORTS: Final[dict[str, str]] = {
    "count_items": N_("Invoices"),
    "billed_minor": N_("Billed"),
    "credited_minor": N_("Credit notes"),
    "net_minor": N_("Net of credit notes"),
    "paid_minor": N_("Paid to date, amount"),
    "paid_ratio": N_("Paid to date, share"),
}


def dso_button(page: Page, block: DsoBlock) -> None:
    """Draw the button of the DSO family by month."""
    frame = block.monthly.assign(currency=block.currency)
    title = page.words("DSO family by month")
    # stocks at month-ends add up to nothing
    _button(page, f"dso_{block.currency}", title, frame, _DSO, unsummed=("outstanding_minor",))


def due_button(page: Page, block: ReceiptsBlock) -> None:
    """Draw the button of what fell due by month."""
    frame = block.fallen_due.assign(currency=block.currency)
    _button(page, f"due_{block.currency}", page.words("What fell due, month by month"), frame, _DUE)


def received_button(page: Page, block: ReceiptsBlock) -> None:
    """Draw the button of what was received by month."""
    frame = block.received.assign(currency=block.currency)
    title = page.words("Cash received, month by month")
    _button(page, f"received_{block.currency}", title, frame, _RECEIVED)


def cohorts_button(page: Page, block: ReceiptsBlock) -> None:
    """Draw the button of the cohorts of invoices."""
    _ = page.words
    ages = {
        f"paid_{age}_ratio": _("Paid after {days}").format(days=page.formats.days0(age))
        for age in AGES
    }
    frame = block.cohorts.assign(currency=block.currency)
    title = _("Cohorts of invoices")
    _button(page, f"cohorts_{block.currency}", title, frame, {**_COHORTS, **ages})


def _button(
    page: Page,
    name: str,
    title: str,
    frame: pd.DataFrame,
    titles: dict[str, str],
    *,
    unsummed: tuple[str, ...] = (),
) -> None:
    """Draw the button of months, oldest first, each named by its first day."""
    _ = page.words
    columns = [
        Column("month_on", _("Month"), _WIDTH, page.formats.month),
        *(
            Column(
                code,
                _(words),
                _WIDTH,
                kind=_kind(code),
                currency="currency" if code.endswith("_minor") else None,
                is_summed=code not in unsummed,
            )
            for code, words in titles.items()
        ),
    ]
    list_button(page, name, title, columns, frame)


def _kind(code: str) -> Kind:
    """Return the kind of cell of a figure, from the end of its name."""
    if code.endswith("_minor"):
        return "amount"
    if code.endswith("_ratio"):
        return "ratio"
    return "integer" if code.startswith("count_") and not code.endswith("_days") else "days"
