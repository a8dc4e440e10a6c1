"""Conditions de règlement: what the management report says of payment terms, and what lies behind."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, Final

from arlib.analytics import payment_terms
from arlib.analytics.frames import NOT_AT_THIS_LEVEL, customers
from arlib.analytics.payment_terms import BANDS, LATE, UNPAID
from arlib.law.payment_report import REPORTS
from arlib.model.issues import UserError
from arlib.model.portfolio import KEY
from arlib.views.common import in_currency

if TYPE_CHECKING:
    import pandas as pd

    from arlib.model.policy import Policy
    from arlib.model.portfolio import CompanyInfo, Portfolio

EXCLUSIONS: Final = ("disputed", "unrecorded")
AMOUNTS: Final = ("auto", "excl", "incl")
_TESTED: Final = ("within", "terms_clause", "terms_illegal")
_NO_SALES: Final = "no_sales"
_YEAR: Final = 12


@dataclass(frozen=True, slots=True)
class Table:
    """One table of D.441-6 for one company and currency.

    ``code``: unpaid (I: at the closing), late (II: at some time of the year). ``is_excl``: amounts
    without VAT; False with ``amounts_reason`` when ``count_without_tax`` invoices at least, of the table
    or of the year, do not say theirs. ``bands``: one row a band of ``payment_terms.BANDS`` (``0`` for
    information, of the unpaid table alone): ``band, count_invoices, amount_minor, ratio, cumulated_ratio`` (late
    bands so far; NaN + ``_reason``).
    ``count, amount_minor, ratio``: of all late bands. ``of_minor``: what ratios are of: the sales of the
    year (unpaid), the invoices of the year (late); ``of_count``: their number (late; None). ``left_out``:
    ``excluded, count_invoices, amount_minor`` of the invoices excluded, late ones alone.
    """

    code: str
    is_excl: bool
    amounts_reason: str | None
    count_without_tax: int
    count_openings: int
    bands: pd.DataFrame
    count: int
    amount_minor: int
    ratio: float | None
    count_ratio: float | None
    ratio_reason: str | None
    of_minor: int | None
    of_count: int | None
    left_out: pd.DataFrame


@dataclass(frozen=True, slots=True)
class TermsBlock:
    """What one company says in one currency.

    ``unavailable``: no table can be made, and why. ``starts_late``: first day of the files when they
    begin inside the period. ``verdicts``: ``verdict, count_invoices, amount_minor`` (with VAT) of the
    invoices of the period; ``beyond``: the invoices behind them (``payment_terms.long_terms``, plus
    ``name``); ``customers``: agreed against real terms (``payment_terms.agreed_and_real``);
    ``agreed_days, real_days, late_days``: of the whole block, None without a receipt.
    """

    company_id: str
    company: str
    currency: str
    tables: tuple[Table, ...]
    unavailable: str | None
    starts_late: date | None
    verdicts: pd.DataFrame
    beyond: pd.DataFrame
    customers: pd.DataFrame
    agreed_days: float | None
    real_days: float | None
    late_days: float | None

    @property
    def count_tested(self) -> int:
        """Return the invoices of the period whose due date was held against the law."""
        is_tested = self.verdicts["verdict"].isin(list(_TESTED))
        return int(self.verdicts.loc[is_tested, "count_invoices"].sum())

    @property
    def is_by_default(self) -> bool:
        """Return whether no invoice of the period has an agreed due date: all are the policy's."""
        codes = set(self.verdicts["verdict"])
        return bool(codes) and self.count_tested == 0 and "default" in codes

    def table(self, code: str) -> Table | None:
        """Return the table of a code, None when it cannot be made."""
        return next((item for item in self.tables if item.code == code), None)


@dataclass(frozen=True, slots=True)
class TermsView:
    """The report over the days from ``from_on`` to ``as_of``, a block a company and currency."""

    as_of: date
    from_on: date
    blocks: tuple[TermsBlock, ...]
    source: str
    is_disputed_excluded: bool


def build(
    portfolio: Portfolio,
    policy: Policy,
    *,
    from_on: date | None = None,
    amounts: str = "auto",
    with_disputed: bool = False,
) -> TermsView:
    """Return the payment-term report of the year that ends at the date.

    ``from_on``: first day of the year (None: twelve months). ``amounts``: auto (without VAT where
    every invoice says it), excl, incl. ``with_disputed``: keep disputed invoices in the tables.

    Raises:
        UserError: ``terms_period`` when the first day is later than the date.
    """
    start = portfolio.window_start(_YEAR) if from_on is None else from_on - timedelta(days=1)
    if start >= portfolio.as_of:
        raise UserError("terms_period", value=portfolio.as_of.isoformat())
    maker = _Maker(portfolio, policy, start, amounts, with_disputed=with_disputed)
    return TermsView(
        as_of=portfolio.as_of,
        from_on=start + timedelta(days=1),
        blocks=maker.blocks(),
        source=REPORTS[-1].source,
        is_disputed_excluded=not with_disputed,
    )


def invoices(portfolio: Portfolio, policy: Policy, *, from_on: date) -> pd.DataFrame:  # noqa: ARG001
    """Return the invoices behind the tables, the most late first (``Portfolio.report_late``)."""
    rows = portfolio.report_late(from_on - timedelta(days=1))
    rows = rows.loc[~rows["company_id"].isin(portfolio.estimated_companies())]
    return rows.merge(customers(portfolio)[[*KEY, "name"]], on=KEY, how="left")


class _Maker:
    """Makes the blocks from frames read once."""

    def __init__(
        self,
        portfolio: Portfolio,
        policy: Policy,
        start: date,
        amounts: str,
        *,
        with_disputed: bool,
    ) -> None:
        self._portfolio, self._start, self._amounts = portfolio, start, amounts
        self._bands = payment_terms.late_bands(portfolio, start)
        if with_disputed:
            is_in = self._bands["excluded"] == "disputed"
            self._bands["excluded"] = self._bands["excluded"].mask(is_in, "")
        self._issued = portfolio.report_sales(start)
        self._verdicts = payment_terms.verdicts(portfolio, start)
        self._beyond = payment_terms.long_terms(portfolio, start)
        self._paid = payment_terms.agreed_and_real(portfolio, policy, start)

    def blocks(self) -> tuple[TermsBlock, ...]:
        """Return a block a company and currency, the company's own currency first."""
        return tuple(
            self._block(item, currency)
            for item in self._portfolio.companies()
            for currency in self._currencies(item)
        )

    def _currencies(self, item: CompanyInfo) -> list[str]:
        frames = (self._bands, self._issued, self._paid)
        found = {
            str(code)
            for frame in frames
            for code in frame.loc[frame["company_id"] == item.company_id, "currency"].unique()
        }
        return sorted(found, key=lambda code: (code != item.currency, code))

    def _block(self, item: CompanyInfo, currency: str) -> TermsBlock:
        def own(frame: pd.DataFrame) -> pd.DataFrame:
            return in_currency(frame.loc[frame["company_id"] == item.company_id], currency)

        is_estimated = item.company_id in self._portfolio.estimated_companies()
        codes = () if is_estimated else (UNPAID,) if item.level == "C" else (UNPAID, LATE)
        issued = own(self._issued) if item.level != "C" else own(self._issued).head(0)
        names = customers(self._portfolio)[[*KEY, "name"]]
        begins = item.covers_from
        paid = own(self._paid)
        return TermsBlock(
            company_id=item.company_id,
            company=item.name,
            currency=currency,
            tables=tuple(_table(code, own(self._bands), issued, self._amounts) for code in codes),
            unavailable=NOT_AT_THIS_LEVEL if is_estimated else None,
            starts_late=begins if begins and begins > self._start + timedelta(days=1) else None,
            verdicts=_in_order(own(self._verdicts)),
            beyond=own(self._beyond).merge(names, on=KEY, how="left"),
            customers=paid,
            **_means(paid),
        )


def _table(code: str, cells: pd.DataFrame, issued: pd.DataFrame, amounts: str) -> Table:
    cells = cells.loc[cells["table"] == code]
    inside, is_late = cells["excluded"] == "", cells["band"] != BANDS[0]
    # most invoices of the table are of the year too: added, they would count twice
    unknown = max(int(part["count_without_tax"].sum()) for part in (cells, issued))
    is_excl = amounts != "incl" and not unknown
    side = "excl" if is_excl else "incl"
    of_minor = _whole(issued, "sales" if code == UNPAID else "billed", is_excl=is_excl)
    bands = _rows(cells.loc[inside], side, of_minor, code)
    late = bands.loc[bands["band"] != BANDS[0]]
    count, amount = int(late["count_invoices"].sum()), int(late["amount_minor"].sum())
    of_count = int(issued["count_invoices"].sum()) if code == LATE and len(issued) else None
    return Table(
        code=code,
        is_excl=is_excl,
        amounts_reason="no_tax" if unknown and amounts != "incl" else None,
        count_without_tax=unknown,
        count_openings=int(cells.loc[inside & is_late, "count_openings"].sum()),
        bands=bands,
        count=count,
        amount_minor=amount,
        ratio=amount / of_minor if of_minor else None,
        count_ratio=count / of_count if of_count else None,
        ratio_reason=None if of_minor else _NO_SALES,
        of_minor=of_minor,
        of_count=of_count,
        left_out=_left_out(cells.loc[~inside & is_late], side),
    )


def _whole(issued: pd.DataFrame, name: str, *, is_excl: bool) -> int | None:
    """Return what was invoiced in the year, None when no file says it or it is not positive."""
    amount = int(issued[f"{name}_excl_minor" if is_excl else f"{name}_minor"].fillna(0).sum())
    return amount if amount > 0 else None


def _rows(cells: pd.DataFrame, side: str, of_minor: int | None, code: str) -> pd.DataFrame:
    sums = cells.groupby("band")[["count_invoices", f"{side}_minor"]].sum()
    shown = list(BANDS if code == UNPAID else BANDS[1:])
    sums = sums.reindex(shown).fillna(0).astype("int64").rename_axis("band").reset_index()
    found = sums.rename(columns={f"{side}_minor": "amount_minor"})
    found["ratio"] = found["amount_minor"] / of_minor if of_minor else float("nan")
    inside = found["amount_minor"].where(found["band"] != BANDS[0], 0)
    found["cumulated_ratio"] = inside.cumsum() / of_minor if of_minor else float("nan")
    found["ratio_reason"] = found["cumulated_ratio_reason"] = None if of_minor else _NO_SALES
    return found


def _left_out(cells: pd.DataFrame, side: str) -> pd.DataFrame:
    sums = cells.groupby("excluded")[["count_invoices", f"{side}_minor"]].sum()
    sums = sums.reindex(list(EXCLUSIONS)).fillna(0).astype("int64").rename_axis("excluded")
    return sums.reset_index().rename(columns={f"{side}_minor": "amount_minor"})


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    place = {verdict: number for number, verdict in enumerate(payment_terms.VERDICTS)}
    rows = rows.loc[(rows["count_invoices"] > 0) | (rows["verdict"] == "within")]
    return rows.sort_values("verdict", key=lambda names: names.map(place), ignore_index=True)


def _means(paid: pd.DataFrame) -> dict[str, Any]:
    """Return the means of the block, weighted by what was paid."""
    weight = float(paid["paid_minor"].sum())
    names = ("agreed_days", "real_days", "late_days")
    if weight <= 0:
        return dict.fromkeys(names)
    return {name: float((paid[name] * paid["paid_minor"]).sum()) / weight for name in names}
