"""Blocks of the check list: the boxes, each question with its evidence, the user's answers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import streamlit as st

from arlib.i18n import MISSING, N_
from arlib.i18n.checklist import ANSWERS, BOXES, NEXT, QUESTIONS, counted, marked, why
from arlib.i18n.companies import company_name
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import label
from arlib.model.checklist import ANSWERS as CHOICES
from arlib.model.checklist import BY_ID, LONGEST_COMMENT, SINCE
from arlib.model.grid_settings import CLASSES
from arlib.model.issues import UserError
from arlib.ui import customers
from arlib.ui.cards import card, metric
from arlib.ui.download import list_button
from arlib.ui.navigation import page_file
from arlib.ui.session import ROOT, author, workspace
from arlib.ui.tables import SHOWN_ROWS, Column, cut_note, grid
from arlib.ui.texts import plain, small
from arlib.workspace import Answer

if TYPE_CHECKING:
    import pandas as pd

    from arlib.ui.frame import Page
    from arlib.views.checklist import ChecklistView, Row

_ICONS: Final = {
    "yes": ":material/check_box:",
    "partly": ":material/indeterminate_check_box:",
    "no": ":material/disabled_by_default:",
    "unknown": ":material/check_box_outline_blank:",
}
_COLOURS: Final = {"yes": "blue", "partly": "orange", "no": "orange", "unknown": "gray"}
_GO: Final = {
    "segments": N_("Segmentation"),
    "insurance": N_("Credit insurance"),
    "limits": N_("Credit limits"),
    "suggestions": N_("Suggested limits"),
    "terms": N_("Payment terms"),
    "grid": N_("Credit policy"),
    "penalties": N_("Late payment interest"),
    "quality": N_("Data quality"),
    "imports": N_("Import"),
    "dso": N_("DSO and receipts"),
    "worklist": N_("Calls of the day"),
    "disputes": N_("Disputes and promises"),
}
_SAID: Final = "checklist_said"


def summary(page: Page, view: ChecklistView) -> None:
    """Draw how many boxes are ticked, what the data answer, what waits for the user."""
    _, f = page.words, page.formats
    said = st.session_state.pop(_SAID, None)
    if said:
        st.toast(said)
    places = st.columns(4)
    data = [row for row in view.rows if row.origin == "data"]
    waiting = [row for row in view.rows if row.answer == "unknown"]
    limits = view.row("limit_fixed")
    with places[0]:
        metric(
            _("Boxes ticked"),
            _("{n} of {all}").format(n=view.count_ticked, all=len(view.boxes)),
            note=_("a box is ticked when each of its questions is answered yes"),
        )
    with places[1]:
        metric(
            _("Answered by the data"),
            _("{n} of {all}").format(n=len(data), all=len(view.rows)),
            note=_("questions, at the date of the page"),
        )
    with places[2]:
        metric(
            _("Waiting for your answer"),
            f.integer(len(waiting)),
            note=", ".join(_(QUESTIONS[row.question_id]) for row in waiting) or _("none"),
        )
    with places[3]:
        metric(
            _("Customers with a limit"),
            f.share(limits.ratio),
            note=counted(
                limits.question_id, limits.count_good, limits.count_all, page.style.language
            )
            or _("nobody owes anything"),
        )
    words = _("Questions as asked since {date}; figures at the date of the page.")
    st.markdown(small(plain(words.format(date=f.date(SINCE)))))


def box(page: Page, view: ChecklistView, number: int) -> None:
    """Draw one box: its title with its answer, then each of its questions."""
    _ = page.words
    answer = view.boxes[number]
    with card():
        st.markdown(f"##### :{_COLOURS[answer]}[{_ICONS[answer]}] {plain(_(BOXES[number]))}")
        for row in view.rows:
            if row.box == number:
                _question(page, view, row)


def _question(page: Page, view: ChecklistView, row: Row) -> None:
    _, language = page.words, page.style.language
    left, middle, right = st.columns([2.6, 1.1, 1.2], vertical_alignment="center")
    with left, st.container(gap=None):
        sign = marked(row.answer, language)
        st.markdown(
            f"**{plain(_(QUESTIONS[row.question_id]))}** · :{_COLOURS[row.answer]}[**{plain(sign)}**]"
        )
        for words in _evidence(page, view, row):
            st.markdown(small(plain(words)))
        if row.answer != "yes":
            st.markdown(f":small[→ {plain(_(NEXT[row.question_id]))}]")
    with middle:
        _go(page, row)
    with right:
        _answer(page, row)
    _others(page, view, row)


def _evidence(page: Page, view: ChecklistView, row: Row) -> list[str]:
    """Return what is known of a question: the count of the data, then the user's answer."""
    _, f, language = page.words, page.formats, page.style.language
    said = []
    known = counted(row.question_id, row.count_good, row.count_all, language)
    if known:
        share = f" ({f.share(row.ratio)})" if (row.count_all or 0) > 1 else ""
        said.append(known + share)
    elif row.by_data:
        said.append(_("The data say nothing of it: answer it yourself."))
    if row.question_id == "collection_period" and view.real_days:
        days = ", ".join(
            _("{days} in {currency}").format(days=f.days(value), currency=code)
            for code, value in view.real_days.items()
        )
        said.append(_("From invoice to receipt over 12 months: {days}").format(days=days))
    if row.user_answer:
        words = _("{answer}, said {name} on {date}").format(
            answer=_(ANSWERS[row.user_answer]), name=row.user_by, date=f.date_time(row.user_at)
        )
        said.append(words + (f" : {row.user_comment}" if row.user_comment else ""))
    return said


def _go(page: Page, row: Row) -> None:
    """Draw the button to the page where something can be done about it."""
    _ = page.words
    if row.page is None or not (ROOT / "pages" / f"{row.page}.py").exists():
        return
    if st.button(
        _(_GO[row.page]),
        key=f"go_{row.question_id}",
        icon=":material/arrow_forward:",
        width="stretch",
    ):
        st.switch_page(page_file(row.page))


def _answer(page: Page, row: Row) -> None:
    """Draw the form of the user's answer: yes, partly or no, with a comment."""
    _ = page.words
    name = _("Answer") if row.user_answer is None else _("Change the answer")
    if row.by_data and row.data_answer:
        name = _("Comment")
    with st.popover(name, icon=":material/edit:", width="stretch"):
        if row.by_data and row.data_answer:
            st.markdown(
                small(
                    plain(_("The data decide; your answer is kept beside them, with its comment."))
                )
            )
        with st.form(f"form_{row.question_id}", border=False, clear_on_submit=True):
            given = st.segmented_control(
                _("Answer"),
                list(CHOICES),
                format_func=lambda code: _(ANSWERS[code]),
                default=row.user_answer,
                key=f"answer_{row.question_id}",
            )
            comment = st.text_area(
                _("Comment"),
                max_chars=LONGEST_COMMENT,
                key=f"comment_{row.question_id}",
                height=80,
            )
            if st.form_submit_button(_("Save"), type="primary"):
                _save(page, row, given, comment)


def _save(page: Page, row: Row, given: str | None, comment: str) -> None:
    _ = page.words
    if given is None:
        st.markdown(f":orange[{_('Choose yes, partly or no.')}]")
        return
    try:
        workspace().answer(Answer(row.question_id, given, comment), author())
    except UserError as error:
        st.error(error_sentence(error, page.style.language))
        return
    st.session_state[_SAID] = _("Answer saved.")
    st.rerun()


def _others(page: Page, view: ChecklistView, row: Row) -> None:
    """Draw who does not hold, on demand."""
    _, f, language = page.words, page.formats, page.style.language
    rows = view.others_of(row.question_id)
    if rows.empty:
        return
    count = rows["subject"].nunique()
    title = _.ngettext("The {n} other", "The {n} others", count).format(n=f.integer(count))
    with st.expander(title):
        shown = rows.assign(
            who=[_who(item, language) for item in rows.to_dict("records")],
            why_text=[why(str(code), language) for code in rows["why"]],
        )
        columns = [Column("who", _("Who"), 330), Column("why_text", _("Why"), 330)]
        if rows["amount_minor"].notna().any():
            columns.append(Column("amount_minor", _("Amount"), 130, f.amount0, "currency"))
        is_customers = bool(rows["customer_id"].notna().all())
        key = f"others_{row.question_id}"
        ticked = grid(
            shown,
            columns,
            key=key,
            select="single" if is_customers else None,
            height=250,
            alt=title,
        )
        cut_note(page, len(shown))
        with st.container(horizontal=True):
            if is_customers:
                customers.open_button(page, shown.head(SHOWN_ROWS).iloc[ticked], f"{key}_open")
            list_button(page, key, _(QUESTIONS[row.question_id]), columns, shown)


def _who(item: dict[Any, Any], language: str) -> str:
    """Return a customer's name, a class in words, else what was counted."""
    if isinstance(item["name"], str):
        return company_name(item["name"], language)
    subject = str(item["subject"])
    return label("segment", subject, language) if subject in CLASSES else subject


def history(page: Page) -> None:
    """Draw the answers given by hand, latest first, each with its undo."""
    _ = page.words
    rows = workspace().answer_history()
    with card(_("Answers given by hand"), _("Latest first; an answer undone stays in the list")):
        if rows.empty:
            st.markdown(small(plain(_("No answer given by hand."))))
            return
        shown = _told(page, rows)
        ticked = grid(
            shown,
            _columns(page),
            key="checklist_history",
            select="single",
            height=260,
            alt=_("Answers given by hand"),
        )
        with st.container(horizontal=True):
            _undo(page, shown.head(SHOWN_ROWS).iloc[ticked])
            list_button(
                page, "checklist_history", _("Answers given by hand"), _columns(page), shown
            )


def _columns(page: Page) -> list[Column]:
    _, f = page.words, page.formats
    return [
        Column("question", _("Question"), 330),
        Column("answer_text", _("Answer"), 120),
        Column("comment", _("Comment"), 300),
        Column("at", _("Date"), 130, f.date_time),
        Column("by", _("By"), 110),
        Column("state", _("State"), 90),
    ]


def _told(page: Page, rows: pd.DataFrame) -> pd.DataFrame:
    _, language = page.words, page.style.language
    asked = [
        _(QUESTIONS[code]) if code in BY_ID else str(code) for code in rows["question_id"].tolist()
    ]
    answers = [
        _("withdrawn") if isinstance(undone, str) else marked(str(answer), language)
        for answer, undone in zip(rows["answer"], rows["undoes"], strict=True)
    ]
    states = [_("undone") if is_undone else MISSING for is_undone in rows["is_undone"]]
    comments = rows["comment"].astype("object").where(rows["comment"].notna(), MISSING)
    return rows.assign(question=asked, answer_text=answers, state=states, comment=comments)


def _undo(page: Page, rows: pd.DataFrame) -> None:
    _ = page.words
    can = (
        len(rows) == 1
        and not rows.iloc[0]["is_undone"]
        and not isinstance(rows.iloc[0]["undoes"], str)
    )
    if not st.button(_("Undo"), disabled=not can, key="checklist_undo", icon=":material/undo:"):
        return
    try:
        workspace().undo_answer(str(rows.iloc[0]["change_id"]), author())
    except UserError as error:
        st.error(error_sentence(error, page.style.language))
        return
    st.session_state[_SAID] = _("Answer undone.")
    st.rerun()
