"""Blocks of the credit policy page: the grid, its form, the customers outside it, the law."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import streamlit as st

from arlib.i18n import MISSING
from arlib.i18n.credit import EXCEPTIONS, exception_reason, named
from arlib.i18n.labels import label
from arlib.ui import customers
from arlib.ui.cards import card
from arlib.ui.download import list_button
from arlib.ui.session import workspace
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid, html_table
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    import pandas as pd

    from arlib.ui.frame import Page
    from arlib.views.grid import GridRow, GridView


def policy_table(page: Page, view: GridView) -> None:
    """Draw the grid: what each class is allowed, and who is in it."""
    _, f = page.words, page.formats
    columns: list[tuple[str, Any]] = [
        (_("Class"), "left"),
        (_("Customers"), "right"),
        (_("Exposure {basis}").format(basis=view.exposure_basis), "right"),
        (_("Limit up to"), "right"),
        (_("Payment terms"), "left"),
        (_("Deposit"), "right"),
        (_("What to do"), "left"),
    ]
    rows = []
    for row in view.rows:
        people = view.population[view.population["segment"] == row.segment]
        owed = [
            f.amount0(a, c)
            for c, a in zip(people["currency"], people["exposure_minor"], strict=True)
        ]
        rows.append(
            [
                label("segment", row.segment, page.style.language),
                f.integer(int(people["count"].sum())),
                " + ".join(owed) or MISSING,
                *row_words(page, row),
            ]
        )
    html_table(columns, rows, alt=_("Credit policy by class"))
    if view.is_empty:
        said = _(
            "Nothing is fixed yet: no customer is tested against his class. “Change the grid” fills it in; what is left empty is not tested."
        )
        st.markdown(f":orange[:material/info: {plain(said)}]")
    st.markdown(small(plain(_who(page))))


def row_words(page: Page, row: GridRow) -> list[str]:
    """Return ceiling, terms, deposit and action of a class, in words."""
    f = page.formats
    ceilings = [f.amount0(amount, code) for code, amount in row.ceiling_minor.items()]
    return [
        " / ".join(ceilings) or MISSING,
        row.terms or MISSING,
        f.percent(row.deposit_ratio, 0),
        row.action or MISSING,
    ]


def exceptions(page: Page, view: GridView) -> None:
    """Draw who stands outside the grid, why, and what is at stake."""
    _, f, lang = page.words, page.formats, page.style.language
    with card(_title(page, view), _about(page, view)):
        if view.exceptions.empty:
            _nobody(page, view)
            return
        chosen = st.pills(
            _("Rule"),
            [rule for rule in EXCEPTIONS if view.counts[rule]],
            format_func=lambda rule: (
                f"{named('exception', rule, lang)} · {f.integer(view.counts[rule])}"
            ),
            selection_mode="multi",
            key="grid_rules",
            label_visibility="collapsed",
        )
        rows = view.exceptions
        rows = rows[rows["rule"].isin(chosen)] if chosen else rows
        _list(page, view, rows.reset_index(drop=True))


def _list(page: Page, view: GridView, rows: pd.DataFrame) -> None:
    _, f = page.words, page.formats
    columns = [
        Column("name", _("Customer"), 150),
        Column("segment_text", _("Class"), 102),
        Column("rule_text", _("Outside for"), 186),
        Column("exposure_minor", _("At stake"), 76, f.amount0, "currency", is_summed=False),
        Column("reason_text", _("Why"), 405),
        Column("net_days", _("Beyond 60 d"), 86, f.integer),
        Column("month_end_a_days", _("Beyond 45 d, end of month"), 110, f.integer),
        Column("month_end_b_days", _("Beyond end of month, 45 d"), 110, f.integer),
        Column("regime_text", _("Regime and text"), 220),
    ]
    bar = st.container(horizontal=True, vertical_alignment="center")
    ticked = grid(
        _told(page, rows.head(SHOWN_ROWS)),
        columns,
        key="grid_exceptions",
        select="single",
        alt=_("Customers outside the grid"),
        is_wrapped=True,
    )
    cut_note(page, len(rows))
    with bar:
        said = _.ngettext("{n} line", "{n} lines", len(rows)).format(n=f.integer(len(rows)))
        st.markdown(f"**{said}**", width="content")
        customers.open_button(page, rows.iloc[ticked], "grid_open")
        list_button(
            page,
            "grid",
            _("Customers outside the grid"),
            columns,
            lambda: _told(page, rows),
            basis=view.exposure_basis,
        )


def law(page: Page, view: GridView) -> None:
    """Draw the legal ceilings in force at the date, each with its text."""
    _, f, lang = page.words, page.formats, page.style.language
    rows = [
        [
            named("regime", row["regime"], lang),
            row["terms"],
            named("start", row["start"], lang),
            row["source"] + ("" if row["is_confirmed"] else f" ({_('to be confirmed')})"),
            f.date(row["valid_from"]),
        ]
        for row in view.law.to_dict("records")
    ]
    columns: list[tuple[str, Any]] = [
        (_("Regime"), "left"),
        (_("At most"), "left"),
        (_("Counted from"), "left"),
        (_("Text"), "left"),
        (_("Since"), "left"),
    ]
    with st.expander(_("Legal ceilings of payment terms"), icon=":material/gavel:"):
        html_table(columns, rows, alt=_("Legal ceilings of payment terms"))
        st.markdown(
            small(
                plain(
                    _(
                        "For information, not legal advice. Each open invoice is tested at its own date, by the regime of its customer (column “Legal ceiling” of the files; none: common rule); the most favourable reading decides. Where no file says the delivery, days count from the invoice."
                    )
                )
            )
        )


def _nobody(page: Page, view: GridView) -> None:
    _ = page.words
    if view.population.empty:
        said = _("No customer with these filters")
    elif not view.are_dates_granted:
        said = _("No open invoice has a due date that a file or its terms give: nothing to test.")
    else:
        said = _("Every customer stands within the grid and the law.")
    st.markdown(small(plain(said)))


def _title(page: Page, view: GridView) -> str:
    _, f = page.words, page.formats
    count = len(view.exceptions.drop_duplicates(["company_id", "customer_id"]))
    if not count:
        return _("Nobody stands outside the grid")
    return _.ngettext(
        "{n} customer outside the grid or the law",
        "{n} customers outside the grid or the law",
        count,
    ).format(n=f.integer(count))


def _about(page: Page, view: GridView) -> str:
    _, f = page.words, page.formats
    said = _("Limits on {date}; terms granted on the invoices open then").format(
        date=f.date(view.as_of)
    )
    if view.count_unknown_regime:
        said += ". " + _.ngettext(
            "{n} customer with a regime not understood is not tested against the law",
            "{n} customers with a regime not understood are not tested against the law",
            view.count_unknown_regime,
        ).format(n=f.integer(view.count_unknown_regime))
    return said


def _who(page: Page) -> str:
    """Return who stored the policy in force, and when."""
    _, f = page.words, page.formats
    known = workspace().policy_history()
    if known.empty:
        return _("Built-in policy: nobody has changed it.")
    row = known.iloc[0]
    return _("Policy {version}, stored by {who} on {date}").format(
        version=row["version"], who=row["set_by"], date=f.date_time(row["set_at"])
    )


def _told(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    lang = page.style.language
    records = rows.to_dict("records")
    return rows.assign(
        segment_text=[label("segment", code, lang) for code in rows["segment"]],
        rule_text=[named("exception", code, lang) for code in rows["rule"]],
        reason_text=[exception_reason(row, lang) for row in records],
        regime_text=[_regime(page, row) for row in records],
    )


def _regime(page: Page, row: dict[Any, Any]) -> str:
    """Return the regime and the text that an exception to the law rests on."""
    if row["rule"] not in {"terms_illegal", "terms_clause"}:
        return MISSING
    said = f"{named('regime', row['regime'], page.style.language)}, {row['source']}"
    return said if row["is_confirmed"] else f"{said} ({page.words('to be confirmed')})"
