"""État du livre: what it holds, whether it ties with the ledger, and what it cannot answer."""

from __future__ import annotations

from dataclasses import asdict, dataclass, replace
from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.frames import (
    LEVELS_WITHOUT_BEHAVIOUR,
    NOT_AT_THIS_LEVEL,
    without_behaviour,
)
from arlib.model.tables import PERIMETER

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.policy import Policy
    from arlib.model.portfolio import BookInfo, CompanyInfo, Portfolio


@dataclass(frozen=True, slots=True)
class StatusView:
    """State of the book at the date (``as_of`` None: the book is empty, frames have no row).

    ``companies``: ``company_id, name, currency, level, first_as_of, covers_from, last_date``.
    ``data_levels``: ``company_id, level``. ``tie_out``: ``company_id, currency, account_class,
    ledger_minor, analysed_minor, difference_minor, posted_elsewhere_minor,
    opening_unpaired_minor, unexplained_minor, purged_minor,
    is_in_perimeter, causes`` (codes joined by a comma; NA when tied). ``is_tied``: every perimeter row unexplained = 0
    (None: no row). ``quality``: ``code, severity, currency, count, amount_minor``.
    ``due_sources``: ``currency, due_source, count, amount_minor``. ``unavailable``: subject
    (past_dates, behaviour, dso, segments_behaviour, limits_history, aging_exact) -> reason, for
    what the level cannot answer. ``batches``: journal of imports, latest first.
    """

    as_of: date | None
    companies: pd.DataFrame
    currencies: tuple[str, ...]
    first_date: date | None
    last_date: date | None
    first_as_of: date | None
    default_as_of: date | None
    data_level: str | None
    data_levels: pd.DataFrame
    count_batches: int
    last_import: Mapping[str, object] | None
    tie_out: pd.DataFrame
    is_tied: bool | None
    quality: pd.DataFrame
    due_sources: pd.DataFrame
    unavailable: Mapping[str, str]
    batches: pd.DataFrame
    data_is_older: bool


# Level C with several extractions: settlements in between are inferred.
_INFERRED: Final = "C+"
_COMPANY: Final = [
    "company_id",
    "name",
    "currency",
    "level",
    "first_as_of",
    "covers_from",
    "last_date",
]
_TIE_OUT: Final = [
    "company_id",
    "currency",
    "account_class",
    "ledger_minor",
    "analysed_minor",
    "difference_minor",
    "posted_elsewhere_minor",
    "opening_unpaired_minor",
    "unexplained_minor",
    "purged_minor",
    "is_in_perimeter",
    "causes",
]


def build(portfolio: Portfolio, policy: Policy) -> StatusView:
    """Return the state of the book at the date; the policy says which settlements are trusted."""
    tie_out = _tie_out(portfolio)
    inside = tie_out.loc[tie_out["is_in_perimeter"]]
    sources = portfolio.due_sources().groupby(["currency", "due_source"], sort=True)
    state = _state(portfolio.info, portfolio.companies(), portfolio.as_of)
    return replace(
        state,
        tie_out=tie_out,
        is_tied=bool((inside["unexplained_minor"] == 0).all()) if len(inside) else None,
        quality=portfolio.quality(),
        due_sources=sources[["count", "amount_minor"]].sum().reset_index(),
        batches=portfolio.batches(),
        unavailable=_unavailable_at(portfolio, policy, state.unavailable),
    )


def empty(info: BookInfo) -> StatusView:
    """Return the state of a book without documents."""
    return _state(info, list(info.companies), None)


def _state(info: BookInfo, companies: list[CompanyInfo], as_of: date | None) -> StatusView:
    """Return what is known without asking the book: frames without rows."""
    rows = pd.DataFrame([asdict(item) for item in companies], columns=_COMPANY)
    dates = ["first_as_of", "covers_from", "last_date"]
    rows[dates] = rows[dates].apply(pd.to_datetime)
    last = info.last_date
    return StatusView(
        as_of=as_of,
        companies=rows,
        currencies=info.currencies,
        first_date=info.first_date,
        last_date=last,
        first_as_of=info.first_as_of,
        default_as_of=info.default_as_of,
        data_level=info.level,
        data_levels=rows[["company_id", "level"]],
        count_batches=info.count_batches,
        last_import=info.last_import,
        tie_out=pd.DataFrame(columns=_TIE_OUT),
        is_tied=None,
        quality=pd.DataFrame(columns=["code", "severity", "currency", "count", "amount_minor"]),
        due_sources=pd.DataFrame(columns=["currency", "due_source", "count", "amount_minor"]),
        unavailable=unavailable({_reach(item) for item in companies if item.level}),
        batches=pd.DataFrame(),
        data_is_older=as_of is not None and last is not None and last < as_of,
    )


def _unavailable_at(
    portfolio: Portfolio, policy: Policy, by_level: Mapping[str, str]
) -> dict[str, str]:
    """Return what no company answers: cash attached by matching or inference answers for some."""
    companies = {item.company_id for item in portfolio.companies()}
    answered = companies - without_behaviour(portfolio, policy)
    return {
        name: reason
        for name, reason in by_level.items()
        if not answered or name not in {"behaviour", "segments_behaviour"}
    }


def _reach(item: CompanyInfo) -> str:
    """Return the level of a company; several extractions of open items tell more than one."""
    return _INFERRED if item.is_inferred else str(item.level)


def unavailable(levels: set[str]) -> dict[str, str]:
    """Return the subjects that no company of these levels can answer, with the reason.

    A subject that some company answers is not listed: its view says which are left out.
    """
    cannot = {
        "past_dates": {"C"},
        "behaviour": LEVELS_WITHOUT_BEHAVIOUR,
        "dso": {"C", _INFERRED},
        "segments_behaviour": LEVELS_WITHOUT_BEHAVIOUR,
        "limits_history": {"C"},
        "aging_exact": {"E"},
    }
    return {name: NOT_AT_THIS_LEVEL for name, bad in cannot.items() if levels and levels <= bad}


def _tie_out(portfolio: Portfolio) -> pd.DataFrame:
    """Return the tie-out with what its causes leave unexplained.

    ``causes``: codes in order, joined by a comma: ``posted_elsewhere``, ``opening_unpaired``, then
    ``unexplained``.
    """
    frame = portfolio.tie_out().copy()
    elsewhere = frame["posted_elsewhere_minor"].fillna(0).astype("int64")
    difference = frame["difference_minor"].fillna(0).astype("int64")
    unpaired = frame["opening_unpaired_minor"].fillna(0).astype("int64")
    known = (elsewhere + unpaired).where(difference != 0, 0)
    frame["unexplained_minor"] = difference - known
    frame["purged_minor"] = frame["purged_minor"].fillna(0).astype("int64")
    frame["is_in_perimeter"] = frame["account_class"].isin(list(PERIMETER))
    flags = (
        ("posted_elsewhere", (difference != 0) & (elsewhere != 0)),
        ("opening_unpaired", (difference != 0) & (unpaired != 0)),
        ("unexplained", frame["unexplained_minor"] != 0),
    )
    said = pd.Series("", index=frame.index)
    for code, flag in flags:
        said += flag.map({True: "," + code, False: ""})
    frame["causes"] = said.str[1:].mask(said == "")
    return frame[_TIE_OUT]
