"""Dossier de crédit on paper: one customer's file with what every report carries beside its figures."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from arlib.model.portfolio import Portfolio
from arlib.views import customer_file, status
from arlib.views.report import filters_in_force

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.views.customer_file import CustomerFile
    from arlib.views.status import StatusView


@dataclass(frozen=True, slots=True)
class Dossier:
    """One customer's file, and where its figures come from.

    ``file``: that of his page. ``status``: tie-out, warnings and live imports of his company.
    ``filters``: the restrictions in force by name (choices of customers are ignored). ``company_name``:
    that of his company.
    """

    file: CustomerFile
    status: StatusView
    policy: Policy
    company_name: str
    filters: Mapping[str, str]

    @property
    def as_of(self) -> date:
        """Return the date of the figures."""
        return self.file.customer.as_of


def build(
    portfolio: Portfolio, policy: Policy, *, customer_id: str, company_id: str | None = None
) -> Dossier:
    """Return one customer's dossier; without ``company_id`` the first company that holds the code.

    Raises:
        UserError: ``customer_not_found``.
    """
    file = customer_file.build(portfolio, policy, customer_id=customer_id, company_id=company_id)
    his = file.customer.company_id
    book = portfolio.of_companies()
    company = replace(book.filters, company_id=his, currency=None, convert=None)
    state = status.build(Portfolio(book.as_of, company, book.info, book.source), policy)
    own = state.batches["company_id"] == his
    names = {item.company_id: item.name for item in portfolio.companies()}
    return Dossier(
        file=file,
        status=replace(state, batches=state.batches[own].reset_index(drop=True)),
        policy=policy,
        company_name=names.get(his, his),
        filters=filters_in_force(book),
    )
