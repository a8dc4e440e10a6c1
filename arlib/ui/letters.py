"""Blocks of the letters page: whom to write to, what he owes, which text, how it will look."""

from __future__ import annotations

import os
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Final, Literal

import streamlit as st

from arlib.i18n import LANGUAGES, N_
from arlib.i18n.issues import error_sentence
from arlib.i18n.labels import label
from arlib.model.issues import UserError
from arlib.model.letter_settings import LETTER_LEVELS
from arlib.reports.letter import EMAIL, Asked, compose
from arlib.reports.letter_pdf import letter_pages
from arlib.reports.letter_text import letter_text
from arlib.reports.letter_texts import STATEMENT, texts_folder
from arlib.reports.letter_values import money
from arlib.reports.letter_warnings import notes_of, oldest_words, warnings_of
from arlib.ui.cards import card, heading, metric
from arlib.ui.navigation import page_file
from arlib.ui.session import book, language, today
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from collections.abc import Iterator

    import pandas as pd

    from arlib.reports.letter import Letter
    from arlib.ui.frame import Page
    from arlib.views.letters import LettersView

Key = tuple[str, str]
CHOSEN: Final = "letters_chosen"
_KEY: Final = "letters_customer"
_SHOWN: Final = 500  # the list is searched by typing; more is slow to open
_KINDS: Final = {
    "letter": N_("Letter"),
    "email": N_("E-mail"),
    "statement": N_("Statement"),
}
_DPI: Final = 110


def choose(page: Page, rows: pd.DataFrame) -> Key | None:
    """Draw the list of customers, those to write to first; return the one chosen."""
    names = {
        (str(row["company_id"]), str(row["customer_id"])): _name(page, row)
        for row in rows.head(_SHOWN).to_dict("records")
    }
    wanted = st.session_state.pop(CHOSEN, None)
    if wanted is not None:
        names.setdefault(wanted, str(wanted[1]))
        st.session_state[_KEY] = wanted
    if not names:
        return None
    if st.session_state.get(_KEY) not in names:
        st.session_state[_KEY] = next(iter(names))
    chosen: Key = st.selectbox(
        page.words("Customer"),
        list(names),
        format_func=lambda key: names[key],
        key=_KEY,
        label_visibility="collapsed",
        persist_state="session",
    )
    return chosen


def write_button(
    page: Page, rows: pd.DataFrame, key: str, *, width: Literal["content", "stretch"] = "content"
) -> None:
    """Draw « Écrire » for other pages: it goes to the letters of the one row ticked, greyed otherwise."""
    if st.button(
        page.words("Write"), icon=":material/mail:", disabled=len(rows) != 1, key=key, width=width
    ):
        row = rows.iloc[0]
        st.session_state[CHOSEN] = (str(row["company_id"]), str(row["customer_id"]))
        st.switch_page(page_file("letters"))


def _name(page: Page, row: dict[Any, Any]) -> str:
    """Return a customer with the level to write now and what is to collect."""
    said = f"{row['name']} ({row['customer_id']})"
    if isinstance(row["level"], str):
        said += f" · {row['level']}"
    if row["claimed_minor"]:
        said += f" · {page.formats.amount0(row['claimed_minor'], row['currency'])}"
    return said


def cards(page: Page, view: LettersView) -> None:
    """Draw four figures: to ask for, interest, indemnity, not due."""
    _, language_ = page.words, page.style.language
    claims = view.claims
    due = money([(claim.due_minor, claim.currency) for claim in claims], language_)
    interest = money(
        [(claim.charges.interest_minor or 0, claim.currency) for claim in claims], language_
    )
    owed = [claim.charges for claim in claims]
    indemnity = money([(one.indemnity_minor, one.indemnity_currency) for one in owed], language_)
    later = money([(claim.not_due_minor, claim.currency) for claim in claims], language_)
    codes = [claim.currency for claim in claims] or ["EUR"]
    oldest, none = oldest_words(view, language_), page.formats.amount(0, codes[0])
    places = st.columns(4)
    with places[0]:
        detail = _("oldest late by {days}").format(days=oldest) if oldest else ""
        metric(_("To ask for, incl. VAT"), due or none, detail=detail, note=_step(page, view))
    with places[1]:
        is_known = all(one.interest_minor is not None for one in owed)
        metric(
            _("Late payment interest"),
            interest or (none if is_known else _("to be stated")),
            note=_("on the invoices asked for, to {date}").format(
                date=page.formats.date(view.as_of)
            ),
        )
    with places[2]:
        count = sum(one.count_indemnities for one in owed)
        words = _.ngettext("{n} invoice", "{n} invoices", count)
        metric(
            _("Fixed indemnity"),
            indemnity or none,
            note=words.format(n=page.formats.integer(count)),
        )
    with places[3]:
        metric(_("Not due"), later or none, note=_("on the statement, not in the letter"))


def _step(page: Page, view: LettersView) -> str:
    """Return the level to write now, in words."""
    if view.proposed is None:
        return page.words("no reminder due today")
    return label("reminder_level", view.proposed, page.style.language)


def notes(page: Page, view: LettersView) -> None:
    """Say what makes a letter doubtful, then what it leaves out."""
    for sentence in warnings_of(view, page.style.language):
        st.warning(plain(sentence), icon=":material/warning:")
    said = notes_of(view, page.style.language)
    if said:
        st.markdown(small(plain(" ".join(said))))


@contextmanager
def panel(title: str, subtitle: str) -> Iterator[None]:
    """Open a bordered block as high as what it holds: several stand in one column."""
    with st.container(border=True):
        heading(title, subtitle)
        yield


def options(page: Page, view: LettersView) -> Asked:
    """Draw the choices of text, level, language and date; return what is asked for."""
    _ = page.words
    with panel(_("What to write"), _("Nothing is sent from here")):
        kind = st.segmented_control(
            _("Kind"),
            list(_KINDS),
            format_func=lambda code: _(_KINDS[code]),
            default="letter",
            required=True,
            key="letters_kind",
            label_visibility="collapsed",
        )
        level = "" if kind == STATEMENT else _level(page, view)
        tongue = st.segmented_control(
            _("Language of the letter"),
            list(LANGUAGES),
            format_func=lambda code: LANGUAGES[code],
            default=page.style.language,
            required=True,
            key="letters_language",
        )
        on = st.date_input(
            _("Date of the letter"), value=today(), format="DD/MM/YYYY", key="letters_on"
        )
    folder = texts_folder(book().path, os.environ)
    return Asked(str(kind or "letter"), level, str(tongue or "fr"), on, folder)


def _level(page: Page, view: LettersView) -> str:
    """Draw the levels, the one to write now chosen for each customer anew."""
    found = min(view.proposed or view.reached or LETTER_LEVELS[0], LETTER_LEVELS[-1])
    chosen = st.selectbox(
        page.words("Level"),
        list(LETTER_LEVELS),
        index=LETTER_LEVELS.index(found),
        format_func=lambda code: label("reminder_level", code, page.style.language),
        key=f"letters_level_{view.company_id}_{view.customer_id}",
    )
    return str(chosen or found)


def composed(page: Page, view: LettersView, asked: Asked) -> Letter | None:
    """Return the letter asked for; None, the reason said, when there is none to write."""
    try:
        return compose(view, asked)
    except UserError as error:
        sentence = plain(error_sentence(error, language()))
        if error.code == "letter_nothing":
            st.info(sentence, icon=":material/check_circle:")
        else:
            st.error(sentence, icon=":material/error:")
    del page
    return None


def preview(page: Page, view: LettersView, made: Letter | None) -> None:
    """Draw the letter as it will be printed, or its text with a button that copies it."""
    _ = page.words
    title = _("Preview")
    if made is None:
        with card(title):
            st.markdown(small(plain(_("Choose another level, or the statement of account."))))
        return
    with card(
        title,
        _("{name}, amounts as of {date}").format(
            name=view.name, date=page.formats.date(view.as_of)
        ),
    ):
        names = {"page": _("Page"), "text": _("Text to copy")}
        is_email = made.asked.kind == EMAIL
        way = st.segmented_control(
            title,
            ["text"] if is_email else list(names),
            format_func=lambda code: names[code],
            default="text" if is_email else "page",
            required=True,
            key=f"letters_preview_{is_email}",
            label_visibility="collapsed",
        )
        if way == "text" or is_email:
            st.code(letter_text(made), language=None, wrap_lines=True)
            return
        for picture in _pages(made):
            st.image(picture, width="stretch")


@st.cache_data(show_spinner=False, max_entries=24)
def _pages(made: Letter) -> list[bytes]:
    return letter_pages(made, _DPI)
