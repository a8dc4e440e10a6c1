"""Blocks of the reports page: what the report will say, and where its figures come from."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n import MISSING, N_
from arlib.i18n.issues import code_sentence, error_sentence
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.model.portfolio import Filters
from arlib.reports.pack import AUDIENCES, PARTS, contents_of
from arlib.reports.pseudonyms import pseudonymised
from arlib.reports.risk_html import risk_html
from arlib.reports.risk_pdf import risk_pdf
from arlib.reports.tables import aged_text_sheet
from arlib.reports.text import sheet_csv
from arlib.reports.workbook import risk_workbook
from arlib.ui import cache, controls
from arlib.ui.cards import card
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from arlib.ui.frame import Page


FORMATS: Final = {
    "xlsx": N_("Workbook (Excel)"),
    "pdf": N_("PDF, 2 to 6 pages"),
    "html": N_("Web page, without network"),
    "csv": N_("Aged balance for other tools (CSV)"),
}


@dataclass(frozen=True, slots=True)
class Choice:
    """What is asked for: for whom, in which format, with the real names or not."""

    audience: str
    file_format: str
    is_pseudonymised: bool


def choose(page: Page) -> Choice:
    """Draw the choices of reader, format and names; return them."""
    _ = page.words
    audience = st.segmented_control(
        _("For whom"),
        list(AUDIENCES),
        format_func=lambda code: _(AUDIENCES[code]),
        default="credit",
        required=True,
        key="report_audience",
    )
    file_format = st.radio(
        _("Format"),
        list(FORMATS),
        format_func=lambda code: _(FORMATS[code]),
        horizontal=True,
        key="report_format",
    )
    is_pseudonymised = st.toggle(
        _("Names of customers replaced"),
        help=_(
            "Names, codes and document numbers are replaced; figures stay, and so do your own companies."
        ),
        key="report_pseudonyms",
    )
    return Choice(audience or "credit", file_format, is_pseudonymised)


def contents(page: Page, choice: Choice) -> None:
    """Write the date, the filters and the subjects the report will hold."""
    _ = page.words
    active = controls.describe(page.selection, page.info)
    words = ", ".join(active) if active else _("none: the whole book")
    st.markdown(_("Filters: {filters}").format(filters=plain(words)))
    names = ("aging",) if choice.file_format == "csv" else contents_of(choice.audience)
    titles = [PARTS[name] for name in names]
    parts = ", ".join(_(title) for title in titles)
    st.markdown(small(plain(_("Reads: {parts}").format(parts=parts))))


def deliver(page: Page, choice: Choice) -> None:
    """Draw the button that makes the report and, once it is made, the one that downloads it."""
    _ = page.words
    if not st.button(
        _("Prepare the report"),
        type="primary",
        icon=":material/description:",
        help=_("Made only when asked for"),
        key="report_prepare",
    ):
        return
    try:
        with st.spinner(_("Prepare the report")):
            content = made(page, choice)
    except UserError as error:
        st.error(error_sentence(error, page.style.language), icon=":material/error:")
        return
    name = file_name(page, choice)
    st.download_button(
        _("Download {name}").format(name=name),
        data=content,
        file_name=name,
        icon=":material/download:",
        on_click="ignore",
        key="report_download",
    )


def made(page: Page, choice: Choice) -> bytes:
    """Return the report asked for. Raises UserError."""
    lang = page.style.language
    views = cache.report(page.selection, choice.audience)
    if choice.is_pseudonymised:
        views = pseudonymised(views, lang)
    if choice.file_format == "pdf":
        return risk_pdf(views, lang)
    if choice.file_format == "html":
        return risk_html(views, lang)
    if choice.file_format == "csv":
        return sheet_csv(aged_text_sheet(views, lang), lang)
    return risk_workbook(views, lang)


def file_name(page: Page, choice: Choice) -> str:
    """Return the name of the file: what it is, for whom, at which date."""
    subject = "balance" if choice.file_format == "csv" else f"rapport_{choice.audience}"
    return f"encours_{subject}_{page.selection.as_of:%Y-%m-%d}.{choice.file_format}"


def tie_out(page: Page) -> None:
    """Draw the tie-out with the ledger, then what the imported files had to say."""
    _, f, language = page.words, page.formats, page.style.language
    whole = Filters(company_id=page.selection.filters.company_id)
    status = cache.status(replace(page.selection, filters=whole))
    names = {item.company_id: item.name for item in page.info.companies}
    title = _("Tie-out with the ledger")
    rows = [
        [
            names.get(row["company_id"], row["company_id"]),
            label("class", row["account_class"], language),
            _ledger(page, row),
            f.amount(row["analysed_minor"], row["currency"]),
            ("▲ " if row["unexplained_minor"] else "✓ ")
            + f.amount(row["difference_minor"], row["currency"]),
            ", ".join(label("cause", code, language) for code in _codes(row["causes"])) or MISSING,
        ]
        for row in status.tie_out.to_dict("records")
    ]
    columns: list[tuple[str, Any]] = [
        (_("Company"), "left"),
        (_("Accounts"), "left"),
        (_("Ledger"), "right"),
        (_("Analysed"), "right"),
        (_("Difference"), "right"),
        (_("Cause"), "left"),
    ]
    if rows:
        with card(
            title, _("On {date}, by company and account").format(date=f.date(page.selection.as_of))
        ):
            html_table(columns, rows, alt=title)
    _quality(page)


def _ledger(page: Page, row: dict[Any, Any]) -> str:
    """Return what the ledger says, and what erasures took out of it since."""
    f, currency = page.formats, row["currency"]
    words = f.amount(row["ledger_minor"], currency)
    if not row["purged_minor"]:
        return words
    erased = f.amount(row["purged_minor"], currency)
    return page.words("{ledger} without {amount} erased").format(ledger=words, amount=erased)


def _codes(value: object) -> tuple[str, ...]:
    return value if isinstance(value, tuple) else ()


def _quality(page: Page) -> None:
    _, f, quality = page.words, page.formats, page.status.quality
    if quality.empty:
        return
    rows = [
        [
            code_sentence(row["code"], page.style.language),
            f.integer(row["count"]),
            f.amount(row["amount_minor"], row["currency"])
            if isinstance(row["currency"], str)
            else MISSING,
        ]
        for row in quality.to_dict("records")
    ]
    columns: list[tuple[str, Any]] = [
        (_("What was found in the files"), "left"),
        (_("Lines"), "right"),
        (_("Amount"), "right"),
    ]
    title = _("Quality of the imported files")
    with card(title, _("Live imports alone; nothing is corrected without being said")):
        html_table(columns, rows, alt=title)
