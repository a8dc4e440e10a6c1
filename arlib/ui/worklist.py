"""Blocks of the day's worklist: how much, who first and why, what falls due, what is missing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING, N_
from arlib.i18n.labels import label
from arlib.i18n.reminders import named, reason
from arlib.model.money import decimals
from arlib.ui import customers, letters_batch
from arlib.ui.cards import card, metric
from arlib.ui.download import list_button
from arlib.ui.letters import write_button
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid
from arlib.ui.texts import plain, small
from arlib.ui.worklist_dialog import entry_button, sheet_button
from arlib.ui.worklist_items import invoices
from arlib.views.common import sum_by_currency

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.ui.frame import Page
    from arlib.views.worklist import WorklistView

_PARTS: Final = {
    "to_do": N_("To do today · {n}"),
    "waiting": N_("Later · {n}"),
    "suspended": N_("Suspended · {n}"),
    "due_soon": N_("Due soon · {n}"),
    "to_complete": N_("Files to complete · {n}"),
}
_ORDER: Final = N_(
    "In order of priority: amount to ask for × (1 + days late / 30) × weight of the class; what cannot wait first"
)
_SUBTITLES: Final = {
    "to_do": _ORDER,
    "waiting": N_("Nothing to do today: the next step has its day"),
    "suspended": N_("Nothing is asked for while the reason stands"),
}


def cards(page: Page, view: WorklistView) -> None:
    """Draw how much is to ask for today, later, not at all, and by stage."""
    _, f = page.words, page.formats
    titles = {
        "to_do": _("To ask for today"),
        "waiting": _("Next step later"),
        "suspended": _("Suspended"),
    }
    places = st.columns(5)
    for place, (state, title) in zip(places, titles.items(), strict=False):
        rows = view.rows[view.rows["state"] == state]
        column = "overdue_minor" if state == "suspended" else "to_collect_minor"
        with place:
            metric(title, _amounts(page, rows, column), note=_people(page, len(rows)))
    forced = view.rows[view.rows["is_forced"]]
    with places[3]:
        metric(
            _("Cannot wait"),
            f.integer(len(forced)),
            note=", ".join(
                _("{name}: {value}").format(
                    name=named("forced", code, page.style.language), value=f.integer(count)
                )
                for code, count in view.forced.items()
                if count
            )
            or _("no deadline, no promise broken"),
        )
    with places[4]:
        count = _.ngettext("{n} invoice", "{n} invoices", len(view.due_soon))
        metric(
            _("Due within {days}").format(days=f.days0(-view.levels["R0"])),
            _amounts(page, view.due_soon, "to_collect_minor"),
            note=count.format(n=f.integer(len(view.due_soon))),
        )


def choose_part(page: Page, view: WorklistView) -> str:
    """Draw the parts of the list with how many each holds; return the one chosen."""
    _, f = page.words, page.formats
    counts = {
        **view.counts,
        "due_soon": len(view.due_soon),
        "to_complete": len(view.to_complete),
    }
    chosen = st.segmented_control(
        _("Part of the page"),
        list(_PARTS),
        format_func=lambda code: _(_PARTS[code]).format(n=f.integer(counts[code])),
        default="to_do",
        required=True,
        key="worklist_part",
        label_visibility="collapsed",
    )
    return str(chosen)


def choose(page: Page, view: WorklistView, part: str) -> pd.DataFrame:
    """Draw the filters of a part; return its rows that they keep."""
    _, lang = page.words, page.style.language
    rows = view.rows[view.rows["state"] == part]
    reasons = "suspended_by" if part == "suspended" else "reasons"
    said = rows[reasons].dropna().str.split(" ").explode()
    subject = "suspended" if part == "suspended" else "forced"
    given: dict[str, tuple[str, list[str], Callable[[str], str]]] = {
        "owner": (_("Every owner"), _codes(rows["owner"]), str),
        "stage": (_("Every stage"), _codes(rows["stage"]), _named("stage", lang)),
        "level": (
            _("Every level"),
            _codes(rows["level"]),
            lambda code: label("reminder_level", code, lang),
        ),
        "reason": (
            _("Every reason"),
            [code for code in said.drop_duplicates() if code],
            _named(subject, lang),
        ),
    }
    chosen = {}
    for place, (name, (every, codes, words)) in zip(st.columns(4), given.items(), strict=True):
        with place:
            chosen[name] = _choice(f"worklist_{part}_{name}", every, codes, words)
    for name in ("owner", "stage", "level"):
        rows = rows[rows[name] == chosen[name]] if chosen[name] else rows
    if chosen["reason"]:
        held = rows[reasons].fillna("").str.split(" ")
        rows = rows[[chosen["reason"] in codes for codes in held]]
    return rows.reset_index(drop=True)


def _choice(key: str, every: str, codes: list[str], words: Callable[[str], str]) -> str:
    """Draw one filter; return the code chosen, empty for all."""
    return st.selectbox(
        every,
        ["", *codes],
        format_func=lambda code: words(code) if code else every,
        key=key,
        label_visibility="collapsed",
    )


def _named(subject: str, language: str) -> Callable[[str], str]:
    return lambda code: named(subject, code, language)


def table(page: Page, view: WorklistView, part: str, rows: pd.DataFrame) -> None:
    """Draw the customers of a part; a tick opens what can be done with one."""
    _ = page.words
    columns = _columns(page, part)
    with card(_title(page, view, part, rows), _(_SUBTITLES[part])):
        if rows.empty:
            st.markdown(small(plain(_("Nobody with these filters."))))
            return
        bar = st.container(horizontal=True, vertical_alignment="center")
        ticked = grid(
            _told(page, rows.head(SHOWN_ROWS)),
            columns,
            key=f"worklist_grid_{part}",
            select="single",
            alt=_("Calls of the day"),
            height=600,
            is_wrapped=True,
        )
        cut_note(page, len(rows))
        chosen = rows.iloc[ticked]
        with bar:
            entry_button(page, chosen)
            customers.open_button(page, chosen, "worklist_open")
            sheet_button(page, chosen)
            write_button(page, chosen, "worklist_write")
            st.space("stretch")
            if part == "to_do":
                letters_batch.zip_button(page, rows)
            list_button(
                page,
                f"worklist_{part}",
                _("Calls of the day"),
                _exported(page, part),
                lambda: _told(page, rows),
                notes={_("Priority"): _(_ORDER)},
            )
        invoices(page, chosen)


# -- pieces --------------------------------------------------------------------------------------


def _columns(page: Page, part: str) -> list[Column]:
    _, f = page.words, page.formats
    step = (
        Column("step_text", _("Next step"), 142)
        if part == "to_do"
        else Column("step_on", _("Next step"), 170)
    )
    amount = "overdue_minor" if part == "suspended" else "to_collect_minor"
    title = _("Overdue") if part == "suspended" else _("To ask for")
    return [
        Column("rank", _("Rank"), 42, f.integer),
        Column("name", _("Customer"), 168),
        Column(amount, title, 78, f.amount0, "currency"),
        Column("level", _("Level"), 50),
        step,
        Column("reason", _("Why"), 250 if part == "to_do" else 222),
        Column("last_text", _("Last action"), 96),
        Column("owner", _("Owner"), 92),
    ]


def _exported(page: Page, part: str) -> list[Column]:
    """Return the columns of the workbook: those shown, and what makes the priority."""
    _, f = page.words, page.formats
    more = [
        Column("priority", _("Priority"), 90, f.decimal, kind="number"),
        Column("max_days_late", _("Late by"), 62, f.days0),
        Column("segment_text", _("Class"), 110),
        Column("weight", _("Weight"), 60, f.decimal, kind="number"),
        Column("days_late_weighted", _("Mean days late"), 70, f.decimal, kind="days"),
        Column("overdue_minor", _("Overdue"), 90, f.amount0, "currency"),
        Column("disputed_minor", _("In dispute"), 90, f.amount0, "currency"),
        Column("promised_minor", _("Promised, not received"), 90, f.amount0, "currency"),
        Column("stage_text", _("Stage"), 90),
        Column("next_on", _("On"), 80, f.date),
    ]
    shown = _columns(page, part)
    names = {column.name for column in shown}
    return [*shown, *(column for column in more if column.name not in names)]


def _told(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    lang = page.style.language
    records = rows.to_dict("records")
    return rows.assign(
        step_text=[named("step", row["next_step"], lang) or MISSING for row in records],
        step_on=[_step_on(page, row) for row in records],
        reason=[("▲ " if row["is_forced"] else "") + reason(row, lang) for row in records],
        last_text=[_last(page, row) for row in records],
        segment_text=[label("segment", row["segment"], lang) for row in records],
        stage_text=[named("stage", row["stage"], lang) for row in records],
        priority=rows["priority"] * 10.0 ** -rows["currency"].map(decimals).astype("float64"),
    )


def _step_on(page: Page, row: dict[Any, Any]) -> str:
    words = named("step", row["next_step"], page.style.language) or MISSING
    return words if pd.isna(row["next_on"]) else f"{page.formats.date(row['next_on'])} · {words}"


def _last(page: Page, row: dict[Any, Any]) -> str:
    if pd.isna(row["last_action_on"]):
        return MISSING
    level = "" if pd.isna(row["last_level"]) else f" {row['last_level']}"
    return f"{page.formats.date(row['last_action_on'])}{level}"


def _title(page: Page, view: WorklistView, part: str, rows: pd.DataFrame) -> str:
    _ = page.words
    if part == "suspended":
        return _("{n} not reminded, {amount} overdue").format(
            n=_people(page, len(rows)), amount=_amounts(page, rows, "overdue_minor")
        )
    if part == "waiting":
        return _("{n} to follow later, {amount}").format(
            n=_people(page, len(rows)), amount=_amounts(page, rows, "to_collect_minor")
        )
    if rows.empty and not view.counts["to_do"]:
        return _("Nobody to remind at this date")
    return _("{n} to remind, {amount} to ask for").format(
        n=_people(page, len(rows)), amount=_amounts(page, rows, "to_collect_minor")
    )


def _people(page: Page, count: int) -> str:
    _, f = page.words, page.formats
    return _.ngettext("{n} customer", "{n} customers", count).format(n=f.integer(count))


def _amounts(page: Page, rows: pd.DataFrame, column: str) -> str:
    f = page.formats
    sums = sum_by_currency(rows.dropna(subset=[column]), column)
    return " + ".join(f.amount0(amount, code) for code, amount in sums.items()) or f.integer(0)


def _codes(values: pd.Series[Any]) -> list[str]:
    return sorted(str(value) for value in values.dropna().unique())
