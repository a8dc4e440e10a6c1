"""How limits were used over twelve months: overruns, highest exposure of a day."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pandas as pd

from arlib.analytics.exposure import whole
from arlib.analytics.frames import outer
from arlib.analytics.limit_evidence import answering, exposures_on
from arlib.analytics.overrun_history import history, stretches
from arlib.analytics.overruns import limit_book
from arlib.model.portfolio import KEY, month_ends

if TYPE_CHECKING:
    from arlib.model.policy import Policy
    from arlib.model.portfolio import Portfolio

MONTHS: Final = 12
RECURRENT_COUNT: Final = 2  # times over in twelve months, as in the risk table


def past_use(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    """Return one row per customer: what his exposure was over twelve months.

    Columns: key, ``overrun_count_12m, overrun_days_12m`` (Int64; NA without a limit or daily data),
    ``is_recurrent, peak_12m_minor`` (float, highest E1 of a day in the company's currency) and
    ``month_ends`` as columns ``end_01`` (twelve months ago) to ``end_12`` (the date).
    """
    days = month_ends(portfolio.as_of, MONTHS + 1)
    held = exposures_on(whole(portfolio), days)
    held = held.loc[held["company_id"].isin(answering(portfolio))]
    peaks = held.groupby(KEY)["peak_minor"].max().rename("peak_12m_minor")
    wide = held.pivot_table(index=KEY, columns="day", values="outstanding_minor", aggfunc="sum")
    wide = wide.reindex(columns=pd.to_datetime(list(days[1:])).astype("datetime64[s]"))
    firsts = {item.company_id: item.first_as_of for item in portfolio.companies()}
    begun = pd.to_datetime(wide.index.get_level_values(0).map(firsts)).to_numpy("datetime64[s]")
    wide = wide.where(wide.columns.to_numpy()[None, :] >= begun[:, None])
    wide.columns = pd.Index([f"end_{place:02d}" for place in range(1, MONTHS + 1)])
    found = pd.concat([peaks, wide], axis=1).reset_index()
    return outer(found, _overruns(portfolio, policy), KEY)


def _overruns(portfolio: Portfolio, policy: Policy) -> pd.DataFrame:
    book = limit_book(portfolio, policy)
    start = portfolio.window_start(MONTHS)
    past = history(stretches(portfolio, policy, start, book.rows))
    past = past.loc[past["company_id"].isin(answering(portfolio))]
    names = ["overrun_count_12m", "overrun_days_12m"]
    recurrent = past["overrun_count_12m"].ge(RECURRENT_COUNT).fillna(value=False).astype(bool)
    return past[[*KEY, *names]].assign(is_recurrent=recurrent)
