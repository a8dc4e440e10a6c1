"""Columns of the risk table: the five, and those shown on demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n import N_
from arlib.i18n.labels import label
from arlib.ui.tables import Column

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from arlib.ui.frame import Page
    from arlib.views.risk import RiskView

WIDTHS: Final = (208, 157, 106, 102, 92)
CHOSEN: Final = "risk_columns"
LEVELS: Final = {
    "none": N_("within the limit"),
    "watch": N_("near the limit"),
    "over": N_("over the limit"),
    "major": N_("far over the limit"),
}
_COVER: Final = frozenset({"insured", "uninsured"})
_BEHAVIOUR: Final = "behaviour"


@dataclass(frozen=True, slots=True)
class Extra:
    """One column on demand: title, where its values are, how they are written.

    ``write`` names a method of the formats, empty for words; ``currency`` as in ``Column``.
    """

    title: str
    name: str
    width: int
    write: str = ""
    currency: str | None = None
    mark: str = ""


_OWN, _LIMIT = "currency", "limit_currency"
_INSURER, _GROUP = "insurer_limit_currency", "group_limit_currency"
EXTRAS: Final = {
    "code": Extra(N_("Customer code"), "customer_id", 110),
    _BEHAVIOUR: Extra(N_("Payment behaviour"), "weighted_delay_days", 130, "signed_days"),
    "gross": Extra(N_("Before credits"), "gross_minor", 106, "amount0", _OWN),
    "overdue": Extra(N_("Overdue"), "overdue_minor", 100, "amount0", _OWN),
    "e4": Extra(N_("Exposure with orders (E4)"), "e4_minor", 120, "amount0", _OWN),
    "use": Extra(N_("Use"), "utilisation_ratio", 80, "percent"),
    "level": Extra(N_("Level of alert"), "level", 130),
    "since": Extra(N_("Over since"), "overrun_since", 100, "date"),
    "return": Extra(N_("Back under the limit"), "return_under_limit_on", 120, "date"),
    "return_last": Extra(
        N_("Back under the limit, every invoice late"), "return_under_limit_p90_on", 130, "date"
    ),
    "days": Extra(N_("Days over, 12 months"), "overrun_days_12m", 110, "integer"),
    "count": Extra(N_("Times over, 12 months"), "overrun_count_12m", 110, "integer"),
    "peak": Extra(
        N_("Largest overrun, 12 months"), "overrun_peak_12m_minor", 120, "amount0", _LIMIT
    ),
    "mean": Extra(N_("Mean overrun, 12 months"), "overrun_mean_12m_minor", 120, "amount0", _LIMIT),
    "origin": Extra(N_("Origin"), "origin", 130),
    "until": Extra(N_("Limit valid to"), "limit_valid_to", 110, "date"),
    "insurer": Extra(N_("Insurer’s limit"), "insurer_limit_minor", 110, "amount0", _INSURER),
    "insurer_over": Extra(
        N_("Over the insurer’s limit"), "insurer_overrun_minor", 120, "amount0", _INSURER, "▲"
    ),
    "insurer_since": Extra(
        N_("Over the insurer’s limit since"), "insurer_overrun_since", 110, "date"
    ),
    "insurer_days": Extra(
        N_("Days over the insurer’s limit"), "insurer_overrun_days_12m", 110, "integer"
    ),
    "insurer_count": Extra(
        N_("Times over the insurer’s limit"), "insurer_overrun_count_12m", 110, "integer"
    ),
    "insured": Extra(N_("Insured"), "insured_minor", 106, "amount0", "cover_currency"),
    "uninsured": Extra(N_("Not insured"), "uninsured_minor", 106, "amount0", "cover_currency"),
    "group": Extra(N_("Group"), "group_id", 120),
    "group_limit": Extra(N_("Group’s limit"), "group_limit_minor", 106, "amount0", _GROUP),
    "group_over": Extra(N_("Group’s overrun"), "group_overrun_minor", 110, "amount0", _GROUP, "▲"),
    "group_since": Extra(N_("Group over since"), "group_overrun_since", 110, "date"),
    "suggested": Extra(
        N_("Suggested limit"), "suggested_limit_minor", 110, "amount0", "suggested_limit_currency"
    ),
    "category": Extra(N_("Category"), "category", 110),
    "owner": Extra(N_("Salesperson"), "owner", 120),
}


def choose(page: Page) -> list[str]:
    """Draw the list of columns on demand; return those chosen, in the order of the table."""
    _ = page.words
    with st.popover(_("Columns"), icon=":material/view_column:", help=_("More columns")):
        chosen = st.multiselect(
            _("Columns beside the five"),
            list(EXTRAS),
            format_func=lambda code: _(EXTRAS[code].title),
            key=CHOSEN,
            placeholder=_("None"),
        )
    return [code for code in EXTRAS if code in chosen]


def asked() -> dict[str, bool]:
    """Return what the columns chosen need beyond the table itself, for ``cache.risk``."""
    chosen = set(st.session_state.get(CHOSEN) or ())
    needs = {"has_suggestions": "suggested" in chosen, "has_cover": bool(chosen & _COVER)}
    return {name: True for name, is_needed in needs.items() if is_needed}


def columns(page: Page, view: RiskView, extras: Sequence[str]) -> list[Column]:
    """Return the five columns in their order, the basis retained when it is not E1, the extras."""
    _, f = page.words, page.formats
    mean, unpaid = _about(page)
    five = [
        Column("told_name", _("Customer name"), WIDTHS[0]),
        Column("mean_delay_days", _("Mean payment delay"), WIDTHS[1], f.signed_days, about=mean),
        Column(
            "outstanding_minor", _("Unpaid amount"), WIDTHS[2], f.amount0, "currency", about=unpaid
        ),
        Column("limit_minor", _("Credit limit"), WIDTHS[3], f.amount0, "limit_currency"),
        Column("shown_overrun_minor", _("Overrun"), WIDTHS[4], f.amount0, "limit_currency", "▲"),
    ]
    others = [_column(page, EXTRAS[code]) for code in extras if code != _BEHAVIOUR]
    if view.exposure_basis != "E1":
        title = _("Exposure retained ({basis})").format(basis=view.exposure_basis)
        five.insert(3, Column("exposure_minor", title, 130, f.amount0, "currency"))
    if _BEHAVIOUR in extras:
        five.insert(2, _column(page, EXTRAS[_BEHAVIOUR]))
    return five + others


def inserted(extras: Sequence[str]) -> list[str]:
    """Return the columns on demand that stand among the five, not after them."""
    return [code for code in extras if code == _BEHAVIOUR]


def told(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows with what the table writes in words, and the overruns it shows.

    A company of one's own group is named as such; an overrun is shown only when positive.
    """
    _, language = page.words, page.style.language
    own = _("{name} (own group)")
    over = (rows["overrun_minor"] > 0).fillna(value=False).astype(bool) & ~rows["lacks_rate"]
    names = rows["name"].astype("object")
    inside = [own.format(name=name) for name in names[rows["is_intercompany"]]]
    names[rows["is_intercompany"]] = inside
    return rows.assign(
        told_name=names,
        shown_overrun_minor=rows["overrun_minor"].where(over),
        level=rows["alert"]
        .map({code: _(word) for code, word in LEVELS.items()})
        .where(rows["limit_minor"].notna()),
        origin=rows["limit_source"].map(
            {code: label("source", code, language) for code in ("internal", "insurer", "guarantee")}
        ),
    )


def _column(page: Page, extra: Extra) -> Column:
    write: Any = getattr(page.formats, extra.write) if extra.write else None
    title = page.words(extra.title)
    return Column(extra.name, title, extra.width, write, extra.currency, extra.mark)


def _about(page: Page) -> tuple[str, str]:
    """Return what the two titles that mislead mean."""
    _ = page.words
    mean = _(
        "Days between due date and payment, weighted by the amounts, over 12 months; what is still "
        "open and late counts up to the date. +7: seven days after the due date. Empty without history."
    )
    unpaid = _(
        "All that is owed at the date, not yet due included; credit notes and payments not "
        "allocated are deducted."
    )
    return mean, unpaid
