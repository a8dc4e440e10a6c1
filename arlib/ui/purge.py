"""The erasure block: what a customer or a company holds in the book, erased once its code is typed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, cast

import streamlit as st

from arlib.i18n import formats, translator
from arlib.i18n.companies import company_name
from arlib.i18n.issues import error_sentence
from arlib.i18n.purge import facts, scope_word, warnings
from arlib.model.issues import UserError
from arlib.ui.cards import card
from arlib.ui.session import author, book, language, workspace
from arlib.ui.tables import html_table
from arlib.ui.texts import plain, small

if TYPE_CHECKING:
    from arlib.model.portfolio import CompanyInfo
    from arlib.model.purge import Purged, PurgePreview

_SEEN: Final = "purge_seen"
_ERROR: Final = "purge_error"
_SAID: Final = "purge_said"
_SCOPES: Final = ("customer", "company")
_SHOWN: Final = 20
_TYPED: Final = ("purge_customer", "purge_reason", "purge_typed")


def block() -> None:
    """Draw what can be erased, its preview, the confirmation, and the erasures done."""
    _ = translator(language())
    with card(
        _("Erase data for good"),
        _("A customer who asks for it, or a company sold: every table, then the file itself"),
    ):
        outcome()
        companies = list(workspace().info().companies)
        if companies:
            _choice(companies)
        seen = cast("PurgePreview | None", st.session_state.get(_SEEN))
        if seen is not None:
            _confirmation(seen)
        log()


def outcome() -> None:
    """Say what was just erased, or why nothing was."""
    said = st.session_state.pop(_SAID, None)
    if said:
        st.success(plain(said), icon=":material/check:")
    error = st.session_state.pop(_ERROR, None)
    if error:
        st.error(plain(error), icon=":material/error:")


def log() -> None:
    """Draw the erasures done: when, by whom, why and how much, never of whom."""
    _, f = translator(language()), formats(language())
    found = workspace().purge_history().head(_SHOWN)
    if found.empty:
        return
    rows = [
        [
            f.date_time(row["at"]),
            row["by"],
            scope_word(row["scope"], language()),
            f.integer(row["count_lines"]),
            f.integer(row["count_documents"]),
            row["reason"],
        ]
        for row in found.to_dict("records")
    ]
    columns: list[tuple[str, Any]] = [
        (_("When"), "left"),
        (_("By"), "left"),
        (_("Scope"), "left"),
        (_("Lines of files"), "right"),
        (_("Documents"), "right"),
        (_("Reason"), "left"),
    ]
    html_table(columns, rows, alt=_("Erasures done"))


def _choice(companies: list[CompanyInfo]) -> None:
    """Draw who or what is to be erased, and the button of the preview."""
    speaks = language()
    _ = translator(language())
    names = {item.company_id: company_name(item.name, speaks) for item in companies}
    left, middle, right = st.columns(3, vertical_alignment="bottom")
    with left:
        st.selectbox(
            _("Company"),
            list(names),
            format_func=lambda code: names[code],
            key="purge_company",
        )
    with middle:
        scope = st.selectbox(
            _("Erase"),
            _SCOPES,
            format_func=lambda code: scope_word(code, speaks),
            key="purge_scope",
        )
    with right:
        st.text_input(_("Customer code"), disabled=scope == "company", key="purge_customer")
    st.button(
        _("See what would be erased"),
        icon=":material/preview:",
        on_click=_preview,
        key="purge_preview",
    )


def _preview() -> None:
    """Keep what an erasure would take, before the page is drawn."""
    state = st.session_state
    state.pop(_SEEN, None)
    code = str(state.get("purge_customer") or "").strip()
    is_company = state["purge_scope"] == "company"
    try:
        with book().busy() as held:
            state[_SEEN] = held.purge_preview(state["purge_company"], None if is_company else code)
    except UserError as error:
        state[_ERROR] = error_sentence(error, language())


def _confirmation(seen: PurgePreview) -> None:
    """Draw the preview, what to know, and the form that asks for the reason and the code."""
    _, target = translator(language()), seen.target
    told = [[title, value] for title, value in facts(seen, language())]
    columns: list[tuple[str, Any]] = [(_("What is erased"), "left"), (_("How much"), "right")]
    html_table(columns, told, alt=_("What would be erased"))
    backups = workspace().backups_holding(target.company_id, target.customer_id)
    for words in warnings(seen, backups, language()):
        st.markdown(small(plain(words)))
    with st.form("purge_form", border=False):
        st.text_area(
            _("Reason (kept, so without any name)"), max_chars=500, height=80, key="purge_reason"
        )
        code = _code(seen)
        st.text_input(_("Type the code {code} to confirm").format(code=code), key="purge_typed")
        with st.container(horizontal=True):
            st.form_submit_button(
                _("Erase for good"),
                type="primary",
                icon=":material/delete_forever:",
                on_click=_erase,
                args=(seen,),
            )
    st.button(_("Keep everything"), on_click=_forget, key="purge_cancel")


def _forget() -> None:
    st.session_state.pop(_SEEN, None)


def _erase(seen: PurgePreview) -> None:
    """Erase what the preview told, and forget what was kept to draw it faster."""
    state, target = st.session_state, seen.target
    code, reason = _code(seen), str(state["purge_reason"] or "")
    try:
        _check_code(str(state["purge_typed"] or ""), code)
        with book().busy() as held:
            if target.customer_id is None:
                done = held.purge_company(target.company_id, author(), reason, seen.data_version)
            else:
                done = held.purge_customer(
                    target.company_id, target.customer_id, author(), reason, seen.data_version
                )
    except UserError as error:
        state[_ERROR] = error_sentence(error, language())
        if error.code == "purge_changed":
            _forget()
        return
    _clear()
    state[_SAID] = _done_words(done)


def _code(seen: PurgePreview) -> str:
    """Return what is typed to confirm: the code, or the words for a company that has none."""
    return seen.target.customer_id or company_name(seen.target.company_id, language())


def _check_code(typed: str, code: str) -> None:
    if typed.strip() != code:
        raise UserError("purge_code_differs", value=code)


def _clear() -> None:
    """Forget everything that may hold what was erased: caches, choices of the session."""
    st.cache_data.clear()
    kept = {"language"}
    for name in [name for name in st.session_state if name not in kept]:
        del st.session_state[name]
    for name in _TYPED:  # the browser keeps what was typed in a box until it is told otherwise
        st.session_state[name] = ""


def _done_words(done: Purged) -> str:
    _, f = translator(language()), formats(language())
    return _("Erased: {lines} lines of files, {documents} documents. Logged as {id}.").format(
        lines=f.integer(done.count_lines),
        documents=f.integer(done.count_documents),
        id=done.purge_id,
    )
