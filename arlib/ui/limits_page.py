"""Blocks of the page of credit limits: how many, in which state, the list, one limit for many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.i18n import N_
from arlib.i18n.labels import LIMIT_STATES, SOURCES, label
from arlib.ui import limits
from arlib.ui.cards import card, metric
from arlib.ui.download import list_button
from arlib.ui.limit_form import Target
from arlib.ui.navigation import page_file
from arlib.ui.session import language
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.limits import LimitsView

_PARTS: Final = {
    "list": N_("Limits"),
    "common": N_("One limit for several"),
    "paste": N_("Paste a list"),
    "history": N_("History"),
}
_SHOWN_STATES: Final = ("in_force", "expiring", "expired", "removed")


def choose_part(page: Page) -> str:
    """Draw the parts of the page and the way to import a file; return the part chosen."""
    _ = page.words
    with st.container(horizontal=True, vertical_alignment="center"):
        chosen = st.segmented_control(
            _("Part of the page"),
            list(_PARTS),
            format_func=lambda code: _(_PARTS[code]),
            default="list",
            required=True,
            key="limits_part",
            label_visibility="collapsed",
        )
        st.space("stretch")
        st.page_link(
            page_file("imports"),
            label=_("Import a file of limits"),
            icon=":material/upload_file:",
        )
    return str(chosen)


def totals(page: Page, view: LimitsView) -> None:
    """Draw how many customers have a limit, and how many limits stop holding."""
    _, f = page.words, page.formats
    limited = view.count_customers - view.count_without
    of_all = _("of {n} customers").format(n=f.integer(view.count_customers))
    cards = [
        (_("Customers with a limit"), limited, of_all, _("In force at the date, of any scope")),
        (
            _("Without a limit"),
            view.count_without,
            _("not assessed, never zero"),
            _("No limit is not a limit of 0: such a customer is in no overrun"),
        ),
        (
            _("Expire within 30 days"),
            view.counts["expiring"],
            _("nothing follows them"),
            _("The last day is included: a limit valid to 30 June still holds on 30 June"),
        ),
        (_("Expired"), view.counts["expired"], _("count as no limit"), ""),
        (_("Removed"), view.counts["removed"], _("by hand or by a file"), ""),
    ]
    for place, (title, value, detail, about) in zip(st.columns(len(cards)), cards, strict=True):
        with place:
            metric(title, f.integer(value), detail=detail, about=about or None)
    if view.count_current:
        words = _.ngettext(
            "No limit was in force on {date} for {n} customer: the current limit is used, and said so.",
            "No limit was in force on {date} for {n} customers: the current limit is used, and said so.",
            view.count_current,
        )
        told = words.format(date=f.date(view.as_of), n=f.integer(view.count_current))
        st.markdown(f":orange[:material/history: {plain(told)}]")


def nothing_yet(page: Page) -> None:
    """Say that no limit was ever fixed, and the ways to begin."""
    _ = page.words
    with card(_("No credit limit yet"), _("Four ways to begin")):
        for words in (
            _("One limit for all customers, or for a category: “One limit for several” above."),
            _(
                "Customer by customer: tick rows of the credit risk page, then “Fix a credit limit”."
            ),
            _("A table copied from a spreadsheet: “Paste a list” above."),
            _(
                "A file with a column of limits, or the Encours workbook: “Import a file of limits”."
            ),
        ):
            st.markdown(f"- {plain(words)}")


def limits_list(page: Page, view: LimitsView) -> None:
    """Draw the limits by state and source, and what can be done with those ticked."""
    _ = page.words
    rows = _filtered(page, view)
    with st.container(horizontal=True, vertical_alignment="center"):
        bar = st.container(horizontal=True, vertical_alignment="center")
    shown, columns = _drawn(page, rows.head(SHOWN_ROWS)), _columns(page, rows)
    ticked = grid(
        shown,
        columns,
        key=f"limits_grid_{st.session_state.get(limits.ROUND, 0)}",
        select="multi",
        alt=_("Credit limits by scope and source"),
    )
    cut_note(page, len(rows))
    with bar:
        _action(page, rows, rows.iloc[ticked])
        list_button(
            page, "limits", _("Credit limits"), columns, lambda: _drawn(page, rows), basis=""
        )


def common(page: Page, view: LimitsView) -> None:
    """Draw for whom one limit is to be fixed: all, a category, a group; then the dialog."""
    _, f = page.words, page.formats
    kinds: dict[str, tuple[str, list[Target]]] = {
        "all": (_("All customers"), _everyone(page)),
        "category": (_("A category"), _sets("category", view.categories)),
        "group": (_("A group of customers"), _sets("group", view.groups)),
    }
    with card(
        _("One limit for several customers"),
        _(
            "The narrowest limit prevails: customer, then category, then all. A group’s is tested on its total"
        ),
    ):
        kind = st.radio(
            _("For whom"),
            [code for code, (_words, targets) in kinds.items() if targets],
            format_func=lambda code: kinds[code][0],
            horizontal=True,
            key="limits_kind",
        )
        targets = kinds[kind][1]
        chosen = targets
        if len(targets) > 1 or kind != "all":
            chosen = st.multiselect(
                kinds[kind][0],
                targets,
                default=targets if kind == "all" else [],
                format_func=lambda item: _target_words(page, item, view),
                key=f"limits_targets_{kind}",
                label_visibility="collapsed",
                placeholder=_("Choose one or several"),
            )
        if st.button(
            _("Fix a credit limit"),
            type="primary",
            icon=":material/edit:",
            disabled=not chosen,
            key="fix_common",
        ):
            held = {_key(row): row for row in view.limits.to_dict("records")}
            known = [_with_limit(item, held) for item in chosen]
            about = _("What it changes is listed before saving, customer by customer.")
            limits.fix(page, known, about if len(known) == 1 else _several(page, len(known)))
        if not view.categories:
            words = _("No category in the files: give one to customers in the sheet Clients.")
            st.markdown(small(plain(words)))
        st.markdown(
            small(
                plain(
                    _("{n} customers of the book; {none} without a limit in force.").format(
                        n=f.integer(view.count_customers), none=f.integer(view.count_without)
                    )
                )
            )
        )


def _filtered(page: Page, view: LimitsView) -> pd.DataFrame:
    """Draw the filters (state, source, words); return the limits kept."""
    speaks = language()
    _, f, frame = page.words, page.formats, view.limits
    left, middle, right = st.columns([2.2, 1.6, 1.2], vertical_alignment="bottom")
    states = [code for code in LIMIT_STATES if view.counts[code]]
    with left:
        state = st.pills(
            _("State"),
            states,
            format_func=lambda code: (
                f"{label('limit_state', code, language())} · {f.integer(view.counts[code])}"
            ),
            key="limits_state",
        )
    with middle:
        source = st.pills(
            _("Source"),
            [code for code in SOURCES if (frame["source"] == code).any()],
            format_func=lambda code: label("source", code, speaks),
            key="limits_source",
        )
    with right:
        text = st.text_input(_("Search a customer"), key="limits_search")
    keep = pd.Series(True, index=frame.index)
    if state:
        keep &= frame["status"] == state
    if source:
        keep &= frame["source"] == source
    if text.strip():
        who = frame["name"].astype(str) + " " + frame["scope_id"].astype(str)
        keep &= who.str.contains(text.strip(), case=False, regex=False)
    return frame[keep].reset_index(drop=True)


def _drawn(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    """Return the rows as words and numbers."""
    speaks = page.style.language
    shown = rows.copy()
    shown["whom"] = [
        _whom(page, scope, name, is_unknown) + _of_company(page, scope, company)
        for company, scope, name, is_unknown in zip(
            rows["company_id"], rows["scope"], rows["name"], rows["is_unknown"], strict=True
        )
    ]
    shown["state"] = [_state(code, speaks) for code in rows["status"]]
    shown["origin_words"] = [label("source", code, speaks) for code in rows["source"]]
    shown["terms"] = [
        _cover(page, refused, share)
        for refused, share in zip(rows["is_refused"], rows["cover_ratio"], strict=True)
    ]
    return shown


def _columns(page: Page, rows: pd.DataFrame) -> list[Column]:
    """Return the columns of the grid; that of the cover where an insurer's limit says one."""
    _, f = page.words, page.formats
    columns = [
        Column("whom", _("For whom"), 225),
        Column("limit_minor", _("Limit"), 100, f.amount0, "currency"),
        Column("origin_words", _("Source"), 125),
        Column("state", _("State"), 96),
        Column("valid_from", _("From"), 92, f.date),
        Column("valid_to", _("To"), 92, f.date),
        Column("count_customers", _("Customers"), 85, f.integer),
        Column("decided_by", _("Decided by"), 140),
        Column("decided_at", _("On"), 95, f.date),
        Column("reason", _("Reason"), 200),
    ]
    said = rows["is_refused"].astype(bool) | rows["cover_ratio"].notna()
    if said.any():
        columns.insert(3, Column("terms", _("Cover"), 88))
    return columns


def _action(page: Page, rows: pd.DataFrame, ticked: pd.DataFrame) -> None:
    """Draw what can be done with the limits ticked."""
    _, f = page.words, page.formats
    if ticked.empty:
        words = _.ngettext("{n} limit", "{n} limits", len(rows)).format(n=f.integer(len(rows)))
        hint = _("Tick rows to change a limit.")
        st.markdown(f"**{words}.** :gray[{hint}]", width="content")
        return
    words = _.ngettext("{n} selected", "{n} selected", len(ticked)).format(n=f.integer(len(ticked)))
    st.markdown(f"**{words}**", width="content")
    known = ticked[~ticked["is_unknown"]]
    if st.button(
        _("Change the limit"),
        type="primary",
        icon=":material/edit:",
        disabled=known.empty,
        key="change_limit",
    ):
        targets = [_of_state(page, row) for row in known.to_dict("records")]
        limits.fix(page, targets, "" if len(targets) == 1 else _several(page, len(targets)))


def _several(page: Page, count: int) -> str:
    words = page.words("{n} limits to fix: the same for each.")
    return words.format(n=page.formats.integer(count))


def _of_state(page: Page, row: dict[Any, Any]) -> Target:
    """Return the target of a limit as it stands."""
    amount, end = row["limit_minor"], row["valid_to"]
    return Target(
        company_id=row["company_id"],
        scope=row["scope"],
        scope_id=None if row["scope"] == "all" else str(row["scope_id"]),
        name=_whom(page, row["scope"], row["name"], False),
        amount_minor=None if pd.isna(amount) else int(amount),
        currency=row["currency"],
        source=row["source"],
        valid_to=None if pd.isna(end) else pd.Timestamp(end).date(),
        cover_ratio=None if pd.isna(row["cover_ratio"]) else float(row["cover_ratio"]),
    )


def _key(row: dict[Any, Any]) -> tuple[str, str, str, str]:
    who = "" if row["scope"] == "all" else str(row["scope_id"])
    return str(row["company_id"]), str(row["scope"]), who, str(row["source"])


def _with_limit(item: Target, held: dict[tuple[str, str, str, str], dict[Any, Any]]) -> Target:
    """Return a target with the internal limit it has, so that the dialog is filled in."""
    row = held.get((item.company_id, item.scope, item.scope_id or "", "internal"))
    if row is None or pd.isna(row["limit_minor"]) or row["status"] not in ("in_force", "expiring"):
        return item
    return Target(
        item.company_id, item.scope, item.scope_id, item.name, int(row["limit_minor"]),
        str(row["currency"]), "internal",
    )  # fmt: skip


def _everyone(page: Page) -> list[Target]:
    """Return one target a company: a limit common to all its customers."""
    chosen = page.selection.filters.company_id
    return [
        Target(item.company_id, "all", None, f"{page.words('All customers')} · {item.name}")
        for item in page.info.companies
        if chosen in (None, item.company_id)
    ]


def _sets(scope: str, known: tuple[tuple[str, str, int], ...]) -> list[Target]:
    return [Target(company, scope, value, value) for company, value, _count in known]


def _target_words(page: Page, item: Target, view: LimitsView) -> str:
    """Return a category or group with how many customers it has, and whose."""
    counts = {(c, v): n for sets in (view.categories, view.groups) for c, v, n in sets}
    names = {c.company_id: c.name for c in page.info.companies}
    words = item.name
    if item.scope != "all":
        count = counts.get((item.company_id, item.scope_id or ""), 0)
        words = f"{item.name} ({page.formats.integer(count)})"
        if len(names) > 1:
            words += f" · {names.get(item.company_id, item.company_id)}"
    return words


def _whom(page: Page, scope: str, name: object, is_unknown: object) -> str:
    """Return for whom a limit is: the customer's name, else the scope in words."""
    if scope == "all":
        return page.words("All customers")
    words = str(name)
    if scope != "customer":
        words = f"{label('limit_scope', scope, language())} : {name}" if language() == "fr" else (
            f"{label('limit_scope', scope, language())}: {name}"
        )  # fmt: skip
    return f"{words} ({page.words('unknown in the book')})" if is_unknown else words


def _of_company(page: Page, scope: str, company_id: str) -> str:
    """Return whose limit it is, where several companies may have the same category."""
    names = {item.company_id: item.name for item in page.info.companies}
    if scope == "customer" or len(names) < 2:  # noqa: PLR2004 - one alone needs no name
        return ""
    return f" · {names.get(company_id, company_id)}"


def _state(code: str, language: str) -> str:
    words = label("limit_state", code, language)
    return f"▲ {words}" if code in ("expiring", "expired", "removed") else words


def _cover(page: Page, refused: object, share: Any) -> str:
    if refused:
        return page.words("refusal")
    return "" if pd.isna(share) else page.formats.percent(share, 0)
