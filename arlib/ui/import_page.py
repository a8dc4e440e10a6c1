"""Blocks of the import page: what was recognised, totals, doubtful lines, choices, journal."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, Final, Literal

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING, N_, formats, translator
from arlib.i18n.issues import error_sentence, evidence_sentences, issue_sentence
from arlib.i18n.labels import TABLES, label
from arlib.model.issues import UserError
from arlib.model.portfolio import Filters
from arlib.ui import importing, mapping_form
from arlib.ui.cards import card
from arlib.ui.navigation import page_file
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small
from arlib.views.common import sum_by_currency

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.model.files import ImportResult, ParsedFile
    from arlib.model.issues import Issue
    from arlib.model.portfolio import BookInfo
    from arlib.ui.importing import Draft

_SEVERITIES: Final = ("refused", "doubtful")
_STATES: Final = {
    "live": N_("in the book"),
    "superseded": N_("hidden by a later file"),
    "undone": N_("set aside"),
}
_SHOWN_LINES: Final = 12
_SURE: Final = 0.995


def last_import(info: BookInfo) -> None:
    """Write when the book last received a file, at the right of the title."""
    _, f = translator(language()), formats(language())
    if info.last_import:
        words = _("Last import: {date}").format(date=f.date_time(info.last_import["imported_at"]))  # type: ignore[arg-type]
        st.markdown(small(words), text_alignment="right")


def outcome() -> None:
    """Write what the last load did, with a way to the figures."""
    _ = translator(language())
    sentences = importing.report()
    if not sentences:
        return
    for is_done, sentence in sentences:
        write, icon = (st.info, "check_circle") if is_done else (st.warning, "warning")
        write(plain(sentence), icon=f":material/{icon}:")
    st.page_link(
        page_file("overview"), label=_("See the overview"), icon=":material/arrow_forward:"
    )


def file_block(draft: Draft, result: ImportResult, place: int) -> None:
    """Draw everything about one file: its line, what was read, its problems, its choices."""
    parsed = result.parsed
    _file_line(draft, parsed, place)
    if parsed.mapping is not None and (parsed.refusal is not None or not parsed.rows_kept):
        mapping_form.show(parsed, place)
        return
    if parsed.refusal is not None:
        st.error(plain(issue_sentence(parsed.refusal, language())), icon=":material/block:")
        return
    left, right = st.columns([1, 1.15])
    with left:
        _recognised(parsed)
    with right:
        _totals(parsed)
    _choices(result, place)
    _lines(parsed)


def actions(draft: Draft, workbook: Callable[[], bytes]) -> None:
    """Draw the buttons: cancel, download the lines to check, import."""
    _, f = translator(language()), formats(language())
    ready = [item for item in draft.results if item.status == "imported"]
    count = sum(item.parsed.rows_kept for item in ready)
    problems = sum(len(item.parsed.issues) for item in draft.results)
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Cancel"), on_click=importing.cancel, key="import_cancel")
        if problems:
            st.download_button(
                _("Download the lines to check"),
                data=workbook,
                file_name="lignes_a_verifier.xlsx",
                icon=":material/download:",
                on_click="ignore",
                key="import_issues",
            )
        words = _.ngettext("Import {n} line", "Import {n} lines", count).format(n=f.integer(count))
        if st.button(
            words, type="primary", icon=":material/check:", disabled=not ready, key="import_confirm"
        ):
            _load(draft)


def journal(info: BookInfo) -> None:
    """Draw the journal of imports, each with its undo."""
    _, f = translator(language()), formats(language())
    if info.is_empty and not info.count_batches:
        return
    batches = workspace().portfolio(None, Filters()).batches()
    with card(
        _("Journal of imports"),
        _("Set aside: its figures leave the book, the file it had hidden comes back"),
    ):
        for place, row in enumerate(batches.to_dict("records")):
            left, right = st.columns([5, 1], vertical_alignment="center")
            with left, st.container(gap=None):
                st.markdown(f"**{plain(row['file_name'])}** · {_(_STATES[row['state']])}")
                words = _(
                    "{format}, {date} by {who}; {kept} lines kept, {refused} refused; {totals}"
                )
                st.markdown(
                    small(
                        plain(
                            words.format(
                                format=label("format", row["format_id"], language()),
                                date=f.date_time(row["imported_at"]),
                                who=row["imported_by"],
                                kept=f.integer(row["rows_kept"]),
                                refused=f.integer(row["rows_refused"]),
                                totals=_control_totals(row["control_totals"]),
                            )
                        )
                    )
                )
            with right:
                if row["state"] != "undone":
                    st.button(
                        _("Set aside"),
                        key=f"undo_{place}",
                        on_click=_undo,
                        args=(row["batch_id"], row["file_name"]),
                        icon=":material/undo:",
                    )


def _control_totals(text: str) -> str:
    f = formats(language())
    totals = json.loads(text)
    return " + ".join(f.amount(value, code) for code, value in totals.items()) or MISSING


def _undo(batch_id: str, name: str) -> None:
    _ = translator(language())
    try:
        done = workspace().undo(batch_id, author())
    except UserError as error:
        importing.say(False, error_sentence(error, language()))
        return
    importing.forget_date()
    words = _("{file} is set aside.").format(file=name)
    if done.restored:
        count = len(done.restored)
        back = _.ngettext(
            "{n} import is back in the book.", "{n} imports are back in the book.", count
        )
        words = f"{words} {back.format(n=count)}"
    importing.say(True, words)


def _load(draft: Draft) -> None:
    try:
        importing.load(draft)
    except UserError as error:
        importing.say(False, error_sentence(error, language()))
    st.rerun()


def _file_line(draft: Draft, parsed: ParsedFile, place: int) -> None:
    """Draw the file's own card: the uploader's chip cannot be put in French."""
    _, f = translator(language()), formats(language())
    size = next(len(file.content) for file in draft.files if file.name == parsed.file_name)
    lines = _.ngettext("{n} line", "{n} lines", parsed.rows_read).format(
        n=f.integer(parsed.rows_read)
    )
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/description: **{plain(parsed.file_name)}** :gray[{plain(f.size(size))}, {lines}]"
        )
        st.space("stretch")
        st.button(
            _("Change file"),
            icon=":material/swap_horiz:",
            on_click=importing.cancel,
            key=f"swap_{place}",
        )


def _recognised(parsed: ParsedFile) -> None:
    _, f = translator(language()), formats(language())
    name = label("format", parsed.format_id, language())
    sure = f.percent(min(parsed.confidence, _SURE) if parsed.confidence < 1 else 1, 0)
    rows = [
        [("▲ " if item.is_warning else "") + what, why]
        for item in parsed.evidence
        for what, why in [evidence_sentences(item, language())]
    ]
    rows.append([_("Company"), f"{parsed.company_name} ({parsed.company_currency})"])
    if parsed.level:
        rows.append([_("Level of data"), label("level", parsed.level, language())])
    title = _("{format} recognised, {share} sure").format(format=name, share=sure)
    with card(title, _("From the content of the file, not from its name")):
        columns: list[tuple[str, Literal["left", "right"]]] = [
            (_("What was recognised"), "left"),
            (_("Why"), "left"),
        ]
        html_table(columns, rows, alt=title)


def _totals(parsed: ParsedFile) -> None:
    """Draw control totals: every line read is kept, ignored or refused, to the last one."""
    _, f = translator(language()), formats(language())
    gap = parsed.rows_read - parsed.rows_kept - parsed.rows_ignored - parsed.rows_refused
    refused = (
        "▲ "
        + _.ngettext("{n} refused", "{n} refused", parsed.rows_refused).format(
            n=f.integer(parsed.rows_refused)
        )
        if parsed.rows_refused
        else f"✓ {_('no line')}"
    )
    rows = [
        [_("Lines read"), f.integer(parsed.rows_read)],
        [_("Lines kept"), f.integer(parsed.rows_kept)],
        [_("Lines ignored (not customer items)"), f.integer(parsed.rows_ignored)],
        [_("Lines refused"), refused],
        [_("Lines unaccounted for"), f"✓ {f.integer(0)}" if not gap else f"▲ {f.integer(gap)}"],
    ]
    for currency, total in parsed.control_totals.items():
        rows.append(
            [
                _("Customer balance kept ({currency})").format(currency=currency),
                f.amount(total, currency),
            ]
        )
    rows.append([_("Period"), f"{f.date(parsed.covers_from)} – {f.date(parsed.covers_to)}"])
    if parsed.extracted_on:
        rows.append([_("Extracted on"), f.date(parsed.extracted_on)])
    rows += [
        [label("table", name, language()), f.integer(count)]
        for name, count in parsed.count_rows.items()
        if name in TABLES
    ]
    title = (
        _("Control totals: {n} lines refused").format(n=f.integer(parsed.rows_refused))
        if parsed.rows_refused
        else _("Control totals: no line is lost")
    )
    with card(title, _("Read in the file, kept after reading")):
        html_table([("", "left"), (_("Value"), "right")], rows, alt=title)


def _choices(result: ImportResult, place: int) -> None:
    """Draw the questions of a file: replace or complete, order of dates, a doubt to accept."""
    _, parsed = translator(language()), result.parsed
    if result.status == "unchanged":
        st.info(_("This file is already in the book: importing it again changes nothing."))
    if result.supersedes:
        count = len(result.supersedes)
        words = _.ngettext(
            "It replaces {n} earlier import over the same period.",
            "It replaces {n} earlier imports over the same period.",
            count,
        )
        st.info(words.format(n=count), icon=":material/layers:")
    if result.status != "refused":
        return
    problem = result.reason or parsed.doubt
    if problem is None:
        return
    st.warning(plain(issue_sentence(problem, language())), icon=":material/help:")
    name = parsed.file_name
    with st.container(horizontal=True):
        if result.needs_choice:
            _answer(_("Replace the other file"), place, "replace", name, replace="replace")
            _answer(
                _("Complete it (due dates, terms, disputes)"),
                place,
                "complete",
                name,
                replace="complete",
            )
        elif problem.code == "day_month_undecidable":
            _answer(_("Day first (31/12)"), place, "day", name, date_order="day_first")
            _answer(_("Month first (12/31)"), place, "month", name, date_order="month_first")
        elif parsed.doubt is not None:
            _answer(_("Import it all the same"), place, "accept", name, accept_doubtful=True)


def _answer(words: str, place: int, key: str, name: str, **choices: Any) -> None:
    st.button(words, key=f"{key}_{place}", on_click=importing.decide, args=(name,), kwargs=choices)


def _lines(parsed: ParsedFile) -> None:
    """Draw the doubtful and refused lines: like ones on one line, each with its amount."""
    _, f = translator(language()), formats(language())
    wanted = [issue for issue in parsed.issues if issue.severity in _SEVERITIES]
    if not wanted:
        return
    frame = pd.DataFrame(
        [
            (
                i.severity,
                i.code,
                i.sheet or "",
                i.amount_minor,
                i.currency or parsed.company_currency,
            )
            for i in wanted
        ],
        columns=["severity", "code", "sheet", "amount", "currency"],
    )
    first = dict(zip(map(_group, reversed(wanted)), reversed(wanted), strict=True))
    rows = []
    for key, group in frame.groupby(["severity", "code", "sheet"], sort=False):
        rows.append(_line(first[key], group))  # type: ignore[index]
    rows.sort(key=lambda row: row[1] != _("line refused"))
    priced = frame.dropna(subset=["amount"])
    sums = sum_by_currency(priced.assign(amount=priced["amount"].abs()), "amount")
    amounts = " + ".join(f.compact(value, code) for code, value in sums.items())
    title = _.ngettext("{n} line to check", "{n} lines to check", len(wanted)).format(
        n=f.integer(len(wanted))
    )
    columns: list[tuple[str, Literal["left", "right"]]] = [
        (_("Line"), "right"),
        (_("Severity"), "left"),
        (_("What is wrong"), "left"),
        (_("Value read"), "left"),
        (_("What is done"), "left"),
        (_("Amount"), "right"),
    ]
    with card(
        f"{title}, {amounts}" if amounts else title,
        _("Nothing is corrected without being said; the workbook lists every line."),
    ):
        html_table(columns, rows[:_SHOWN_LINES], alt=title)


def _group(issue: Issue) -> tuple[str, str, str]:
    return issue.severity, issue.code, issue.sheet or ""


def _line(issue: Issue, group: pd.DataFrame) -> list[str]:
    """Return one row: the place of the first line, how many are like it, their amount."""
    _, f = translator(language()), formats(language())
    place = f.integer(issue.row_number) if issue.row_number else MISSING
    if len(group) > 1:
        place = _("{place} and {n} others").format(place=place, n=f.integer(len(group) - 1))
    if issue.sheet:
        place = f"{issue.sheet} · {place}"
    sums = sum_by_currency(group.dropna(subset=["amount"]), "amount")
    amount = " + ".join(f.amount(value, code) for code, value in sums.items())
    is_refused = issue.severity == "refused"
    return [
        place,
        _("line refused") if is_refused else f"▲ {_('line doubtful')}",
        issue_sentence(issue, language()),
        issue.value or MISSING,
        _("left out") if is_refused else _("loaded, marked"),
        amount or MISSING,
    ]
