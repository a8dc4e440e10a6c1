"""The confirmation of suggested limits: old → new → ratio, then one change for all of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n.issues import error_sentence
from arlib.i18n.suggestions import arithmetic
from arlib.model.issues import UserError
from arlib.ui import cache
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import html_table
from arlib.ui.texts import plain
from arlib.workspace import LimitChange

if TYPE_CHECKING:
    from datetime import date

    from arlib.ui.frame import Page
    from arlib.workspace import Workspace

ROUND: Final = "suggestions_round"  # renews the grid after saving, so that nothing stays ticked
_HIGH: Final = 2.0
_LOW: Final = 0.5
_SHOWN: Final = 10
_KEYS: Final = ("suggestions_checked", "suggestions_from")


def dialog(page: Page, rows: pd.DataFrame) -> None:
    """Open the confirmation for rows of the suggestions (one a customer)."""
    _ = page.words
    for key in _KEYS:
        st.session_state.pop(key, None)
    kept = rows.reset_index(drop=True)
    source = cache.question(page.selection).policy.limit_source
    asked = changes_of(kept, source, page.selection.as_of, page.style.language)
    changes = seen(asked, workspace())
    st.dialog(_("Apply the suggested limits"), width="large")(_body)(page, kept, changes)


def changes_of(
    rows: pd.DataFrame, source: str, valid_from: date | None, lang: str
) -> list[LimitChange]:
    """Return one change a customer, the arithmetic as its reason."""
    return [
        LimitChange(
            company_id=str(row["company_id"]),
            scope="customer",
            scope_id=str(row["customer_id"]),
            amount_minor=int(row["suggested_minor"]),
            currency=str(row["currency"]),
            source=source,
            valid_from=valid_from,
            reason=arithmetic(row, lang),
        )
        for row in rows.to_dict("records")
    ]


def seen(changes: list[LimitChange], book: Workspace) -> list[LimitChange]:
    """Return the changes with what stands now: somebody else may decide while the dialog is open."""
    return [
        replace(
            change,
            expected_known=True,
            expected_minor=found.amount_minor,
            expected_entry=found.entry or "",
        )
        for change, found in zip(changes, book.standing_limits(changes), strict=True)
    ]


def _body(page: Page, rows: pd.DataFrame, changes: list[LimitChange]) -> None:
    _, f = page.words, page.formats
    ratios = [_ratio(row) for row in rows.to_dict("records")]
    _lines(page, rows, ratios)
    start = st.date_input(
        _("Valid from"), value=page.selection.as_of, format="DD/MM/YYYY", key="suggestions_from"
    )
    told = _("Each limit keeps its arithmetic as its reason, for instance: {words}")
    st.markdown(f":small[:gray[{plain(told.format(words=changes[0].reason))}]]")
    is_checked = True
    count = sum(_is_odd(ratio) for ratio in ratios)
    if count:
        words = _.ngettext(
            "I have checked the {n} flagged change (×2 and above, ×0.5 and below)",
            "I have checked the {n} flagged changes (×2 and above, ×0.5 and below)",
            count,
        )
        is_checked = st.checkbox(words.format(n=f.integer(count)), key="suggestions_checked")
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(_("Cancel"), key="suggestions_cancel"):
            st.rerun()
        words = _.ngettext("Save {n} limit", "Save {n} limits", len(changes))
        if st.button(
            words.format(n=f.integer(len(changes))),
            type="primary",
            disabled=not is_checked or start is None,
            key="suggestions_save",
        ):
            _save(page, changes, start)
    said = _("Kept with the author, the time and the old value; can be undone together.")
    st.markdown(f":small[:gray[{said}]]")


def _lines(page: Page, rows: pd.DataFrame, ratios: list[float | None]) -> None:
    """Draw old → new → ratio, the flagged ones first, and the overruns that would follow."""
    _, f = page.words, page.formats
    lines = [
        _line(page, row, ratio) for row, ratio in zip(rows.to_dict("records"), ratios, strict=True)
    ]
    order = sorted(range(len(lines)), key=lambda place: not _is_odd(ratios[place]))
    shown = [lines[place] for place in order[:_SHOWN]]
    if len(lines) > _SHOWN:
        rest = _("Others ({n})").format(n=f.integer(len(lines) - _SHOWN))
        shown.append([rest, "", "", "", ""])
    currency = str(rows["currency"].iloc[0])
    before, after = rows["current_minor"].sum(), rows["suggested_minor"].sum()
    over = rows["outstanding_minor"] > rows["suggested_minor"]
    words = _.ngettext("{n} customer over", "{n} customers over", int(over.sum()))
    total = [
        _("Total"),
        f.amount0(before, currency),
        f.amount0(after, currency),
        "",
        words.format(n=f.integer(int(over.sum()))),
    ]
    columns: list[tuple[str, Any]] = [
        (_("Customer"), "left"),
        (_("Old limit"), "right"),
        (_("New limit"), "right"),
        (_("Ratio"), "right"),
        (_("Over the new limit, E1"), "right"),
    ]
    html_table(columns, shown, total=total, alt=_("What will change"))


def _line(page: Page, row: dict[Any, Any], ratio: float | None) -> list[str]:
    _, f, currency = page.words, page.formats, str(row["currency"])
    words = f.ratio(ratio)
    if _is_odd(ratio):
        words = _("▲ {ratio}: to check").format(ratio=words)
    excess = int(row["outstanding_minor"]) - int(row["suggested_minor"])
    return [
        str(row["name"]),
        f.amount0(row["current_minor"], currency),
        f.amount0(row["suggested_minor"], currency),
        words,
        f"▲ {f.amount0(excess, currency)}" if excess > 0 else _("none"),
    ]


def _ratio(row: dict[Any, Any]) -> float | None:
    """Return new / old; None without an old limit, or from 0."""
    old = row["current_minor"]
    return None if pd.isna(old) or not old else float(row["suggested_minor"]) / float(old)


def _is_odd(ratio: float | None) -> bool:
    return ratio is not None and (ratio >= _HIGH or ratio <= _LOW)


def _save(page: Page, changes: list[LimitChange], start: date) -> None:
    """Record every limit in one transaction; refuse when somebody changed one meanwhile."""
    _ = page.words
    try:
        workspace().set_limits([replace(item, valid_from=start) for item in changes], author())
    except UserError as error:
        st.error(plain(error_sentence(error, language())))
        return
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    count = len(changes)
    st.toast(
        _.ngettext("{n} limit saved", "{n} limits saved", count).format(
            n=page.formats.integer(count)
        )
    )
    st.rerun()
