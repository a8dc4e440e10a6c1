"""Dossier de crédit: one customer with his history, his score opened and what was written about him."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.analytics.customer_history import (
    MONTHS,
    exposure_peaks,
    exposure_steps,
    group_members,
    invoice_lives,
    limit_in,
    limit_steps,
)
from arlib.analytics.early_warning import evaluate, points
from arlib.analytics.frames import NOT_AT_THIS_LEVEL, left_out
from arlib.analytics.promises import kept_rates, promises
from arlib.analytics.receivables import LEVELS_WITHOUT_SALES
from arlib.model.identifiers import Identity, check_identity
from arlib.model.portfolio import KEY, window_start
from arlib.views import activity, customer, customer_forecast, segments

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio
    from arlib.views.activity import ActivityView
    from arlib.views.customer import CustomerView
    from arlib.views.customer_forecast import CustomerForecast
    from arlib.views.segments import SegmentDetail

LIVES: Final = 30
_POINTS: Final = 40


@dataclass(frozen=True, slots=True)
class CustomerFile:
    """One customer's file at a date.

    ``customer``: his view. ``identity``: what SIREN and VAT number say. ``group``: columns of
    ``group_members``. ``financials``: outside scores and ratios, columns of ``Portfolio.financials``.
    ``exposure_steps, limit_steps, peaks``: 24 months, see ``customer_history``. ``lives``: his last 30
    invoices, see ``invoice_lives``. ``payments``: 24 months of receipts, columns of
    ``Portfolio.customer_payments``. ``warning``: his row of ``early_warning.evaluate`` ({}: not
    followed); ``points``: ``on, delay_days, is_open, count_invoices``, the last 40. ``score``:
    factors, way to a better class and path. ``activity``: sales, credit notes, billing lag;
    ``activity_unavailable``: the reason where the files do not tell sales, or None. ``disputes``:
    columns of ``Portfolio.customer_disputes``. ``actions``: columns of ``Portfolio.actions``.
    ``promises, promise_rates``: columns of ``promises`` and ``kept_rates``. ``cause``: the last cause of
    lateness noted, a row of ``actions`` ({}: none). ``review_on``: the next review, by hand before the
    files. ``codes``: codes counted under his, columns of ``Portfolio.linked_codes``. ``forecast``: what is
    expected of him.
    """

    customer: CustomerView
    identity: Identity
    group: pd.DataFrame
    financials: pd.DataFrame
    exposure_steps: pd.DataFrame
    limit_steps: pd.DataFrame
    peaks: pd.DataFrame
    lives: pd.DataFrame
    payments: pd.DataFrame
    warning: Mapping[str, Any]
    points: pd.DataFrame
    score: SegmentDetail
    activity: ActivityView
    activity_unavailable: str | None
    disputes: pd.DataFrame
    actions: pd.DataFrame
    promises: pd.DataFrame
    promise_rates: pd.DataFrame
    cause: Mapping[str, Any]
    review_on: date | None
    codes: pd.DataFrame
    forecast: CustomerForecast

    def limit_in(self, currency: str) -> pd.DataFrame:
        """Return ``limit_steps`` in one currency; empty when he never had a limit in it."""
        return limit_in(self.limit_steps, currency)

    @property
    def is_review_late(self) -> bool:
        """Return True when the review was due before the date."""
        return self.review_on is not None and self.review_on < self.customer.as_of


def build(
    portfolio: Portfolio, policy: Policy, *, customer_id: str, company_id: str | None = None
) -> CustomerFile:
    """Return one customer's file; filters on customers are ignored, as in ``views.customer``.

    Raises:
        UserError: ``customer_not_found``.
    """
    book = customer.unfiltered(portfolio)
    view = customer.build(book, policy, customer_id=customer_id, company_id=company_id)
    key = (view.company_id, view.customer_id)
    own = {"company_id": view.company_id, "customer_id": view.customer_id}
    actions = book.actions(*key)
    promised = customer.rows_of(promises(book, policy), own)
    exposure, limit = exposure_steps(book, *key), limit_steps(book, policy, *key)
    return CustomerFile(
        customer=view,
        identity=check_identity(
            view.attributes.get("siren"),
            view.attributes.get("vat_number"),
            view.attributes.get("country"),
        ),
        group=group_members(book, *key),
        financials=customer.rows_of(book.financials(), own),
        exposure_steps=exposure,
        limit_steps=limit,
        peaks=exposure_peaks(exposure, limit),
        lives=invoice_lives(book, *key, promised, most=LIVES),
        payments=book.customer_payments(*key, window_start(book.as_of, MONTHS)),
        warning=_warning(book, policy, own),
        points=_points(book, policy, own),
        score=segments.detail(
            book, policy, company_id=view.company_id, customer_id=view.customer_id
        ),
        activity=activity.build(
            book, policy, company_id=view.company_id, customer_id=view.customer_id
        ),
        activity_unavailable=(
            NOT_AT_THIS_LEVEL if view.company_id in left_out(book, LEVELS_WITHOUT_SALES) else None
        ),
        disputes=book.customer_disputes(*key),
        actions=actions,
        promises=promised,
        promise_rates=customer.rows_of(kept_rates(book, policy), own),
        cause=_first(actions.loc[actions["kind"] == "cause"]),
        review_on=_review(actions, view.attributes.get("review_on")),
        codes=_codes(book, *key),
        forecast=customer_forecast.build(book, policy, *key),
    )


def _warning(book: Portfolio, policy: Policy, own: dict[str, str]) -> dict[str, Any]:
    return _first(customer.rows_of(evaluate(book, policy), own))


def _points(book: Portfolio, policy: Policy, own: dict[str, str]) -> pd.DataFrame:
    known = customer.rows_of(points(book, policy), own)
    return known.drop(columns=KEY).tail(_POINTS).reset_index(drop=True)


def _codes(book: Portfolio, company_id: str, customer_id: str) -> pd.DataFrame:
    known = book.linked_codes(company_id)
    is_his = known["is_in_force"].eq(True) & (known["main_customer_id"] == customer_id)
    return known.loc[is_his].reset_index(drop=True)


def _first(rows: pd.DataFrame) -> dict[str, Any]:
    """Return the first row by column name, {} when there is none."""
    return {str(name): value for name, value in rows.iloc[0].items()} if len(rows) else {}


def _review(actions: pd.DataFrame, from_files: object) -> date | None:
    """Return the next review: the last one fixed by hand, else that of the files."""
    fixed = actions.loc[actions["kind"] == "review", "due_on"]
    chosen: Any = fixed.iloc[0] if len(fixed) else from_files
    return None if pd.isna(chosen) else pd.Timestamp(chosen).date()
