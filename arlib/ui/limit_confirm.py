"""Before saving limits: old → new → ratio by customer, what looks like a slip, an explicit tick."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING, N_
from arlib.ui import cache
from arlib.ui.limit_form import as_frame
from arlib.ui.tables import html_table
from arlib.ui.texts import plain
from arlib.views import limits as limits_view

if TYPE_CHECKING:
    from collections.abc import Sequence

    from arlib.ui.frame import Page
    from arlib.views.limits import LimitPreview
    from arlib.workspace import LimitChange

SHOWN: Final = 8
_WIDE: Final = frozenset({"all", "category", "group"})
# flag -> what is written in the column of ratios
_FLAGS: Final = {
    "hundredfold": N_("▲ {ratio}: two zeros too many?"),
    "tenfold": N_("▲ {ratio}: a zero too many?"),
    "tenth": N_("▲ {ratio}: a zero too few?"),
    "odd": N_("▲ {ratio}: to check"),
    "unblocked": N_("▲ was 0: credit again"),
    "removed": N_("▲ no limit any more"),
    "currency": N_("▲ {ratio}: another currency"),
    "no_effect": N_("▲ no effect: another one prevails"),
}


def confirmation(
    page: Page, changes: Sequence[LimitChange], prefix: str, *, shown: int = SHOWN
) -> bool:
    """Draw what will change; return True when nothing waits for a tick any more.

    A tick is asked for when a ratio looks like a slip, a limit is removed, or more than one customer
    is concerned.
    """
    asked = cache.question(page.selection)
    preview = limits_view.changes(asked.portfolio, asked.policy, as_frame(changes))
    _table(page, preview, shown)
    is_wide = len(preview.rows) > 1 or any(change.scope in _WIDE for change in changes)
    if not is_wide and not preview.count_flagged:
        return True
    return st.checkbox(_tick_words(page, preview), key=f"{prefix}_checked")


def _tick_words(page: Page, preview: LimitPreview) -> str:
    _, f = page.words, page.formats
    count, flagged = len(preview.rows), preview.count_flagged
    if count <= 1 and flagged:
        return _("I have checked what is flagged ▲")
    words = _.ngettext(
        "I have checked: {n} limit changes", "I have checked: {n} limits change", count
    ).format(n=f.integer(count))
    if flagged:
        words += _.ngettext(
            ", {n} of them flagged ▲", ", {n} of them flagged ▲", flagged
        ).format(n=f.integer(flagged))  # fmt: skip
    return words


def _table(page: Page, preview: LimitPreview, shown: int) -> None:
    _, f = page.words, page.formats
    rows = preview.rows
    if rows.empty:
        st.markdown(f":gray[{plain(_('No limit in force would change at this date.'))}]")
        return
    columns: list[tuple[str, Any]] = [
        (_("Customer"), "left"),
        (_("Old limit"), "right"),
        (_("New limit"), "right"),
        (_("Ratio"), "right"),
        (_("Overrun after"), "right"),
    ]
    lines = [_line(page, row) for row in rows.head(shown).to_dict("records")]
    if len(rows) > shown:
        rest = f.integer(len(rows) - shown)
        lines.append([_("Others ({n})").format(n=rest), "", "", "", ""])
    end = _("{before} → {after} customers over").format(
        before=f.integer(preview.over_before), after=f.integer(preview.over_after)
    )
    html_table(columns, lines, total=[_("Total"), "", "", "", end], alt=_("What will change"))


def _line(page: Page, row: dict[Any, Any]) -> list[str]:
    _, f = page.words, page.formats
    old = f.amount(row["before_minor"], _code(row["before_currency"]))
    if not pd.isna(row["before_minor"]) and row["before_scope"] not in (row["scope"], "customer"):
        old = f"{old} ({_SCOPES[row['before_scope']](_)})"
    new = f.amount(row["after_minor"], _code(row["after_currency"]))
    if pd.isna(row["after_minor"]):
        new = _("none")
    elif row["after_scope"] != row["scope"]:
        new = f"{new} ({_SCOPES[row['after_scope']](_)})"
    over = MISSING
    if not pd.isna(row["overrun_minor"]):
        amount = int(row["overrun_minor"])
        over = f"▲ {f.amount(amount, _code(row['after_currency']))}" if amount > 0 else _("none")
    return [str(row["name"]), old, new, _ratio(page, row), over]


def _ratio(page: Page, row: dict[Any, Any]) -> str:
    _, f = page.words, page.formats
    ratio = f.ratio(row["ratio"])
    flag = row["flag"]
    if flag == "new":
        return _("first limit")
    return _(_FLAGS[flag]).format(ratio=ratio) if flag in _FLAGS else ratio


def _code(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)


_SCOPES: Final = {
    "all": lambda _: _("of all"),
    "category": lambda _: _("of the category"),
    "customer": lambda _: _("his own"),
    "group": lambda _: _("of the group"),
}
