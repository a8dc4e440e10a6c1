"""Portfolio: the book as of one date, as reduced frames that pipelines derive figures from.

The store answers each frame by one named query (``arlib/store/sql/<name>.sql``); what grows with
the ledger is summed there, so no frame is larger than customers × months, except ``items`` of one
customer or of an export. Every frame begins with ``company_id``; amounts are int64 minor units of
``currency``; dates are ``datetime64``; every frame obeys the filters and holds nothing later than
``as_of``.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final, Literal, Protocol, TypeVar

from arlib.model.followup import STALE_MONTHS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import pandas as pd

    from arlib.model.policy import Policy

T = TypeVar("T")
Knowledge = Literal["restated", "known_then"]
Level = Literal["portfolio", "group", "category", "sector", "owner", "customer"]

KEY: Final = ["company_id", "customer_id"]
KEY_CURRENCY: Final = ["company_id", "customer_id", "currency"]
MAX_BUCKETS: Final = 8
_ANYBODY: Final[dict[str, object]] = {"customer": None, "only_company": None}
MAX_LINES: Final = 50_000  # of one kind, in a list to correct by hand


@dataclass(frozen=True, slots=True)
class Filters:
    """What restricts the book. ``search`` matches a customer's code or name, or a document number.

    ``currency`` keeps one currency; ``convert`` expresses every amount in one currency.
    ``knowledge``: the book with all that is known now, or with the files imported and the lettering
    recorded by the date.
    """

    company_id: str | None = None
    category: str | None = None
    owner: str | None = None
    sector: str | None = None
    search: str | None = None
    currency: str | None = None
    convert: str | None = None
    knowledge: Knowledge = "restated"

    @property
    def is_active(self) -> bool:
        """Return True when anything but the company restricts the customers."""
        return any((self.category, self.owner, self.sector, self.search))


@dataclass(frozen=True, slots=True)
class Scope:
    """One value of a level: a category, a group of a company… ``value`` None: not filled.

    The level ``portfolio`` is the whole book under its filters.
    """

    level: Level = "portfolio"
    company_id: str | None = None
    value: str | None = None


@dataclass(frozen=True, slots=True)
class CompanyInfo:
    """One company of the book. ``first_as_of``: earliest date it can answer; None: no documents."""

    company_id: str
    name: str
    currency: str
    level: str | None
    first_as_of: date | None
    covers_from: date | None
    last_date: date | None
    count_extractions: int = 0

    @property
    def is_inferred(self) -> bool:
        """Return True when settlements are what left successive lists of open items (estimates)."""
        return self.level == "C" and self.count_extractions > 1


@dataclass(frozen=True, slots=True)
class BookInfo:
    """What the book holds, whatever the as-of date. ``data_version`` changes with every write.

    ``is_known_then``: asked as known at the date; ``imported_later``: the companies of which no file
    had been imported by then, shown with all their current files.
    """

    companies: tuple[CompanyInfo, ...]
    currencies: tuple[str, ...]
    first_date: date | None
    last_date: date | None
    first_as_of: date | None
    default_as_of: date | None
    data_version: int
    last_import: Mapping[str, object] | None
    count_batches: int
    is_known_then: bool = False
    imported_later: tuple[str, ...] = ()

    @property
    def level(self) -> str | None:
        """Return the lowest level of data among the companies (A best, then D, B, E, C)."""
        levels = [item.level for item in self.companies if item.level]
        return max(levels, key="ADBEC".index) if levels else None

    @property
    def is_empty(self) -> bool:
        """Return True when no document was imported."""
        return self.default_as_of is None


class Source(Protocol):
    """Whoever answers named queries: the store, or canned frames in a test."""

    def frame(self, query: str, parameters: Mapping[str, object]) -> pd.DataFrame:
        """Return the result of a named query."""
        ...


@dataclass(frozen=True, slots=True)
class Portfolio:
    """The book as of one date under some filters; frames are read when first asked for."""

    as_of: date
    filters: Filters
    info: BookInfo
    source: Source
    _cache: dict[tuple[object, ...], pd.DataFrame] = field(default_factory=dict, repr=False)
    _kept: dict[str, Any] = field(default_factory=dict, repr=False, compare=False)
    _whole: list[Portfolio] = field(default_factory=list, repr=False, compare=False)
    _then: dict[date, Portfolio] = field(default_factory=dict, repr=False, compare=False)

    # -- who ------------------------------------------------------------------------------------

    def customers(self) -> pd.DataFrame:
        """Return every customer known at the date or having a limit, one row each.

        Columns: those of ``tables.CUSTOMERS`` (name filled: the commonest spelling, else the code)
        plus ``first_issued_on`` (first document; NaT for a customer known by its limit alone).
        """
        return self._frame("customers")

    def companies(self) -> list[CompanyInfo]:
        """Return the companies inside the filters."""
        wanted = self.filters.company_id
        return [item for item in self.info.companies if wanted in (None, item.company_id)]

    def estimated_companies(self) -> set[str]:
        """Return the companies of level E: no lettering, so ages are estimated oldest first."""
        return {item.company_id for item in self.companies() if item.level == "E"}

    def inferred_companies(self) -> set[str]:
        """Return the companies whose settlements are inferred between extractions (level C)."""
        return {item.company_id for item in self.companies() if item.is_inferred}

    # -- stocks at the date ---------------------------------------------------------------------

    def balances(self) -> pd.DataFrame:
        """Return stocks, one row per company, customer, currency and account class.

        Columns: ``open_debit_minor`` (gross), ``credits_minor`` (≤ 0), ``outstanding_minor`` (net),
        ``not_due_minor``, ``overdue_minor`` (gross, due < as_of), ``disputed_minor``,
        ``overdue_disputed_minor``, ``not_due_disputed_minor``, ``late_amount_days`` (float: Σ open ×
        days late of overdue debits), ``count_open`` (open debits), ``count_overdue``,
        ``oldest_due_on`` (of open debits, due or not), ``max_days_late`` (of overdue debits;
        NA when none), ``max_undisputed_days_late``, ``oldest_issued_on``.
        Account classes outside the perimeter are rows too: filter by class.
        """
        return self._frame("balances")

    def aging(
        self, *, basis: str, bounds: tuple[int, ...], forward: tuple[int, ...]
    ) -> pd.DataFrame:
        """Return open amounts by bucket, long: one row per company, customer, currency, class, bucket.

        ``bucket`` is an int: 1..n+1 = late buckets ((0, b1], (b1, b2], … > bn); −1, −2… = falling
        due within the first, second… forward bound or beyond (due basis), 0 never used; 99 =
        credits not allocated. Issue basis: 1..n+1 by age in days since issue ([0, b1], …).
        Columns: ``bucket, amount_minor, disputed_minor, oldest_due_on``.
        """
        padded = [*bounds, *[None] * (MAX_BUCKETS - len(bounds))]
        ahead = [*forward, *[None] * (MAX_BUCKETS - len(forward))]
        parameters = {f"bound_{i}": bound for i, bound in enumerate(padded, 1)}
        parameters |= {f"forward_{i}": bound for i, bound in enumerate(ahead, 1)}
        return self._frame("aging_issue" if basis == "issue" else "aging_due", **parameters)

    def items(self, company_id: str | None = None, customer_id: str | None = None) -> pd.DataFrame:
        """Return open items at the date, of one customer or of the whole book (an export).

        Columns: ``document_id, invoice_id, number, kind, account_class, customer_id, currency,
        issued_on, due_on, due_source (file, terms, default), amount_minor, open_minor,
        disputed_minor, days_late (int, negative = not due), terms, payment_method, source_row,
        file_name``. Sorted by customer then due date.
        """
        return self._frame("items", customer=customer_id, only_company=company_id)

    def open_debits(
        self, company_id: str | None = None, customer_id: str | None = None
    ) -> pd.DataFrame:
        """Return open debits of the perimeter with their first due date, as a contract counts it.

        Columns: key, ``currency, document_id, number, kind, issued_on, delivered_on`` (NaT: no file says it),
        ``due_on`` (the first that was known), ``open_minor, disputed_minor, amount_minor,
        tax_minor`` (NA: not known).
        """
        return self._frame("open_debits", customer=customer_id, only_company=company_id)

    def granted_terms(self) -> pd.DataFrame:
        """Return the due dates granted on open invoices, those a file or its terms say.

        One row per company, customer, currency, ``issued_on, delivered_on`` (NaT: no file says it)
        and ``due_on``: ``count_invoices, open_minor``.
        """
        return self._frame("granted_terms")

    # -- payment terms of a period (start excluded) ----------------------------------------------

    def report_bands(self, start: date, bounds: tuple[int, ...]) -> pd.DataFrame:
        """Return invoices open at the date or paid late since ``start``, summed.

        One row per ``company_id, currency, state`` (not_due, unpaid, paid late), ``excluded`` (disputed,
        unrecorded: posted after the date; NA) and ``band`` (0 not late, then by ``bounds``):
        ``count_invoices, open_minor, open_excl_minor, amount_minor, amount_excl_minor`` (excl: without
        VAT, of those that say it), ``count_without_tax, count_openings``. An invoice in instalments is
        one, as late as its oldest part (paid: as its last due date).
        """
        bands = {f"band_{place}": bound for place, bound in enumerate(bounds, 1)}
        return self._frame("report_bands", start=start, **bands).rename(
            columns={"left_out": "excluded"}
        )

    def report_late(self, start: date) -> pd.DataFrame:
        """Return the invoices behind the bands, the ``MAX_LINES`` most late ones.

        Columns: key, ``number, currency, state, excluded, issued_on, due_on, paid_on, days_late,
        open_minor, open_excl_minor, amount_minor, amount_excl_minor``.
        """
        return self._frame("report_late", start=start, most=MAX_LINES).rename(
            columns={"left_out": "excluded"}
        )

    def report_sales(self, start: date) -> pd.DataFrame:
        """Return what was invoiced since ``start``, a row per company and currency.

        Columns: ``company_id, currency, count_invoices, billed_minor, billed_excl_minor,
        sales_minor`` (less credit notes), ``sales_excl_minor, count_without_tax``.
        """
        return self._frame("report_sales", start=start)

    def report_terms(self, start: date, first_text: date) -> pd.DataFrame:
        """Return invoices issued since ``start`` by what their due date rests on.

        Columns: company_id, currency, ``standing`` (granted, default, before: issued before
        ``first_text``), ``count_invoices, amount_minor``.
        """
        return self._frame("report_terms", start=start, first_text=first_text)

    def report_long_terms(self, start: date, first_text: date, least_days: int) -> pd.DataFrame:
        """Return the invoices issued since ``start`` whose terms a text may forbid, one row each.

        Granted for more than ``least_days``, or to a customer with a regime of his own. Columns: key,
        ``currency, document_id, number, issued_on, delivered_on, due_on, due_source, amount_minor``.
        """
        return self._frame(
            "report_long_terms", start=start, first_text=first_text, least_days=least_days
        )

    def payments_since(self, start: date, policy: Policy) -> pd.DataFrame:
        """Return cash set against invoices since ``start``, by customer: columns of ``payments``."""
        return self._frame("payments", **(self._window(policy) | {"start": start}))

    def answers(self) -> pd.DataFrame:
        """Return the answers given by hand to the check list that stand, one row a question at most.

        Columns: ``question_id, answer, comment, change_id, at, by``.
        """
        return self._frame("answers")

    def yearly_sales(self) -> pd.DataFrame:
        """Return net invoicing incl. VAT of the twelve months to the date, cash sales out.

        One row per company, customer and currency: ``sales_minor`` (invoices less credit notes),
        ``taxed_minor, tax_minor`` (of the documents whose VAT is known), ``count_invoices``. Lists of
        open items alone have none.
        """
        return self._frame("yearly_sales", start=self.window_start(12))

    def changed_terms(
        self, regimes: tuple[str, ...], issued: tuple[date, ...], allowed: tuple[date, ...]
    ) -> pd.DataFrame:
        """Return the days granted on the invoices of the twelve months, and those of other terms.

        Three parallel tuples give the due date that the other terms make, by payment regime as the
        files write it ("": none) and date of issue; an invoice that none of them names keeps its own.
        One row per company, customer and currency: ``count_invoices, billed_minor,
        granted_amount, new_amount, capped_amount`` (floats, Σ amount × days: granted; by the other
        terms; by the shorter of both), ``count_longer, longer_minor`` (granted more than the other
        terms do), ``assumed_minor`` (due date assumed by default), ``kept_minor`` (no other terms
        known).
        """
        return self._frame(
            "changed_terms",
            start=self.window_start(12),
            regimes=regimes,
            issued=issued,
            allowed=allowed,
        )

    def issue_dates(self) -> pd.DataFrame:
        """Return ``regime, issued_on`` of the invoices of the twelve months ("": no regime)."""
        return self._frame("issue_dates", start=self.window_start(12))

    def lateness(self, companies: tuple[str, ...], starts: tuple[date, ...]) -> pd.DataFrame:
        """Return what was owed late day after day, from each company's start (excluded) to the date.

        One row per company, customer and currency: ``late_amount_days`` (float: Σ over days of what
        was open past its due date, paid since or not), its parts ``disputed_amount_days`` and
        ``open_amount_days`` (of documents still open at the date), ``count_late`` (documents).
        """
        return self._frame("lateness", companies=companies, starts=starts)

    def due_between(self, first: date, last: date) -> pd.DataFrame:
        """Return open debits whose due date lies in [first, last]: the columns of ``items``."""
        return self._frame("items_due", first=first, last=last)

    def commitments(self) -> pd.DataFrame:
        """Return commitments in force: company, customer, currency, ``kind``, ``amount_minor``.

        The rows of the latest extraction ≤ as_of per company and kind; bills matured
        ``bill_safety_days`` ago or more are left out.
        """
        return self._frame("commitments")

    def matured_bills(self) -> pd.DataFrame:
        """Return bills of 413 cleared since their maturity, still within ``bill_safety_days`` of it.

        Per company, customer and currency, ``amount_minor``: less the payments that bounced meanwhile,
        which are owed again in the accounts. Empty when the policy sets no such days.
        """
        return self._frame("matured_bills")

    def account_classes(self) -> pd.DataFrame:
        """Return (company_id, account_class) that some document issued by the date has.

        Whatever the filters on customers: where the files hold a class is a fact about the company.
        """
        return self._frame("account_classes")

    def commitment_kinds(self) -> pd.DataFrame:
        """Return (company_id, kind, extracted_on) of every extraction ≤ as_of: empty = not supplied."""
        return self._frame("commitment_kinds")

    def group_decisions(self) -> pd.DataFrame:
        """Return the group of each customer decided by hand, whatever the date.

        Columns: ``company_id, customer_id, group_id`` (NA: in none), ``change_id, origin, reason,
        at, by``. A customer without a row is in the group that the files say.
        """
        return self._frame("group_decisions")

    def group_refusals(self) -> pd.DataFrame:
        """Return customers said not to be one group: ``refusal_id, company_id, customer_id, side``.

        Two of one refusal are apart when their sides differ or are both 0.
        """
        return self._frame("group_refusals")

    def limits(self) -> pd.DataFrame:
        """Return all limit decisions (columns of ``tables.LIMITS`` plus ``sequence``), unresolved.

        Decisions later undone are absent.
        """
        return self._frame("limits")

    def rates(self) -> pd.DataFrame:
        """Return the latest rate ≤ as_of: company_id, currency, rate, rate_on."""
        return self._frame("rates")

    # -- flows ----------------------------------------------------------------------------------

    def payments(self, policy: Policy) -> pd.DataFrame:
        """Return cash allocations summed per company, customer and currency over two windows.

        Window (start, as_of], start = ``window_start(12 months)``; ``recent_*`` covers the last
        3 months (``trend_window_months``) and ``earlier_*`` the rest. Columns, each also as
        ``recent_…`` and ``earlier_…`` for the first three: ``count_payments``, ``amount_minor``,
        ``delay_amount`` (float: Σ delay × amount), and ``late_amount`` (Σ max(0, delay) × amount),
        ``days_amount`` (Σ (paid − issued) × amount), ``late_30_minor`` (paid > 30 days late),
        ``last_paid_on``. Only allocations ≥ ``behaviour_min_confidence``.
        """
        return self._frame("payments", **self._window(policy))

    def paid_invoices(self, policy: Policy) -> pd.DataFrame:
        """Return fully paid invoices summed per company, customer and currency, same window.

        Columns: ``count_paid_invoices``, ``delay_days`` (float Σ), ``delay_amount`` (float
        Σ delay × invoice amount), ``amount_minor``. By the date of the last cash; an invoice
        paid by instalments counts once, with its last due date.
        """
        return self._frame("paid_invoices", **self._window(policy))

    def due_invoices(self, policy: Policy) -> pd.DataFrame:
        """Return what P30 needs: invoices due in (start, as_of) per company, customer and currency.

        Columns: ``billed_minor`` (amount less credit notes), ``late_30_paid_minor``,
        ``late_30_open_minor``.
        """
        return self._frame("due_invoices", **self._window(policy))

    def payment_months(self, months: int, policy: Policy) -> pd.DataFrame:
        """Return cash allocations per company, customer, currency and month (``month_on``).

        Columns: ``count_payments, amount_minor, delay_amount``.
        """
        return self._frame(
            "payment_months",
            start=_before_month(self.as_of, months),
            min_confidence=policy.behaviour_min_confidence,
            without_disputed=policy.exclude_disputed,
        )

    def delay_spread(
        self, policy: Policy, level: Level, without: tuple[str, ...] = ()
    ) -> pd.DataFrame:
        """Return how the delays of cash allocations are spread, one row per value and currency.

        Window of ``payments``; collective accounts and the companies ``without`` left out. Columns:
        ``company_id`` (customers and groups alone), ``value`` (NA: not filled), ``currency,
        count_payments, amount_minor, on_time_count, on_time_minor`` and, for ``low_quartile``,
        ``median`` and ``high_quartile``, the observations around: ``…_floor, …_ceiling`` (days).
        """
        return self._frame(
            "delay_spread", level=level, without=without, **self._behaviour_window(policy)
        )

    def delay_days(
        self, policy: Policy, scope: Scope | None = None, without: tuple[str, ...] = ()
    ) -> pd.DataFrame:
        """Return cash allocations by delay: ``currency, days, count_payments, amount_minor``."""
        return self._scoped("delay_days", policy, scope, without)

    def delay_months(
        self,
        months: int,
        policy: Policy,
        scope: Scope | None = None,
        without: tuple[str, ...] = (),
    ) -> pd.DataFrame:
        """Return cash allocations by month of receipt, months with cash alone.

        Columns: ``currency, month_on, count_payments, amount_minor, delay_amount, days_amount``.
        """
        start = _before_month(self.as_of, months)
        return self._scoped("delay_months", policy, scope, without, start=start)

    def payment_days(
        self, policy: Policy, scope: Scope | None = None, without: tuple[str, ...] = ()
    ) -> pd.DataFrame:
        """Return cash allocations by day of receipt, days with cash alone.

        Columns: ``currency, paid_on, count_dates`` (customers that paid on the day),
        ``count_payments, amount_minor, delay_amount``.
        """
        return self._scoped("payment_days", policy, scope, without)

    def payment_methods(
        self, policy: Policy, scope: Scope | None = None, without: tuple[str, ...] = ()
    ) -> pd.DataFrame:
        """Return cash allocations by ``method`` (NA: no file says); columns of ``payment_days``."""
        return self._scoped("payment_methods", policy, scope, without)

    def invoice_lives(
        self,
        policy: Policy,
        level: Level | Literal["segment"] = "portfolio",
        scope: Scope | None = None,
        *,
        without: tuple[str, ...] = (),
        start: date | None = None,
        segments: tuple[tuple[str, str], ...] = (),
    ) -> pd.DataFrame:
        """Return how long invoices lived, in days from the due date, by value of a level.

        Paid or settled after ``start`` (the behaviour window's), or open at the date. ``segments``
        names the segment of each company, customer and currency (joined by U+001F) when ``level`` is
        segment. Columns:
        ``company_id, value, currency, days, events`` (fully paid), ``censored`` (open, or settled
        without cash), ``event_minor, censored_minor``.
        """
        return self._scoped(
            "invoice_lives",
            policy,
            scope,
            without,
            start=start or self.window_start(policy.behaviour_window_months),
            level=level,
            members=tuple(member for member, _ in segments),
            labels=tuple(label for _, label in segments),
        )

    def customer_coverage(self, policy: Policy) -> pd.DataFrame:
        """Return ``coverage`` by customer and currency: that of whoever paid."""
        return self._frame("customer_coverage", **self._behaviour_window(policy))

    def disputed_late(self) -> pd.DataFrame:
        """Return what is late on invoices once disputed, per company, customer and currency.

        Columns: ``overdue_minor, late_amount_days`` (float), perimeter only.
        """
        return self._frame("disputed_late")

    def sales_months(self) -> pd.DataFrame:
        """Return net sales TTC per company, currency and month, the last one up to as_of.

        Columns: ``month_on`` (first day), ``sales_minor`` (invoices less credit notes, cash sales
        out), ``count_invoices``, ``billed_minor``, ``credit_note_minor`` (≤ 0).
        """
        return self._frame("sales_months")

    def sales_begun(self, months: int) -> pd.DataFrame:
        """Return what each month sold up to the day of the month that as_of is, per company, currency.

        From the month in which ``months`` months to as_of begin. Columns: ``month_on`` (first day),
        ``begun_minor``; ``is_whole``: some of it was supplied as one sum a month, which no day cuts.
        """
        return self._frame("sales_begun", since=self.window_start(months).replace(day=1))

    def due_months(self, months: int) -> pd.DataFrame:
        """Return what fell due by month of due date, ``months`` months ending with as_of's.

        One row per company, currency and ``month_on``: ``due_minor`` (invoices and openings due by
        as_of), ``credited_minor`` (credit notes and the like set against them), cash by receipt:
        ``before_minor`` (before the month), ``within_minor``, ``after_30_minor`` (within 30 days of
        its end), ``after_60_minor``, ``later_minor``; ``count_items``. The rest is open.
        """
        return self._frame("due_months", first=_first_of_months(self.as_of, months))

    def receipt_months(self, months: int) -> pd.DataFrame:
        """Return cash received by month, by what it paid: company, currency and ``month_on``.

        Columns: ``receipts_minor``; its parts ``due_minor`` (due that month), ``overdue_minor`` (due
        before), ``early_minor`` (due later), ``other_minor`` (not an invoice); ``count_receipts``.
        The rest is not allocated at as_of.
        """
        return self._frame("receipt_months", first=_first_of_months(self.as_of, months))

    def depreciations(self) -> pd.DataFrame:
        """Return the standing decisions about depreciation made on figures no later than the date, in order.

        Columns: ``change_id, kind`` (accepted, refused: of a claim; opening: account 491 of a company),
        ``company_id, customer_id, document_id, currency, on_date, ratio, amount_minor, reason, at, by``.
        """
        return self._frame("depreciations")

    def kept_forecasts(self) -> pd.DataFrame:
        """Return the weeks of the forecasts kept by the date, the latest of each day, oldest first.

        Columns: ``forecast_id, as_of, currency, week, week_end_on, expected_minor, p10_minor, p50_minor,
        p90_minor, followed_minor, policy_version, program_version, kept_at, kept_by``.
        """
        return self._frame("kept_forecasts")

    def receipt_weeks(self, weeks: int) -> pd.DataFrame:
        """Return cash received in the last weeks: company, currency, ``week`` (1: the last 7 days).

        Columns: ``receipts_minor, count_receipts``. Weeks without cash are absent.
        """
        return self._frame("receipt_weeks", first=self.as_of - timedelta(days=7 * weeks))

    def billing_cohorts(self, months: int, most_days: int) -> pd.DataFrame:
        """Return invoices by month of issue and what was settled how many days after their issue.

        One row per company, currency, ``month_on`` and ``days`` (NA: the invoices themselves;
        ``most_days`` stands for any later): ``billed_minor, credited_minor, cash_minor,
        count_items``. Cash sales are out.
        """
        first = _first_of_months(self.as_of, months)
        return self._frame("billing_cohorts", first=first, most=most_days)

    def activity_months(
        self, months: int, company_id: str | None = None, customer_id: str | None = None
    ) -> pd.DataFrame:
        """Return invoices and credit notes by company, currency and ``month_on``, cash sales out.

        Columns: ``count_invoices, billed_minor, count_credit_notes, credit_note_minor`` (≤ 0).
        """
        return self._frame("activity_months", **self._of_customer(months, company_id, customer_id))

    def billing_lags(
        self, months: int, company_id: str | None = None, customer_id: str | None = None
    ) -> pd.DataFrame:
        """Return days from delivery to invoice and from invoice to sending, where files say them.

        One row per company, currency and ``month_on``: ``count_delivered, billing_days`` (Σ issued −
        delivered), ``count_sent, sending_days`` (Σ sent − issued). Empty: no file says them.
        """
        return self._frame("billing_lags", **self._of_customer(months, company_id, customer_id))

    def dispute_months(
        self, months: int, company_id: str | None = None, customer_id: str | None = None
    ) -> pd.DataFrame:
        """Return disputes by ``event`` (opened, closed, open), ``month_on``, ``reason``, ``outcome``.

        ``open``: at as_of, ``month_on`` NaT. Columns: ``count_cases, amount_minor`` (in dispute when
        it opened; open: at as_of), ``count_dated`` and ``days`` (Σ over dated ones: closed, from
        opening to closing; open, to as_of).
        """
        return self._frame("dispute_months", **self._of_customer(months, company_id, customer_id))

    def _of_customer(
        self, months: int, company_id: str | None, customer_id: str | None
    ) -> dict[str, object]:
        first = _first_of_months(self.as_of, months)
        return {"first": first, "customer": customer_id, "only_company": company_id}

    def exposure_steps(self, start: date) -> pd.DataFrame:
        """Return the daily exposure E1 of the customers that a limit concerns, as steps.

        Columns: company, customer, currency, ``day``, ``exposure_minor``.
        One row at ``start`` (the opening exposure, even 0 when the customer moves later) and one a
        day of movement in (start, as_of].
        """
        return self._frame("exposure_steps", start=start)

    def exposure_periods(self, days: tuple[date, ...]) -> pd.DataFrame:
        """Return what the daily exposure E1 did between days, none after as_of; the first from the start.

        One row per ``day`` (that ends the period), company, customer and currency with a movement:
        ``moved_minor`` (its sum: those up to a day add up to the exposure), ``peak_minor`` (the
        highest at the end of a day of movement).
        """
        starts = (date.min, *days[:-1])
        return self._frame("exposure_periods", starts=starts, ends=days)

    def limit_sales(self, days: tuple[date, ...]) -> pd.DataFrame:
        """Return net invoicing incl. VAT of the four quarters before each day, none after as_of.

        One row per ``day``, company, customer and currency with invoicing in the twelve months:
        ``quarter_1_minor`` (the latest) to ``quarter_4_minor``, ``count_invoices`` and
        ``median_terms_days`` (issue to due date; NA: sales supplied apart).
        """
        cuts = {
            f"cuts_{place}": tuple(window_start(day, 3 * place) for day in days)
            for place in range(1, 5)
        }
        return self._frame("limit_sales", ends=days, **cuts)

    def late_onsets(self, policy: Policy, start: date) -> pd.DataFrame:
        """Return the last day after ``start`` on which an invoice passed ``simulation_late_days`` late.

        One row a customer that had one: ``company_id, customer_id, late_on, count_late``.
        """
        return self._frame(
            "late_onsets",
            start=start,
            late=policy.simulation_late_days,
            min_confidence=policy.behaviour_min_confidence,
        )

    def limit_replay(self, first: date, **steps: tuple[Any, ...]) -> pd.DataFrame:
        """Return the past since ``first`` replayed against limits, one row a customer and month.

        ``steps``: ``companies, codes, numbers`` (whole, one a customer), ``late_days`` (day number
        until which an excess counts as avoided; 0: never), ``rate_companies, rate_currencies,
        rate_factors`` (to the company's currency), ``months`` (first days), and the limits as steps:
        ``step_customers`` (number), ``step_days`` (day number), ``step_limits`` (change of the
        limit), ``step_flags`` (1: has one from then on, −1: none any more, 0).
        Columns: ``customer_no, month_no`` (year × 12 + month − 1), ``days_over, days_limited,
        count_overruns, peak_minor, avoided_minor, count_sold, sold_minor, count_stopped,
        stopped_minor``.
        """
        return self._frame("limit_replay", first=first, **steps)

    def aging_months(self, months: tuple[date, ...]) -> pd.DataFrame:
        """Return the book at several dates by bucket of the policy, perimeter only.

        Columns: ``company_id, currency, account_class, month_end, bucket`` (0 = not due, 1.. late,
        99 credits),
        ``amount_minor, disputed_minor``. Month-ends come from the snapshots, other dates from the
        intervals.
        """
        return self._frame("aging_months", months=months)

    def migration(
        self, pairs: tuple[tuple[date, date], ...], bounds: tuple[int, ...]
    ) -> pd.DataFrame:
        """Return what became, by each end, of the debits open at each start (pairs of dates).

        Columns: ``company_id, currency, start_on, end_on, from_bucket`` (0 not due, 1.. late),
        ``outcome`` (open, paid, credit_note, write_off, other), ``to_bucket`` (NA unless open),
        ``count, amount_minor``. The outcomes of a bucket sum to what was open in it, perimeter only.
        """
        return self._frame("migration", **_pair_parameters(pairs, bounds))

    def migration_items(
        self,
        start: date,
        end: date,
        bounds: tuple[int, ...],
        *,
        from_bucket: int,
        outcome: str,
        to_bucket: int | None,
    ) -> pd.DataFrame:
        """Return the documents behind one cell of ``migration``, the ``MAX_LINES`` largest first.

        Columns: ``company_id, customer_id, number, kind, issued_on, due_on, currency, amount_minor,
        cell_minor``.
        """
        return self._frame(
            "migration_items",
            **_pair_parameters(((start, end),), bounds),
            from_bucket=from_bucket,
            outcome=outcome,
            to_bucket=to_bucket,
            most=MAX_LINES,
        )

    def payment_runs(
        self, policy: Policy, most: int, days: tuple[date, ...] | None = None
    ) -> pd.DataFrame:
        """Return the last ``most`` payment runs of each customer: what he paid on one date.

        As known on each of ``days`` (as_of by default; none after it). Columns: ``day, company_id,
        customer_id, paid_on, delay_days`` (float, unweighted mean), ``clipped_days`` (each delay in
        [−30, 90] before the mean), ``count_invoices``. Currencies together; cash of at least
        ``behaviour_min_confidence``. By day, customer, then date.
        """
        return self._frame(
            "payment_runs",
            days=days or (self.as_of,),
            most=most,
            min_confidence=policy.behaviour_min_confidence,
        )

    def open_groups(self, days: tuple[date, ...] | None = None) -> pd.DataFrame:
        """Return invoices open on days (as_of by default) by customer and due date: a row a group.

        Columns: ``day, company_id, customer_id, due_on, age_days, count_invoices``. Groups due in
        more than 30 days are left out.
        """
        return self._frame("open_groups", days=days or (self.as_of,))

    def open_spans(self, keys: tuple[tuple[str, str], ...], start: date) -> pd.DataFrame:
        """Return from when to when the invoices of some customers (company, code) were owed.

        Columns: ``company_id, customer_id, due_on, issued_on, cleared_on`` (NaT: still open); those
        cleared by ``start`` are left out.
        """
        return self._frame(
            "open_spans",
            companies=tuple(company for company, _ in keys),
            customers=tuple(customer for _, customer in keys),
            start=start,
        )

    def score_facts(self, policy: Policy, days: tuple[date, ...]) -> pd.DataFrame:
        """Return what the score reads beside the hazard at several days, none after as_of.

        One row per ``day``, company, customer and currency. Columns: ``count_paid`` (invoices cleared
        by cash, ever; one in instalments is one, once none is left), ``count_delays, delay_days`` (each
        instalment by itself, float Σ of its delay), ``billed_minor, contested_minor`` (invoices
        of the window and their dated disputes), ``outstanding_minor, open_debit_minor,
        overdue_free_minor`` (overdue less disputed), ``oldest_days, oldest_free_days`` (of overdue
        debits; NA when none), ``largest_old_minor`` (of one undisputed debit over ``old_days``
        late), ``returned_on`` (last returned payment), ``knows_disputes`` (the company's files date
        disputes).
        """
        return self._frame(
            "score_facts",
            days=days,
            starts=tuple(window_start(day, policy.behaviour_window_months) for day in days),
            returned=tuple(window_start(day, policy.score_returned_months) for day in days),
            old_days=policy.old_days,
            min_confidence=policy.behaviour_min_confidence,
        )

    def score_outcomes(self, cuts: tuple[date, ...], policy: Policy) -> pd.DataFrame:
        """Return what became of the invoices due in the days after each cut, as known at as_of.

        Columns: company, customer, currency, ``cut_on, due_minor, late_minor`` (paid, or still open,
        more than ``score_check_late_days`` late).
        """
        return self._frame(
            "score_outcomes",
            cuts=cuts,
            days=policy.score_check_days,
            late=policy.score_check_late_days,
            min_confidence=policy.behaviour_min_confidence,
        )

    def score_invoices(self, policy: Policy, company_id: str, customer_id: str) -> pd.DataFrame:
        """Return the debits of one customer that factors of the score rest on, latest due first.

        Columns: ``number, kind, currency, issued_on, due_on, amount_minor, open_minor,
        disputed_minor, cleared_on`` (NaT: open), ``is_cash, days_late`` (paid or so far),
        ``disputed_on`` (last dated dispute). Open at the date, or cleared within the window.
        """
        return self._frame(
            "score_invoices",
            start=self.window_start(policy.behaviour_window_months),
            company=company_id,
            customer=customer_id,
        )

    # -- cash application -----------------------------------------------------------------------

    def coverage(self, policy: Policy) -> pd.DataFrame:
        """Return what behaviour relies on: one row per company and currency with cash or settlements.

        Window as ``payments``. Columns: ``receipts_minor`` (cash received), ``covered_minor`` (its
        part set against invoices ≥ ``behaviour_min_confidence``, collective accounts left out),
        ``matched_minor`` (its part set by anything but the ledger itself).
        """
        return self._frame("coverage", **self._window(policy))

    def oldest_first(self) -> pd.DataFrame:
        """Return ``late_amount_days`` (float) per company, customer and currency with open debits.

        Σ open × days late once unallocated credits have paid the oldest debits.
        """
        return self._frame("oldest_first")

    def match_rules(self, customer_id: str | None = None) -> pd.DataFrame:
        """Return allocations up to as_of by company, currency, ``rule`` and ``confidence``.

        Columns: ``count, amount_minor`` (any credit) and ``cash_minor`` (its part that is cash).
        """
        return self._frame("match_rules", customer=customer_id)

    def match_received(self, customer_id: str | None = None) -> pd.DataFrame:
        """Return cash received up to as_of: company_id, currency, ``count, receipts_minor``."""
        return self._frame("match_received", customer=customer_id)

    def match_receipts(self, customer_id: str | None = None) -> pd.DataFrame:
        """Return receipts not wholly allocated at as_of, the largest first.

        Columns: ``name, document_id, number, kind, reference, currency, issued_on, age_days,
        amount_minor, open_minor`` (both positive).
        """
        return self._frame("match_receipts", customer=customer_id)

    def match_proposals(self, policy: Policy, customer_id: str | None = None) -> pd.DataFrame:
        """Return pairs to accept or refuse: suggestions, and allocations below the confidence.

        Columns: ``name, proposal_no`` (of the customer; −1 for a pair of the book), ``is_allocated,
        credit_document_id, credit_number, credit_kind, credit_reference, paid_on,
        debit_document_id, debit_number, debit_kind, issued_on, due_on, amount_minor, currency,
        rule, confidence``.
        """
        return self._frame(
            "match_proposals",
            customer=customer_id,
            min_confidence=policy.behaviour_min_confidence,
        )

    def match_history(self) -> pd.DataFrame:
        """Return the decisions on proposals, latest first (columns of the store's query)."""
        return self._frame("match_history")

    # -- follow-up ------------------------------------------------------------------------------

    def actions(
        self, company_id: str | None = None, customer_id: str | None = None
    ) -> pd.DataFrame:
        """Return what was noted, promised or sent by the day, latest first, undone entries out.

        Columns: ``company_id, customer_id, change_id`` (NA: read from a file), ``kind`` (note, call,
        cause, promise, review, reminder), ``document_ids`` (natural keys, one a line; NA: the
        customer), ``amount_minor, currency, due_on, taken_on, cause, text, author, source`` (file,
        user), ``recorded_at, outcome`` (of a call), ``level`` (R0 to R5 of a reminder; NA: a file says
        none of them), ``channel, plan_id`` (promises of one payment plan carry the same).
        At the end of the data, entries made by hand since then are there too.
        """
        return self._frame("actions", customer=customer_id, only_company=company_id)

    def linked_codes(self, company_id: str | None = None) -> pd.DataFrame:
        """Return every link between two codes of a customer, latest first, ended ones too.

        Columns: ``change_id, company_id, customer_id, name, main_customer_id, main_name, reason, at, by,
        is_in_force``.
        """
        return self._frame("links", company=company_id)

    def overrides(self, days: tuple[date, ...] | None = None) -> pd.DataFrame:
        """Return the segments fixed by hand in force on days (as_of by default), one a customer.

        Columns: ``day, company_id, customer_id, segment, valid_from, expires_on`` (last day; NaT: none),
        ``reason, author, recorded_at``.
        """
        return self._frame("overrides", days=days or (self.as_of,))

    def financials(self) -> pd.DataFrame:
        """Return the latest outside score or ratio of each customer and measure known by the day.

        Columns: ``company_id, customer_id, measure`` (external_score, else as its provider names it),
        ``value`` (float; NaN: words alone), ``text, scale, measured_on, age_days, is_stale`` (older
        than 12 months, or undated).
        """
        return self._frame("financials", stale_before=self.window_start(STALE_MONTHS))

    def reminder_items(self, ahead: int) -> pd.DataFrame:
        """Return open debits of the perimeter past due, or due within ``ahead`` days.

        Columns: key, ``currency, document_id, number, kind, account_class, issued_on, due_on,
        amount_minor, open_minor, disputed_minor, earlier_minor`` (open debits of the customer due before
        it), ``credits_minor`` (≤ 0: his credits set against nothing, on each of his rows).
        """
        return self._frame("reminder_items", last=self.as_of + timedelta(days=ahead))

    def promise_documents(self) -> pd.DataFrame:
        """Return the documents that promises name, one row a document and day of promise.

        Columns: ``company_id, customer_id, document_id, taken_on, invoice_document_id`` (one document
        that stands for the whole invoice), ``currency, open_minor`` (owed that day; NA: nothing).
        """
        return self._frame("promise_documents")

    def promise_receipts(self, policy: Policy, days: tuple[date, ...]) -> pd.DataFrame:
        """Return the cash of customers who promised, one row a date, currency and promised invoice.

        As it stands on each of ``days``, none after as_of. Columns: ``day, company_id, customer_id, currency, received_on, invoice_document_id`` (NA: set
        against no promised invoice), ``amount_minor`` (positive; bounced and repaid cash out).
        """
        return self._frame(
            "promise_receipts", days=days, min_confidence=policy.behaviour_min_confidence
        )

    # -- how invoices are paid (arlib/analytics/hazard.py) ---------------------------------------

    def open_invoices(self) -> pd.DataFrame:
        """Return the invoices that wait for a payment: more than the paid tolerance remains due.

        Columns: ``company_id, customer_id, currency, document_key`` (uint64, the store's name of the
        document), ``issued_on, due_on, open_minor, is_disputed`` (in a dated dispute by the date).
        """
        return self._frame("open_invoices")

    def provision_items(self) -> pd.DataFrame:
        """Return the debits of the customer accounts open at the date, as provisions weigh them.

        Columns: key, ``currency, document_id, number, kind, account_class, issued_on, delivered_on,
        due_on, open_minor, disputed_minor, amount_minor, tax_minor`` (NA: not known),
        ``returned_on`` (last payment of it that came back; NaT: none).
        """
        return self._frame("provision_items")

    def late_invoices(self, *, retroactive: bool = False) -> pd.DataFrame:
        """Return the debts of the customer accounts owed after their due date, paid since or not.

        One row an invoice, whatever its instalments. Columns: key, ``currency, invoice_key, document_id,
        number, kind, issued_on, delivered_on, due_on`` (the first late one), ``due_source, settled_on`` (NaT: still
        owed), ``days_late, count_instalments`` (late ones), ``amount_minor, late_minor`` (most owed
        after the due date), ``open_minor, disputed_minor``. ``retroactive``: a credit note counts from
        the start, else from its own date.
        """
        return self._frame("late_invoices", retroactive=retroactive, **_ANYBODY)

    def late_parts(self, *, retroactive: bool = False) -> pd.DataFrame:
        """Return what each late invoice owed × days, by half-year (year × 2, + 1 from July).

        Columns: ``invoice_key, start_half`` (in which interest began), ``half, days, minor_days,
        disputed_minor_days`` (of what is in dispute at the date).
        """
        return self._frame("late_parts", retroactive=retroactive, **_ANYBODY)

    def late_steps(
        self,
        company_id: str | None = None,
        customer_id: str | None = None,
        *,
        retroactive: bool = False,
    ) -> pd.DataFrame:
        """Return the reckoning of late invoices spelled out, of one customer or of all (an export).

        Columns: key, ``invoice_key, from_on`` (excluded), ``to_on, days, half, start_half, base_minor,
        disputed_minor``, in order of time for each invoice.
        """
        return self._frame(
            "late_steps",
            retroactive=retroactive,
            customer=customer_id,
            only_company=company_id,
        )

    def vintages(self, first: date, last: date, offsets: tuple[int, ...]) -> pd.DataFrame:
        """Return what became of the invoices issued after ``first`` and by ``last``.

        Columns: ``company_id, currency, what`` (billed; credited and lost: credit notes and losses by
        the date; unpaid), ``days`` (unpaid: after the due date, one of ``offsets``), ``amount_minor``.
        """
        return self._frame("vintages", first=first, last=last, offsets=offsets)

    def forecast_items(self) -> pd.DataFrame:
        """Return the debits of the customer accounts open at the date, by customer then due date.

        Columns: ``company_id, customer_id, currency, document_key, document_id, number, kind,
        issued_on, due_on, open_minor, disputed_minor, is_disputed`` (in a dated dispute by the date).
        """
        return self._frame("forecast_items")

    def forecast_open(self) -> pd.DataFrame:
        """Return what may be foreseen of the debits open at the date: what is not in dispute.

        A row a key, ``currency, due_on, is_disputed`` (once in a dated dispute), in that order:
        ``planned_minor`` (above 0).
        """
        return self._frame("forecast_open")

    def forecast_received(self, cut: date) -> pd.DataFrame:
        """Return the cash received by the date, by day, for what ``forecast_open`` held at ``cut``.

        Columns: ``currency, paid_on, amount_minor`` (below 0: a payment that bounced).
        """
        return self._frame("forecast_received", cut=cut)

    def forecast_cash(self, cut: date) -> pd.DataFrame:
        """Return the cash received by the date for the debits open at the past date ``cut``.

        Columns: ``document_key, paid_on, amount_minor`` (below 0: a payment that bounced).
        """
        return self._frame("forecast_cash", cut=cut)

    def clearings(self, cut: date) -> pd.DataFrame:
        """Return what became, by the date, of the invoices open at the past date ``cut``.

        Columns: ``document_key, cleared_on`` (NaT: still open), ``is_cash``.
        """
        return self._frame("clearings", cut=cut)

    def paid_delays(self, policy: Policy) -> pd.DataFrame:
        """Return plain delays of paid invoices: ``company_id, customer_id, count_paid``, two measures.

        They are ``mean_days`` and ``median_days``; a row without customer for each company.
        """
        return self._frame("paid_delays", min_confidence=policy.behaviour_min_confidence)

    def hazard_customers(
        self,
        policy: Policy,
        days: tuple[date, ...],
        *,
        half_life: float,
        clip: tuple[int, int],
        late_days: int,
    ) -> pd.DataFrame:
        """Return what is summed of each customer's invoices, one row a day, customer and currency.

        As known on each of ``days``, none after as_of. Intra-group and collective accounts are left
        out. Columns: ``day, company_id, customer_id, customer_no`` (of the other hazard frames), ``currency, count_invoices, count_paid,
        first_paid_on, last_paid_on, median_terms_days`` (of all currencies) and, as floats,
        ``weighed_minor`` (amounts paid or overdue, weight 0.5^(age / half_life)), ``delay_amount``
        (× delay, clipped), ``recent_minor`` (of the behaviour window), ``recent_late_minor`` (more
        than ``late_days`` late).
        """
        return self._frame(
            "hazard_customers",
            days=days,
            starts=tuple(window_start(day, policy.behaviour_window_months) for day in days),
            min_confidence=policy.behaviour_min_confidence,
            half_life=half_life,
            most_early=clip[0],
            most_late=clip[1],
            late_days=late_days,
            estimated=tuple(sorted(self.estimated_companies())),
        )

    def hazard_cells(
        self, policy: Policy, days: tuple[date, ...], *, half_life: float
    ) -> pd.DataFrame:
        """Return when invoices come at risk and leave, on the axis of days from their due date.

        Columns: ``asked_on`` (one of ``days``), ``customer_no, is_disputed, is_open, kind`` (0 entered, or the end: 1 open, 2 credited,
        3 paid), ``day, weight`` (float, exact), in no order.
        """
        return self._frame(
            "hazard_cells",
            days=days,
            min_confidence=policy.behaviour_min_confidence,
            half_life=half_life,
        )

    def hazard_keys(self) -> pd.DataFrame:
        """Return ``customer_no, company_id, customer_id`` of the customers of the hazard frames."""
        return self._frame("hazard_keys")

    def hazard_weekdays(self, policy: Policy) -> pd.DataFrame:
        """Return distinct dates of payment: ``customer_no, weekday`` (0 Monday), ``count_dates``."""
        return self._frame("hazard_weekdays", min_confidence=policy.behaviour_min_confidence)

    def hazard_disputes(
        self, policy: Policy, days: tuple[date, ...], *, clip: tuple[int, int]
    ) -> pd.DataFrame:
        """Return sums of delays of the customers who had a dated dispute by each of ``days``.

        Columns: ``day, customer_no, count_paid, delay_days, count_disputed, disputed_delay_days``.
        """
        return self._frame(
            "hazard_disputes",
            days=days,
            min_confidence=policy.behaviour_min_confidence,
            most_early=clip[0],
            most_late=clip[1],
        )

    # -- one customer ---------------------------------------------------------------------------

    def customer_exposure(self, company_id: str, customer_id: str, start: date) -> pd.DataFrame:
        """Return one customer's daily exposure E1 as steps: ``currency, day, exposure_minor``.

        One row at ``start`` when the customer was known by then, and one a day of movement since.
        """
        return self._frame(
            "customer_exposure", customer=customer_id, only_company=company_id, start=start
        )

    def customer_invoices(self, company_id: str, customer_id: str, most: int) -> pd.DataFrame:
        """Return one customer's last invoices as the date knows them, latest first.

        Columns: ``document_id, number, currency, issued_on, due_on, amount_minor, open_minor,
        disputed_minor, cleared_on`` (NaT: open), ``is_cash`` (NA while open), ``confidence``.
        """
        return self._frame(
            "customer_invoices", customer=customer_id, only_company=company_id, most=most
        )

    def customer_payments(self, company_id: str, customer_id: str, start: date) -> pd.DataFrame:
        """Return what one customer paid after ``start``, a row a receipt and invoice, latest first.

        Columns: ``paid_on, receipt_number, receipt_kind, reference, number`` (NA: set against
        nothing), ``issued_on, due_on, currency, amount_minor, delay_days, rule, confidence``.
        """
        return self._frame(
            "customer_payments",
            customer=customer_id,
            only_company=company_id,
            start=start,
            most=MAX_LINES,
        )

    def customer_disputes(self, company_id: str, customer_id: str) -> pd.DataFrame:
        """Return one customer's disputes known by the date, open ones first.

        Columns: ``document_id, number, currency, document_minor, amount_minor`` (in dispute),
        ``opened_on`` (NaT: undated), ``closed_on`` (NaT: open), ``reason, outcome, dispute_id, source,
        owner, target_on``.
        """
        return self._frame(
            "customer_disputes", customer=customer_id, only_company=company_id, most=MAX_LINES
        )

    def disputes(self) -> pd.DataFrame:
        """Return every dispute known by the date, open ones first, then the latest.

        Columns: key, ``name, document_id, number, currency, issued_on, due_on, dispute_id, source``
        (file, user), ``reason, owner, target_on, opened_on`` (NaT: undated), ``closed_on`` (NaT:
        open), ``outcome, document_minor, claimed_minor`` (what the dispute claims of the invoice),
        ``open_minor, document_disputed_minor`` (of the invoice at the date, 0 when settled),
        ``start_disputed_minor`` (of the invoice, on ``started_on``, the day it counts from),
        ``author, recorded_at, text`` (of the user's).
        """
        return self._frame("disputes")

    # -- where it comes from --------------------------------------------------------------------

    def tie_out(self) -> pd.DataFrame:
        """Return what the sources say against what is analysed, by company, currency and class.

        Columns: ``account_class, ledger_minor, analysed_minor, difference_minor,
        posted_elsewhere_minor`` (documents whose issue and posting dates fall on different sides
        of as_of: the named cause of a difference), ``opening_unpaired_minor`` (opening lines that
        repeat no line of the year before, sign of the difference they make), ``purged_minor`` (what
        erasures took out of both sides, whole months by the date).
        """
        return self._frame("tie_out")

    def pairings(self) -> pd.DataFrame:
        """Return the opening lines of the years that follow others in the book, unpaired first.

        Columns: ``customer_id, currency, account_class, opening_document_id, opening_number,
        opening_on, amount_minor, how`` (number_date, number, date, amount, balance; NA: unpaired),
        ``paired_document_id, paired_number`` (NA for balance and unpaired), ``starts_on`` (first
        day of the year), ``file_name, source_row``.
        """
        return self._frame("pairings")

    def ledger_years(self) -> pd.DataFrame:
        """Return the ledger files of companies that have several, in order, one row a currency.

        Columns: ``batch_id, file_name, covers_from, covers_to, starts_on`` (NaT: opens no year
        after another), ``previous_batch_ids`` (NA with ``starts_on``: a year is missing in
        between), ``count_openings, count_paired, currency, unpaired_minor``.
        """
        return self._frame("ledger_years")

    def quality(self) -> pd.DataFrame:
        """Return issues of the live imports: ``code, severity, currency, count, amount_minor``.

        ``amount_minor`` is net, ``absolute_minor`` without signs; ``count_unpriced`` lines have none.
        """
        return self._frame("quality")

    def quality_issues(self) -> pd.DataFrame:
        """Return such lines of the live imports with their place, at most ``MAX_LINES`` a code.

        Columns: ``code, severity, company_id, file_name, sheet, row_number, column, value,
        amount_minor, currency, detail, sequence`` (of the import).
        """
        return self._frame("quality_issues", most=MAX_LINES)

    def quality_marks(self) -> pd.DataFrame:
        """Return what deserves a doubt at the date: sums by code, company and currency.

        Columns: ``code, count, amount_minor`` (open, net), ``absolute_minor, overdue_minor,
        low_minor, high_minor`` (late if due 60 days after the invoice, on its day).
        """
        return self._frame("quality_marks", is_list=False, most=MAX_LINES)

    def quality_lines(self) -> pd.DataFrame:
        """Return what is behind ``quality_marks``, the ``MAX_LINES`` largest of each code (an export).

        Adds ``customer_id, name, number, kind, issued_on, due_on, document_minor, file_name, sheet,
        row_number``.
        """
        return self._frame("quality_marks", is_list=True, most=MAX_LINES)

    def quality_credit_ages(self) -> pd.DataFrame:
        """Return credits not allocated, by kind (payment, credit_note, other) and age.

        Columns: ``currency, kind, age_days`` (0, 31, 61, 91: from that day on), ``count,
        amount_minor``.
        """
        return self._frame("quality_credit_ages")

    def due_sources(self) -> pd.DataFrame:
        """Return open debits by ``due_source``: company_id, currency, due_source, count, amount_minor."""
        return self._frame("due_sources")

    def batches(self) -> pd.DataFrame:
        """Return the journal of imports, latest first (columns of the store's ``batches``)."""
        return self._frame("batches")

    def batch_events(self) -> pd.DataFrame:
        """Return what was done to imports, latest first: ``batch_id, event, recorded_at, recorded_by``."""
        return self._frame("batch_events")

    def import_changes(self, batch_id: str, before_id: str) -> pd.DataFrame:
        """Return what an import says otherwise than another, summed by change and currency.

        ``change``: documents_new, cash_received, documents_gone, settled (gone from a list of open
        items), part_settled, open_increased, due_later, due_earlier, amount_edited, customer_new,
        customer_renamed. Columns: ``change, currency, count, amount_minor, hidden_minor`` (late on
        that day by the old due date alone), ``days`` (most), ``days_amount`` (float, Σ amount × days).
        """
        return self._frame(
            "import_changes", batch=batch_id, before=before_id, is_list=False, most=MAX_LINES
        )

    def import_change_lines(self, batch_id: str, before_id: str) -> pd.DataFrame:
        """Return what is behind ``import_changes``, the ``MAX_LINES`` largest of each change.

        Adds ``customer_id, name, name_before, kind, number, issued_on, due_before_on, due_after_on,
        amount_before_minor, amount_after_minor, open_before_minor, open_after_minor, sheet,
        row_number``.
        """
        return self._frame(
            "import_changes", batch=batch_id, before=before_id, is_list=True, most=MAX_LINES
        )

    # -- mechanics ------------------------------------------------------------------------------

    def at(self, as_of: date) -> Portfolio:
        """Return the same book at another date; who asks for the one just given has what it read."""
        found = self._then.get(as_of)
        if found is None:
            found = Portfolio(as_of, self.filters, self.info, self.source)
            self._then.clear()  # one: a whole year of them would weigh too much
            self._then[as_of] = found
        return found

    def whole(self) -> Portfolio:
        """Return the same book without filters: what is learnt depends on none of them."""
        filters = Filters(knowledge=self.filters.knowledge)
        if filters == self.filters:
            return self
        if not self._whole:  # one for all that ask: what it read is read once
            self._whole.append(Portfolio(self.as_of, filters, self.info, self.source))
        return self._whole[0]

    def of_companies(self) -> Portfolio:
        """Return the book of the same companies without a choice of customers."""
        if not self.filters.is_active:
            return self
        plain = replace(self.filters, category=None, owner=None, sector=None, search=None)
        return Portfolio(self.as_of, plain, self.info, self.source)

    def derived(self, name: str, make: Callable[[], pd.DataFrame]) -> pd.DataFrame:
        """Return a frame worked out from the others, worked out once per portfolio and name."""
        key = ("derived", name)
        if key not in self._cache:
            self._cache[key] = make()
        return self._cache[key].copy(deep=False)

    def kept(self, name: str, make: Callable[[], T]) -> T:
        """Return what is worked out once per portfolio and name; whoever reads it changes nothing."""
        if name not in self._kept:
            self._kept[name] = make()
        found: T = self._kept[name]
        return found

    def window_start(self, months: int) -> date:
        """Return the open start of a window of months ending at as_of (excluded day)."""
        return window_start(self.as_of, months)

    def _window(self, policy: Policy) -> dict[str, object]:
        return {
            "start": self.window_start(policy.behaviour_window_months),
            "recent": self.window_start(policy.trend_window_months),
            "min_confidence": policy.behaviour_min_confidence,
            "without_disputed": policy.exclude_disputed,
        }

    def _behaviour_window(self, policy: Policy) -> dict[str, object]:
        return {
            "start": self.window_start(policy.behaviour_window_months),
            "min_confidence": policy.behaviour_min_confidence,
            "without_disputed": policy.exclude_disputed,
        }

    def _scoped(
        self,
        query: str,
        policy: Policy,
        scope: Scope | None,
        without: tuple[str, ...],
        **more: object,
    ) -> pd.DataFrame:
        """Return a frame about one value of a level, the whole book without one."""
        wanted = scope or Scope()
        return self._frame(
            query,
            **self._behaviour_window(policy)
            | {
                "scope": wanted.level,
                "scope_company": wanted.company_id,
                "scope_value": wanted.value,
                "without": without,
            }
            | more,
        )

    def _frame(self, query: str, **parameters: object) -> pd.DataFrame:
        """Return a named frame, read once per portfolio. Do not modify it in place."""
        key = (query, *sorted(parameters.items(), key=lambda item: item[0]))
        if key not in self._cache:
            everything = {"as_of": self.as_of, "filters": self.filters, **parameters}
            self._cache[key] = self.source.frame(query, everything)
        return self._cache[key]


def window_start(as_of: date, months: int) -> date:
    """Return the same day ``months`` earlier, a month end if ``as_of`` is one (definitions §3).

    >>> window_start(date(2025, 6, 30), 12), window_start(date(2025, 5, 31), 3)
    (datetime.date(2024, 6, 30), datetime.date(2025, 2, 28))
    """
    index = as_of.year * 12 + as_of.month - 1 - months
    year, month = divmod(index, 12)
    last = calendar.monthrange(year, month + 1)[1]
    is_month_end = (as_of + timedelta(days=1)).day == 1
    return date(year, month + 1, last if is_month_end else min(as_of.day, last))


def month_ends(as_of: date, count: int) -> tuple[date, ...]:
    """Return ``as_of`` preceded by the ends of the months before its own, oldest first.

    >>> month_ends(date(2025, 6, 15), 3)
    (datetime.date(2025, 4, 30), datetime.date(2025, 5, 31), datetime.date(2025, 6, 15))
    """
    ends = [as_of]
    while len(ends) < count:
        ends.append(ends[-1].replace(day=1) - timedelta(days=1))
    return tuple(reversed(ends))


def _first_of_months(as_of: date, months: int) -> date:
    """Return the first day of ``months`` calendar months ending with as_of's."""
    return month_ends(as_of, months)[0].replace(day=1)


def _before_month(as_of: date, months: int) -> date:
    """Return the day before the first of ``months`` calendar months ending with as_of's."""
    return month_ends(as_of, months + 1)[0]


def _pair_parameters(
    pairs: tuple[tuple[date, date], ...], bounds: tuple[int, ...]
) -> dict[str, object]:
    padded = [*bounds, *[None] * (MAX_BUCKETS - len(bounds))]
    found: dict[str, object] = {f"bound_{i}": bound for i, bound in enumerate(padded, 1)}
    return found | {
        "starts": tuple(start for start, _ in pairs),
        "ends": tuple(end for _, end in pairs),
    }
