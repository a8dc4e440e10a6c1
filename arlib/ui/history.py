"""Blocks of the history of imports: the journal, then what one import changed."""

from __future__ import annotations

import json
from datetime import date
from typing import TYPE_CHECKING, Any, Final, Literal

import pandas as pd
import streamlit as st

from arlib.i18n import MISSING, formats, translator
from arlib.i18n.companies import company_name
from arlib.i18n.formats import is_missing
from arlib.i18n.history import change_title, history_word
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.model.portfolio import Filters
from arlib.ui import importing
from arlib.ui.cards import card
from arlib.ui.session import author, language, workspace
from arlib.ui.tables import Column, grid, html_table
from arlib.ui.texts import plain, small
from arlib.views import history

if TYPE_CHECKING:
    from collections.abc import Callable

    from arlib.model.portfolio import Portfolio
    from arlib.views.history import ChangesView, HistoryView
    from arlib.workspace import UndoResult

_CHOSEN: Final = "history_batch"
_AGAINST: Final = "history_against"
_SHOWN: Final = 200
# The journal is that of the whole book, even of one whose imports are all set aside.
_ANY_DAY: Final = date(9999, 12, 31)


def book() -> Portfolio:
    """Return the whole book, whatever the date."""
    return workspace().portfolio(_ANY_DAY, Filters())


def journal(portfolio: Portfolio) -> HistoryView:
    """Return the journal of imports."""
    return history.build(portfolio, workspace().hidden_by(), workspace().predecessors())


def imports(view: HistoryView) -> None:
    """Draw each import with its totals against the one before it, its undo, its way to changes."""
    _ = translator(language())
    title = _.ngettext("{n} import", "{n} imports", len(view.imports)).format(
        n=formats(language()).integer(len(view.imports))
    )
    with card(
        title,
        _(
            "Control totals against the import of the same kind before it; set aside: its figures leave the book"
        ),
    ):
        for place, row in enumerate(view.imports.to_dict("records")):
            with st.container(key=f"row_import_{place}"):
                left, right = st.columns([4, 1.15], vertical_alignment="center")
                with left, st.container(gap=None):
                    _import(view, row)
                with right:
                    _buttons(row, place)


def chosen(portfolio: Portfolio, view: HistoryView) -> ChangesView:
    """Return what the import chosen changed, against the one before it or the one chosen."""
    known = set(view.imports["batch_id"])
    wanted = st.session_state.get(_CHOSEN)
    against = st.session_state.get(_AGAINST)
    before = workspace().predecessors()
    found = history.changes(portfolio, before, wanted if wanted in known else None)
    if against in known and against != found.batch_id:
        return history.changes(portfolio, before, found.batch_id, against)
    return found


def changes(
    portfolio: Portfolio,
    view: HistoryView,
    found: ChangesView,
    workbook: Callable[[pd.DataFrame], bytes],
    text: Callable[[pd.DataFrame], bytes],
) -> None:
    """Draw what an import changed, then the documents behind it."""
    speaks = language()
    _, f = translator(language()), formats(language())
    with card(_message(found), _subtitle(found)):
        _against(view, found)
        if found.before_id is None:
            st.markdown(f":gray[{_('No import of this kind came before it.')}]")
            return
        if found.changes.empty:
            st.markdown(f":gray[{_('Nothing changed.')}]")
            return
        _sums(found)
    codes = list(dict.fromkeys(found.changes["change"]))
    kinds = st.pills(
        _("Changes"),
        codes,
        format_func=lambda code: change_title(code, speaks),
        selection_mode="multi",
        key="history_kinds",
        label_visibility="collapsed",
    )
    wanted = [code for code in kinds if code in codes]
    lines = history.change_lines(portfolio, found, wanted)
    stem = f"changements_{found.on or ''}"
    with st.container(horizontal=True, vertical_alignment="center"):
        words = _.ngettext("{n} line", "{n} lines", len(lines)).format(n=f.integer(len(lines)))
        st.markdown(f"**{words}**", width="content")
        st.space("stretch")
        st.download_button(
            _("Download the workbook"),
            data=lambda: workbook(lines),
            file_name=f"{stem}.xlsx",
            icon=":material/download:",
            on_click="ignore",
            key="changes_workbook",
        )
        st.download_button(
            _("Download as CSV"),
            data=lambda: text(lines),
            file_name=f"{stem}.csv",
            mime="text/csv",
            icon=":material/download:",
            on_click="ignore",
            key="changes_csv",
        )
    _grid(lines)


def _period(row: dict[Any, Any]) -> list[str]:
    """Return the period of an import; a list of customers or limits covers none."""
    if is_missing(row["covers_from"]) or is_missing(row["covers_to"]):
        return []
    _, f = translator(language()), formats(language())
    period = f"{f.date(row['covers_from'])} – {f.date(row['covers_to'])}"
    return [_("period {period}").format(period=period)]


def _import(view: HistoryView, row: dict[Any, Any]) -> None:
    """Write one import: name and state, what it is, its lines and totals."""
    _, f = translator(language()), formats(language())
    state = history_word("state", row["state"], language())
    if row["hidden_by"]:
        state = _("hidden by {file}").format(file=row["hidden_by"])
    st.markdown(f"**{plain(row['file_name'])}** · {plain(state)}")
    facts = [
        label("format", row["format_id"], language()),
        history_word("scope", row["scope"], language()),
        company_name(row["company_name"], language()),
        *_period(row),
        _("extracted on {date}").format(date=f.date(row["extracted_on"])),
    ]
    st.markdown(small(plain(" · ".join(facts))))
    who = _("{event} on {date} by {who}")
    events = view.events.loc[view.events["batch_id"] == row["batch_id"]].sort_values("recorded_at")
    done = [
        who.format(
            event=history_word("event", item["event"], language()),
            date=f.date_time(item["recorded_at"]),
            who=item["recorded_by"],
        )
        for item in events.to_dict("records")
    ]
    if not done:
        done = [
            who.format(
                event=history_word("event", "imported", language()),
                date=f.date_time(row["imported_at"]),
                who=row["imported_by"],
            )
        ]
    st.markdown(small(plain(" · ".join(done))))
    lines = _("{read} lines read, {kept} kept, {ignored} ignored, {refused} refused").format(
        read=f.integer(row["rows_read"]),
        kept=f.integer(row["rows_kept"]),
        ignored=f.integer(row["rows_ignored"]),
        refused=f.integer(row["rows_refused"]),
    )
    parts = [plain(lines), *_against_previous(view, row), *_erased(row)]
    st.markdown(small(" · ".join(parts)))


def _erased(row: dict[Any, Any]) -> list[str]:
    """Return what was erased of an import since it was read (Markdown); nothing when nothing was."""
    _, f = translator(language()), formats(language())
    if not row["count_purged"]:
        return []
    totals = json.loads(row["purged_totals"])
    amounts = " + ".join(f.amount(minor, code) for code, minor in totals.items())
    words = _("of which {count} lines erased since: {amounts}")
    return [plain(words.format(count=f.integer(row["count_purged"]), amounts=amounts))]


def _against_previous(view: HistoryView, row: dict[Any, Any]) -> list[str]:
    """Return the totals, each with what it moved by; orange when it halved or doubled (Markdown)."""
    _, f = translator(language()), formats(language())
    totals = view.totals.loc[view.totals["batch_id"] == row["batch_id"]]
    parts = []
    for total in totals.to_dict("records"):
        words = f.amount(total["amount_minor"], total["currency"])
        if not pd.isna(total["difference_minor"]):
            moved = f.amount(total["difference_minor"], total["currency"], is_signed=True)
            words = _("{amount} ({difference})").format(amount=words, difference=moved)
        parts.append(_flagged(words, total["flag"]))
    if not pd.isna(row["previous_rows_kept"]):
        count = int(row["rows_kept"]) - int(row["previous_rows_kept"])
        sign = "+" if count > 0 else ""
        words = _("{count} lines against {file}").format(
            count=f"{sign}{f.integer(count)}", file=row["previous_file_name"]
        )
        parts.append(_flagged(words, row["rows_flag"]))
    return parts


def _flagged(words: str, flag: Any) -> str:
    if not isinstance(flag, str):
        return plain(words)
    return f":orange[▲ {plain(words)}, {plain(history_word('flag', flag, language()))}]"


def _buttons(row: dict[Any, Any], place: int) -> None:
    _ = translator(language())
    arguments = (row["batch_id"], row["file_name"])
    if row["state"] == "undone":
        st.button(
            _("Take back"),
            key=f"take_back_{place}",
            on_click=_take_back,
            args=arguments,
            icon=":material/redo:",
            width="stretch",
        )
    else:
        st.button(
            _("Set aside"),
            key=f"undo_{place}",
            on_click=_undo,
            args=arguments,
            icon=":material/undo:",
            width="stretch",
        )
    st.button(
        _("What it changed"),
        key=f"changes_{place}",
        on_click=_choose,
        args=(row["batch_id"],),
        icon=":material/difference:",
        width="stretch",
    )


def _choose(batch_id: str) -> None:
    st.session_state[_CHOSEN] = batch_id
    st.session_state.pop(_AGAINST, None)
    st.session_state.pop("history_kinds", None)


def _undo(batch_id: str, name: str) -> None:
    _ = translator(language())
    _act(
        lambda: workspace().undo(batch_id, author()),
        _("{file} is set aside.").format(file=name),
        lambda n: _.ngettext(
            "{n} import is back in the book.", "{n} imports are back in the book.", n
        ),
    )


def _take_back(batch_id: str, name: str) -> None:
    _ = translator(language())
    _act(
        lambda: workspace().take_back(batch_id, author()),
        _("{file} is back in the book.").format(file=name),
        lambda n: _.ngettext("It hides {n} import.", "It hides {n} imports.", n),
    )


def _act(change: Callable[[], UndoResult], done: str, others: Callable[[int], str]) -> None:
    """Change the book and keep what to say of it for the top of the page."""
    try:
        found = change()
    except UserError as error:
        importing.say(False, error_sentence(error, language()))
        return
    importing.forget_date()
    count = len(found.restored)
    if count:
        done = f"{done} {others(count).format(n=formats(language()).integer(count))}"
    importing.say(True, done)


def _against(view: HistoryView, found: ChangesView) -> None:
    """Draw the choice of the import to compare with, among those of the same company."""
    _, f = translator(language()), formats(language())
    same = view.imports.loc[
        (view.imports["company_id"] == found.company_id)
        & (view.imports["batch_id"] != found.batch_id)
    ]
    if len(same) < 2:  # noqa: PLR2004 - nothing to choose between
        return
    names = {
        row["batch_id"]: f"{row['file_name']} ({f.date_time(row['imported_at'])})"
        for row in same.to_dict("records")
    }
    codes = list(names)
    place = codes.index(found.before_id) if found.before_id in names else None
    st.selectbox(
        _("Compare with"),
        codes,
        index=place,
        format_func=lambda code: names[code],
        key=_AGAINST,
    )


def _sums(found: ChangesView) -> None:
    _, f = translator(language()), formats(language())
    rows = [
        [
            ("▲ " if row["hidden_minor"] else "") + change_title(row["change"], language()),
            f.integer(row["count"]),
            _amount(row["amount_minor"], row["currency"]),
            MISSING if pd.isna(row["mean_days"]) else f.signed_days(row["mean_days"]),
            MISSING if pd.isna(row["max_days"]) else f.signed_days(row["max_days"]),
            _amount(row["hidden_minor"], row["currency"]) if row["hidden_minor"] else MISSING,
        ]
        for row in found.changes.to_dict("records")
    ]
    columns: list[tuple[str, Literal["left", "right"]]] = [
        (_("What changed"), "left"),
        (_("Count"), "right"),
        (_("Amount"), "right"),
        (_("Mean days"), "right"),
        (_("Most days"), "right"),
        (_("Lateness hidden"), "right"),
    ]
    html_table(columns, rows, alt=_("What changed"))


def _grid(lines: pd.DataFrame) -> None:
    _, f = translator(language()), formats(language())
    drawn = lines.head(_SHOWN)
    frame = drawn.assign(
        what=[change_title(code, language()) for code in drawn["change"]],
        name=[_name(row) for row in drawn.to_dict("records")],
    )
    columns = [
        Column("what", _("What changed"), 168),
        Column("name", _("Customer"), 140),
        Column("number", _("Number"), 74),
        Column("due_before_on", _("Due before"), 104, f.date),
        Column("due_after_on", _("Due after"), 104, f.date),
        Column("days", _("Days"), 52, f.integer),
        Column("amount_before_minor", _("Amount before"), 102, f.amount, "currency"),
        Column("amount_after_minor", _("Amount after"), 102, f.amount, "currency"),
        Column("amount_minor", _("Concerned"), 98, f.amount, "currency"),
    ]
    grid(frame, columns, key="history_lines", height=420, alt=_("What changed"))
    if len(lines) > _SHOWN:
        note = _("The first {n} are shown; the files hold all of them.").format(n=f.integer(_SHOWN))
        st.markdown(small(note))


def _name(row: dict[Any, Any]) -> str:
    """Return the customer; renamed, both names; without one, his code."""
    name = row["name"] if isinstance(row["name"], str) else str(row["customer_id"])
    if row["change"] == "customer_renamed":
        return f"{row['name_before']} → {name}"
    return name


def _message(found: ChangesView) -> str:
    """Return what hides lateness first, else the plain name of the import."""
    _, f = translator(language()), formats(language())
    late = found.changes.loc[found.changes["change"] == "due_later"]
    late = late.loc[late["hidden_minor"] > 0]
    if len(late):
        amounts = " + ".join(
            f.compact(row["hidden_minor"], row["currency"]) for row in late.to_dict("records")
        )
        return _("{amount} would be late by the due dates of before").format(amount=amounts)
    moved = found.changes.loc[found.changes["change"] == "due_later", "count"].sum()
    if moved:
        return _.ngettext(
            "{n} due date pushed later", "{n} due dates pushed later", int(moved)
        ).format(n=f.integer(int(moved)))
    return _("What {file} changed").format(file=found.file_name)


def _subtitle(found: ChangesView) -> str:
    _, f = translator(language()), formats(language())
    if found.before_id is None:
        return f"{found.file_name}, {f.date(found.on)}"
    words = _("{file} ({date}) against {before} ({before_date})").format(
        file=found.file_name,
        date=f.date(found.on),
        before=found.before_file_name,
        before_date=f.date(found.before_on),
    )
    if found.is_inferred:
        return _("{words}; what is no longer open was settled in between").format(words=words)
    return words


def _amount(value: Any, currency: Any) -> str:
    if value is None or pd.isna(value) or not isinstance(currency, str):
        return MISSING
    return formats(language()).amount(value, currency)
