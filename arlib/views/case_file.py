"""Dossier contentieux: what a lawyer or a collection agency needs to take over a claim."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from arlib.analytics.disputes import disputes
from arlib.analytics.late_interest import late_interest
from arlib.views import customer_file, letters
from arlib.views import late_interest as late_view
from arlib.views.customer import rows_of

if TYPE_CHECKING:
    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio
    from arlib.views.customer_file import CustomerFile
    from arlib.views.letters import LettersView


@dataclass(frozen=True, slots=True)
class CaseFile:
    """One customer's case at a date, in the currencies of his invoices.

    ``letters``: what is claimed and by whom. ``file``: his file (invoices, settlements, actions,
    promises). ``interest``: his late invoices, columns of ``analytics.late_interest.late_interest``;
    ``steps``: their reckoning spelled out. ``disputes``: columns of ``analytics.disputes.disputes``.
    """

    letters: LettersView
    file: CustomerFile
    interest: pd.DataFrame
    steps: pd.DataFrame
    disputes: pd.DataFrame


def build(
    portfolio: Portfolio, policy: Policy, *, customer_id: str, company_id: str | None = None
) -> CaseFile:
    """Return one customer's case; filters on customers and conversion are ignored.

    Raises:
        UserError: ``customer_not_found``.
    """
    book = letters.plain_book(portfolio)
    view = letters.build(book, policy, customer_id=customer_id, company_id=company_id)
    own = {"company_id": view.company_id, "customer_id": view.customer_id}
    return CaseFile(
        letters=view,
        file=customer_file.build(book, policy, **own),
        interest=rows_of(late_interest(book, policy), own),
        steps=late_view.steps(book, policy, **own),
        disputes=rows_of(disputes(book), own),
    )
