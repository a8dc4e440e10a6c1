"""The history of limits: who, when, before, after, why; and the undo, of one change or of a set."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import LIMIT_ORIGINS, label
from arlib.model.issues import UserError
from arlib.ui import cache, limits
from arlib.ui.cards import card
from arlib.ui.download import list_button
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import Column, cut_note, grid
from arlib.ui.texts import plain, small
from arlib.views import limits as limits_view

if TYPE_CHECKING:
    from arlib.ui.frame import Page

_SETS: Final = 5


def show(page: Page) -> None:
    """Draw the bulk changes with their undo, then every entry."""
    _, selection = page.words, page.selection
    entries = workspace().limit_history(selection.filters.company_id)
    if entries.empty:
        st.markdown(f":gray[{plain(_('No limit decision yet.'))}]")
        return
    frame = limits_view.history(cache.question(selection).portfolio, entries)
    _sets(page, frame)
    _entries(page, frame)


def undo(name: str, count: int) -> None:
    """Undo one change or a whole set; say what was done, or why not."""
    from arlib.i18n import translator

    _ = translator(language())
    try:
        done = workspace().undo_limit(name, author())
    except UserError as error:
        st.toast(plain(error_sentence(error, language())), icon=":material/error:")
        return
    st.session_state[limits.ROUND] = st.session_state.get(limits.ROUND, 0) + 1
    words = _.ngettext("{n} decision undone", "{n} decisions undone", len(done) or count)
    st.toast(words.format(n=len(done) or count))


def _sets(page: Page, frame: pd.DataFrame) -> None:
    """Draw the last changes made together, each with its undo."""
    _, f = page.words, page.formats
    made = frame[frame["change_set"].notna() & frame["undoes"].isna()]
    if made.empty:
        return
    with card(
        _("Changes made together"), _("Undone together, by further entries; nothing is erased")
    ):
        for place, (name, rows) in enumerate(list(made.groupby("change_set", sort=False))[:_SETS]):
            first, left = rows.iloc[0], int(rows["is_open"].sum())
            words = _.ngettext("{n} limit", "{n} limits", len(rows)).format(n=f.integer(len(rows)))
            told = _("{when} by {who}: {limits}").format(
                when=f.date_time(first["at"]), who=first["by"], limits=words
            )
            detail = " · ".join(
                part
                for part in (label("origin", first["origin"], language()), _word(first["reason"]))
                if part
            )
            with st.container(key=f"row_set_{place}", horizontal=True, vertical_alignment="center"):
                st.markdown(f"**{plain(told)}**  \n{small(plain(detail))}")
                st.space("stretch")
                if not left:
                    st.markdown(f":gray[{plain(_('undone'))}]", width="content")
                    continue
                st.button(
                    _.ngettext("Undo {n} limit", "Undo {n} limits", left).format(n=f.integer(left)),
                    icon=":material/undo:",
                    key=f"undo_set_{place}",
                    on_click=undo,
                    args=(str(name), left),
                )


def _entries(page: Page, frame: pd.DataFrame) -> None:
    """Draw every entry, filtered; one ticked can be undone, alone or with its set."""
    _ = page.words
    kept = _filtered(page, frame)
    shown, columns = _drawn(page, kept)
    with st.container(horizontal=True, vertical_alignment="center"):
        bar = st.container(horizontal=True, vertical_alignment="center")
    ticked = grid(
        shown,
        columns,
        key=f"limits_history_{st.session_state.get(limits.ROUND, 0)}",
        select="single",
        alt=_("History of limit decisions"),
    )
    cut_note(page, len(kept))
    with bar:
        _action(page, kept, kept.iloc[ticked])
        written = _as_amounts(page, columns)
        list_button(page, "limits_history", _("History of limit decisions"), written, shown)


def _filtered(page: Page, frame: pd.DataFrame) -> pd.DataFrame:
    speaks = language()
    _ = page.words
    left, middle, right = st.columns([1.6, 1, 1.2], vertical_alignment="bottom")
    with left:
        origins = st.pills(
            _("Origin of the decision"),
            [code for code in LIMIT_ORIGINS if (frame["origin"] == code).any()],
            format_func=lambda code: label("origin", code, speaks),
            selection_mode="multi",
            key="history_origins",
        )
    with middle:
        who = st.selectbox(
            _("Decided by"),
            sorted(frame["by"].dropna().astype(str).unique()),
            index=None,
            placeholder=_("Anybody"),
            key="history_by",
        )
    with right:
        text = st.text_input(_("Search a customer"), key="history_search")
    keep = pd.Series(True, index=frame.index)
    if origins:
        keep &= frame["origin"].isin(origins)
    if who:
        keep &= frame["by"] == who
    if text.strip():
        words = frame["name"].astype(str) + " " + frame["scope_id"].astype(str)
        keep &= words.str.contains(text.strip(), case=False, regex=False)
    return frame[keep].reset_index(drop=True)


def _drawn(page: Page, rows: pd.DataFrame) -> tuple[pd.DataFrame, list[Column]]:
    """Return the entries as words and numbers, and the columns of the grid."""
    _, f = page.words, page.formats
    shown = rows.copy()
    everyone = _("All customers")
    shown["whom"] = shown["name"].where(shown["scope"] != "all", everyone)
    shown["before_words"] = _amounts(page, rows, "before_minor", "before_currency", first=True)
    shown["after_words"] = _amounts(page, rows, "after_minor", "currency", first=False)
    shown["source_words"] = [label("source", code, language()) for code in rows["source"]]
    shown["origin_words"] = [
        label("origin", code, language()) + (f" ({_('undone')})" if is_undone else "")
        for code, is_undone in zip(rows["origin"], rows["is_undone"], strict=True)
    ]
    shown["set_words"] = [f.integer(count) if count > 1 else MISSING for count in rows["count_set"]]
    columns = [
        Column("at", _("On"), 130, f.date_time),
        Column("by", _("Decided by"), 120),
        Column("whom", _("For whom"), 220),
        Column("before_words", _("Before"), 110),
        Column("after_words", _("After"), 110),
        Column("source_words", _("Source"), 130),
        Column("valid_from", _("From"), 90, f.date),
        Column("valid_to", _("To"), 90, f.date),
        Column("reason", _("Reason"), 180),
        Column("origin_words", _("Origin of the decision"), 150),
        Column("set_words", _("Together"), 80),
    ]
    return shown, columns


def _as_amounts(page: Page, columns: list[Column]) -> list[Column]:
    """Return the columns of the workbook: amounts stay numbers, and words say a removal beside them."""
    f = page.formats
    numbers = {
        "before_words": ("before_minor", "before_currency"),
        "after_words": ("after_minor", "currency"),
    }
    found = []
    for column in columns:
        if column.name in numbers:
            name, code = numbers[column.name]
            found.append(
                Column(name, column.title, column.width, f.amount, currency=code, is_summed=False)
            )
        else:
            found.append(column)
        if column.name == "after_words":
            found.append(replace(column, title=page.words("Decision")))
    return found


def _amounts(
    page: Page, rows: pd.DataFrame, amount: str, currency: str, *, first: bool
) -> list[str]:
    """Return amounts in words: a limit removed, or none before, is said."""
    _, f = page.words, page.formats
    none = MISSING if first else _("removed")
    found = []
    for minor, code, undoes, refused in zip(
        rows[amount], rows[currency], rows["undoes"], rows["is_refused"], strict=True
    ):
        if not first and refused and pd.isna(undoes):
            found.append(_("refusal"))
        elif pd.isna(minor):
            found.append(none if pd.isna(undoes) else MISSING)
        else:
            found.append(f.amount0(minor, code))
    return found


def _action(page: Page, rows: pd.DataFrame, ticked: pd.DataFrame) -> None:
    _, f = page.words, page.formats
    if ticked.empty:
        words = _.ngettext("{n} decision", "{n} decisions", len(rows)).format(
            n=f.integer(len(rows))
        )
        hint = _("Tick one to undo it: a further entry, nothing is erased.")
        st.markdown(f"**{words}** :gray[{hint}]", width="content")
        return
    row: dict[Any, Any] = ticked.iloc[0].to_dict()
    st.button(
        _("Undo this decision"),
        icon=":material/undo:",
        disabled=not row["is_open"],
        key="undo_entry",
        on_click=undo,
        args=(row["change_id"], 1),
    )
    if row["count_set"] > 1 and isinstance(row["change_set"], str):
        st.button(
            _("Undo the whole change ({n} limits)").format(n=f.integer(row["count_set"])),
            icon=":material/undo:",
            key="undo_whole",
            on_click=undo,
            args=(row["change_set"], int(row["count_set"])),
        )


def _word(value: Any) -> str:
    return "" if value is None or pd.isna(value) else str(value)
