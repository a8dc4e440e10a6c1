"""The first lines of a file as they would be read with the columns chosen so far."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final, cast

import streamlit as st

from arlib.i18n import MISSING, formats, translator
from arlib.i18n.issues import issue_sentence
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.ui.session import language, workspace
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from arlib.model.files import DateOrder, FileInput, MappingProposal, ParsedFile
    from arlib.ui.importing import Draft, Part

_STATE: Final = "mapping_preview"
_LINES: Final = 5
_HEAD_LINES: Final = 300
_LARGEST: Final = 3 << 20  # a workbook cannot be cut: beyond, the preview waits for a click
_LETTER: Final = re.compile("A?[A-Z]")
_LONGEST: Final = 28  # letters of an example
_TEXTS: Final = (".csv", ".txt", ".tsv")


def header_title(header: str) -> str:
    """Return a header as it is shown: its words, or “Column A” where the file has none.

    The columns of a file without headers are called by their letters, as in a worksheet.
    """
    if not _LETTER.fullmatch(header):
        return header
    return translator(language())("Column {letter}").format(letter=header)


def headers(proposal: MappingProposal) -> None:
    """Draw what the file holds: each header with its first values."""
    _ = translator(language())
    title = _("What the file holds")
    rows = [
        [header_title(header), examples(proposal, header) or MISSING] for header in proposal.headers
    ]
    st.markdown(f"**{title}**")
    html_table([(_("Column"), "left"), (_("First values"), "left")], rows, alt=title)


def show(
    draft: Draft,
    part: Part,
    answer: Mapping[str, str],
    order: DateOrder | None,
    extracted: date | None,
) -> None:
    """Draw the first lines read with these columns, or why they cannot be."""
    _ = translator(language())
    file = _head(next(file for file in draft.files if file.name == part.owner))
    key = (file.name, tuple(sorted(answer.items())), order, extracted)
    known = st.session_state.get(_STATE)
    if known is None or known[0] != key:
        if len(file.content) > _LARGEST and not st.button(_("Show the first lines")):
            return
        options = replace(
            draft.reading_of(part.owner),
            mapping=dict(answer),
            date_order=order,
            extracted_on=extracted,
        )
        try:
            known = (key, workspace().read([file], options)[0])
        except UserError:
            return  # said when the file is read whole
        st.session_state[_STATE] = known
    _draw(cast("ParsedFile", known[1]))


def examples(proposal: MappingProposal, header: str) -> str:
    """Return the first values of a header, on one line."""
    values = (value.strip()[:_LONGEST] for value in proposal.examples.get(header, ())[:3])
    return " · ".join(values)


def _head(file: FileInput) -> FileInput:
    """Return the first lines of a text; a workbook whole."""
    if not file.name.casefold().endswith(_TEXTS):
        return file
    lines = file.content.splitlines(keepends=True)[:_HEAD_LINES]
    return replace(file, content=b"".join(lines))


def _draw(parsed: ParsedFile) -> None:
    _, f = translator(language()), formats(language())
    if parsed.refusal is not None or not parsed.rows_kept:
        words = issue_sentence(parsed.refusal, language()) if parsed.refusal else ""
        words = words or _("No line can be read with these columns.")
        st.markdown(f":orange[:material/warning: {plain(words)}]")
        if parsed.refusal is None:
            _first_problems(parsed)
        return
    rows = _rows(parsed)
    if rows:
        title = _("First lines as read")
        columns: list[tuple[str, Any]] = [
            (_("Customer"), "left"),
            (_("Document"), "left"),
            (_("Date"), "left"),
            (_("Due"), "left"),
            (_("Amount"), "right"),
        ]
        st.markdown(f"**{title}**")
        html_table(columns, rows, alt=title)
    kept = _.ngettext("{n} line kept", "{n} lines kept", parsed.rows_kept)
    refused = _.ngettext("{n} refused", "{n} refused", parsed.rows_refused)
    words = (
        f"{kept.format(n=f.integer(parsed.rows_kept))}, "
        f"{refused.format(n=f.integer(parsed.rows_refused))}"
    )
    st.markdown(small(plain(words)))
    _first_problems(parsed)


def _rows(parsed: ParsedFile) -> list[list[str]]:
    """Return the first documents read, in words."""
    f, table = formats(language()), parsed.tables.get("documents")
    if table is None:
        return []
    return [
        [
            str(row["customer_id"] or MISSING),
            " ".join(text for text in (_kind(row), row["number"]) if text) or MISSING,
            f.date(row["issued_on"]),
            f.date(row["due_on"]),
            f.amount(row["amount_minor"], row["currency"]),
        ]
        for row in table.slice(0, _LINES).to_pylist()
    ]


def _kind(row: Mapping[str, Any]) -> str:
    """Return the kind of a document when it is not an invoice."""
    return "" if row["kind"] == "invoice" else label("kind", row["kind"], language())


def _first_problems(parsed: ParsedFile) -> None:
    """Write the first problems of the lines read, each once."""
    seen = {i.code: i for i in reversed(parsed.issues) if i.severity in ("refused", "doubtful")}
    for issue in list(seen.values())[:3]:
        st.markdown(small(plain(f"▲ {issue_sentence(issue, language())}")))
