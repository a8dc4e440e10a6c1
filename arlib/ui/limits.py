"""The dialog that fixes credit limits: our own number parser, old → new → ratio before saving."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING, translator
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import SOURCES, label
from arlib.model.issues import UserError
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import html_table
from arlib.ui.texts import plain
from arlib.workspace import LimitChange, parse_amount

if TYPE_CHECKING:
    from datetime import date

    from arlib.ui.frame import Page

ROUND: Final = "limits_round"  # renews the grid after saving, so that nothing stays ticked
_HIGH: Final = 2.0
_LOW: Final = 0.5
_SHOWN: Final = 8

# (company, customer, source) -> amount of the last decision, None when it removed the limit
Seen = dict[tuple[str, str, str], int | None]


@dataclass(frozen=True, slots=True)
class Proposal:
    """What was typed: the new amount (None removes the limit), its currency, source and start."""

    amount_minor: int | None
    currency: str
    source: str
    valid_from: date
    reason: str


def dialog(page: Page, rows: pd.DataFrame, count_over: int) -> None:
    """Open the dialog for customers (one row each, columns of the risk view)."""
    _ = page.words
    seen = _standing(rows)
    body = st.dialog(_("Fix a credit limit"), width="medium")(_body)
    body(page, rows.reset_index(drop=True), count_over, seen)


def _standing(rows: pd.DataFrame) -> Seen:
    """Return the last decision of each customer and source, as the book holds them now.

    It is checked again when saving: somebody else may decide while the dialog is open.
    """
    companies = rows["company_id"].unique()
    only = str(companies[0]) if len(companies) == 1 else None
    history = workspace().limit_history(only)
    is_undone = history["change_id"].isin(history["undoes"].dropna()) | history["undoes"].notna()
    own = history[(history["scope"] == "customer") & ~is_undone]
    latest = own.sort_values(["valid_from", "at", "sequence"], ascending=False, na_position="last")
    last = latest.drop_duplicates(["company_id", "scope_id", "source"])
    return {
        (company, customer, source): None if pd.isna(amount) else int(amount)
        for company, customer, source, amount in zip(
            last["company_id"], last["scope_id"], last["source"], last["after_minor"], strict=True
        )
    }


def _body(page: Page, rows: pd.DataFrame, count_over: int, seen: Seen) -> None:
    _ = page.words
    _who(page, rows)
    proposal = _fields(page, rows)
    if proposal is None:
        st.button(_save_words(page, len(rows)), type="primary", disabled=True, key="limit_save_off")
        return
    ratios = _confirmation(page, rows, proposal, count_over)
    is_flagged = any(_is_odd(ratio) for ratio in ratios)
    is_checked = True
    if is_flagged:
        is_checked = st.checkbox(
            _("I have checked the flagged ratios (×2 and above, ×0.5 and below)"),
            key="limit_checked",
        )
    with st.container(horizontal=True, horizontal_alignment="right"):
        if st.button(_("Cancel"), key="limit_cancel"):
            st.rerun()
        if st.button(
            _save_words(page, len(rows)), type="primary", disabled=not is_checked, key="limit_save"
        ):
            _save(rows, proposal, seen)
    st.markdown(
        f":small[:gray[{_('Kept with the author, the time and the old value; can be undone.')}]]"
    )


def _who(page: Page, rows: pd.DataFrame) -> None:
    _, f = page.words, page.formats
    if len(rows) == 1:
        st.markdown(f"**{plain(rows['name'].iloc[0])}**")
        return
    sums = rows.groupby("currency")["exposure_minor"].sum()
    amount = " + ".join(f.amount0(int(value), str(code)) for code, value in sums.items())
    words = _("{n} customers, {amount} unpaid: the same limit for each.")
    st.markdown(plain(words.format(n=f.integer(len(rows)), amount=amount)))


def _fields(page: Page, rows: pd.DataFrame) -> Proposal | None:
    """Draw the fields; return None while the amount cannot be read for certain."""
    _, places = page.words, st.columns([1.2, 1, 1.1, 1.2])
    currencies = list(dict.fromkeys([*rows["currency"].dropna(), *page.info.currencies]))
    with places[0]:
        text = st.text_input(_("Amount"), key="limit_amount")
    with places[1]:
        currency = st.selectbox(_("Currency"), currencies, key="limit_currency")
    with places[2]:
        start = st.date_input(
            _("Valid from"), value=page.selection.as_of, format="DD/MM/YYYY", key="limit_from"
        )
    with places[3]:
        source = st.selectbox(
            _("Origin"),
            list(SOURCES),
            format_func=lambda code: label("source", code, language()),
            key="limit_source",
        )
    hint = _("Amount: 1 234.56 or 1234.56. Zero: no credit. Tick below to remove the limit.")
    st.markdown(f":small[:gray[{hint}]]")
    is_removed = st.checkbox(_("Remove the limit"), key="limit_remove")
    reason = st.text_input(_("Reason"), key="limit_reason")
    amount = None
    if not is_removed:
        if not text.strip():
            return None
        amount = parse_amount(text, currency)
        if amount is None:
            error = UserError("limit_amount_unreadable", value=text)
            st.error(plain(error_sentence(error, language())))
            return None
        if amount < 0:
            error = UserError("limit_amount_negative", value=text)
            st.error(plain(error_sentence(error, language())))
            return None
    return Proposal(amount, currency, source, start, reason.strip())


def _confirmation(
    page: Page, rows: pd.DataFrame, proposal: Proposal, count_over: int
) -> list[float | None]:
    """Draw old → new → ratio → overrun after; return the ratios."""
    _, f = page.words, page.formats
    ratios: list[float | None] = []
    lines: list[list[str]] = []
    change_over = 0
    for row in rows.to_dict("records"):
        ratio = _ratio(row, proposal)
        ratios.append(ratio)
        after = _overrun_after(row, proposal)
        if proposal.source == "internal" and after is not None:
            change_over += int(after > 0) - int(bool(row["is_over"]))
        elif proposal.source == "internal" and proposal.amount_minor is None:
            change_over -= int(bool(row["is_over"]))
        lines.append(_line(page, row, proposal, ratio, after))
    columns: list[tuple[str, Any]] = [
        (_("Customer"), "left"),
        (_("Old limit"), "right"),
        (_("New limit"), "right"),
        (_("Ratio"), "right"),
        (_("Overrun after"), "right"),
    ]
    flagged = sorted(range(len(lines)), key=lambda place: not _is_odd(ratios[place]))
    shown = [lines[place] for place in flagged[:_SHOWN]]
    if len(lines) > _SHOWN:
        rest = f.integer(len(lines) - _SHOWN)
        shown.append([_("Others ({n})").format(n=rest), "", "", "", ""])
    end = _("{before} → {after} customers over").format(
        before=f.integer(count_over), after=f.integer(count_over + change_over)
    )
    html_table(columns, shown, total=[_("Total"), "", "", "", end], alt=_("What will change"))
    return ratios


def _line(
    page: Page, row: dict[Any, Any], proposal: Proposal, ratio: float | None, after: int | None
) -> list[str]:
    _, f = page.words, page.formats
    old = f.amount(row["limit_minor"], row["limit_currency"])
    new = (
        _("removed")
        if proposal.amount_minor is None
        else f.amount(proposal.amount_minor, proposal.currency)
    )
    words = f.ratio(ratio)
    if _is_odd(ratio):
        words = _("▲ {ratio}: to check").format(ratio=words)
    over = MISSING
    if after is not None:
        over = f"▲ {f.amount(after, proposal.currency)}" if after > 0 else _("none")
    return [str(row["name"]), old, new, words, over]


def _ratio(row: dict[Any, Any], proposal: Proposal) -> float | None:
    """Return new / old; None without an old limit of the same currency, or when it is removed."""
    old = row["limit_minor"]
    if proposal.amount_minor is None or pd.isna(old) or not old:
        return None
    if row["limit_currency"] != proposal.currency:
        return None
    return float(proposal.amount_minor) / float(old)


def _overrun_after(row: dict[Any, Any], proposal: Proposal) -> int | None:
    """Return what would be over the new limit; None when it cannot be said."""
    tested = row["tested_minor"] if pd.notna(row["tested_minor"]) else row["exposure_minor"]
    if proposal.amount_minor is None or pd.isna(tested) or row["currency"] != proposal.currency:
        return None
    return max(int(tested) - proposal.amount_minor, 0)


def _is_odd(ratio: float | None) -> bool:
    return ratio is not None and (ratio >= _HIGH or ratio <= _LOW)


def _save_words(page: Page, count: int) -> str:
    _ = page.words
    return _.ngettext("Save {n} limit", "Save {n} limits", count).format(
        n=page.formats.integer(count)
    )


def _save(rows: pd.DataFrame, proposal: Proposal, seen: Seen) -> None:
    """Record the limits in one transaction; refuse when somebody changed one meanwhile."""
    changes = [_change(row, proposal, seen) for row in rows.to_dict("records")]
    try:
        workspace().set_limits(changes, author())
    except UserError as error:
        st.error(plain(error_sentence(error, language())))
        return
    _ = translator(language())
    count = len(changes)
    st.session_state[ROUND] = st.session_state.get(ROUND, 0) + 1
    for key in ("limit_amount", "limit_reason", "limit_checked", "limit_remove"):
        st.session_state.pop(key, None)
    st.toast(_.ngettext("{n} limit saved", "{n} limits saved", count).format(n=count))
    st.rerun()


def _change(row: dict[Any, Any], proposal: Proposal, seen: Seen) -> LimitChange:
    """Return the change of one customer, with the decision that stood when the dialog opened."""
    return LimitChange(
        company_id=row["company_id"],
        scope="customer",
        scope_id=row["customer_id"],
        amount_minor=proposal.amount_minor,
        currency=proposal.currency,
        source=proposal.source,
        valid_from=proposal.valid_from,
        reason=proposal.reason or None,
        expected_known=True,
        expected_minor=seen.get((row["company_id"], row["customer_id"], proposal.source)),
    )
