"""Arrêtés gardés: the figures kept of a date, against the same figures computed now, and why."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd

from arlib.analytics.frames import NOT_AT_THIS_LEVEL
from arlib.analytics.provisions import provision
from arlib.model.portfolio import Filters, Portfolio
from arlib.views import aging, dso, risk
from arlib.views.common import currencies

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from arlib.model.policy import Policy

IDENTITY: Final = ["company_id", "currency", "measure", "bucket"]
_COLUMNS: Final = [*IDENTITY, "amount_minor", "number", "reason"]
_TOTALS: Final = {
    "outstanding": "total_minor",
    "gross": "gross_minor",
    "overdue": "overdue_minor",
    "disputed": "disputed_minor",
}
MEASURES: Final = (
    *_TOTALS,
    "aged",
    "dso_simple",
    "dso_count_back",
    "count_over",
    "overrun",
    "provisions",
)
_RANK: Final = {name: place for place, name in enumerate(MEASURES)}
_GONE: Final = "not_applicable"  # a bucket of another policy, a company gone
_CENT: Final = 0.005  # of a day: what two computations of the same may differ by


@dataclass(frozen=True, slots=True)
class Restated:
    """A closing against now.

    ``figures``: ``company_id, currency, measure, bucket, then_minor, now_minor, difference_minor``
    (amounts, Int64), ``then_number, now_number, difference_number`` (days, counts), ``then_reason,
    now_reason`` (why missing), ``is_restated``; every figure of either side, in order.
    ``causes``: ``kind`` (import_imported, import_undone, import_taken_back, policy, program, limit, terms, …),
    ``at`` (NaT: program), ``made_by, company_id, customer_id, subject``, oldest first.
    """

    as_of: date
    figures: pd.DataFrame
    causes: pd.DataFrame

    @property
    def changed(self) -> pd.DataFrame:
        """Return the figures that are no longer those kept."""
        return self.figures.loc[self.figures["is_restated"]].reset_index(drop=True)


def figures(portfolio: Portfolio, as_of: date, policy: Policy) -> pd.DataFrame:
    """Return what a closing keeps, company by company, in order.

    Columns: ``company_id, currency, measure`` (of ``MEASURES``), ``bucket`` (of ``aged``, else empty),
    ``amount_minor`` (Int64) or ``number`` (days, count), ``reason`` when neither is known. Companies whose
    data cannot answer the date are absent.
    """
    found = [
        row
        for company in portfolio.info.companies
        if company.first_as_of is not None and company.first_as_of <= as_of
        for row in _company(
            Portfolio(
                as_of,
                Filters(company_id=company.company_id),
                portfolio.info,
                portfolio.source,
            ),
            company.company_id,
            policy,
        )
    ]
    frame = pd.DataFrame(found, columns=_COLUMNS)
    frame["amount_minor"] = frame["amount_minor"].astype("Int64")
    frame["number"] = frame["number"].astype("float64")
    frame["reason"] = frame["reason"].astype("str")
    return frame


def restated(
    then: pd.DataFrame,
    now: pd.DataFrame,
    as_of: date,
    since: pd.DataFrame,
    *,
    programs: tuple[str, str],
) -> Restated:
    """Return what is no longer as it was kept, and everything done since that can be why.

    ``then``, ``now``: as ``figures``; ``since``: of the workspace; ``programs``: versions, then and now.
    """
    order = pd.concat([then[IDENTITY], now[IDENTITY]]).drop_duplicates(ignore_index=True)
    order["_rank"] = order["measure"].map(_RANK)
    order = order.sort_values([*IDENTITY[:2], "_rank"], kind="stable", ignore_index=True)
    found = order.drop(columns="_rank")
    for side, frame in (("then", then), ("now", now)):
        names = {
            "amount_minor": f"{side}_minor",
            "number": f"{side}_number",
            "reason": f"{side}_reason",
        }
        found = found.merge(frame.rename(columns=names), on=IDENTITY, how="left")
        found[f"{side}_minor"] = found[f"{side}_minor"].astype("Int64")
        found[f"{side}_number"] = found[f"{side}_number"].astype("float64")
        _say_absent(found, side)
    return Restated(as_of, _compared(found), _causes(since, programs))


def _say_absent(found: pd.DataFrame, side: str) -> None:
    """Give a reason to what one side does not hold at all."""
    is_missing = found[f"{side}_minor"].isna() & found[f"{side}_number"].isna()
    reason = found[f"{side}_reason"]
    found[f"{side}_reason"] = reason.where(~(is_missing & reason.isna()), _GONE)


def _compared(found: pd.DataFrame) -> pd.DataFrame:
    found["difference_minor"] = found["now_minor"] - found["then_minor"]
    found["difference_number"] = found["now_number"] - found["then_number"]
    moved = found["difference_minor"].fillna(0).ne(0)
    moved |= found["difference_number"].fillna(0.0).abs() > _CENT
    for name in ("minor", "number"):
        moved |= found[f"then_{name}"].isna() != found[f"now_{name}"].isna()
    found["is_restated"] = moved.astype("bool")
    return found


def _causes(since: pd.DataFrame, programs: tuple[str, str]) -> pd.DataFrame:
    if programs[0] == programs[1]:
        return since.reset_index(drop=True)
    row = {"kind": "program", "subject": f"{programs[0]} → {programs[1]}"}
    other = pd.DataFrame([row]).reindex(columns=since.columns)
    other["at"] = pd.to_datetime(other["at"])
    return other if since.empty else pd.concat([since, other], ignore_index=True)


def _company(portfolio: Portfolio, company: str, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield the figures of one company, those of the same currency together."""
    rows = [
        *_aged(portfolio, policy),
        *_days(portfolio, policy),
        *_over(portfolio, policy),
        *_provided(portfolio, policy),
    ]
    for currency in dict.fromkeys(row["currency"] for row in rows):
        for row in rows:
            if row["currency"] == currency:
                yield {"company_id": company, **row}


def _row(
    currency: str,
    measure: str,
    *,
    bucket: str = "",
    minor: int | None = None,
    number: float | None = None,
    reason: str | None = None,
) -> dict[str, Any]:
    is_missing = minor is None and number is None
    return {
        "currency": currency,
        "measure": measure,
        "bucket": bucket,
        "amount_minor": minor,
        "number": number,
        "reason": (reason or "not_applicable") if is_missing else None,
    }


def _aged(portfolio: Portfolio, policy: Policy) -> Iterator[dict[str, Any]]:
    for block in aging.build(portfolio, policy).blocks:
        for measure, name in _TOTALS.items():
            yield _row(block.currency, measure, minor=block.totals[name])
        for bucket in (*block.buckets, "unallocated"):
            minor = block.totals[f"{bucket}_minor"]
            yield _row(block.currency, "aged", bucket=bucket, minor=minor)


def _days(portfolio: Portfolio, policy: Policy) -> Iterator[dict[str, Any]]:
    for block in dso.build(portfolio, policy, series_months=1).blocks:
        for measure, value, reason in (
            ("dso_simple", block.simple_days, block.simple_days_reason),
            ("dso_count_back", block.count_back_days, block.count_back_days_reason),
        ):
            yield _row(block.currency, measure, number=value, reason=reason)


def _over(portfolio: Portfolio, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield customers over their limit and by how much, in the currency of the limits."""
    found = risk.overruns(portfolio, policy)
    for row in found.to_dict("records"):
        if pd.isna(row["overrun_minor"]):  # no file tells what the basis adds to invoices
            yield _row(row["currency"], "count_over", reason=NOT_AT_THIS_LEVEL)
            yield _row(row["currency"], "overrun", reason=NOT_AT_THIS_LEVEL)
            continue
        yield _row(row["currency"], "count_over", number=float(row["count_over"]))
        yield _row(row["currency"], "overrun", minor=int(row["overrun_minor"]))
    for currency in currencies(portfolio):
        if currency not in set(found["currency"]):
            yield _row(currency, "count_over", reason="no_limit")
            yield _row(currency, "overrun", reason="no_limit")


def _provided(portfolio: Portfolio, policy: Policy) -> Iterator[dict[str, Any]]:
    """Yield the total of the matrix; a ledger without lettering says of no invoice whether it is open."""
    for currency in currencies(portfolio):
        if portfolio.estimated_companies():
            yield _row(currency, "provisions", reason=NOT_AT_THIS_LEVEL)
            continue
        found = provision(portfolio, policy, currency)
        yield _row(currency, "provisions", minor=found.total_minor, reason=found.total_reason)
