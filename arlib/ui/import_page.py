"""The import page: each dropped file in its block, what the last load did, the buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n import MISSING, formats, translator
from arlib.i18n.companies import company_name
from arlib.i18n.issues import error_sentence, issue_sentence
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.ui import import_questions, importing, mapping_form
from arlib.ui.cards import card
from arlib.ui.changes import change_facts
from arlib.ui.import_reading import lines_to_check, recognised, totals
from arlib.ui.navigation import page_file
from arlib.ui.session import language
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.model.portfolio import BookInfo
    from arlib.ui.importing import Draft, Part, Report

_FOLDED: Final = 3  # beyond so many parts, those without a question are folded


def last_import(info: BookInfo) -> None:
    """Write when the book last received a file, at the right of the title."""
    _, f = translator(language()), formats(language())
    if info.last_import:
        words = _("Last import: {date}").format(date=f.date_time(info.last_import["imported_at"]))  # type: ignore[arg-type]
        st.markdown(small(words), text_alignment="right")


def outcome() -> None:
    """Write what the last load did and changed, with the ways to look at it."""
    report = importing.report()
    if report is None:
        return
    done = [sentence for is_done, sentence in report.lines if is_done]
    if done:
        st.info("  \n".join(map(plain, done)), icon=":material/check_circle:")
    for is_done, sentence in report.lines:
        if not is_done:
            st.warning(plain(sentence), icon=":material/warning:")
    _what_changed(report)
    if report.has_loaded:
        _what_next(report)


def summary(draft: Draft) -> None:
    """Draw one line a file when several were dropped: what each is and what will become of it."""
    if len(draft.parts) < 2:  # noqa: PLR2004 - one alone is told by its block
        return
    _, f = translator(language()), formats(language())
    title = _.ngettext(
        "{n} file, understood together", "{n} files, understood together", len(draft.files)
    ).format(n=f.integer(len(draft.files)))
    columns: list[tuple[str, Any]] = [
        (_("File"), "left"),
        (_("Recognised as"), "left"),
        (_("Company"), "left"),
        (_("Period"), "left"),
        (_("Lines kept"), "right"),
        (_("Refused"), "right"),
        (_("Balance kept"), "right"),
        (_("What will be done"), "left"),
    ]
    with card(title, _("Each becomes an import of its own; nothing is stored before you confirm")):
        html_table(columns, [_summary_row(part) for part in draft.parts], alt=title)


def file_blocks(draft: Draft) -> None:
    """Draw the block of each part; with many files, those without a question are folded."""
    is_folded = len(draft.parts) > _FOLDED
    for place, part in enumerate(draft.parts):
        if is_folded and part.question is None and part.result.status != "refused":
            with st.expander(plain(_fold_title(part)), icon=":material/check_circle:"):
                file_block(draft, part, place)
        else:
            file_block(draft, part, place)


def file_block(draft: Draft, part: Part, place: int) -> None:
    """Draw everything about one part: its line, what was read, its problems, its choices."""
    parsed = part.result.parsed
    _file_line(draft, part, place)
    if part.question == "password":
        import_questions.password(part, place)
        return
    if part.question == "mapping" or mapping_form.is_wanted(part):
        mapping_form.show(draft, part, place)
        return
    if parsed.refusal is not None:
        st.error(plain(issue_sentence(parsed.refusal, language())), icon=":material/block:")
        import_questions.corrections(draft, part, place)
        return
    is_added = draft.options_of(part).replace == "add"
    import_questions.choices(part, place, is_added=is_added)
    left, right = st.columns([1, 1.15])
    with left:
        recognised(parsed, is_mapped=bool(draft.reading_of(part.owner).mapping))
    with right:
        totals(parsed)
    import_questions.assumptions(part, place)
    import_questions.corrections(draft, part, place)
    lines_to_check(parsed)


def actions(draft: Draft, workbook: Callable[[], bytes]) -> None:
    """Draw the buttons: cancel, add a file, download the lines to check, import."""
    _, f = translator(language()), formats(language())
    ready = [part.result for part in draft.parts if part.result.status == "imported"]
    waiting = sum(part.question is not None for part in draft.parts)
    count = sum(item.parsed.rows_kept for item in ready)
    problems = sum(len(item.issues) for item in draft.parsed)
    if waiting:
        words = _.ngettext(
            "{n} file waits for your answer; the others can be imported now.",
            "{n} files wait for your answer; the others can be imported now.",
            waiting,
        )
        if not ready:
            words = _.ngettext(
                "{n} file waits for your answer.", "{n} files wait for your answer.", waiting
            )
        st.markdown(f":orange[:material/help: {plain(words.format(n=f.integer(waiting)))}]")
    with st.container(horizontal=True, horizontal_alignment="right"):
        st.button(_("Cancel"), on_click=importing.cancel, key="import_cancel")
        with st.popover(_("Add a file"), icon=":material/add:"):
            importing.drop_zone(key="adder")
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


def history(info: BookInfo) -> None:
    """Draw the way to the history of imports."""
    if info.count_batches:
        words = translator(language())("History of imports")
        st.page_link(page_file("history"), label=words, icon=":material/history:")


def _load(draft: Draft) -> None:
    try:
        importing.load(draft)
    except UserError as error:
        importing.say(False, error_sentence(error, language()))
    st.rerun()


def _what_changed(report: Report) -> None:
    """Write what moved against the import before, on one line."""
    _, f = translator(language()), formats(language())
    if not report.changes:
        return
    currency = str(report.changes.get("currency") or "EUR")
    facts = change_facts(report.changes, currency, language())
    moved = " ; ".join(f"{count} ({detail})" for count, detail in facts) or _("nothing moved")
    words = _("Since the import of {date}: {changes}.").format(
        date=f.date(report.changes.get("previous_at")),  # type: ignore[arg-type]
        changes=moved,
    )
    st.markdown(f":material/compare_arrows: {plain(words)}")


def _what_next(report: Report) -> None:
    """Draw the ways to what should be looked at, the lines to check first."""
    _, f = translator(language()), formats(language())
    with st.container(horizontal=True):
        if report.count_to_check:
            count = report.count_to_check
            words = _.ngettext("{n} line to check", "{n} lines to check", count)
            st.page_link(
                page_file("quality"),
                label=words.format(n=f.integer(count)),
                icon=":material/fact_check:",
            )
        st.page_link(
            page_file("overview"), label=_("See the overview"), icon=":material/arrow_forward:"
        )
        st.page_link(
            page_file("risk"), label=_("See who is over the limit"), icon=":material/shield:"
        )


def _summary_row(part: Part) -> list[str]:
    _, f, parsed = translator(language()), formats(language()), part.result.parsed
    sums = " + ".join(f.amount(value, code) for code, value in parsed.control_totals.items())
    period = MISSING
    if parsed.covers_from and parsed.covers_to:
        period = f"{f.date(parsed.covers_from)} – {f.date(parsed.covers_to)}"
    return [
        parsed.file_name,
        label("format", parsed.format_id, language()) if parsed.format_id else MISSING,
        company_name(parsed.company_name, language()) if parsed.rows_kept else MISSING,
        period,
        f.integer(parsed.rows_kept),
        f"▲ {f.integer(parsed.rows_refused)}" if parsed.rows_refused else f.integer(0),
        sums or MISSING,
        _becoming(part),
    ]


def _becoming(part: Part) -> str:
    """Return what will become of a part, in words."""
    _, f, result = translator(language()), formats(language()), part.result
    if part.question is not None:
        return f"▲ {_('waits for your answer')}"
    if result.status == "refused":
        return f"▲ {_('file refused')}"
    if result.status == "unchanged":
        return _("already in the book")
    count = len(result.supersedes)
    if count:
        words = _.ngettext("replaces {n} earlier import", "replaces {n} earlier imports", count)
        return words.format(n=f.integer(count))
    return f"✓ {_('will be imported')}"


def _fold_title(part: Part) -> str:
    _, f, parsed = translator(language()), formats(language()), part.result.parsed
    lines = _.ngettext("{n} line kept", "{n} lines kept", parsed.rows_kept)
    kind = label("format", parsed.format_id, language())
    told = f"{kind}, {lines.format(n=f.integer(parsed.rows_kept))}"
    return _("{name}: {value}").format(name=parsed.file_name, value=told)


def _file_line(draft: Draft, part: Part, place: int) -> None:
    """Draw the file's own card: the uploader's chip cannot be put in French."""
    _, f, parsed = translator(language()), formats(language()), part.result.parsed
    size = next(len(file.content) for file in draft.files if file.name == part.owner)
    lines = _.ngettext("{n} line", "{n} lines", parsed.rows_read).format(
        n=f.integer(parsed.rows_read)
    )
    facts = [f.size(size), lines] if parsed.rows_read else [f.size(size)]
    if sum(other.owner == part.owner for other in draft.parts) > 1:
        facts.append(company_name(parsed.company_name, language()))
    with st.container(border=True, horizontal=True, vertical_alignment="center"):
        st.markdown(
            f":material/description: **{plain(parsed.file_name)}** :gray[{plain(', '.join(facts))}]"
        )
        st.space("stretch")
        st.button(
            _("Leave out this file") if len(draft.files) > 1 else _("Change file"),
            icon=":material/close:" if len(draft.files) > 1 else ":material/swap_horiz:",
            on_click=importing.remove,
            args=(part.owner,),
            key=f"swap_{place}",
        )
