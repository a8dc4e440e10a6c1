"""Blocks of the insurance page: what is covered, who is not, and what must be declared when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pandas as pd
import streamlit as st

from arlib.charts import insurance as insurance_chart
from arlib.i18n import MISSING, N_
from arlib.i18n.insurance import EXCLUSIONS, SETTINGS, STATUSES, status_word, word
from arlib.i18n.issues import error_sentence
from arlib.model.issues import UserError
from arlib.ui import cache, contract, customers
from arlib.ui.cards import card, chart, heading, metric
from arlib.ui.download import list_button
from arlib.ui.frame import reason
from arlib.ui.navigation import page_file
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import Column, cut_note, grid, html_table
from arlib.ui.texts import plain, small
from arlib.workspace import ActionEntry

if TYPE_CHECKING:
    from arlib.ui.frame import Page
    from arlib.views.insurance import InsuranceView

_FILTER: Final = "insurance_filter"
_LATE: Final = 7
_FLAGS: Final = {
    "all": N_("All"),
    **STATUSES,
    "over": N_("Over the insurer’s limit"),
    "intercompany": N_("Intercompany"),
}
_NOTES: Final = {
    "no_rate": N_("Without an exchange rate, some exposures are left out of the cover."),
    "basis_e1": N_("Bills are not known: cover is reckoned on E1, the outstanding."),
    "basis_mixed": N_("Bills are known for some companies alone: E2 there, E1 elsewhere."),
    "no_lettering": N_("Without lettering no invoice is known to be open: no date to declare by."),
}


def nothing_yet(page: Page) -> None:
    """Say what to fill in before anything can be said: the insurer's limits, then the contract."""
    _ = page.words
    with card(
        _("No limit of an insurer yet"),
        _("Nothing is supposed about your contract: cover is shown once you have told it"),
    ):
        steps = (
            _(
                "Bring in the insurer’s limits: sheet “Limites” of the import workbook, source assurance, with the share insured, or fix them from the risk page."
            ),
            _("Fill in the terms of the contract: share insured, unnamed buyers, time to declare."),
        )
        for place, step in enumerate(steps, 1):
            st.markdown(f"{place}. {plain(step)}")
        with st.container(horizontal=True):
            st.page_link(
                page_file("imports"), label=_("Import limits"), icon=":material/upload_file:"
            )
            contract.button(page)


def choose_currency(page: Page, view: InsuranceView) -> str:
    """Return the currency to show: the only one, or the one chosen."""
    codes = list(view.totals["currency"]) or list(view.rows["currency"].unique())
    if len(codes) == 1:
        return str(codes[0])
    chosen = st.segmented_control(
        page.words("Currency"), codes, default=codes[0], required=True, key="insurance_currency"
    )
    return str(chosen or codes[0])


def figures(page: Page, view: InsuranceView, currency: str) -> None:
    """Draw the four figures: covered, not covered, suspended, unnamed."""
    _, f = page.words, page.formats
    found = view.totals[view.totals["currency"] == currency]
    if found.empty:
        return
    total: dict[Any, Any] = found.iloc[0].to_dict()
    exposure = int(total["exposure_minor"])
    base = _("indemnity excl. VAT") if view.base == "HT" else _("indemnity incl. VAT")
    without = _.ngettext(
        "{amount} without an agreement ({n} customer)",
        "{amount} without an agreement ({n} customers)",
        int(total["count_without"]),
    )
    places = st.columns(4)
    with places[0]:
        metric(
            _("Covered"),
            f.compact(total["insured_minor"], currency),
            note=_("{share} of {amount}, {base}").format(
                share=_share(page, total["insured_minor"], exposure),
                amount=f.compact(exposure, currency),
                base=base,
            ),
            about=_(
                "Smallest of exposure and agreed limit, times the share insured, customer by customer."
            ),
        )
    with places[1]:
        metric(
            _("Not covered"),
            f.compact(total["open_part_minor"], currency),
            note=without.format(
                amount=f.compact(total["without_minor"], currency),
                n=f.integer(int(total["count_without"])),
            ),
            about=_(
                "Exposure less what is insured; the whole exposure of customers without an agreement."
            ),
        )
    with places[2]:
        count = int(total["count_suspended"])
        words = _.ngettext("{n} customer in dispute", "{n} customers in dispute", count)
        metric(
            _("Cover suspended"),
            f.compact(total["suspended_minor"], currency),
            note=words.format(n=f.integer(count)),
            about=_(
                "Part in dispute on insured customers: the insurer waits for the dispute to be settled."
            ),
        )
    with places[3]:
        count = int(total["count_unnamed"])
        words = _.ngettext("{n} customer", "{n} customers", count).format(n=f.integer(count))
        is_set = bool(cache.question(page.selection).policy.insurance_unnamed_ceiling_minor)
        metric(
            _("Unnamed buyers"),
            f.compact(total["unnamed_minor"], currency) if count or is_set else MISSING,
            note=words if count or is_set else _("no ceiling in the contract"),
            about=_(
                "Covered without an agreement of their own, up to the ceiling of the contract. A refused or cancelled customer never is."
            ),
        )


def notes(page: Page, view: InsuranceView) -> None:
    """Say what the figures rest on and what the contract does not tell yet."""
    _ = page.words
    said = [_(_NOTES[code]) for code in view.notes if code in _NOTES]
    if view.missing:
        names = ", ".join(word(SETTINGS, name, page.style.language) for name in view.missing)
        said.append(_("Not filled in: {names}.").format(names=names))
    with st.container(horizontal=True, vertical_alignment="center"):
        if said:
            st.markdown(small(plain(" ".join(said))), width="stretch")
        contract.button(page)


def cover(page: Page, view: InsuranceView, currency: str) -> None:
    """Draw the bar of cover by customer beside what must be declared."""
    total = view.totals[view.totals["currency"] == currency]
    left, right = st.columns([1.1, 1])
    with left, card():
        if insurance_chart.shown_rows(view.rows, currency).empty:
            heading(page.words("Nothing is owed in {currency}").format(currency=currency))
        else:
            figure = insurance_chart.cover_figure(
                view.rows,
                currency,
                view.as_of,
                int(total["open_part_minor"].sum()),
                int(total["exposure_minor"].sum()),
                page.style,
            )
            chart(figure, key=f"insurance_cover_{currency}")
    with right:
        declarations(page, view)


def declarations(page: Page, view: InsuranceView) -> None:
    """Draw customers with insured invoices overdue: missed declarations first, then the earliest."""
    _, f = page.words, page.formats
    late = view.late
    missed = int(late["count_missed"].gt(0).sum())
    if late.empty:
        with card(_("No insured invoice is overdue")):
            st.markdown(small(_("Nothing to declare to the insurer.")))
        return
    if missed:
        title = _.ngettext(
            "▲ {n} customer with a declaration missed",
            "▲ {n} customers with a declaration missed",
            missed,
        ).format(n=f.integer(missed))
    else:
        title = _.ngettext(
            "{n} insured customer overdue", "{n} insured customers overdue", len(late)
        ).format(n=f.integer(len(late)))
    rows = [_late_row(page, row) for row in late.head(_LATE).to_dict("records")]
    columns: list[tuple[str, Any]] = [
        (_("Customer"), "left"),
        (_("Overdue"), "right"),
        (_("Extension until"), "right"),
        (_("Declare by"), "right"),
    ]
    about = _("By the earliest invoice of each; the list below opens the invoices")
    with card(title, about):
        html_table(columns, rows, alt=title)
        if len(late) > _LATE:
            more = _.ngettext("and {n} more", "and {n} more", len(late) - _LATE)
            st.markdown(small(more.format(n=f.integer(len(late) - _LATE))))


def _late_row(page: Page, row: dict[Any, Any]) -> list[str]:
    _, f = page.words, page.formats
    count = f.integer(int(row["count_late"]))
    return [
        str(row["name"]),
        f"{f.amount0(row['late_minor'], row['currency'])} ({count})",
        f.date(row["extension_until"]) if pd.notna(row["extension_until"]) else MISSING,
        declare_by(page, row["declaration_by"], row["days_left"]),
    ]


def declare_by(page: Page, day: Any, left: Any) -> str:
    """Return the day to declare by, with what is left; missed and near ones in words and orange."""
    _, f = page.words, page.formats
    if pd.isna(day):
        return _("not set")
    policy = cache.question(page.selection).policy
    if left < 0:
        return "▲ " + _("{date}, missed").format(date=f.date(day))
    words = _("{date} ({days} left)").format(date=f.date(day), days=f.days0(int(left)))
    return f"▲ {words}" if left <= policy.insurance_alert_days else words


def table(page: Page, view: InsuranceView) -> None:
    """Draw the list of customers with their standing; a ticked one opens his invoices."""
    _, f = page.words, page.formats
    rows = _chosen(page, view)
    lang = page.style.language
    shown = rows.assign(
        status_text=[
            status_word(row, lang) for row in rows[["status", "ended_on"]].to_dict("records")
        ]
    )
    columns = [
        Column("name", _("Customer"), 205),
        Column("status_text", _("Standing"), 150),
        Column("agreed_minor", _("Insurer’s limit"), 100, f.amount0, "currency"),
        Column("cover_ratio", _("Share insured"), 70, _share_of(page)),
        Column("exposure_minor", _("Exposure"), 100, f.amount0, "currency"),
        Column("insured_minor", _("Insured"), 95, f.amount0, "currency"),
        Column("open_part_minor", _("Not insured"), 100, f.amount0, "currency"),
        Column("suspended_minor", _("Suspended"), 95, f.amount0, "currency"),
        Column("excluded_minor", _("Left out"), 90, f.amount0, "currency"),
        Column("over_minor", _("Over the limit"), 105, f.amount0, "currency", "▲"),
        Column("over_since", _("Over since"), 95, f.date),
        Column("over_days_12m", _("Days over, 12 months"), 90, f.integer),
    ]
    bar = st.container(horizontal=True, vertical_alignment="center")
    ticked = grid(
        shown,
        columns,
        key="insurance_grid",
        select="single",
        height=420,
        alt=_("Cover by customer"),
    )
    cut_note(page, len(rows))
    with bar:
        words = _.ngettext("{n} customer", "{n} customers", len(rows))
        st.markdown(f"**{words.format(n=f.integer(len(rows)))}**", width="content")
        list_button(
            page,
            "insurance_cover",
            _("Credit insurance"),
            columns,
            shown,
            basis=_basis(page, view),
            notes=_definitions(page),
        )
        customers.open_button(page, rows.iloc[ticked], "insurance_open")
    if len(ticked) == 1:
        invoices(page, rows.iloc[ticked[0]].to_dict())


def _chosen(page: Page, view: InsuranceView) -> pd.DataFrame:
    """Draw the filters with their counts; return the rows kept."""
    _, f = page.words, page.formats
    own = view.rows["is_intercompany"].astype(bool)
    masks = {"all": ~own}
    masks |= {code: ~own & (view.rows["status"] == code) for code in STATUSES}
    masks["over"] = ~own & view.rows["over_minor"].gt(0).fillna(value=False).astype(bool)
    masks["intercompany"] = own
    counts = {code: int(mask.sum()) for code, mask in masks.items()}
    kept = [code for code in _FLAGS if counts[code] or code == "all"]
    chosen = st.pills(
        _("Customers"),
        kept,
        format_func=lambda code: f"{_(_FLAGS[code])} · {f.integer(counts[code])}",
        default=None if _FILTER in st.session_state else "all",
        required=True,
        key=_FILTER,
        label_visibility="collapsed",
    )
    return view.rows[masks.get(chosen or "all", masks["all"])].reset_index(drop=True)


def invoices(page: Page, row: dict[Any, Any]) -> None:
    """Draw one insured customer's open invoices with the dates of the contract."""
    _, f, lang = page.words, page.formats, page.style.language
    found = cache.insured_items(page.selection, row["company_id"], row["customer_id"])
    if found.empty:
        with card(_("No open invoice is insured")):
            why = row["status_reason"] if isinstance(row["status_reason"], str) else None
            st.markdown(small(plain(reason(page, why) or word(STATUSES, row["status"], lang))))
        return
    excluded = [
        word(EXCLUSIONS, code, lang) if isinstance(code, str) else "" for code in found["exclusion"]
    ]
    states = [
        why
        or (
            _("declared on {date}").format(date=f.date(declared))
            if pd.notna(declared)
            else (_("▲ declaration missed") if missed else _("covered"))
        )
        for why, declared, missed in zip(
            excluded, found["declared_on"], found["is_missed"], strict=True
        )
    ]
    shown = found.assign(state_text=states)
    columns = [
        Column("number", _("Invoice"), 120),
        Column("issued_on", _("Issued"), 95, f.date),
        Column("due_on", _("First due date"), 105, f.date),
        Column("open_minor", _("Open"), 110, f.amount, "currency"),
        Column("disputed_minor", _("In dispute"), 100, f.amount, "currency"),
        Column("days_late", _("Days late"), 85, f.signed_days),
        Column("extension_until", _("Extension until"), 110, f.date),
        Column("declaration_by", _("Declare by"), 100, f.date),
        Column("days_left", _("Days left"), 85, f.signed_days),
        Column("state_text", _("State"), 230),
    ]
    late = int(found["is_late"].sum())
    title = _.ngettext(
        "{name}: {n} insured invoice overdue", "{name}: {n} insured invoices overdue", late
    ).format(name=row["name"], n=f.integer(late))
    with card(title, _("Days count from the first due date known: a later one changes nothing")):
        bar = st.container(horizontal=True, vertical_alignment="center")
        ticked = grid(shown, columns, key="insurance_items", select="multi", height=300, alt=title)
        cut_note(page, len(found))
        with bar:
            st.button(
                _("Note as declared to the insurer"),
                icon=":material/outgoing_mail:",
                disabled=not ticked,
                on_click=_declare,
                args=(row, tuple(found["document_id"].iloc[ticked])),
                key="insurance_declare",
            )
            list_button(page, "insurance_items", title, columns, shown)
        if found["indemnity_from"].notna().any():
            first = found["indemnity_from"].min()
            words = _(
                "Waiting period: indemnity from {date} at the earliest for the oldest invoice."
            )
            st.markdown(small(plain(words.format(date=f.date(first)))))


def _declare(row: dict[Any, Any], documents: tuple[str, ...]) -> None:
    """Keep in the customer's follow-up that invoices were declared to the insurer, today."""
    entry = ActionEntry(
        row["company_id"], row["customer_id"], "declaration", document_ids=documents
    )
    try:
        workspace().add_action(entry, author())
    except UserError as error:
        st.toast(plain(error_sentence(error, language())), icon=":material/error:")


def _share(page: Page, part: Any, whole: int) -> str:
    return page.formats.percent(int(part) / whole if whole > 0 else None, 0)


def _share_of(page: Page) -> Any:
    def share(value: Any) -> str:
        return page.formats.percent(value, 0)

    share.__name__ = "percent"
    return share


def _basis(page: Page, view: InsuranceView) -> str:
    _ = page.words
    names = "/".join(sorted(set(view.rows["exposure_basis"])))
    base = _("indemnity excl. VAT") if view.base == "HT" else _("indemnity incl. VAT")
    return f"{names}, {base}"


def _definitions(page: Page) -> dict[str, str]:
    _ = page.words
    return {
        _("Insured"): _(
            "Smallest of exposure and agreed limit, times the share insured, customer by customer."
        ),
        _("Not insured"): _(
            "Exposure less what is insured; the whole exposure of customers without an agreement."
        ),
        _("Suspended"): _(
            "Part in dispute on insured customers: the insurer waits for the dispute to be settled."
        ),
        _("Left out"): _(
            "Open invoices sold on terms longer than the contract allows, after the end of an agreement, or while the buyer was overdue beyond the contract."
        ),
        _("Over since"): _("On E1, the only exposure known day by day."),
    }
