"""The frame of every page: title, controls, status line, and what to show when there is no data."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import streamlit as st

from arlib.i18n import formats, translator
from arlib.i18n.companies import named
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.ui import cache, controls, known_then
from arlib.ui.definitions import definitions_button
from arlib.ui.navigation import current_page, ensure_frame, page_file
from arlib.ui.session import language, show_page, style, workspace
from arlib.ui.tie_out import tie_titles, tied
from arlib.views.common import sum_by_currency

if TYPE_CHECKING:
    from collections.abc import Iterable

    from arlib.charts.template import Style
    from arlib.i18n import Formats, Translator
    from arlib.model.portfolio import BookInfo
    from arlib.ui.controls import Selection
    from arlib.views.status import StatusView


@dataclass(frozen=True, slots=True)
class Page:
    """What a page writes with: words, formats, style, the book and the selection."""

    words: Translator
    formats: Formats
    style: Style
    info: BookInfo
    selection: Selection
    status: StatusView


def open_page(title: str) -> Page:
    """Draw the frame and return what the page writes with; stop when the book cannot answer.

    ``title`` is a message id.
    """
    ensure_frame()
    _ = translator(language())
    info = named(workspace().info(), language())
    if info.is_empty:
        _empty(_(title))
        st.stop()
    left, right = st.columns([1, 1.9], vertical_alignment="center")
    with left:
        st.title(_(title), anchor=False)
    with right:
        controls.header(info)
    selection = controls.current(info)
    try:
        status = cache.status(selection)
    except UserError as error:
        st.error(error_sentence(error, language()), icon=":material/error:")
        st.stop()
    page = Page(_, formats(language()), style(selection.as_of), info, selection, status)
    show_page(page)
    st.markdown(_status_line(page))
    controls.row(info, partial(definitions_button, current_page()))
    known_then.sentence(page)
    _notes(page)
    return page


def companies_words(page: Page, codes: Iterable[str]) -> str:
    """Return the names of companies of the book, one after the other."""
    names = {item.company_id: item.name for item in page.info.companies}
    return ", ".join(names.get(code, code) for code in codes)


def reason(page: Page, code: str | None) -> str:
    """Return why a figure is missing, in words."""
    return label("reason", code, page.style.language) if code else ""


def unavailable(page: Page, title: str, code: str) -> None:
    """Draw a greyed card: what the imported files cannot tell, why, and what would."""
    _ = page.words
    with st.container(border=True):
        st.markdown(f"##### :gray[:material/block: {_(title)}]")
        why = _("Not available: {reason}. Level of data: {level}.").format(
            reason=reason(page, code),
            level=label("level", page.status.data_level, page.style.language),
        )
        st.markdown(f":gray[{why}]")
        st.markdown(
            f":gray[{_('A FEC with lettering, a list with payment dates or the Encours workbook tells it.')}]"
        )


def _empty(title: str) -> None:
    """Say that there is no data yet, and where to bring some."""
    _ = translator(language())
    st.title(title, anchor=False)
    st.markdown(_("No data yet. Drop an export of your accounting software to fill this page."))
    st.page_link(page_file("imports"), label=_("Import a file"), icon=":material/upload_file:")


def _status_line(page: Page) -> str:
    """Return the line under the title: data date, import, level, tie-out, estimates, policy."""
    _, f, status = page.words, page.formats, page.status
    parts = [_("Entries to {date}").format(date=f.date(status.last_date))]
    if status.last_import:
        imported = status.last_import.get("imported_at")
        parts[0] += _(", imported on {date}").format(date=f.date_time(imported))  # type: ignore[arg-type]
    level = label("level", status.data_level, page.style.language)
    parts.append(_("data: {level}").format(level=level))
    parts.append(_tie_out(page))
    parts += _estimates(page)
    parts.append(
        _("policy {version}").format(version=cache.question(page.selection).policy.version)
    )
    return ":small[:gray[" + " · ".join(part for part in parts if part) + "]]"


def _tie_out(page: Page) -> str:
    """Return the tie-out with the ledger: blue when tied, orange with the difference if not."""
    is_tied, ledger, gap = tied(page)
    if is_tied is None:
        return ""
    _ = page.words
    if is_tied:
        words = _(tie_titles(page)[0])
        told = _("{name}: {value}").format(name=f"**{words}**]", value=ledger)
        return f":blue[:material/check_circle: {told}"
    words = _(tie_titles(page)[1]).format(amount=gap)
    return f":orange[:material/warning: **{words}**]"


def _estimates(page: Page) -> list[str]:
    """Return how many due dates were derived from the terms, with their amount."""
    _, f, sources = page.words, page.formats, page.status.due_sources
    derived = sources[sources["due_source"] != "file"]
    count = int(derived["count"].sum())
    if not count:
        return []
    sums = sum_by_currency(derived, "amount_minor")
    amounts = " + ".join(f.compact(value, code) for code, value in sums.items())
    words = _.ngettext(
        "{n} due date estimated ({amount})", "{n} due dates estimated ({amount})", count
    ).format(n=f.integer(count), amount=amounts)
    return [f":orange[:material/warning: {words}]"]


def _notes(page: Page) -> None:
    """Say that the date is later than the data, or that ages are estimated."""
    _, f, status = page.words, page.formats, page.status
    if status.data_is_older:
        words = _("The data stop on {date}: what came after is not in the book.")
        st.markdown(f":small[:orange[{words.format(date=f.date(status.last_date))}]]")
    if "aging_exact" in status.unavailable:
        words = _(
            "No lettering in the ledger: ages are estimated, credits set against the oldest items."
        )
        st.markdown(f":small[:orange[{words}]]")
