"""Blocks of data quality: what weighs on the figures, what was wrong in the files, the lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING, N_
from arlib.i18n.quality import (
    advice,
    check_title,
    credit_kind,
    effect,
    expected,
    scenario,
    wrong,
)
from arlib.ui import cache
from arlib.ui.cards import card, heading, metric
from arlib.ui.tables import Column, cut_note, grid, html_table
from arlib.views.common import sum_by_currency

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.ui.frame import Page
    from arlib.views.quality import QualityView

_AGES: Final = (0, 31, 61, 91)
_SEVERITIES: Final = {
    "refused": N_("line refused"),
    "doubtful": N_("line doubtful"),
    "note": N_("line noted"),
}
_SHOWN: Final = 200


def cards(page: Page, view: QualityView) -> None:
    """Draw four figures: dates supposed, credits unmatched, lines refused, tie-out."""
    _, f = page.words, page.formats
    left, middle, right, last = st.columns(4)
    with left:
        rows = _of(view, "due_by_default", "due_by_terms")
        late = rows.assign(amount=rows["overdue_minor"])
        metric(
            _("Overdue on supposed dates"),
            _sum(page, late, "amount"),
            note=_("{n} open invoices without a due date").format(n=f.integer(_count(rows))),
        )
    with middle:
        rows = _of(view, "credit_unallocated")
        metric(
            _("Credits set against nothing"),
            _sum(page, rows, "absolute_minor"),
            note=_("{n} payments and credit notes").format(n=f.integer(_count(rows))),
        )
    with right:
        refused = view.checks.loc[view.checks["severity"] == "refused"]
        metric(
            _("Lines refused at import"),
            f.integer(_count(refused)),
            note=_("{amount} in all").format(amount=_sum(page, view.refused, "absolute_minor")),
        )
    with last:
        gap = page.status.tie_out
        rows = gap.loc[gap["is_in_perimeter"].astype(bool)]
        size = rows.assign(amount=rows["unexplained_minor"].abs())
        metric(
            _("Unexplained difference"),
            _sum(page, size, "amount"),
            note=_("Tied to the customer accounts") if page.status.is_tied else MISSING,
        )


def scenarios(page: Page, view: QualityView) -> None:
    """Draw the figures as they are, and as they would be with other data."""
    _, f = page.words, page.formats
    rows = [
        [
            scenario(row["scenario"], page.style.language),
            f.amount0(row["outstanding_minor"], row["currency"]),
            _amount(page, row["overdue_minor"], row["currency"]),
            f.percent(row["overdue_ratio"]),
        ]
        for row in view.scenarios.to_dict("records")
    ]
    columns: list[tuple[str, Literal["left", "right"]]] = [
        (_("If…"), "left"),
        (_("Outstanding"), "right"),
        (_("Overdue"), "right"),
        (_("Share overdue"), "right"),
    ]
    title = _message(page, view)
    with card(title, _("Figures as shown, then with the data read otherwise")):
        html_table(columns, rows, alt=title)


def credit_ages(page: Page, view: QualityView) -> None:
    """Draw credits set against nothing, by kind and by age since their date."""
    _, f = page.words, page.formats
    ages = view.credit_ages
    rows = []
    for (currency, kind), group in ages.groupby(["currency", "kind"], sort=True):
        amounts = dict(zip(group["age_days"], group["amount_minor"], strict=True))
        cells = [_amount(page, amounts.get(age), str(currency)) for age in _AGES]
        total = f.amount0(int(group["amount_minor"].sum()), str(currency))
        rows.append([credit_kind(str(kind), page.style.language), *cells, total])
    title = _("Credits set against no invoice, by age")
    columns: list[tuple[str, Literal["left", "right"]]] = [
        (_("Credit"), "left"),
        (_("0–30 d"), "right"),
        (_("31–60 d"), "right"),
        (_("61–90 d"), "right"),
        (_("> 90 d"), "right"),
        (_("Total"), "right"),
    ]
    with card(title, _("Days since the date of the payment or credit note")):
        if rows:
            html_table(columns, rows, alt=title)
        else:
            st.markdown(f":gray[{_('None: every credit is set against an invoice.')}]")


def checks(page: Page, view: QualityView) -> None:
    """Draw every check that found something: count, amount, share, effect, what to do."""
    shown = view.checks.loc[view.checks["is_shown"]]
    book, file = (shown.loc[shown["origin"] == origin] for origin in ("book", "file"))
    _ = page.words
    _table(
        page,
        view,
        book,
        _("What weighs on the figures of {date}").format(date=page.formats.date(view.as_of)),
        _("Each check on the open items of the book, heaviest first"),
    )
    _table(
        page,
        view,
        file,
        _("What the files had wrong"),
        _("Said while reading the imports that are in the book"),
    )


def lists(
    page: Page,
    view: QualityView,
    workbook: Callable[[pd.DataFrame], bytes],
    text: Callable[[pd.DataFrame], bytes],
) -> None:
    """Draw the lines behind the checks, with what makes files of them."""
    _, f, language = page.words, page.formats, page.style.language
    codes = list(dict.fromkeys(view.checks["code"]))
    heading(
        _("The lines to correct"),
        _("To send to whoever keeps the accounting software: file, line, value, what is expected"),
    )
    chosen = st.multiselect(
        _("Checks"),
        codes,
        format_func=lambda code: check_title(code, language),
        placeholder=_("All checks"),
        key="quality_codes",
        label_visibility="collapsed",
    )
    wanted = tuple(code for code in chosen if code in codes)
    stem = f"donnees_a_corriger_{view.as_of:%Y-%m-%d}"
    with st.container(horizontal=True):
        st.download_button(
            _("Download the workbook"),
            data=lambda: workbook(cache.quality_lines(page.selection, wanted)),
            file_name=f"{stem}.xlsx",
            type="primary",
            icon=":material/download:",
            on_click="ignore",
            key="quality_workbook",
        )
        st.download_button(
            _("Download as CSV"),
            data=lambda: text(cache.quality_lines(page.selection, wanted)),
            file_name=f"{stem}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="quality_csv",
        )
    lines = cache.quality_lines(page.selection, wanted)
    drawn = lines.head(_SHOWN)
    records = drawn.to_dict("records")
    frame = drawn.assign(
        wrong=[wrong(row, language) for row in records],
        expected=[expected(row["code"], language) or MISSING for row in records],
        place=[_place(row) for row in records],
    )
    columns = [
        Column("wrong", _("What is wrong"), 180),
        Column("place", _("Place"), 160),
        Column("name", _("Customer"), 156),
        Column("number", _("Number"), 90),
        Column("value", _("Value read"), 80),
        Column("amount_minor", _("Amount"), 100, f.amount, "currency"),
        Column("expected", _("Expected"), 212),
    ]
    words = _.ngettext("{n} line", "{n} lines", len(lines)).format(n=f.integer(len(lines)))
    st.markdown(f"**{words}**")
    grid(
        frame,
        columns,
        key="quality_lines",
        height=520,
        is_wrapped=True,
        alt=_("The lines to correct"),
    )
    if len(lines) > _SHOWN:
        note = _("The first {n} are shown; the files hold all of them.").format(n=f.integer(_SHOWN))
        st.markdown(f":small[:gray[{note}]]")
    cut_note(page, len(frame))


def companies(page: Page) -> str:
    """Return the names of the companies shown."""
    wanted = page.selection.filters.company_id
    return ", ".join(i.name for i in page.info.companies if wanted in (None, i.company_id))


def _table(page: Page, view: QualityView, rows: pd.DataFrame, title: str, subtitle: str) -> None:
    _, f, language = page.words, page.formats, page.style.language
    overdue = dict(zip(view.base["currency"], view.base["overdue_minor"], strict=True))
    cells = [
        [
            _title(page, row),
            f.integer(row["count"]),
            _amount(page, row["absolute_minor"], row["currency"]),
            f.percent(row["share_ratio"]) if row["origin"] == "book" else MISSING,
            effect(row, int(overdue.get(row["currency"], 0)), language) or MISSING,
            advice(row["code"], row["severity"], language),
        ]
        for row in rows.to_dict("records")
    ]
    columns: list[tuple[str, Literal["left", "right"]]] = [
        (_("Check"), "left"),
        (_("Count"), "right"),
        (_("Amount"), "right"),
        (_("Share of the gross"), "right"),
        (_("Effect on the figures"), "left"),
        (_("What to do"), "left"),
    ]
    with card(title, subtitle):
        if cells:
            html_table(columns, cells, alt=title)
        else:
            st.markdown(f":gray[{_('Nothing to report.')}]")


def _title(page: Page, row: dict[Any, Any]) -> str:
    _ = page.words
    words = check_title(row["code"], page.style.language)
    severity = _SEVERITIES.get(str(row["severity"]))
    if severity is None or row["severity"] == "note":
        return words
    mark = "▲ " if row["severity"] == "refused" else ""
    return f"{mark}{words} ({_(severity)})"


def _message(page: Page, view: QualityView) -> str:
    """Return the heaviest effect on the overdue, in words; else that there is none."""
    _, f = page.words, page.formats
    rows = _of(view, "due_by_default", "due_by_terms", "credit_unallocated")
    rows = rows.loc[rows["effect_minor"].fillna(0) > 0]
    if rows.empty:
        return _("No doubt weighs on the overdue")
    first = rows.sort_values("effect_minor", ascending=False).iloc[0]
    base = view.base.set_index("currency")["overdue_minor"]
    share = f.share(int(first["effect_minor"]) / int(base[first["currency"]]))
    if first["code"] == "credit_unallocated":
        return _("{share} of the overdue would go if credits were set against invoices").format(
            share=share
        )
    return _("{share} of the overdue rests on due dates that no file gives").format(share=share)


def _of(view: QualityView, *codes: str) -> pd.DataFrame:
    return view.checks.loc[view.checks["code"].isin(codes)]


def _count(rows: pd.DataFrame) -> int:
    return int(rows["count"].sum())


def _sum(page: Page, rows: pd.DataFrame, column: str) -> str:
    f = page.formats
    sums = sum_by_currency(rows.dropna(subset=["currency"]), column)
    return " + ".join(f.compact(value, code) for code, value in sums.items()) or f.integer(0)


def _amount(page: Page, value: Any, currency: Any) -> str:
    if value is None or pd.isna(value) or not isinstance(currency, str):
        return MISSING
    return page.formats.amount0(value, currency)


def _place(row: dict[Any, Any]) -> str:
    parts = [row[name] for name in ("file_name", "sheet") if isinstance(row[name], str)]
    if not pd.isna(row["row_number"]):
        parts.append(f"l. {int(row['row_number'])}")
    return " · ".join(parts) or MISSING
